"""Every route says who may come; refusals have one table; headers are on everything."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from domain.access import May
from domain.errors import FAMILIES
from tests import cast
from tests.houses import Town
from tests.web.conftest import Client, Office, the_application
from web.keys import LIMITER, TABLE
from web.limiting import CameTooOften, Limit
from web.middlewares.errors import STATUS
from web.routing import Open, Route


async def nothing(_: web.Request) -> web.Response:
    return web.Response()


def test_a_route_that_does_not_say_who_may_come_cannot_be_built() -> None:
    silent: Any = None
    with pytest.raises(TypeError, match="does not say who may come"):
        Route("GET", "/x", nothing, silent)
    with pytest.raises(TypeError):
        Route("GET", "/x", nothing)  # type: ignore[call-arg]


def test_every_family_of_refusals_has_its_status() -> None:
    assert set(STATUS) == set(FAMILIES)
    assert len(set(STATUS.values())) == len(FAMILIES)


async def test_every_route_of_the_application_is_declared(office: Office) -> None:
    app = office.server.app
    built = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource and route.method != "HEAD"}
    declared = {(route.method, route.path) for route in app[TABLE].values()}
    assert {method for method, _ in built} == {"GET", "POST"}
    assert len(built) == len(declared)
    assert all(isinstance(route.may, May | Open) for route in app[TABLE].values())


async def test_over_https_the_cookie_is_bound_to_the_host_and_the_browser_told_to_stay(office: Office) -> None:
    ticket = await office.town.house.services.sessions.ticket(by=await office.town.actor(cast.OFFICER))
    client: Client = TestClient(TestServer(the_application(office.town, secure=True)))
    async with client:
        answer = await client.post(f"/board/enter/{ticket}", headers={"Origin": "https://ls.example.org"}, allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-mashang=")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


async def test_a_page_that_does_not_exist_says_so_in_the_readers_language(office: Office) -> None:
    stranger = office.browser()
    english = await stranger.get("/nowhere", headers={"Accept-Language": "en-GB"})
    assert english.status == 404
    assert "There is no such page." in await english.text()
    assert 'lang="en"' in await english.text()
    chinese = await stranger.get("/nowhere", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert 'lang="zh-CN"' in await chinese.text()
    machine = await stranger.get("/api/nowhere", headers={"Accept-Language": "en"})
    assert (await machine.json())["error"]["code"] == "no_such_page"
    wrong = await stranger.post("/", headers={"Accept-Language": "en"})
    assert wrong.status == 405
    assert wrong.headers["Allow"] == "GET,HEAD"


async def test_the_chosen_language_stays_and_never_leads_elsewhere(office: Office) -> None:
    reader = office.browser()
    for back, leads in (("/S/AAAA?x=1", "/S/AAAA?x=1"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/")):
        answer = await reader.post("/language", data={"language": "en", "back": back}, allow_redirects=False)
        assert answer.headers["Location"] == leads
    page = await reader.get("/", headers={"Accept-Language": "zh-CN"})
    assert 'lang="en"' in await page.text()


async def test_a_fault_shows_a_number_and_nothing_internal_and_is_logged_once(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    async def ready() -> list[str]:
        raise RuntimeError("the password is swordfish")

    watch: Client = TestClient(TestServer(the_application(town, ready=ready)))
    async with watch:
        answer = await watch.get("/readyz", headers={"Accept-Language": "en"})
        said = (await answer.json())["error"]
    assert answer.status == 500
    (record,) = [record for record in caplog.records if record.name == "web.middlewares.errors"]
    assert said["reference"].startswith("W-0725-")
    assert said["reference"] in record.getMessage()
    assert said["reference"] in said["text"]
    assert "swordfish" not in str(said)


async def test_static_files_are_kept_for_ever_under_their_hash_only(office: Office) -> None:
    reader = office.browser()
    page = await (await reader.get("/")).text()
    path = next(part.split('"')[1] for part in page.split("href=") if "style.css" in part)
    right = await reader.get(path)
    assert right.content_type == "text/css"
    assert "immutable" in right.headers["Cache-Control"]
    assert (await reader.get("/static/0000000000000000/style.css")).headers["Cache-Control"] == "no-cache"
    assert (await reader.get("/static/0000000000000000/nothing.css")).status == 404
    assert "Disallow: /" in await (await reader.get("/robots.txt")).text()


async def test_health_names_the_parts_that_are_not_ready(office: Office) -> None:
    watch = office.browser()
    assert (await watch.get("/healthz")).status == 200
    assert (await watch.get("/readyz")).status == 200
    office.missing.append("database")
    answer = await watch.get("/readyz")
    assert answer.status == 503
    assert (await answer.json())["missing"] == ["database"]


async def test_who_comes_too_often_waits_and_an_ipv6_neighbourhood_is_one_caller(office: Office) -> None:
    limiter, twice = office.server.app[LIMITER], Limit("test", most=2, seconds=60)
    limiter.count(twice, "2001:db8::")
    limiter.count(twice, "2001:db8::")
    with pytest.raises(CameTooOften) as refused:
        limiter.count(twice, "2001:db8::")
    assert refused.value.fields == {"seconds": 60}
    limiter.count(twice, "2001:db9::")
    office.town.clock.go_on(seconds=60)
    limiter.count(twice, "2001:db8::")


async def test_a_caller_is_who_the_own_proxy_says_and_not_who_they_say_themselves(office: Office) -> None:
    caller, told = office.browser(), []
    for number in range(130):
        invented = [("X-Forwarded-For", f"203.0.113.{number}"), ("X-Forwarded-For", "198.51.100.7")]
        told.append((await caller.get("/S/AAAA" + "A" * 80, headers=invented)).status)
    assert told[0] == 200
    assert told[-1] == 429
    elsewhere = await caller.get("/S/AAAA" + "A" * 80, headers={"X-Forwarded-For": "198.51.100.8"})
    assert elsewhere.status == 200
