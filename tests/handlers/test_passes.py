"""/passes in a chat: what is wrong is said and asked again, a refusal brings its reason, a lost phone a new picture."""

import pytest

from bot.keyboards import passes as buttons
from bot.views import passes as views
from codes.qr import read_picture
from domain.passes import OwnPass, PassHolderMissing, PassHoursWrong, PassState
from domain.people import AreaUnknown
from tests import cast
from tests.handlers.stage import Phone, Stage, words
from tests.relief import LEADER, PLATE, TEAM, Relief, a_relief


@pytest.fixture
async def relief(stage: Stage) -> Relief:
    return await a_relief(stage.town)


async def asks(stage: Stage, phone: Phone, *, hours: str = "24", area: str = cast.VILLAGE.code) -> None:
    await phone.says("/passes")
    await phone.taps(await phone.hears("🎫"), stage.say(buttons.ASK))
    await phone.taps(await phone.hears(stage.say(views.WHICH_KIND)), "psk")
    await phone.hears("？")
    await phone.says("王小明")
    await phone.hears(stage.say(views.TEAM))
    await phone.says(TEAM)
    await phone.hears(stage.say(views.WHICH_AREA))
    await phone.says(area)
    await phone.hears(stage.say(views.HOW_LONG))
    await phone.says(hours)


async def test_what_is_wrong_is_said_and_asked_again(stage: Stage, relief: Relief) -> None:
    leader = await stage.phone_of(LEADER)
    await leader.says("/passes")
    await leader.taps(await leader.hears("🎫"), stage.say(buttons.ASK))
    await leader.taps(await leader.hears(stage.say(views.WHICH_KIND)), "psk")
    await leader.hears("？")
    await leader.says("…")
    await leader.hears(stage.say(PassHolderMissing.text, most=40))
    await leader.says("王小明")
    await leader.hears(stage.say(views.TEAM))
    await leader.says(TEAM)
    await leader.hears(stage.say(views.WHICH_AREA))
    await leader.says(cast.OTHER_VILLAGE.code)
    await leader.hears(stage.say(AreaUnknown.text, asked=cast.OTHER_VILLAGE.code))
    await leader.says("莲都区")
    await leader.hears(stage.say(views.HOW_LONG))
    await leader.says("永远")
    await leader.hears(stage.say(PassHoursWrong.text, most=720))
    await leader.says("100小时")
    await leader.hears(stage.say(views.WHY_LONGER))
    await leader.says("道路抢通要五天")
    await leader.hears(stage.say(views.WHAT_FOR))
    await leader.says("抢修")
    await leader.taps(await leader.hears("道路抢通要五天"), stage.say(buttons.SEND))
    await leader.hears("T-0725-0001")
    (line,) = await relief.passes.listing(by=await stage.town.actor(LEADER))
    assert (line.held.area, line.held.why_longer, line.standing) == (cast.COUNTY.code, "道路抢通要五天", PassState.ASKED)


async def test_nothing_is_asked_for_when_the_answer_is_no(stage: Stage, relief: Relief) -> None:
    leader = await stage.phone_of(LEADER)
    await asks(stage, leader)
    await leader.hears(stage.say(views.WHAT_FOR))
    await leader.says("送药")
    await leader.hears("送药")
    await leader.says("也许")
    await leader.hears(stage.say(views.CHECK))
    await leader.says("否")
    await leader.hears(stage.say(views.NOT_ASKED))
    assert await relief.passes.listing(by=await stage.town.actor(LEADER)) == []


async def test_a_refusal_arrives_with_its_reason(stage: Stage, relief: Relief) -> None:
    leader, approver = await stage.phone_of(LEADER), await stage.phone_of(cast.APPROVER)
    held = await relief.asked()
    await approver.taps(await approver.hears(PLATE), stage.say(buttons.REFUSE))
    await approver.hears(stage.say(views.WHY_REFUSED, number=held.number))
    await approver.says("桥已断，绕行")
    await approver.hears(stage.say(views.REFUSED, number=held.number))
    assert "桥已断，绕行" in words(await leader.hears("桥已断"))


async def test_an_official_does_not_grant_the_own_pass(stage: Stage, relief: Relief) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await asks(stage, officer, hours="12")
    await officer.hears(stage.say(views.WHAT_FOR))
    await officer.says("送药")
    await officer.hears("送药")
    await officer.says("是")
    await officer.hears("T-0725-0001")
    (line,) = await relief.passes.listing(by=await stage.town.actor(cast.OFFICER))
    assert not line.decides
    await stage.forged(f"psg:{line.held.id.hex}", by=officer.user)
    await officer.hears(stage.say(OwnPass.text))


async def test_a_lost_phone_gets_a_new_picture_and_the_old_one_is_dead(stage: Stage, relief: Relief) -> None:
    leader = await stage.phone_of(LEADER)
    held = await relief.granted()
    old = await relief.card(held)
    await leader.says("/passes")
    await leader.taps(await leader.hears(stage.say(views.LIST)), held.number)
    await leader.taps(await leader.hears(PLATE), stage.say(buttons.REPLACE))
    arrived = await leader.hears(stage.say(views.REPLACED, number=held.number))
    (text,) = read_picture(await stage.lab.picture(arrived["photo"][-1]["file_id"]))
    assert text != old.text
    assert (await relief.shows(old.text)).reason.value == "replaced" and (await relief.shows(text)).outcome.value == "accepted"
