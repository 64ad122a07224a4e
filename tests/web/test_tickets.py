"""A link from chat: a preview may fetch it, a tap spends it, once."""

from tests import cast
from tests.web.conftest import Office


async def ticket(office: Office, who: tuple[str, str | None] = cast.OFFICER) -> str:
    return await office.town.house.services.sessions.ticket(by=await office.town.actor(who))


async def test_a_link_is_not_spent_by_looking_at_it(office: Office) -> None:
    secret, preview = await ticket(office), office.browser()
    for _ in range(3):
        page = await preview.get(f"/board/enter/{secret}")
        assert page.status == 200
        assert "Set-Cookie" not in page.headers
        assert (await preview.head(f"/board/enter/{secret}")).status == 200
    answer = await office.browser().post(f"/board/enter/{secret}", allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/board"


async def test_a_link_opens_one_session_and_no_second(office: Office) -> None:
    secret, officer = await ticket(office), office.browser()
    first = await officer.post(f"/board/enter/{secret}", allow_redirects=False)
    assert all(part in first.headers["Set-Cookie"] for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert (await officer.get("/board")).status == 200
    thief = office.browser()
    second = await thief.post(f"/board/enter/{secret}", allow_redirects=False)
    assert second.status == 410
    assert "Set-Cookie" not in second.headers
    assert (await thief.get("/board")).status == 403


async def test_an_old_link_opens_nothing(office: Office) -> None:
    secret = await ticket(office)
    office.town.clock.go_on(minutes=2)
    assert (await office.browser().post(f"/board/enter/{secret}", allow_redirects=False)).status == 410
    assert (await office.browser().post("/board/enter/" + "A" * 43, allow_redirects=False)).status == 410


async def test_a_form_of_another_website_signs_nobody_in(office: Office) -> None:
    secret, officer = await ticket(office), office.browser()
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert (await officer.post(f"/board/enter/{secret}", headers=headers, allow_redirects=False)).status == 403
    bare = await office.program().post(f"/board/enter/{secret}", allow_redirects=False)
    assert bare.status == 403
    assert (await officer.post(f"/board/enter/{secret}", headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False)).status == 303


async def test_signing_out_ends_the_session_and_needs_the_pages_token(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    cookie = next(cookie.value for cookie in officer.session.cookie_jar)
    assert (await officer.post("/logout", allow_redirects=False)).status == 403
    assert (await officer.post("/logout", data={"token": "0" * 64}, allow_redirects=False)).status == 403
    left = await officer.post("/logout", data=office.form(officer), allow_redirects=False)
    assert left.status == 303
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    kept = await office.browser().get("/board", headers={"Cookie": f"mashang={cookie}"})
    assert kept.status == 403


async def test_a_session_ends_when_nobody_used_it_for_half_an_hour(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    office.town.clock.go_on(minutes=20)
    assert (await officer.get("/board")).status == 200
    office.town.clock.go_on(minutes=29)
    assert (await officer.get("/board")).status == 200
    office.town.clock.go_on(minutes=31)
    assert (await officer.get("/board")).status == 403


async def test_a_new_link_ends_the_session_that_the_browser_had(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    before = next(cookie.value for cookie in officer.session.cookie_jar)
    await officer.post(f"/board/enter/{await ticket(office)}", allow_redirects=False)
    assert next(cookie.value for cookie in officer.session.cookie_jar) != before
    assert (await office.browser().get("/board", headers={"Cookie": f"mashang={before}"})).status == 403


async def test_every_page_of_an_official_leads_to_the_others_and_a_stranger_sees_no_way_in(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    for path in ("/board?all=1", "/reports", "/notices"):
        page = await (await officer.get(path)).text()
        for other in ("/board", "/reports", "/notices"):
            assert f'href="{other}"' in page, (path, other)
        assert f'href="{path.partition("?")[0]}" aria-current="page"' in page
    assert '<nav class="rooms' not in await (await office.browser().get("/")).text()
