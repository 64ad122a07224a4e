"""Every route is tried by everybody who may not, over real HTTP: each is refused by its reason, sees nothing, and nothing changes. Then by who may."""

import io
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count, product
from pathlib import Path
from sqlite3 import connect
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from domain.access import TABLE, May, Role
from services.figures import NoFigures
from tests.house.chat_tries import UNKNOWN
from tests.house.route_entries import FREE, GUARDED, MADE_UP, Form, Free, Guarded
from tests.house.two_counties import LIST, Counties, Official, Rows, two_counties_in
from tests.web.conftest import WEBHOOK, the_application
from web.application import routes, side_door
from web.keys import SITE
from web.middlewares.csrf import FIELD, token_of
from web.routing import Open, Route

PARAMETER = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
PLAIN = r"{\1}"
EVERY = {f"{route.method} {PARAMETER.sub(PLAIN, route.path)}": route for route in routes(cast(Any, SimpleNamespace(webhook_path=WEBHOOK)))}
REFUSED = frozenset({401, 403, 404, 409, 410, 422})
NOT_BY_RIGHT = frozenset({"not_from_here", "came_too_often", "not_understood", "not_done_here", "fault", "database_away"})
"""Whoever is refused so, was never asked for a right."""
BOOKKEEPING = {"sessions": re.compile(""), "audit": re.compile(r"'action': '(sessions\.(end|close|renew|roles_gone)|access\.refused)'")}
"""What a refusal may write: that a session is over or has a new secret, and that somebody was refused."""
TAKEN = re.compile(r"'action': 'sheets\.\w+'")
MISSING = (
    "%s is not tried by the walk. Say in tests/house/route_entries.py how: GUARDED for a route behind a right or a session (which role gets through, "
    "with which form), FREE for one that asks nobody who they are (why)."
)


@dataclass(frozen=True, slots=True)
class Try:
    """One request. `session` is the secret that comes in the cookie."""

    route: Route
    path: str
    form: Form
    session: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    code: str
    """The reason code of a refusal."""
    location: str


@dataclass(slots=True)
class Walk:
    """Two counties behind one server. Each request comes from an address of its own, so that nobody is refused for coming too often."""

    counties: Counties
    server: TestServer
    client: TestClient[Any, Any]
    numbers: Iterator[int]

    async def tries(self, asked: Try) -> Answer:
        form: Any = {FIELD: token_of(asked.session), **asked.form} if asked.route.method == "POST" else None
        if asked.route.uploads:
            form = FormData({FIELD: token_of(asked.session), "kind": "people"})
            form.add_field("file", io.BytesIO(LIST), filename="list.csv")
        cookie = "mashang_login" if asked.route.may is Open.LOGIN else "mashang"
        number = next(self.numbers)
        headers = {
            "Origin": str(self.server.make_url("/").origin()), "Accept": "application/json", "X-Forwarded-For": f"10.0.{number // 250}.{number % 250}",
            **({"Cookie": f"{cookie}={asked.session}"} if asked.session else {}),
        }  # fmt: skip
        async with self.client.request(asked.route.method, asked.path, allow_redirects=False, data=form, headers=headers) as answer:
            streams = answer.content_type == "text/event-stream"
            body = b"" if streams else await answer.read()
        code = re.search(rb'"error": *\{"code": *"(\w+)"', body)
        return Answer(answer.status, body.decode(errors="replace"), code[1].decode() if code else "", answer.headers.get("Location", ""))


@pytest.fixture
async def walk(tmp_path: Path) -> AsyncIterator[Walk]:
    async with two_counties_in(tmp_path) as counties:
        app = the_application(counties.scene.town)
        app[SITE] = replace(app[SITE], proxies=frozenset({"127.0.0.1"}))
        server = TestServer(app)
        client: TestClient[Any, Any] = TestClient(server)
        async with client:
            yield Walk(counties, server, client, count())


