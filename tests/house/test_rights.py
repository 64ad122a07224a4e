"""Every handler and every route says who may come, and holds to it."""

import ast
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from domain.access import TABLE, Grant, May, NotYours, Role
from domain.lists import ListKind
from domain.people import NotRegistered
from domain.sheets import SheetKind
from services.actors import Actor
from tests import cast as town_cast
from tests.fakes.clock import FakeClock
from tests.house.sources import calls, dotted, files, named, parsed
from tests.house.use_cases import Scene, a_night_in
from tests.signing import Apps
from tests.web.conftest import the_application
from web.application import routes
from web.console.reports import NUMBER
from web.middlewares.csrf import FIELD, token_of
from web.routing import Open as OpenRoute
from web.routing import Route

if TYPE_CHECKING:
    from aiogram import Router

SAFE_METHODS = {"GET", "POST"}
ELSEWHERE = {401, 403, 404}
DECIDED = {200, 303, 409, 422}
"""A form that is shown again was understood, and by whoever may fill it in."""
"""A form that was done, or that came second; never one that was not understood or not allowed."""
OBSERVED = re.compile(r"\b(message|edited_message|callback_query|channel_post|inline_query|my_chat_member|chat_member|error|update)\.register$")
PERSON = UUID(int=5)
UPLOAD = UUID(int=6)
LIST = f"{{kind:{'|'.join(SheetKind)}}}.{{form:csv|xlsx}}"


def chat() -> "Router":
    from handlers.routes import build

    return build()


def guarded_handlers() -> list[tuple[Any, May]]:
    """Every handler that asks for a right, as aiogram would call it."""
    observers = ((name, observer) for router in chat().chain_tail for name, observer in router.observers.items())
    handlers = [handler for name, observer in observers if name not in ("update", "error") for handler in observer.handlers]
    return [(handler, handler.flags["may"]) for handler in handlers if isinstance(handler.flags["may"], May)]


def somebody(may: May, **changed: Any) -> Actor:
    """A person with one grant that gives this right, except for what is `changed`."""
    role = next(role for role in Role if may in TABLE[role])
    grant = Grant(**{"id": PERSON, "person": PERSON, "role": role, "area": town_cast.COUNTY.code, "place": None, "until": None, **changed})
    return Actor(via="chat", person=PERSON, grants=(grant,))


def test_every_handler_in_chat_says_who_may_use_it() -> None:
    from bot.rights import Open, declared

    found = declared(chat())
    assert len(found) > 50
    assert not [handler for _, handler, may in found if not isinstance(may, May | Open)]


def test_a_handler_that_says_nothing_is_noticed() -> None:
    from aiogram import Router

    from bot.rights import undeclared

    async def silent() -> None: ...

    router = Router()
    router.message.register(silent)
    assert undeclared(router) == [f"{silent.__module__}.{silent.__qualname__}"]


def test_no_handler_is_registered_but_with_its_right() -> None:
    """Neither `router.message.register` nor a decorator: `on(…, may=…)` is the only way in."""
    registers = [f"{named(file)}:{call.lineno}" for file in files("handlers") for name, call in calls(parsed(file)) if OBSERVED.search(name)]
    functions = ((file, node) for file in files("handlers") for node in ast.walk(parsed(file)) if isinstance(node, ast.AsyncFunctionDef))
    decorated = [f"{named(file)}:{node.lineno}" for file, node in functions if any("." in dotted(getattr(each, "func", each)) for each in node.decorator_list)]
    assert not registers + decorated


async def test_no_handler_lets_anybody_in_without_its_right(scene: Scene) -> None:
    from bot.middlewares.rights import RightsMiddleware

    clock = FakeClock()
    guard = RightsMiddleware(clock, scene.services)
    entered = []

    async def enter(event: Any, data: dict[str, Any]) -> None:
        entered.append(data["handler"])

    async def tried(handler: Any, actor: Actor) -> None:
        await guard(enter, cast(Any, SimpleNamespace()), {"handler": handler, "actor": actor})

    handlers = guarded_handlers()
    assert len(handlers) > 30
    for handler, may in handlers:
        for intruder in (
            Actor(via="chat"), Actor(via="chat", person=PERSON), somebody(may, until=clock.now()), somebody(may, revoked_at=clock.now() - timedelta(days=1)),
        ):  # fmt: skip
            with pytest.raises((NotYours, NotRegistered)):
                await tried(handler, intruder)
        assert not entered, handler
        await tried(handler, somebody(may))
        assert entered.pop() is handler


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with a_night_in(tmp_path) as scene:
        yield scene


