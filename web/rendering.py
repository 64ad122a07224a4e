"""Pages: Jinja templates with autoescape, sentences from the catalogues, and the small files that go with them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.access import May
from domain.identifiers import masked_name, masked_phone
from domain.text import N_
from services.actors import Actor
from services.ports import Clock
from web import words
from web.keys import ACTOR, CATALOGUE, CLOCK, FORMATS, REFERENCE, SECRET
from web.middlewares.csrf import FIELD, token_of
from web.site import Site

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ROOMS = (
    ("/board", N_("Board"), May.SEE_BOARD), ("/reports", N_("Reports"), May.HANDLE_REPORT), ("/notices", N_("Risk notices"), May.CANCEL_NOTICE),
    ("/console/approvals", N_("Approvals"), May.APPROVE_ORDER), ("/console/codes", N_("Codes"), May.ISSUE_CODE),
    ("/console/passes", N_("Passes"), May.ASK_PASS), ("/sites", N_("Sites"), May.MUSTER), ("/console/cards", N_("Cards"), May.PRINT),
    ("/console/exports", N_("Exports"), May.EXPORT), ("/console/import", N_("Import"), May.GRANT),
    ("/console/glass", N_("Emergency authorisation"), May.BREAK_GLASS), ("/console/users", N_("Users"), May.GRANT),
    ("/console/devices", N_("Devices"), May.ENROL_DEVICE), ("/console/devices/entries", N_("Device entries"), May.SEE_PERSON),
    ("/console/audit", N_("Audit log"), May.READ_AUDIT),
)  # fmt: skip
"""The ways that stand above every page of somebody who is signed in, each with the right that it needs."""
HTML_LANGUAGE = {"zh_CN": "zh-CN", "en": "en"}
SIZES = ("100", "125", "150")
SIZE_COOKIE = "size"
SCRIPTS = ("htmx.js", "sse.js")
GLASS_OPEN = N_("Emergency authorisation open until {time}; everything done with it is recorded.")
END_GLASS = N_("End it")
DRILL = N_("Drill")
NO_SCRIPTS = N_("This service was built without its scripts: numbers do not change by themselves. Reload a page for new ones.")
HTMX = json.dumps({
    "allowEval": False, "allowScriptTags": False, "includeIndicatorStyles": False, "selfRequestsOnly": True, "historyEnabled": False, "historyCacheSize": 0,
})  # fmt: skip
"""How htmx is held: it runs no text as a script, writes no style, asks nobody else, keeps no page."""


@dataclass(frozen=True, slots=True)
class Banner:
    """One line above the page, in words and a shape: what everybody here must know now. `path` leads on, under the words `way`."""

    said: str
    tone: str = "yellow"
    shape: str = "square"
    path: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A small file of ours, read once; its address holds its hash, so that it may be kept for ever."""

    name: str
    body: bytes
    type: str
    hash: str

    @property
    def path(self) -> str:
        return f"/static/{self.hash}/{self.name}"


def read_assets(folder: Path = HERE / "static") -> Mapping[str, Asset]:
    """Every file in web/static by name, and those that the build brought from npm, where it did."""
    assets = {}
    for file in (*sorted(folder.iterdir()), *sorted((folder / "npm").glob("*"))):
        if file.suffix in TYPES:
            body = file.read_bytes()
            assets[file.name] = Asset(file.name, body, TYPES[file.suffix], hashlib.sha256(body).hexdigest()[:16])
    return assets


class Pages:
    """Makes pages in the reader's language."""

    def __init__(self, *, site: Site, clock: Clock, assets: Mapping[str, Asset]) -> None:
        self.assets = assets
        self.scripts = all(name in assets for name in SCRIPTS)
        self._clock = clock
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._env.globals.update(site=site, htmx=HTMX, asset=lambda name: assets[name].path, words=words, field=FIELD)
        self._env.filters["masked"] = masked_name
        self._env.filters["masked_phone"] = masked_phone

    def page(self, request: web.Request, template: str, *, status: int = 200, **fields: Any) -> web.Response:
        """An HTML page. `fields` are what the template names; a missing one is a fault."""
        response = web.Response(text=self.part(request, template, **fields), content_type="text/html", charset="utf-8", status=status)
        response.headers["Vary"] = "Cookie, Accept-Language"
        return response

    def part(self, request: web.Request, template: str, **fields: Any) -> str:
        """HTML without an answer around it: a page, or the parts of one that changed."""
        return self._env.get_template(template).render({**self._context(request), **fields})

    def _context(self, request: web.Request) -> dict[str, Any]:
        catalogue, actor = request[CATALOGUE], request.get(ACTOR)
        reader = actor if actor is not None and actor.person is not None else None
        rooms = rooms_of(actor, now=self._clock.now())
        return {
            "_": catalogue.say,
            "say_many": catalogue.say_many,
            "joined": catalogue.join,
            "catalogue": catalogue,
            "formats": request[FORMATS],
            "language": catalogue.language,
            "html_language": HTML_LANGUAGE[catalogue.language],
            "now": self._clock.now(),
            "here": request.path_qs if request.method in ("GET", "HEAD") else "/",
            "reference": request[REFERENCE],
            "token": token_of(request.get(SECRET, "")),
            "home": home_of(actor, now=self._clock.now()),
            "rooms": rooms,
            "room": room_of(request.path, rooms),
            "reader": reader,
            "sizes": SIZES,
            "size": chosen if (chosen := request.cookies.get(SIZE_COOKIE)) in SIZES else SIZES[0],
            "scripts": self.scripts and reader is not None,
            "banners": self._banners(request) if reader is not None else [],
        }

    def _banners(self, request: web.Request) -> list[Banner]:
        """What stands above every page of somebody who is signed in."""
        say, actor = request[CATALOGUE].say, request.get(ACTOR)
        opened = actor.pane if actor is not None else None
        until = say(GLASS_OPEN, time=request[FORMATS].time(opened.until)) if opened is not None else ""
        drill = f"{say(DRILL)} · " if opened is not None and opened.drill else ""
        glass = [Banner(drill + until, "red", "triangle", "/console/glass", say(END_GLASS))] if opened is not None else []
        return glass if self.scripts else [*glass, Banner(say(NO_SCRIPTS))]


def rooms_of(actor: Actor | None, *, now: datetime) -> list[tuple[str, str]]:
    """The rooms that this reader may enter: path and name."""
    if actor is None or actor.person is None:
        return []
    return [(path, name) for path, name, may in ROOMS if actor.can(may, now=now)]


def home_of(actor: Actor | None, *, now: datetime) -> str:
    """Where the name of the office leads: to the reader's first room."""
    return next((path for path, _ in rooms_of(actor, now=now)), "/")


def room_of(path: str, rooms: Iterable[tuple[str, str]]) -> str | None:
    """The room that a page is in: the longest path that it lies under."""
    return max((room for room, _ in rooms if path == room or path.startswith(f"{room}/")), key=len, default=None)


def allowed(request: web.Request, may: May, *, area: str | None = None) -> bool:
    """Whether the reader could go on to what needs this right; for showing or leaving out a link."""
    return request[ACTOR].can(may, now=request.app[CLOCK].now(), area=area)
