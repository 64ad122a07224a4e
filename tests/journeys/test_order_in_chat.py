"""One evening in one village, told only by what people say and tap: from the draft to an empty list."""

from bot.keyboards import evacuations as orders
from bot.keyboards import rollcall
from bot.views import evacuations
from bot.views import rollcall as answers
from bot.views import scans as verdicts
from domain.rollcall import Happening, How
from domain.scans import Outcome
from services.readings import BoardRow
from tests import cast
from tests.handlers.stage import Phone, Stage, words


async def board(stage: Stage) -> BoardRow:
    services, officer = stage.town.house.services, await stage.town.actor(cast.OFFICER)
    (order,) = await services.board.orders(by=officer)
    return (await services.board.order(order.id, by=officer)).total


async def ordered(stage: Stage, officer: Phone, approver: Phone) -> None:
    await officer.says("/order")
    await officer.hears(stage.say(evacuations.WHICH_AREAS))
    await officer.says("平乐")
    await officer.taps(await officer.hears(stage.say(evacuations.PICK_AREA)), cast.VILLAGE.name)
    await officer.taps(await officer.hears(cast.VILLAGE.name), stage.say(orders.GO_ON))
    await officer.taps(await officer.hears(stage.say(evacuations.WHICH_PLACE)), "平乐村文化礼堂")
    await officer.hears(stage.say(evacuations.WHICH_WAY))
    await officer.says("沿村道向东，过桥")
    await officer.taps(await officer.hears(stage.say(evacuations.WHICH_KIND)), stage.say(orders.REAL))
    await officer.taps(await officer.hears(stage.say(evacuations.DRAFT)), stage.say(orders.TO_SECOND))
    await approver.taps(await approver.hears("沿村道向东"), stage.say(orders.APPROVE))


async def goes_to_relatives(stage: Stage, lin: Phone, told: dict[str, object]) -> None:
    await lin.taps(told, stage.say(rollcall.WITH_RELATIVES))
    await lin.hears(stage.say(answers.WHERE[Happening.WITH_RELATIVES]))
    await lin.says("上东村 岳父家")
    await lin.taps(await lin.hears(stage.say(answers.WITH_YOU)), "☐ 王*娥")
    await lin.taps(await lin.hears(stage.say(answers.WITH_YOU)), "wmd")
    await lin.hears("岳父家")


async def takes_in(stage: Stage, keeper: Phone) -> None:
    """By code, by name, and somebody who is on no list."""
    recorded = stage.say(verdicts.WORDS[Outcome.ACCEPTED][1])
    card = await stage.town.house.services.codes.of_person((await stage.town.person("林小山")).id, by=await stage.town.actor(cast.OFFICER))
    await keeper.says("/scan")
    await keeper.hears("📷")
    await keeper.says(card.text)
    await keeper.hears(recorded)
    await keeper.says("叶建国")
    await keeper.taps(await keeper.hears(stage.say(verdicts.PICK)), "叶*国")
    await keeper.hears(recorded)
    await keeper.says("+ 过路人")
    await keeper.hears(recorded)


async def ticks(stage: Stage, warden: Phone) -> None:
    await warden.says("/list")
    await warden.taps(await warden.hears("3"), "胡")
    await warden.taps(await warden.hears("胡*婆"), "☐ 胡")
    await warden.taps(await warden.hears(lambda message: "☑" in str(message)), stage.say(rollcall.NEXT))
    await warden.taps(await warden.hears("胡*婆"), stage.say(rollcall.WHAT[Happening.WITH_RELATIVES]))
    await warden.hears(stage.say(answers.NOTE))
    await warden.says("上东村 女儿家")
    await warden.taps(await warden.hears(stage.say(answers.HOW_KNOWN)), stage.say(rollcall.HOW[How.SAW]))
    await warden.hears(stage.say(answers.TICK_PROVEN))


async def test_an_order_in_chat_from_draft_to_nobody_missing(stage: Stage) -> None:
    officer, approver = await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.APPROVER)
    warden, keeper, lin = await stage.phone_of(cast.WARDEN), await stage.phone_of(cast.KEEPER), await stage.phone_of(cast.LIN)
    await ordered(stage, officer, approver)
    told = await lin.hears("沿村道向东")
    row = await board(stage)
    assert (row.listed, row.not_yet_safe, row.proven) == (5, 5, 0)

    await goes_to_relatives(stage, lin, told)
    row = await board(stage)
    assert (row.proven, row.with_relatives, row.by_answer) == (2, 2, 2)

    await keeper.hears("/scan")
    await takes_in(stage, keeper)
    row = await board(stage)
    assert (row.proven, row.at_shelter, row.walk_ins, row.by_scan) == (4, 3, 1, 2)

    await ticks(stage, warden)
    row = await board(stage)
    assert (row.listed, row.proven, row.not_yet_safe, row.by_tick, row.needs_help) == (5, 5, 0, 1, 0)

    await officer.says("/board")
    assert "/board/enter/" in words(await officer.hears("5"))
    await approver.says("/lift")
    await approver.taps(await approver.hears(stage.say(evacuations.LIFT_WHICH)), "lif")
    await approver.taps(await approver.hears(cast.VILLAGE.name), stage.say(orders.LIFT))
    await lin.hears("🟢")
