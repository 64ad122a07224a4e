"""Six digits before what is dangerous; one's own sessions, listed and ended; an app replaced."""

import re
from base64 import b32decode

import pytest
from aiohttp import web

from domain.access import Role
from domain.authenticators import digits_at, step_of
from services.actors import Actor
from tests import cast
from tests.web.conftest import Office
from tests.web.test_logins import EN, cookie
from web.routing import Open, Route

HERE = "/console/security"


async def test_a_route_that_asks_for_digits_needs_a_session() -> None:
    async def nothing(_: web.Request) -> web.Response:
        return web.Response()

    for may in (Open.EVERYBODY, Open.LOGIN):
        with pytest.raises(TypeError, match="no session"):
            Route("POST", "/x", nothing, may, fresh=True)


async def test_a_link_from_chat_sees_and_does_nothing_dangerous(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    assert (await officer.get("/board")).status == 200
    answer = await officer.get(f"{HERE}/authenticator", headers=EN)
    assert answer.status == 403
    assert "you have none yet" in await answer.text()


async def test_five_minutes_after_the_digits_they_are_asked_for_again_and_lead_back(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    assert (await approver.get(f"{HERE}/authenticator")).status == 200
    office.town.clock.go_on(minutes=5)
    asked = await approver.get(f"{HERE}/authenticator?x=1", headers=EN)
    page = await asked.text()
    assert (asked.status, 'autocomplete="one-time-code"' in page, f'name="back" value="{HERE}/authenticator?x=1"' in page) == (403, True, True)
    before = cookie(approver)
    form = office.form(approver, code=office.apps.digits(cast.APPROVER), back=f"{HERE}/authenticator?x=1")
    done = await approver.post(f"{HERE}/digits", data=form, allow_redirects=False)
    assert (done.status, done.headers["Location"]) == (303, f"{HERE}/authenticator?x=1")
    assert cookie(approver) != before
    assert (await approver.get(f"{HERE}/authenticator")).status == 200


async def test_a_form_that_was_stopped_keeps_what_was_typed_and_waits_for_the_persons_own_tap(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    draft = await a_draft(office)
    path = f"/console/approvals/orders/{draft}"
    office.town.clock.go_on(minutes=5)
    stopped = await approver.post(f"{path}/reject", data=office.form(approver, reason="桥已断"), headers={**EN, "Referer": str(office.server.make_url(path))})
    page = await stopped.text()
    assert (stopped.status, "Nothing was done yet" in page, f'name="back" value="{path}"' in page) == (403, True, True)
    typed = re.findall(r'name="typed" value="([^"]*)"', page)[0].replace("&#34;", '"')
    form = office.form(approver, code=office.apps.digits(cast.APPROVER), back=path, again=f"{path}/reject", typed=typed)
    again = await approver.post(f"{HERE}/digits", data=form, headers=EN)
    page = await again.text()
    assert (again.status, 'name="reason" value="桥已断"' in page, f'action="{path}/reject"' in page) == (200, True, True)
    assert await states(office) == ["draft"]
    assert (await approver.post(f"{path}/reject", data=office.form(approver, reason="桥已断"), allow_redirects=False)).status == 303
    assert await states(office) == ["closed"]


async def test_the_way_back_leads_to_no_other_website(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    for back, again in (("https://evil.example/", ""), ("//evil.example", ""), ("/board", "//evil.example/x")):
        form = office.form(approver, code=office.apps.next_digits(cast.APPROVER), back=back, again=again, typed="{}")
        done = await approver.post(f"{HERE}/digits", data=form, allow_redirects=False)
        assert (done.status, done.headers["Location"]) == (303, "/board")
    form = office.form(approver, code=office.apps.next_digits(cast.APPROVER), back="/board", again="/x", typed="[1]")
    assert (await approver.post(f"{HERE}/digits", data=form, allow_redirects=False)).status == 422


async def test_five_wrong_digits_lock(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    statuses = [(await approver.post(f"{HERE}/digits", data=office.form(approver, code="12345"), headers=EN)).status for _ in range(6)]
    assert statuses == [422, 422, 422, 422, 429, 429]


async def test_ones_sessions_are_listed_ended_and_refused_from_then_on(office: Office) -> None:
    here, there = [await office.sign_in_with_digits(cast.APPROVER) for _ in range(2)]
    page = await (await here.get(HERE, headers=EN)).text()
    assert page.count("Firefox · Linux") == 2
    assert "chat and six digits" in page
    (other,) = re.findall(r'name="session" value="([^"]+)"', page)
    assert (await here.post(f"{HERE}/end", data=office.form(here, session=other), allow_redirects=False)).status == 303
    assert (await there.get("/board")).status == 403
    assert (await here.post(f"{HERE}/end", data=office.form(here, session=other), allow_redirects=False)).status == 404
    assert (await here.post(f"{HERE}/end", data=office.form(here, session="x"), allow_redirects=False)).status == 404
    third = await office.sign_in(cast.APPROVER)
    assert (await here.post(f"{HERE}/end-others", data=office.form(here), allow_redirects=False)).status == 303
    assert (await third.get("/board")).status == 403
    assert (await here.get("/board")).status == 200


async def test_nobody_ends_a_session_of_somebody_else(office: Office) -> None:
    approver, officer = await office.sign_in_with_digits(cast.APPROVER), await office.sign_in(cast.OFFICER)
    theirs = (await office.town.house.services.sessions.mine(by=await office.town.actor(cast.APPROVER)))[0].id
    assert (await officer.post(f"{HERE}/end", data=office.form(officer, session=str(theirs)), allow_redirects=False)).status == 404
    assert (await approver.get("/board")).status == 200


async def test_another_app_takes_the_place_of_the_first_and_new_codes_of_the_old(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    page = await (await approver.get(f"{HERE}/authenticator", headers=EN)).text()
    (words,) = re.findall(r"<code class=\"login-key\"[^>]*>([A-Z2-7 ]+)</code>", page)
    secret, before = b32decode(words.replace(" ", "")), cookie(approver)
    wrong = await approver.post(f"{HERE}/authenticator", data=office.form(approver, code="000"), headers=EN)
    assert (wrong.status, words in await wrong.text()) == (422, True)
    digits = digits_at(secret, step_of(office.town.clock.now()))
    done = await approver.post(f"{HERE}/authenticator", data=office.form(approver, code=digits), headers=EN)
    assert (done.status, cookie(approver) != before) == (200, True)
    assert "-" in re.findall(r"<code translate=\"no\">([^<]+)</code>", await done.text())[0]
    old = office.apps.next_digits(cast.APPROVER)
    assert (await approver.post(f"{HERE}/digits", data=office.form(approver, code=old), allow_redirects=False)).status == 422
    codes = await approver.post(f"{HERE}/codes", data=office.form(approver), headers=EN)
    assert len(re.findall(r"<code translate=\"no\">", await codes.text())) == 10


async def test_signing_out_clears_what_the_browser_kept(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    left = await approver.post("/logout", data=office.form(approver), allow_redirects=False)
    assert '"storage"' in left.headers["Clear-Site-Data"]
    assert (await approver.get("/board")).status == 403


async def test_a_changed_role_brings_a_new_secret_with_whatever_is_answered(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    before, person = cookie(approver), (await office.town.person(cast.APPROVER[0])).id
    await office.town.house.services.grants.give(person, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
    assert (await approver.get("/board/nowhere")).status == 404
    assert cookie(approver) != before
    page = await (await approver.get(HERE)).text()
    assert office.form(approver)["token"] in page
    office.town.clock.go_on(seconds=10)
    assert (await office.browser().get("/board", headers={"Cookie": f"mashang={before}"})).status == 403
    assert (await approver.get("/board")).status == 200


async def test_a_board_on_the_wall_goes_on_when_the_secret_changes_and_counts_as_use(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    order = await office.town.order()
    async with approver.get(f"/live/board/{order.id}") as stream:
        await stream.content.readuntil(b"event: board")
        for _ in range(3):
            office.town.clock.go_on(minutes=29)
            office.town.house.wakeups.publish("board")
            await stream.content.readuntil(b"event: board")
        form = office.form(approver, code=office.apps.digits(cast.APPROVER), back="/board")
        assert (await approver.post(f"{HERE}/digits", data=form, allow_redirects=False)).status == 303
        office.town.clock.go_on(minutes=1)
        office.town.house.wakeups.publish("board")
        assert b"end" not in await stream.content.readuntil(b"event: board")


async def test_a_removed_role_ends_the_session_with_a_sentence_and_a_row(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    for grant in (await office.town.actor(cast.APPROVER)).grants:
        await office.town.house.services.grants.revoke(grant.id, by=Actor.operator())
    answer = await approver.get("/board", headers=EN)
    assert (answer.status, "no role any more" in await answer.text()) == (403, True)
    async with office.town.house.works.read() as work:
        assert "sessions.roles_gone" in [row.action for row, _ in await work.audit.all()]


async def test_a_request_of_a_script_is_refused_with_a_code_and_not_with_a_form(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    office.town.clock.go_on(minutes=5)
    answer = await approver.post(f"{HERE}/codes", headers={**EN, "X-CSRF-Token": office.form(approver)["token"]})
    page = await answer.text()
    assert (answer.status, "six_digits_wanted" in page, "one-time-code" in page) == (403, True, False)


async def test_a_forged_request_is_refused_said_and_recorded(office: Office) -> None:
    approver = await office.sign_in_with_digits(cast.APPROVER)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        forged = await approver.post(f"{HERE}/end-others", data=office.form(approver), headers={**EN, **headers})
        assert (forged.status, "another website" in await forged.text()) == (403, True)
    assert (await approver.post(f"{HERE}/end-others", data={"token": "0" * 64})).status == 403
    async with office.town.house.works.read() as work:
        rows = [row for row, _ in await work.audit.all() if row.action == "sessions.forged"]
    assert [row.facts["path"] for row in rows] == [f"{HERE}/end-others"] * 3
    assert {row.actor for row in rows} == {(await office.town.person(cast.APPROVER[0])).id}


async def a_draft(office: Office) -> str:
    from domain.evacuations import Destination

    where = Destination(office.town.hall, "平乐村文化礼堂", "沿村道向东")
    drafter = await office.town.actor(cast.OFFICER)
    return str((await office.town.house.services.evacuations.draft([cast.VILLAGE.code], where, by=drafter, key="draft")).id)


async def states(office: Office) -> list[str]:
    async with office.town.house.works.read() as work:
        return [order.state.value for order in await work.orders.all()]

