"""Sites on our own pages: the poster's page says what to do; a headcount is for who may muster, masked, with the doubtful ones apart."""

import pytest

from domain.access import Role
from services.actors import Actor
from tests import cast
from tests.gatehouse import FIRM, MANAGER, NO_PHONE, QUARRY, TRAINED, YARD, Gatehouse, a_gatehouse
from tests.web.conftest import Office

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
async def gate(office: Office) -> Gatehouse:
    return await a_gatehouse(office.town)


@pytest.mark.parametrize(("language", "word"), [("en", "Going in or out"), ("zh-CN", "进场和离场")])
async def test_the_page_behind_a_poster_says_what_it_is_and_how_to_check_in(office: Office, gate: Gatehouse, language: str, word: str) -> None:
    card = await gate.card(gate.yard)
    await gate.attempt(await gate.worker(TRAINED), "1")
    for code in (card.code.token, card.short):
        answer = await office.browser().get(f"/S/{code}", headers={"Accept-Language": language})
        page = await answer.text()
        assert answer.status == 200
        assert word in page and YARD in page and FIRM in page
        assert TRAINED[0] not in page and MANAGER[0] not in page


async def test_a_withdrawn_poster_says_that_there_is_a_new_one(office: Office, gate: Gatehouse) -> None:
    card = await gate.card(gate.yard)
    await office.town.house.services.codes.revoke(card.short, by=await office.town.actor(cast.OFFICER))
    page = await (await office.browser().get(f"/S/{card.short}", headers=ENGLISH)).text()
    assert "out of date" in page and "Valid<" not in page


async def test_a_manager_comes_to_the_headcount_and_sees_masked_names(office: Office, gate: Gatehouse) -> None:
    for who in (TRAINED, NO_PHONE):
        await gate.attempt(await gate.worker(who), who[0])
    gate.town.clock.go_on(hours=1)
    await gate.attempt(await gate.worker(TRAINED), "elsewhere", site=gate.quarry)
    manager = await office.sign_in(MANAGER)
    page = await (await manager.get("/sites", headers=ENGLISH)).text()
    assert YARD in page and QUARRY in page and "Inside: 1" in page
    page = await (await manager.get(f"/sites/{gate.yard.id}", headers=ENGLISH)).text()
    assert "无*工" in page and "叶*国" in page
    assert NO_PHONE[0] not in page and TRAINED[0] not in page
    assert "Left, not scanned: 1" in page and "Checked in elsewhere today" in page


async def test_stays_that_ended_by_themselves_stand_apart(office: Office, gate: Gatehouse) -> None:
    await gate.attempt(await gate.worker(NO_PHONE), "1")
    for hours in (11, 1):
        gate.town.clock.go_on(hours=hours)
        await office.town.house.services.presence.look_after()
    officer = await office.sign_in(cast.OFFICER)
    page = await (await officer.get(f"/sites/{gate.yard.id}", headers=ENGLISH)).text()
    assert "Ended automatically today" in page and "Nobody is inside." in page and "无*工" in page


async def test_who_may_not_muster_there_sees_nobody(office: Office, gate: Gatehouse) -> None:
    await gate.attempt(await gate.worker(NO_PHONE), "1")
    warden, other, stranger = await office.sign_in(cast.WARDEN), await office.sign_in(cast.OTHER_OFFICER), office.browser()
    for browser in (warden, other, stranger):
        for path in ("/sites", f"/sites/{gate.yard.id}", "/sites/nonsense", "/sites/00000000-0000-0000-0000-000000000001"):
            answer = await browser.get(path, headers=ENGLISH)
            assert answer.status in ((200, 403, 404) if browser is other and path == "/sites" else (403, 404)), path
            text = await answer.text()
            assert "无*工" not in text and YARD not in text


async def test_who_only_counts_at_a_gate_is_led_to_the_sites(office: Office, gate: Gatehouse) -> None:
    person = await office.town.person(cast.GRANNY_HU[0])
    await office.town.house.services.grants.give(person.id, Role.SAFETY_OFFICER, by=Actor.operator(), place=gate.yard.id)
    granny = office.browser()
    ticket = await office.town.house.services.sessions.ticket(by=await office.town.actor(cast.GRANNY_HU))
    answer = await granny.post(f"/board/enter/{ticket}", allow_redirects=False)
    assert answer.headers["Location"] == "/sites"
    page = await (await granny.get("/sites", headers=ENGLISH)).text()
    assert YARD in page and QUARRY not in page and 'href="/board"' not in page
    assert (await granny.get(f"/sites/{gate.quarry.id}")).status == 404
