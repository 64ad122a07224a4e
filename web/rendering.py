"""Pages: Jinja templates with autoescape, sentences from the catalogues, and the small files that go with them."""

import hashlib
from collections.abc import Mapping
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
    ("/sites", N_("Sites"), May.MUSTER),
)  # fmt: skip
"""The ways that stand above every page of somebody who is signed in, each with the right that it needs."""
HTML_LANGUAGE = {"zh_CN": "zh-CN", "en": "en"}


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
    """Every file under web/static by name."""
    assets = {}
    for file in sorted(folder.iterdir()):
        if file.suffix in TYPES:
            body = file.read_bytes()
            assets[file.name] = Asset(file.name, body, TYPES[file.suffix], hashlib.sha256(body).hexdigest()[:16])
    return assets


class Pages:
    """Makes pages in the reader's language."""

    def __init__(self, *, site: Site, clock: Clock, assets: Mapping[str, Asset]) -> None:
        self.assets = assets
        self._clock = clock
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._env.globals.update(site=site, asset=lambda name: assets[name].path, words=words, field=FIELD)
        self._env.filters["masked"] = masked_name
        self._env.filters["masked_phone"] = masked_phone

    def page(self, request: web.Request, template: str, *, status: int = 200, **fields: Any) -> web.Response:
        """An HTML page. `fields` are what the template names; a missing one is a fault."""
        text = self._env.get_template(template).render({**self._context(request), **fields})
        response = web.Response(text=text, content_type="text/html", charset="utf-8", status=status)
        response.headers["Vary"] = "Cookie, Accept-Language"
        return response

    def _context(self, request: web.Request) -> dict[str, Any]:
        catalogue = request[CATALOGUE]
        secret = request.get(SECRET, "")
        actor = request.get(ACTOR)
        return {
            "_": catalogue.say,
            "say_many": catalogue.say_many,
            "joined": catalogue.join,
            "formats": request[FORMATS],
            "language": catalogue.language,
            "html_language": HTML_LANGUAGE[catalogue.language],
            "now": self._clock.now(),
            "here": request.path_qs if request.method in ("GET", "HEAD") else "/",
            "reference": request[REFERENCE],
            "token": token_of(secret),
            "home": _home(actor, now=self._clock.now()),
            "rooms": [(path, name) for path, name, may in ROOMS if actor is not None and actor.person is not None and actor.can(may, now=self._clock.now())],
            "reader": actor if actor is not None and actor.person is not None else None,
        }


def _home(actor: Actor | None, *, now: datetime) -> str:
    """Where the name of the office leads: whoever only counts people at a gate has no board."""
    if actor is None or actor.person is None:
        return "/"
    return "/sites" if actor.can(May.MUSTER, now=now) and not actor.can(May.SEE_BOARD, now=now) else "/board"


def allowed(request: web.Request, may: May, *, area: str | None = None) -> bool:
    """Whether the reader could go on to what needs this right; for showing or leaving out a link."""
    return request[ACTOR].can(may, now=request.app[CLOCK].now(), area=area)
