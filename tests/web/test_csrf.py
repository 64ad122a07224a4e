"""Whoever wants something changed comes from our own page: a forged, foreign, empty or missing origin, and a foreign token, change nothing."""

import sqlite3
from collections.abc import Mapping

import pytest
from aiohttp.test_utils import TestServer

from tests import cast
from tests.houses import Town
from tests.web.conftest import Office, the_application
from tests.web.pages import PAGES, a_scene
from tests.web.test_reports import reported
from web.keys import TABLE
from web.middlewares.csrf import FIELD, HEADER, token_of
from web.routing import Open

FOREIGN: Mapping[str, dict[str, str]] = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "another site, and an old browser": {"Origin": "https://evil.example"},
    "a forged origin beside a browser's own word": {"Origin": "{ours}", "Sec-Fetch-Site": "cross-site"},
    "a browser's word beside a foreign origin": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    "a neighbour under the same name": {"Origin": "https://other.ls.example.org", "Sec-Fetch-Site": "same-site"},
    "the same host at another port": {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"},
    "our name in front of theirs": {"Origin": "https://ls.example.org.evil.example"},
    "our name as a password": {"Origin": "https://ls.example.org@evil.example"},
    "a page without an origin": {"Origin": "null"},
    "a page without an origin that claims to be ours": {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    "an empty origin": {"Origin": ""},
    "nothing at all": {},
}
OURS: Mapping[str, dict[str, str]] = {
    "our page": {"Origin": "{ours}", "Sec-Fetch-Site": "same-origin"},
    "our page in an old browser": {"Origin": "{ours}"},
    "our page in a browser that sends no origin": {"Sec-Fetch-Site": "same-origin"},
    "the office's public address behind a proxy": {"Origin": "https://ls.example.org", "Sec-Fetch-Site": "same-origin"},
}


def headers(office: Office, given: Mapping[str, str]) -> dict[str, str]:
    ours = str(office.server.make_url("/").origin())
    return {name: value.format(ours=ours) for name, value in given.items()}


def rows(town: Town) -> dict[str, int]:
    """How many rows each table holds; the log of who was refused what is another matter."""
    path = town.house.settings.database.removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        tables = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'") if not name.startswith(("audit", "refus"))]
        found = {table: base.execute(f"select count(*) from {table}").fetchone()[0] for table in tables}
    base.close()
    return found


async def cookie(office: Office, who: tuple[str, str | None]) -> str:
    client = await office.sign_in(who)
    return next(cookie.value for cookie in client.session.cookie_jar if cookie.key == "mashang")


@pytest.mark.parametrize("given", FOREIGN.values(), ids=list(FOREIGN))
async def test_a_foreign_page_changes_nothing_even_with_cookie_and_token(office: Office, given: dict[str, str]) -> None:
    report, secret = await reported(office.town, await office.town.actor(cast.LIN)), await cookie(office, cast.OFFICER)
    before = rows(office.town)
    sent = {**headers(office, given), "Cookie": f"mashang={secret}", HEADER: token_of(secret)}
    answer = await office.program().post(f"/reports/{report.number}/verify", data={FIELD: token_of(secret)}, headers=sent, allow_redirects=False)
    assert answer.status == 403
    assert "not_from_here" in await answer.text()
    assert rows(office.town) == before
    for path in ("/language", "/text-size", "/S/AAAA/report"):
        assert (await office.program().post(path, data={"language": "en"}, headers=headers(office, given), allow_redirects=False)).status == 403, path


@pytest.mark.parametrize("given", OURS.values(), ids=list(OURS))
async def test_our_own_page_is_believed_with_its_token_in_the_form_or_in_a_header(office: Office, given: dict[str, str]) -> None:
    secret = await cookie(office, cast.OFFICER)
    for number, (form, header) in enumerate((({FIELD: token_of(secret)}, {}), ({}, {HEADER: token_of(secret)}))):
        report = await reported(office.town, await office.town.actor(cast.LIN), key=f"r{number}")
        sent = {**headers(office, given), "Cookie": f"mashang={secret}", **header}
        answer = await office.program().post(f"/reports/{report.number}/verify", data=form, headers=sent, allow_redirects=False)
        assert answer.status == 303, await answer.text()


async def test_without_a_token_or_with_that_of_another_session_nothing_is_done(office: Office) -> None:
    report, secret = await reported(office.town, await office.town.actor(cast.LIN)), await cookie(office, cast.OFFICER)
    others = [await cookie(office, cast.OFFICER), await cookie(office, cast.APPROVER)]
    before = rows(office.town)
    for token in ("", "0" * 64, token_of(secret)[:-1], token_of(secret).upper() + "x", *map(token_of, others)):
        for form, header in (({FIELD: token}, {}), ({}, {HEADER: token})):
            sent = {**headers(office, OURS["our page"]), "Cookie": f"mashang={secret}", **header}
            answer = await office.program().post(f"/reports/{report.number}/verify", data=form, headers=sent, allow_redirects=False)
            assert answer.status == 403, token
    assert rows(office.town) == before


async def test_over_https_an_unencrypted_page_of_the_same_name_is_not_ours(town: Town) -> None:
    server = TestServer(the_application(town, secure=True))
    async with server:
        office = Office(town, server)
        for origin, status in (("http://ls.example.org", 403), ("https://ls.example.org", 303)):
            answer = await office.program().post("/language", data={"language": "en"}, headers={"Origin": origin}, allow_redirects=False)
            assert answer.status == status, origin
        await office.close()


async def test_every_route_that_changes_something_asks_where_the_request_comes_from(office: Office) -> None:
    """But for machines, which bring a secret of their own."""
    changing = [route for route in office.server.app[TABLE].values() if route.method not in ("GET", "HEAD")]
    assert changing
    for route in changing:
        if not route.machine:
            answer = await office.program().request(route.method, address(route.path), headers=headers(office, FOREIGN["another site"]), allow_redirects=False)
            assert answer.status == 403, route
    assert all(route.may is Open.EVERYBODY for route in changing if route.machine)


def address(path: str) -> str:
    """A path that fits a route's pattern; that nothing is behind it does not matter before the origin is believed."""
    sample = {"ticket": "A" * 43, "number": "R-0725-0001"}
    parts = [sample.get(part.strip("{}").partition(":")[0], "1") if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


async def test_opening_every_page_changes_nothing(office: Office) -> None:
    scene = await a_scene(office)
    visits = [visit for visits in PAGES.values() for visit in visits(scene)]
    for who, _ in visits:
        if who:
            await scene.cookie(who)
    before = rows(office.town)
    for who, path in visits:
        sent = {"Cookie": f"mashang={scene.cookies[who]}"} if who else {}
        for method in ("GET", "HEAD"):
            assert (await office.program().request(method, path, headers=sent)).status < 500
    assert rows(office.town) == before
