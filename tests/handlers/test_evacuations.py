"""Orders in chat: nothing goes out that a second person did not see."""

from dataclasses import replace

from bot.callbacks import FINGERPRINT_SHOWN, Decision
from bot.keyboards import evacuations as keyboards
from bot.views import board, evacuations
from bot.views.marks import DRILL
from domain.evacuations import Destination, OrderChanged, OrderState, OrderToNobody
from tests import cast
from tests.handlers.stage import Phone, Stage, words


async def drafted(stage: Stage, officer: Phone, *, drill: bool) -> None:
    await officer.says("/order")
    await officer.hears(stage.say(evacuations.WHICH_AREAS))
    await officer.says("小舟")
    await officer.hears("✏️")
    await officer.says("平乐")
    await officer.taps(await officer.hears(stage.say(evacuations.PICK_AREA)), cast.VILLAGE.name)
    await officer.taps(await officer.hears(cast.VILLAGE.name), stage.say(keyboards.GO_ON))
    await officer.taps(await officer.hears(stage.say(evacuations.WHICH_PLACE)), "平乐村文化礼堂")
    await officer.hears(stage.say(evacuations.WHICH_WAY))
    await officer.says("沿村道向东")
    kind = keyboards.DRILL if drill else keyboards.REAL
    await officer.taps(await officer.hears(stage.say(evacuations.WHICH_KIND)), stage.say(kind))
    await officer.taps(await officer.hears(stage.say(evacuations.DRAFT)), stage.say(keyboards.TO_SECOND))
    await officer.hears("15")


async def only_order(stage: Stage) -> OrderState:
    async with stage.town.house.works.read() as work:
        (order,) = await work.orders.all()
    return order.state


async def test_an_order_goes_out_after_a_second_person_saw_it_and_is_lifted(stage: Stage) -> None:
    officer, approver, lin = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.APPROVER), await stage.phone_of(cast.LIN)
    await drafted(stage, officer, drill=False)
    asked = await approver.hears("平乐村文化礼堂")
    assert "胡*婆" in words(asked)
    assert "沿村道向东" in words(asked)
    await approver.taps(asked, stage.say(keyboards.APPROVE))
    await approver.hears(stage.say(evacuations.APPROVED, time="", listed=5)[-6:])
    assert "沿村道向东" in words(await lin.hears("平乐村文化礼堂"))
    assert await only_order(stage) is OrderState.ISSUED
    await officer.hears("✅")
    await approver.says("/lift")
    await approver.taps(await approver.hears(stage.say(evacuations.LIFT_WHICH)), "lif")
    await approver.taps(await approver.hears(cast.VILLAGE.name), "lif")
    await lin.hears("🟢")
    assert await only_order(stage) is OrderState.LIFTED


async def test_a_rejected_order_reaches_nobody(stage: Stage) -> None:
    officer, approver = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.APPROVER)
    await drafted(stage, officer, drill=False)
    asked = await approver.hears("平乐村文化礼堂")
    await approver.taps(asked, stage.say(keyboards.REJECT))
    await approver.hears(stage.say(evacuations.REJECTED, time="")[-8:])
    assert await only_order(stage) is OrderState.CLOSED
    assert "E-" in words(await officer.hears("✖️"))


async def test_nobody_approves_what_was_not_shown(stage: Stage) -> None:
    approver = await stage.phone_of(cast.APPROVER)
    hall, officer = stage.town.hall, await stage.town.actor(cast.OFFICER)
    evac = stage.town.house.services.evacuations
    order = await evac.draft([cast.VILLAGE.code], Destination(hall, "礼堂", "向东"), by=officer, key="d")
    asked = await approver.hears("礼堂")
    button = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert Decision.unpack(button).shown == order.fingerprint[:FINGERPRINT_SHOWN]
    async with stage.town.house.works.write() as work:
        await work.orders.change(replace(order, way="向西"))
    await approver.taps(asked, stage.say(keyboards.APPROVE))
    await approver.hears(stage.say(OrderChanged.text, number=order.number))
    assert await only_order(stage) is OrderState.DRAFT


async def test_a_drill_says_so_in_every_message_and_reaches_only_the_enrolled(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await officer.says("/order")
    await officer.hears(stage.say(evacuations.WHICH_AREAS))
    await officer.says("平乐")
    await officer.taps(await officer.hears(stage.say(evacuations.PICK_AREA)), cast.VILLAGE.name)
    await officer.taps(await officer.hears(cast.VILLAGE.name), stage.say(keyboards.GO_ON))
    await officer.hears(stage.say(evacuations.WHICH_PLACE))
    await officer.says("村口广场")
    await officer.hears(stage.say(evacuations.WHICH_WAY))
    await officer.says("步行")
    await officer.taps(await officer.hears(stage.say(evacuations.WHICH_KIND)), stage.say(keyboards.DRILL))
    check = await officer.hears(stage.say(evacuations.DRAFT))
    assert words(check).startswith(stage.say(DRILL))
    await officer.taps(check, stage.say(keyboards.TO_SECOND))
    await officer.hears(stage.say(OrderToNobody.text, area=cast.VILLAGE.name))


async def test_the_board_shows_its_sums_and_a_link_without_preview(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await stage.town.order()
    await officer.says("/board")
    shown = await officer.hears("https://ls.example.org/board/enter/")
    assert "5" in words(shown)
    assert (await stage.lab.log())["previews"] == []
    assert stage.say(board.NO_ORDERS) not in words(shown)
    lin = await stage.phone_of(cast.LIN)
    await lin.says("/board")
    await lin.hears("⛔")