def paths(name: str, entry: Guarded | Free, ids: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every address of this route, each with the question that it ends with."""
    renamed = entry.ids if isinstance(entry, Guarded) else {}
    parameters = PARAMETER.findall(name)
    lots = [entry.values.get(parameter) or (ids[renamed.get(parameter, parameter)],) for parameter in parameters]
    queries = entry.queries if isinstance(entry, Guarded) else ("",)
    found = []
    for values, query in product(product(*lots), queries):
        path = name.partition(" ")[2]
        for parameter, value in zip(parameters, values, strict=True):
            path = path.replace(f"{{{parameter}}}", value)
        found.append((path + query.format(**ids), query))
    return found


def filled(form: Form, ids: Mapping[str, str]) -> Form:
    return {field: value.format(**ids) for field, value in form.items()}


def intruders(walk: Walk, may: May | Open) -> dict[str, tuple[str, bool]]:
    """The session of everybody who may not, and whether this is somebody who has the right elsewhere."""
    found = {"without a session": ("", False), "with a made-up session": (MADE_UP, False)}
    for (role, how), one in walk.counties.officials.items():
        holds = not isinstance(may, May) or may in TABLE[role]
        gone = how in ("revoked", "ended") and holds
        elsewhere = how in ("there", "elsewhere") and holds and isinstance(may, May)
        if gone or elsewhere or (how == "here" and not holds):
            found[str(one)] = one.session.secret, elsewhere
    return found


def official(walk: Walk, role: Role, how: str = "here") -> Official:
    return walk.counties.officials[role, how]


def told(walk: Walk, answer: Answer, *, other: bool = False) -> list[str]:
    """Names and numbers of this county (or of the other) that stand in the answer."""
    ids = walk.counties.there if other else walk.counties.here
    leads = [ids[name] for name in ("order", "site", "notice", "report") if ids[name] in answer.location]
    return leads + [word for word in (walk.counties.other_secret if other else walk.counties.secret) if word in answer.text]


def written(counties: Counties, before: Rows, *, own: bool = False, more: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """What changed beside the bookkeeping of a refusal, and of a list of one's `own` that was taken away."""
    found = {}
    for table, rows in counties.changed(before).items():
        expected = [BOOKKEEPING[table]] if table in BOOKKEEPING else []
        expected += [TAKEN] if table == "audit" and own else []
        left = [row for row in rows if not any(each.search(row) for each in expected)]
        if left and table not in more:
            found[table] = left
    return found


def refused(answer: Answer) -> bool:
    return answer.status in REFUSED and answer.code != "" and answer.code not in NOT_BY_RIGHT


def test_every_route_is_tried() -> None:
    for name in EVERY:
        assert name in GUARDED or name in FREE, MISSING % name
    assert set(GUARDED) | set(FREE) == set(EVERY), "the walk tries routes that there are not"
    asks = {name for name, route in EVERY.items() if isinstance(route.may, May) or route.may is Open.SESSION}
    assert asks == set(GUARDED), "who asks for a right or a session stands in GUARDED, and nobody else"


async def test_the_application_and_the_side_door_serve_nothing_else(walk: Walk) -> None:
    house, app = walk.counties.scene.town.house, walk.server.app
    door = side_door(catalogues=house.catalogues, clock=house.clock, site=app[SITE], figures=NoFigures())
    for served in (app, door):
        for route in served.router.routes():
            assert route.resource is not None
            canonical = f"{route.method} {route.resource.canonical}".replace("HEAD ", "GET ")
            assert PARAMETER.sub(PLAIN, canonical) in EVERY, MISSING % canonical
    assert not [name for name in GUARDED if name.partition(" ")[2] in {route.resource.canonical for route in door.router.routes() if route.resource}]


@pytest.mark.long
@pytest.mark.parametrize("name", GUARDED)
async def test_who_may_not_is_refused_sees_nothing_and_changes_nothing(name: str, walk: Walk) -> None:
    entry, route, ids = GUARDED[name], EVERY[name], walk.counties.here
    for who, (session, elsewhere) in intruders(walk, route.may).items():
        for path, _ in paths(name, entry, ids):
            before = walk.counties.rows()
            answer = await walk.tries(Try(route, path, filled(entry.form, ids), session))
            sees_own = elsewhere and entry.own and answer.status in (200, 303)
            nobody = answer.code == "not_from_here" and not session
            assert sees_own or nobody or refused(answer), f"{who}: {route.method} {path} answers {answer.status} {answer.code or answer.text[:300]}"
            assert not told(walk, answer), f"{who}: {route.method} {path} tells {told(walk, answer)}"
            found = {} if sees_own and route.method == "POST" else written(walk.counties, before, own=sees_own)
            assert not found, f"{who}: {route.method} {path} was refused, and yet: {found}"


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, entry in GUARDED.items() if PARAMETER.search(name) or entry.foreign or len(entry.queries) > 1])
async def test_who_may_reaches_nothing_of_another_county(name: str, walk: Walk) -> None:
    entry, route = GUARDED[name], EVERY[name]
    session = official(walk, entry.role).session.secret
    for what, path, form in foreign(name, entry, walk.counties):
        before = walk.counties.rows()
        answer = await walk.tries(Try(route, path, form, session))
        sees_own = entry.own and answer.status == 200 and route.method == "GET"
        assert sees_own or refused(answer), f"{what}: {route.method} {path} answers {answer.status} {answer.code or answer.text[:300]}"
        assert not told(walk, answer, other=True), f"{what}: {route.method} {path} tells {told(walk, answer, other=True)}"
        found = written(walk.counties, before, own=sees_own)
        assert not found, f"{what}: {route.method} {path}: {found}"


