"""Codes on our own pages: counts first seen by a second person, forms with a reason, and no name on the public page."""

from uuid import uuid4

import pytest

from domain.codes import CodeStatus, Holder
from domain.issuing import Why
from services.codes import Card
from tests import cast
from tests.relief import a_relief
from tests.web.conftest import Office

PAGE = "/console/codes"
VILLAGE = cast.VILLAGE.code


async def status(office: Office, short: str) -> CodeStatus:
    async with office.town.house.works.read() as work:
        return (await work.codes.with_short([short]))[short].status(now=office.town.clock.now())


async def card_of(office: Office, name: str) -> Card:
    town = office.town
    return await town.house.services.codes.of_person((await town.person(name)).id, by=await town.actor(cast.OFFICER))


async def test_an_officer_replaces_a_code_with_a_reason_and_not_without(office: Office) -> None:
    officer, card = await office.sign_in(cast.OFFICER), await card_of(office, "叶建国")
    refused = await officer.post(f"{PAGE}/replace", data=office.form(officer, short=card.short, reason=""))
    assert refused.status == 422
    assert await status(office, card.short) is CodeStatus.LIVE
    done = await officer.post(f"{PAGE}/replace", data=office.form(officer, short=card.short, reason="lost"))
    assert done.status in (200, 303)
    assert await status(office, card.short) is CodeStatus.REPLACED
    new = await card_of(office, "叶建国")
    await officer.post(f"{PAGE}/revoke", data=office.form(officer, short=new.short))
    assert await status(office, new.short) is CodeStatus.REVOKED


async def test_blank_cards_and_household_codes_are_issued_for_an_area(office: Office) -> None:
    officer = await office.sign_in(cast.OFFICER)
    assert (await officer.post(f"{PAGE}/blanks", data=office.form(officer, count="0", area=VILLAGE, reason="printed"))).status == 422
    await officer.post(f"{PAGE}/blanks", data=office.form(officer, count="3", area=VILLAGE, reason="printed"))
    await officer.post(f"{PAGE}/households", data=office.form(officer, area=VILLAGE, reason="printed"))
    lines = await office.town.house.services.issuing.listing(VILLAGE, by=await office.town.actor(cast.OFFICER))
    assert sum(line.code.holder is None for line in lines) == 3
    assert any(line.code.kind is Holder.HOUSEHOLD for line in lines)


async def test_a_button_pressed_twice_makes_one_lot_and_one_new_card(office: Office) -> None:
    officer, card = await office.sign_in(cast.OFFICER), await card_of(office, "叶建国")
    form = office.form(officer, count="3", area=VILLAGE, reason="printed", once="the same form")
    for _ in range(2):
        done = await officer.post(f"{PAGE}/blanks", data=form, allow_redirects=False)
        assert done.status == 303 and "made=3" in done.headers["Location"]
    lines = await office.town.house.services.issuing.listing(VILLAGE, by=await office.town.actor(cast.OFFICER))
    assert sum(line.code.holder is None for line in lines) == 3
    for _ in range(2):
        await officer.post(f"{PAGE}/replace", data=office.form(officer, short=card.short, reason="lost"))
    assert (await status(office, card.short), (await card_of(office, "叶建国")).code.reason) == (CodeStatus.REPLACED, "lost")
    async with office.town.house.works.read() as work:
        assert len(await work.audit.search(actions=["codes.replace"], most=5)) == 1


@pytest.mark.parametrize("area", ["99", cast.OTHER_VILLAGE.code, "<script>"])
async def test_a_mistaken_area_code_is_said_on_the_page_with_what_was_typed(office: Office, area: str) -> None:
    officer = await office.sign_in(cast.OFFICER)
    answer = await officer.post(f"{PAGE}/blanks", data=office.form(officer, count="7", area=area, reason="drill"))
    text = await answer.text()
    assert answer.status == 404 and 'role="alert"' in text and 'value="7"' in text and cast.COUNTY.code in text and "<script>" not in text
    searched = await officer.get(PAGE, params={"area": area})
    assert searched.status == 404 and 'role="alert"' in await searched.text()
    async with office.town.house.works.read() as work:
        assert await work.audit.search(actions=["access.refused"], most=5), "whoever asks elsewhere leaves a trace"


