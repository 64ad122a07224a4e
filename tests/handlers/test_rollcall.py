"""Answers, calls for help, ticks: each ends with the truth about whether it counts."""

import pytest

from bot.keyboards import rollcall as keyboards
from bot.views import deliveries
from bot.views import rollcall as views
from domain.rollcall import Happening, How, NoOrderInForce
from services.readings import BoardRow
from tests import cast
from tests.handlers.stage import Stage, words


async def total(stage: Stage) -> BoardRow:
    board, officer = stage.town.house.services.board, await stage.town.actor(cast.OFFICER)
    (order, *_) = await board.orders(by=officer)
    return (await board.order(order.id, by=officer)).total


@pytest.mark.feature(2)
async def test_with_relatives_and_who_is_with_me_is_counted(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    order = await stage.town.order()
    issued = await lin.hears(order.place)
    await lin.taps(issued, stage.say(keyboards.WITH_RELATIVES))
    await lin.hears(stage.say(views.WHERE[Happening.WITH_RELATIVES]))
    await lin.says("...")
    await lin.hears("✏️")
    await lin.says("<b>上东村</b> 岳父家 & 老王")
    who = await lin.hears(stage.say(views.WITH_YOU))
    await lin.taps(who, "☐ 王*娥")
    chosen = await lin.hears("")
    await lin.taps(chosen, "wmd")
    assert "<b>上东村</b> 岳父家 & 老王" in words(await lin.hears(order.number))
    row = await total(stage)
    assert (row.proven, row.not_yet_safe, row.by_answer) == (2, 3, 2)
    await lin.says("/code")
    photo = await lin.hears(lambda message: "photo" in message)
    assert "🟢" in words(photo)


async def test_with_relatives_inside_the_moved_village_is_asked_about_and_not_counted(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    order = await stage.town.order()
    await ye.hears(order.place)
    await ye.says("/safe")
    await ye.taps(await ye.hears(order.number), stage.say(keyboards.WITH_RELATIVES))
    await ye.hears(stage.say(views.WHERE[Happening.WITH_RELATIVES]))
    await ye.says("平乐村 弟弟家")
    await ye.taps(await ye.hears(cast.VILLAGE.name), stage.say(keyboards.NOT_OUTSIDE))
    await ye.hears(order.place)
    assert (await total(stage)).proven == 0


async def test_relatives_in_another_village_of_a_moved_township_are_asked_about_and_not_counted(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    order = await stage.town.order(cast.TOWNSHIP.code)
    await ye.taps(await ye.hears(order.place), stage.say(keyboards.WITH_RELATIVES))
    await ye.hears(stage.say(views.WHERE[Happening.WITH_RELATIVES]))
    await ye.says("上东村 弟弟家")
    await ye.taps(await ye.hears(cast.TOWNSHIP.name), stage.say(keyboards.NOT_OUTSIDE))
    await ye.hears(order.place)
    assert (await total(stage)).proven == 0


async def test_elsewhere_counts_only_when_said_to_be_outside(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    order = await stage.town.order()
    await ye.taps(await ye.hears(order.place), stage.say(keyboards.ELSEWHERE))
    await ye.hears(stage.say(views.WHERE[Happening.SAFE_ELSEWHERE]))
    await ye.says("杭州")
    await ye.taps(await ye.hears(cast.VILLAGE.name), stage.say(keyboards.IT_IS_OUTSIDE))
    await ye.hears("杭州")
    assert (await total(stage)).proven == 1


async def test_at_the_shelter_is_reported_until_the_keeper_scans(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    order = await stage.town.order()
    await ye.taps(await ye.hears(order.place), stage.say(keyboards.AT_SHELTER))
    await ye.hears(stage.say(views.AT_SHELTER))
    row = await total(stage)
    assert (row.proven, row.reported) == (0, 1)


async def test_without_an_order_nobody_needs_to_answer(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await lin.says("/safe")
    await lin.hears(stage.say(NoOrderInForce.text))


@pytest.mark.feature(3)
async def test_a_call_for_help_is_out_before_anything_is_asked_and_a_named_person_closes_it(stage: Stage) -> None:
    lin, warden = await stage.phone_of(cast.LIN), await stage.phone_of(cast.WARDEN)
    await stage.town.order()
    await warden.hears("⚠️")
    await lin.says("/help")
    await lin.hears("🆘")
    assert (await total(stage)).needs_help == 1
    wanted = await warden.hears(stage.say(deliveries.NO_NOTE))
    assert "林*山" in words(wanted)
    assert "139" not in words(wanted)
    await lin.says("桥断了, 腿受伤 <script>")
    await lin.hears("<script>")
    noted = await warden.hears("腿受伤 <script>")
    await warden.taps(noted, stage.say(keyboards.HANDLED))
    await warden.hears("✅")
    assert (await total(stage)).needs_help == 0
    await lin.says("晚上好")
    await lin.hears("")
    assert (await total(stage)).needs_help == 0


async def test_a_strangers_call_for_help_reaches_the_officers(stage: Stage) -> None:
    anna, officer = await stage.stranger(), await stage.phone_of(cast.OFFICER)
    await anna.says("/help")
    await anna.hears(stage.say(views.WHO_ARE_YOU))
    await officer.hears("🆘")
    await stage.lab.act(anna.user, "location", latitude=28.45, longitude=119.92)
    await anna.hears("28.45000, 119.92000")
    await officer.hears("28.45000, 119.92000")


@pytest.mark.feature(2)
async def test_a_warden_ticks_a_household_and_takes_it_back(stage: Stage) -> None:
    warden = await stage.phone_of(cast.WARDEN)
    await stage.town.order()
    await warden.hears("⚠️")
    await warden.says("/list")
    await warden.taps(await warden.hears("3"), "胡")
    await warden.taps(await warden.hears("胡*婆"), "☐ 胡")
    await warden.taps(await warden.hears(lambda m: "☑" in str(m)), stage.say(keyboards.NEXT))
    await warden.taps(await warden.hears("胡*婆"), stage.say(keyboards.WHAT[Happening.WITH_RELATIVES]))
    await warden.hears(stage.say(views.NOTE))
    await warden.says("女儿家, 上东村")
    await warden.taps(await warden.hears(stage.say(views.HOW_KNOWN)), stage.say(keyboards.HOW[How.SAW]))
    ticked = await warden.hears(stage.say(views.TICK_PROVEN))
    assert (await total(stage)).by_tick == 1
    await warden.taps(ticked, "und")
    await warden.hears(stage.say(views.UNDONE))
    assert (await total(stage)).proven == 0


async def test_what_a_warden_only_heard_takes_nobody_off_the_list(stage: Stage) -> None:
    warden = await stage.phone_of(cast.WARDEN)
    await stage.town.order()
    await warden.says("/list")
    await warden.taps(await warden.hears("3"), "叶")
    await warden.taps(await warden.hears("叶*国"), "☐ 叶")
    await warden.taps(await warden.hears(lambda m: "☑" in str(m)), stage.say(keyboards.NEXT))
    await warden.taps(await warden.hears("叶*国"), stage.say(keyboards.WHAT[Happening.NOT_PRESENT]))
    await warden.taps(await warden.hears(stage.say(views.HOW_KNOWN)), stage.say(keyboards.HOW[How.HEARD]))
    await warden.hears(stage.say(views.TICK_REPORTED))
    row = await total(stage)
    assert (row.proven, row.reported) == (0, 1)


async def test_a_resident_cannot_open_a_wardens_list(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await stage.town.order()
    await lin.hears("⚠️")
    await lin.says("/list")
    await lin.hears("⛔")