def foreign(name: str, entry: Guarded, counties: Counties) -> Iterator[tuple[str, str, Form]]:
    """The same requests with one id after the other of the other county."""
    here, there = counties.here, counties.there
    for parameter in (each for each in PARAMETER.findall(name) if each not in entry.values):
        called = entry.ids.get(parameter, parameter)
        for path, _ in paths(name, entry, {**here, called: there[called]}):
            yield f"{parameter} of another county", path, filled(entry.form, here)
    for form in entry.foreign:
        for path, _ in paths(name, entry, here):
            yield "a form with ids of another county", path, filled(form, there)
    for query in (each for each in entry.queries if "{" in each):
        for path, asked in paths(name, entry, here):
            if asked == query:
                yield "a question for another county", path.partition("?")[0] + query.format(**there), filled(entry.form, here)


@pytest.mark.long
@pytest.mark.parametrize("name", GUARDED)
async def test_who_may_gets_through(name: str, walk: Walk) -> None:
    """Otherwise the refusals would prove nothing."""
    entry, route, ids = GUARDED[name], EVERY[name], walk.counties.here
    for path, _ in paths(name, entry, ids):
        answer = await walk.tries(Try(route, path, filled(entry.form, ids), official(walk, entry.role).session.secret))
        assert answer.status in {200, 303} | entry.also, f"{route.method} {path} answers {answer.status} {answer.code or answer.text[:300]}"


@pytest.mark.long
@pytest.mark.parametrize("name", FREE)
async def test_an_open_route_tells_nobody_of_anybody_and_changes_nothing(name: str, walk: Walk) -> None:
    entry, route, ids = FREE[name], EVERY[name], walk.counties.here
    assert entry.why
    for session in ("", MADE_UP):
        for path, _ in paths(name, entry, ids):
            before = walk.counties.rows()
            answer = await walk.tries(Try(route, path, filled(entry.form, ids), session))
            assert answer.status < 500, f"{route.method} {path} answers {answer.status}"
            assert not told(walk, answer), f"{route.method} {path} tells {told(walk, answer)}"
            assert not written(walk.counties, before, more=entry.tables), f"{route.method} {path}"


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, entry in GUARDED.items() if set(PARAMETER.findall(name)) - set(entry.values)])
async def test_what_is_somebody_elses_is_answered_as_what_is_not_there(name: str, walk: Walk) -> None:
    """By status and by words, so that nobody learns from a refusal which ids there are."""
    entry, route, counties = GUARDED[name], EVERY[name], walk.counties
    session = official(walk, entry.role).session.secret
    unknown = replace(counties, there={**{each: UNKNOWN for each in counties.there}, "number": "R-2026-9999"})
    tried = []
    for side in (counties, unknown):
        answers = [await walk.tries(Try(route, path, form, session)) for _, path, form in foreign(name, entry, side)]
        tried.append([(answer.status, json.loads(answer.text)["error"]["code"], json.loads(answer.text)["error"]["text"]) for answer in answers])
    assert tried[0] == tried[1]


async def test_the_walk_sees_whatever_is_written(walk: Walk) -> None:
    """Otherwise that nothing changed would prove nothing."""
    counties = walk.counties
    before = counties.rows()
    with closing(connect(counties.scene.town.house.settings.data_dir / "mashang.db")) as writer, writer:
        writer.execute("UPDATE codes SET revoked_at = issued_at WHERE rowid = (SELECT max(rowid) FROM codes)")
        writer.execute("DELETE FROM authenticators WHERE rowid = (SELECT max(rowid) FROM authenticators)")
    assert {table: len(rows) for table, rows in counties.changed(before).items()} == {"codes": 2, "authenticators": 1}
