"""Codes on our own pages: counts first seen by a second person, forms with a reason, and no name on the public page."""

from uuid import uuid4

import pytest

from domain.codes import CodeStatus, Holder
from domain.issuing import Why
from services.codes import Card
from tests import cast
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
