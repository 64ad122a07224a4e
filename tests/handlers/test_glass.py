"""/glass in chat: a reason, a tap, the others are told, and it is ended again."""

from bot.keyboards import glass as keyboards
from bot.views import glass as views
from domain.glass import ReasonTooShort
from tests import cast
from tests.handlers.stage import Stage, words

WHY = "邻县值班员联系不上，需代为登记"


async def test_an_officer_opens_it_with_a_reason_the_approver_hears_and_ends_it(stage: Stage) -> None:
    order = await stage.town.order()
    approver, officer = await stage.phone_of(cast.APPROVER), await stage.phone_of(cast.OTHER_OFFICER)
    await officer.says("/glass")
    await officer.hears("/cancel")
    await officer.says("急")
    await officer.hears(stage.say(ReasonTooShort.text, least=10))
    await officer.says(WHY)
    await officer.taps(await officer.hears(WHY), stage.say(keyboards.OPEN_FOR, minutes=15))
    await officer.hears("自动结束")
    assert (await stage.town.house.services.board.order(order.id, by=await stage.town.actor(cast.OTHER_OFFICER))).total.listed == 5
    told = await approver.hears("紧急授权")
    assert WHY not in words(told) and cast.OTHER_OFFICER[0] not in words(told)
    await approver.taps(told, stage.say(keyboards.END))
    await approver.hears(stage.say(views.ENDED))
    assert (await stage.town.actor(cast.OTHER_OFFICER)).pane is None


async def test_who_may_not_break_the_glass_is_refused(stage: Stage) -> None:
    warden = await stage.phone_of(cast.WARDEN)
    await warden.says("/glass")
    await warden.hears("权限")
    assert not await stage.town.house.services.glass.listing(by=await stage.town.actor(cast.OFFICER))
