"""Figures are read from this machine or with the token; to anybody else there is no such page. No label tells of a person or an address."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer

from app.figures import PrometheusFigures
from tests import cast
from tests.houses import Town
from tests.web.conftest import WEBHOOK, Client, Office, the_application
from web.application import side_door
from web.keys import FIGURES, SITE, TABLE
from web.routing import Open

TOKEN = "a-token-of-enough-letters"
BEHIND_A_PROXY = {"X-Forwarded-For": "127.0.0.1"}


@pytest.fixture
async def watched(town: Town) -> AsyncIterator[Client]:
    """A client of the application, as a proxy on the same machine sees it."""
    figures = PrometheusFigures(version="1", parts=["web"])
    app = the_application(town)
    app[SITE] = replace(app[SITE], metrics=figures.page, metrics_token=TOKEN, late=lambda: ["disk"])
    app[FIGURES] = figures
    async with TestClient(TestServer(app)) as client:
        yield client


async def page(client: Client, **headers: str) -> str:
    answer = await client.get("/metrics", headers=headers)
    assert answer.status == 200
    return await answer.text()


async def test_whoever_asks_from_the_machine_itself_reads_the_figures(watched: Client) -> None:
    answer = await watched.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'mashang_build{parts="web",version="1"} 1.0' in await answer.text()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_through_a_proxy_there_is_no_such_page(watched: Client, header: str) -> None:
    answer = await watched.get("/metrics", headers={header: "127.0.0.1", "Accept-Language": "en"})
    unknown = await watched.get("/nowhere", headers={header: "127.0.0.1", "Accept-Language": "en"})
    assert (answer.status, unknown.status) == (404, 404)
    assert "There is no such page." in await answer.text()
    assert "mashang_" not in await answer.text()


async def test_through_a_proxy_the_token_opens_it_and_no_other_does(watched: Client) -> None:
    assert "mashang_build" in await page(watched, Authorization=f"Bearer {TOKEN}", **BEHIND_A_PROXY)
    for said in ("", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"bearer {TOKEN}", TOKEN, "Bearer 秘密"):
        answer = await watched.get("/metrics", headers={"Authorization": said.encode().decode("latin-1"), **BEHIND_A_PROXY})
        assert answer.status == 404, said


async def test_without_a_token_of_ours_none_opens_it(town: Town) -> None:
    app = the_application(town)
    app[SITE] = replace(app[SITE], metrics=lambda: b"secret")
    async with TestClient(TestServer(app)) as client:
        for said in ("Bearer None", "Bearer ", "Bearer"):
            assert (await client.get("/metrics", headers={"Authorization": said, **BEHIND_A_PROXY})).status == 404


async def test_requests_are_counted_by_template_and_never_by_address(watched: Client) -> None:
    await watched.get("/S/2RQ6CAI7BKSD4GQ")
    await watched.get("/nowhere/13905780011")
    await watched.get(f"/board/{cast.VILLAGE.code}")
    await watched.post(WEBHOOK, json={})
    await watched.request("PROPFIND", "/")
    text = await page(watched)
    assert 'mashang_http_requests_total{method="GET",route="none",status="404"}' in text
    assert 'method="other"' in text
    assert 'mashang_http_requests_total{method="POST",route="/telegram",status="403"} 1.0' in text
    assert 'mashang_refusals_total{code="wrong_secret",entrance="web"} 1.0' in text
    assert not [secret for secret in ("2RQ6CAI7", "13905780011", WEBHOOK, "PROPFIND", cast.VILLAGE.code) if secret in text]


async def test_every_route_of_the_figures_is_a_template_or_none(watched: Client) -> None:
    assert watched.app is not None
    templates = {route.path for route in watched.app[TABLE].values()} - {WEBHOOK} | {"none", "/telegram"}
    for path in ("/", "/S/x", "/healthz", "/live/board/1", "/static/0/style.css", "/board/enter/x"):
        await watched.get(path)
    counted = re.findall(r'mashang_http_requests_total\{method="\w+",route="([^"]*)"', (await page(watched)).replace("\\\\", "\\"))
    assert {"/", "none", "/healthz"} <= set(counted) <= templates


async def test_what_is_late_is_said_beside_ready_and_does_not_make_it_unready(watched: Client) -> None:
    answer = await watched.get("/readyz")
    assert answer.status == 200
    assert await answer.json() == {"ready": True, "missing": [], "degraded": [], "late": ["disk"]}
    told = await watched.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}", **BEHIND_A_PROXY})
    assert (await told.json())["late"] == ["disk"]
    anybody = await watched.get("/readyz", headers=BEHIND_A_PROXY)
    assert await anybody.json() == {"ready": True, "missing": [], "degraded": []}


async def test_the_side_door_has_health_and_figures_and_nothing_else(office: Office) -> None:
    house, figures = office.town.house, PrometheusFigures(version="1")
    site = replace(office.server.app[SITE], metrics=figures.page)
    app = side_door(catalogues=house.catalogues, clock=office.town.clock, site=site, figures=figures)
    assert {(route.path, route.may) for route in app[TABLE].values()} == {(path, Open.EVERYBODY) for path in ("/healthz", "/readyz", "/metrics")}
    async with TestClient(TestServer(app)) as client:
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/", 404), ("/board", 404), (WEBHOOK, 404)):
            assert (await client.get(path)).status == status, path
