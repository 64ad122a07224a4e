"""Signing in over HTTP: bound to one browser, useless in another, closed to forged forms, and two factors deep."""

import re

from tests import cast
from tests.web.conftest import Client, Office, the_application
from web.middlewares.csrf import FIELD, token_of

EN = {"Accept-Language": "en"}
LOGIN = "mashang-login"


def cookie(client: Client, name: str = "mashang") -> str:
    return next((one.value for one in client.session.cookie_jar if one.key == name), "")


def fields(client: Client, **more: str) -> dict[str, str]:
    """A form of a page that was made for a browser which is not in yet."""
    return {FIELD: token_of(cookie(client, LOGIN)), **more}


async def begun(office: Office) -> tuple[Client, str]:
    """A browser that shows a code, and the code."""
    client = office.browser()
    answer = await client.post("/login", allow_redirects=False)
    assert answer.headers["Location"] == "/login/code"
    page = await (await client.get("/login/code", headers=EN)).text()
    (code,) = set(re.findall(r"<span>([0-9A-Z]{4}-[0-9A-Z]{4})</span>", page))
    return client, code


async def confirmed(office: Office, code: str, who: tuple[str, str | None] = cast.APPROVER, *, yes: bool = True) -> None:
    logins, by = office.town.house.services.logins, await office.town.actor(who)
    await logins.answer((await logins.ask(code, by=by)).id, yes=yes, by=by)


def secret_on(page: str) -> bytes:
    from base64 import b32decode

    (words,) = re.findall(r"<code class=\"login-key\"[^>]*>([A-Z2-7 ]+)</code>", page)
    return b32decode(words.replace(" ", ""))


async def enrolled(office: Office, client: Client) -> str:
    """The first time: the secret that the page shows goes into an app, and its digits open the session."""
    page = await (await client.get("/login/code", headers=EN)).text()
    office.apps.secrets[cast.APPROVER[0]] = secret_on(page)
    answer = await client.post("/login/authenticator", data=fields(client, code=office.apps.digits(cast.APPROVER)), headers=EN)
    assert answer.status == 200
    return await answer.text()


async def test_looking_at_the_page_begins_nothing(office: Office) -> None:
    client = office.browser()
    for path in ("/login", "/login/code", "/login/digits", "/login/authenticator"):
        answer = await client.get(path)
        assert (answer.status, answer.url.path) == (200, "/login")
        assert "Set-Cookie" not in answer.headers
    assert await (await client.get("/login/state")).json() == {"state": "over"}


async def test_from_the_code_to_the_console_and_back_again(office: Office) -> None:
    client, code = await begun(office)
    assert await (await client.get("/login/state")).json() == {"state": "waiting"}
    assert (await client.get("/console/approvals")).status == 403
    await confirmed(office, code)
    assert await (await client.get("/login/state")).json() == {"state": "confirmed"}
    page = await enrolled(office, client)
    assert len(re.findall(r"<code translate=\"no\">[0-9A-Z]{5}-[0-9A-Z]{5}</code>", page)) == 10
    assert (await client.get("/console/approvals")).status == 200
    assert not cookie(client, LOGIN)
    second, code = await begun(office)
    await confirmed(office, code)
    assert (await second.get("/login/code")).url.path == "/login/digits"
    wrong = await second.post("/login/digits", data=fields(second, code="12345"), headers=EN)
    assert (wrong.status, "not right" in await wrong.text()) == (422, True)
    used = await second.post("/login/digits", data=fields(second, code=office.apps.digits(cast.APPROVER)), headers=EN)
    assert (used.status, "used already" in await used.text()) == (409, True)
    done = await second.post("/login/digits", data=fields(second, code=office.apps.next_digits(cast.APPROVER)), allow_redirects=False)
    assert (done.status, done.headers["Location"]) == (303, "/board")
    assert all(part in done.headers.getall("Set-Cookie")[-1] for part in ("mashang=", "HttpOnly", "SameSite=Lax", "Path=/"))