@pytest.fixture
async def server(scene: Scene) -> AsyncIterator[TestServer]:
    server = TestServer(the_application(scene.town))
    async with server:
        yield server


def guarded_routes(scene: Scene, server: TestServer) -> list[tuple[Route, str]]:
    """Every route that asks for a right, with a path that leads to something of this county."""
    fields = {"{order}": str(scene.order.id), "{member}": str(scene.members[town_cast.LIN[0]]), "{site}": str(scene.site)}
    fields |= {NUMBER: str(scene.report.number), "{photo}": str(scene.photo), "{notice}": str(scene.announced.waiting.id)}
    fields |= {"{held}": str(scene.held), "{upload}": str(UPLOAD), LIST: "people.csv", "{grant}": str(scene.grant)}
    fields |= {"{person}": str(scene.people[town_cast.YE[0]])}
    fields |= {f"{{{name}}}": str(value) for name, value in scene.device.items()}
    site = server.app[_site()]
    found = []
    for route in routes(site):
        if isinstance(route.may, May):
            path = route.path
            for field, value in fields.items():
                path = path.replace(field, value)
            assert "{" not in path, f"the walk does not know what to put into {path}"
            found.append((route, path))
    return found


def _site() -> Any:
    from web.keys import SITE

    return SITE


async def signed_in(scene: Scene, server: TestServer, who: tuple[str, str | None]) -> TestClient[Any, Any]:
    client: TestClient[Any, Any] = TestClient(server, headers={"Origin": str(server.make_url("/").origin())})
    opened = await Apps(scene.town).sign_in(who)
    client.session.cookie_jar.update_cookies({"mashang": opened.secret}, server.make_url("/"))
    return client


def forms(scene: Scene) -> dict[str, dict[str, str]]:
    """What is written into a form that says itself of which area it speaks, or of which code."""
    area, card = {"area": town_cast.VILLAGE.code}, {"short": scene.claimed, "person": str(scene.people[town_cast.YE[0]])}
    return {
        "/console/passes": {**area, "kind": "vehicle", "who": "浙K12345", "team": "一队", "hours": "24", "reason": "送药"},
        "/console/codes/blanks": {**area, "count": "2", "reason": "printed"}, "/console/codes/households": {**area, "reason": "printed"},
        "/console/codes/replace": {"short": scene.short, "reason": "lost"}, "/console/codes/revoke": {"short": scene.poster}, "/console/codes/settle": card,
        "/console/codes/one": {**area, "kind": "team", "words": "二队", "reason": "other"}, "/console/cards/one": {"short": scene.short},
    }  # fmt: skip


def tried(scene: Scene, client: TestClient[Any, Any], route: Route, path: str) -> Any:
    """A form comes with the token of its session, where there is one."""
    secret = next((cookie.value for cookie in client.session.cookie_jar if cookie.key == "mashang"), "")
    usual = {FIELD: token_of(secret), "words": "好了", "name": "一队", "reason": "不在本县"}
    filled: Any = {**usual, **forms(scene).get(path, {})} if route.method == "POST" else None
    if route.uploads:
        filled = FormData({FIELD: token_of(secret), "kind": "people"})
        filled.add_field("file", io.BytesIO("姓名,村代码\n".encode()), filename="list.csv")
    return client.request(route.method, path, allow_redirects=False, data=filled)


async def refused_everywhere(scene: Scene, server: TestServer, client: TestClient[Any, Any], *, but: frozenset[str] = frozenset()) -> None:
    for route, path in guarded_routes(scene, server):
        answer = await tried(scene, client, route, path)
        text = await answer.text()
        assert path in but or answer.status in ELSEWHERE, f"{route.method} {path}: {answer.status}"
        assert scene.order.number not in text, path
        assert not [name for name in scene.people if name in text], path
    await client.close()