async def test_a_team_and_a_person_get_a_single_code_on_the_page(office: Office) -> None:
    officer, card = await office.sign_in(cast.OFFICER), await card_of(office, cast.KEEPER[0])
    team = {"kind": "team", "words": "雅溪镇救援队", "area": VILLAGE}
    assert (await officer.post(f"{PAGE}/one", data=office.form(officer, **team, reason=""))).status == 422
    done = await officer.post(f"{PAGE}/one", data=office.form(officer, **team, reason="new_person"))
    assert done.status == 200 and "雅溪镇救援队" in await done.text()
    person = {"kind": "person", "words": cast.KEEPER[1] or "", "reason": "other"}
    assert (await officer.post(f"{PAGE}/one", data=office.form(officer, **person))).status == 409
    await officer.post(f"{PAGE}/revoke", data=office.form(officer, short=card.short))
    assert (await officer.post(f"{PAGE}/one", data=office.form(officer, **person))).status == 200
    assert await status(office, (await card_of(office, cast.KEEPER[0])).short) is CodeStatus.LIVE
    assert (await officer.post(f"{PAGE}/one", data=office.form(officer, kind="person", words="13900000000", reason="other"))).status == 404


async def test_the_code_of_a_pass_is_named_and_leads_to_the_passes(office: Office) -> None:
    relief = await a_relief(office.town)
    held = await relief.granted()
    page = await (await (await office.sign_in(cast.OFFICER)).get(PAGE, params={"code": (await relief.card(held)).short})).text()
    assert held.number in page and 'href="/console/passes"' in page and f"{PAGE}/replace" in page and f"{PAGE}/revoke" not in page


async def test_the_counts_are_there_for_an_approver_who_issues_nothing(office: Office) -> None:
    await office.town.house.services.issuing.blanks(40, area=VILLAGE, by=await office.town.actor(cast.OFFICER), reason=Why.PRINTED)
    approver = await office.sign_in(cast.APPROVER)
    text = await (await approver.get(PAGE)).text()
    assert "40" in text
    assert "异常" in text
    assert f'action="{PAGE}/blanks"' not in text


async def test_a_resident_is_told_nothing(office: Office) -> None:
    keeper = await office.sign_in(cast.KEEPER)
    assert (await keeper.get(PAGE)).status == 404


@pytest.mark.parametrize("kind", [Holder.PASS, Holder.VEHICLE, Holder.DEVICE, Holder.TEAM, Holder.HOUSEHOLD])
async def test_the_public_page_of_each_kind_says_what_it_is_and_never_whose(office: Office, kind: Holder) -> None:
    services, by = office.town.house.services, await office.town.actor(cast.OFFICER)
    if kind is Holder.TEAM:
        card = await services.issuing.team("雅溪镇救援队", VILLAGE, by=by, reason=Why.OTHER)
    else:
        holder = (await office.town.person("林大山")).household if kind is Holder.HOUSEHOLD else uuid4()
        (card,) = await services.issuing.issue(kind, [holder], by=by, reason=Why.OTHER, area=VILLAGE)
    said = await (await office.browser().get(f"/S/{card.code.token}")).text()
    assert {Holder.HOUSEHOLD: "户卡", Holder.TEAM: "救援队伍", Holder.DEVICE: "扫码设备"}.get(kind, "通行码") in said
    assert "林" not in said
    assert "雅溪镇救援队" not in said
    assert "/report" not in said
    await services.codes.revoke(card.short, by=by)
    ended = await (await office.browser().get(f"/S/{card.code.token}")).text()
    assert ("已经失效" in ended) is (kind is not Holder.HOUSEHOLD)