async def test_a_confirmed_code_is_useless_in_another_browser(office: Office) -> None:
    _, code = await begun(office)
    thief, _ = await begun(office)
    await confirmed(office, code)
    assert await (await thief.get("/login/state")).json() == {"state": "waiting"}
    answer = await thief.post("/login/authenticator", data=fields(thief, code="123456"), allow_redirects=False)
    assert answer.status == 403
    assert not cookie(thief)


async def test_a_no_in_chat_is_said_on_the_page(office: Office) -> None:
    client, code = await begun(office)
    await confirmed(office, code, yes=False)
    assert "not me" in await (await client.get("/login/code", headers=EN)).text()
    assert (await client.post("/login/digits", data=fields(client, code="123456"), allow_redirects=False)).status == 410


async def test_a_form_of_another_website_or_without_the_token_goes_nowhere(office: Office) -> None:
    client, code = await begun(office)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await client.post("/login", headers=headers, allow_redirects=False)).status == 403
        assert (await client.post("/login/digits", data=fields(client, code="1"), headers=headers, allow_redirects=False)).status == 403
    await confirmed(office, code)
    for data in ({"code": "123456"}, {FIELD: "0" * 64, "code": "123456"}, {FIELD: token_of("")}):
        assert (await client.post("/login/authenticator", data=data, allow_redirects=False)).status == 403
    bare = await office.program().post("/login", allow_redirects=False)
    assert bare.status == 403


async def test_the_cookie_of_an_attackers_login_does_not_sign_anybody_in_there(office: Office) -> None:
    """Login CSRF: a page that puts its own pre-login cookie into a victim's browser still lacks that cookie's token on a page of ours."""
    mallory, code = await begun(office)
    await confirmed(office, code)
    victim = office.browser()
    victim.session.cookie_jar.update_cookies({LOGIN: cookie(mallory, LOGIN)}, office.server.make_url("/"))
    answer = await victim.post("/login/authenticator", data={"code": "123456"}, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False)
    assert answer.status == 403
    assert not cookie(victim)


async def test_signing_in_again_ends_the_session_that_the_browser_had(office: Office) -> None:
    client = await office.sign_in_with_digits(cast.APPROVER)
    before = cookie(client)
    await client.post("/login", allow_redirects=False)
    page = await (await client.get("/login/code", headers=EN)).text()
    (code,) = set(re.findall(r"<span>([0-9A-Z]{4}-[0-9A-Z]{4})</span>", page))
    await confirmed(office, code)
    await client.post("/login/digits", data=fields(client, code=office.apps.next_digits(cast.APPROVER)), allow_redirects=False)
    assert cookie(client) != before
    assert (await office.browser().get("/board", headers={"Cookie": f"mashang={before}"})).status == 403


async def test_over_https_both_cookies_are_bound_to_this_host(office: Office) -> None:
    from aiohttp.test_utils import TestClient, TestServer

    server = TestServer(the_application(office.town, secure=True))
    async with server, TestClient(server, headers={"Origin": "https://ls.example.org"}) as client:
        answer = await client.post("/login", allow_redirects=False)
        (set_cookie,) = answer.headers.getall("Set-Cookie")
        assert set_cookie.startswith("__Host-mashang-login=")
        assert all(part in set_cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
        assert "Domain" not in set_cookie
        opened = await office.apps.sign_in(cast.APPROVER)
        from domain.access import Role
        from services.actors import Actor

        person = (await office.town.person(cast.APPROVER[0])).id
        await office.town.house.services.grants.give(person, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
        renewed = await client.get("/board", headers={"Cookie": f"__Host-mashang={opened.secret}"}, allow_redirects=False)
        (set_cookie,) = renewed.headers.getall("Set-Cookie")
        assert set_cookie.startswith("__Host-mashang=")
        assert opened.secret not in set_cookie
        assert all(part in set_cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