async def test_every_route_says_who_may_come(server: TestServer) -> None:
    found = routes(server.app[_site()])
    assert len(found) > 15
    assert not [route for route in found if not isinstance(route.may, May | OpenRoute)]
    assert {route.method for route in found} <= SAFE_METHODS


async def test_every_route_that_is_served_was_declared(server: TestServer) -> None:
    declared = {(route.method, route.path) for route in routes(server.app[_site()])}
    served = {(route.method, route.resource.canonical) for route in server.app.router.routes() if route.resource and route.method != "HEAD"}
    assert len(served) == len(declared)


def test_a_route_that_says_nothing_cannot_be_made() -> None:
    async def silent(request: Any) -> Any: ...

    with pytest.raises(TypeError, match="does not say who may come"):
        Route("GET", "/", silent, cast(Any, None))


async def test_the_right_official_reaches_every_route(scene: Scene, server: TestServer) -> None:
    """Otherwise the refusals below would prove nothing. The officer asked for the pass: somebody else decides."""
    await scene.services.grants.give(scene.people[town_cast.MALLORY[0]], Role.ADMIN, by=Actor.operator(), area=town_cast.COUNTY.code)
    await scene.services.grants.give(scene.people[town_cast.LIN[0]], Role.AUDITOR, by=Actor.operator(), area=town_cast.COUNTY.code)
    people = (town_cast.OFFICER, town_cast.APPROVER, town_cast.MALLORY, town_cast.LIN)
    officer, approver, admin, auditor = [await signed_in(scene, server, who) for who in people]
    for route, path in guarded_routes(scene, server):
        whole = path.replace(str(UPLOAD), await waiting_file(scene))
        other = officer if route.may in TABLE[Role.DUTY_OFFICER] else approver
        client = {May.GRANT: admin, May.ENROL_DEVICE: admin, May.READ_AUDIT: auditor, May.APPROVE_PASS: approver}.get(cast(May, route.may), other)
        answer = await tried(scene, client, route, whole)
        reached = answer.status in DECIDED if route.method == "POST" else answer.status == 200 or answer.headers["Location"] == f"/board/{scene.order.id}"
        assert reached, f"{route.method} {path}: {answer.status}"
        answer.close()
    for client in (officer, approver, admin, auditor):
        await client.close()


async def waiting_file(scene: Scene) -> str:
    """A list that the admin has brought and not confirmed yet."""
    admin = await scene.town.actor(town_cast.MALLORY)
    return str((await scene.services.list_imports.keep(ListKind.PEOPLE, "姓名,村代码\n".encode(), by=admin)).id)


async def test_a_stranger_reaches_no_guarded_route(scene: Scene, server: TestServer) -> None:
    await refused_everywhere(scene, server, TestClient(server))


async def test_another_county_reaches_nothing_of_this_one(scene: Scene, server: TestServer) -> None:
    lists = frozenset({
        "/board", "/notices", "/sites", "/reports", "/console/cards", "/console/exports", "/console/exports/people.csv", "/console/glass", "/console/passes",
        "/console/devices/entries", "/console/devices/import",
    })  # fmt: skip
    await refused_everywhere(scene, server, await signed_in(scene, server, town_cast.OTHER_OFFICER), but=lists)


async def test_an_official_whose_role_was_taken_reaches_nothing_more(scene: Scene, server: TestServer) -> None:
    client = await signed_in(scene, server, town_cast.OFFICER)
    for grant in (await scene.town.actor(town_cast.OFFICER)).grants:
        await scene.services.grants.revoke(grant.id, by=Actor.operator())
    await refused_everywhere(scene, server, client)


async def test_an_official_whose_role_has_ended_reaches_nothing_more(scene: Scene, server: TestServer) -> None:
    mallory = scene.people[town_cast.MALLORY[0]]
    for grant in (await scene.town.actor(town_cast.MALLORY)).grants:
        await scene.services.grants.revoke(grant.id, by=Actor.operator())
    ends = scene.town.clock.now() + timedelta(minutes=5)
    await scene.services.grants.give(mallory, Role.DUTY_OFFICER, by=Actor.operator(), area=town_cast.COUNTY.code, until=ends)
    client = await signed_in(scene, server, town_cast.MALLORY)
    scene.town.clock.go_on(minutes=5)
    await refused_everywhere(scene, server, client)
