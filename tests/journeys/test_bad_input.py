"""What should not come, comes: through the chat as it is, with an answer in the end, the record that belongs to it, and nothing else changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.keyboards import evacuations as orders
from bot.keyboards import rollcall as keyboards
from bot.keyboards import scans as door
from bot.views import evacuations, rollcall
from bot.views import scans as views
from codes.qr import Face, picture
from domain.evacuations import Destination, OrderOutAlready, OrderToNobody, OrderWithoutWay
from domain.rollcall import Happening
from domain.scans import Outcome, Reason
from lab.simulator.chats import BotProfile
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from tests import cast
from tests.handlers.door import at_the_door, card_of, scans, word
from tests.handlers.stage import BOT_ID, TOKEN, RunningClock, Stage, words
from tests.houses import a_town
from tests.waiting import until


@pytest.mark.parametrize("case", ["forged", "truncated", "foreign", "far too long"])
async def test_what_is_no_code_of_ours_is_refused_recorded_and_offered_as_a_walk_in(stage: Stage, case: str) -> None:
    await stage.town.order()
    keeper, text = await at_the_door(stage), (await card_of(stage, cast.YE)).text
    sent, reasons = {
        "forged": (text[:-6] + "AAAAAA", {Reason.FORGED, Reason.UNREADABLE}),
        "truncated": (text[:-20], {Reason.UNREADABLE}),
        "foreign": (text.replace("LS.EXAMPLE.ORG", "EVIL.EXAMPLE"), {Reason.FOREIGN, Reason.NOT_A_CODE}),
        "far too long": ("A1" * 2000, {Reason.TOO_LONG}),
    }[case]
    await keeper.says(sent)
    refused = await keeper.hears(word(stage, Outcome.REFUSED))
    assert stage.say(door.ADD_WALK_IN) in str(refused["reply_markup"])
    (scan,) = await scans(stage)
    assert (scan.outcome, scan.person) == (Outcome.REFUSED, None)
    assert scan.reason in reasons


@pytest.mark.parametrize("case", ["revoked", "expired"])
async def test_a_dead_card_in_a_photo_is_amber_and_its_owner_comes_in_by_name(stage: Stage, case: str) -> None:
    card = await card_of(stage, cast.GRANNY_HU)
    if case == "revoked":
        await stage.town.house.services.codes.revoke(card.short, by=await stage.town.actor(cast.OFFICER))
    else:
        assert isinstance(stage.town.clock, RunningClock)
        stage.town.clock.go_on(seconds=(card.code.expires_at - stage.town.clock.now() + timedelta(days=1)).total_seconds())
    await stage.town.order()
    keeper = await at_the_door(stage)
    await stage.lab.photos(keeper.user, [picture(card.text, face=Face.GREEN, word="平安", short=card.short)])
    amber = await keeper.hears(word(stage, Outcome.CHECK))
    await keeper.taps(amber, stage.say(door.MATCHES))
    await keeper.hears(word(stage, Outcome.ACCEPTED))
    assert [scan.outcome for scan in await scans(stage)] == [Outcome.CHECK, Outcome.ACCEPTED]


async def test_an_update_that_comes_twice_is_one_scan_and_one_answer(stage: Stage) -> None:
    await stage.town.order()
    keeper = await at_the_door(stage)
    sent = await stage.lab.say(keeper.user, (await card_of(stage, cast.YE)).text)
    await keeper.hears(word(stage, Outcome.ACCEPTED))
    await stage.lab.replay(sent["update_id"])
    await stage.lab.say(keeper.user, "没有此人")
    told = await keeper.hears(stage.say(views.NOBODY))
    assert word(stage, Outcome.REPEAT) not in words(told)
    assert [scan.outcome for scan in await scans(stage)] == [Outcome.ACCEPTED]


@asynccontextmanager
async def a_lab() -> AsyncIterator[tuple[Simulator, Remote]]:
    simulator = Simulator({TOKEN: BotProfile(BOT_ID, "mashang_lab_bot", "码上")})
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as http:
            yield simulator, Remote(http, simulator.url)
    finally:
        await simulator.stop()


async def test_between_the_commit_and_the_answer_the_house_dies_and_the_next_one_gives_the_same_answer_once(tmp_path: Path) -> None:
    from app.chat import chatting

    async with a_lab() as (simulator, lab):
        settings = {"bot_token": SecretStr(TOKEN), "bot_api_url": simulator.url, "bot_link": "https://t.me/mashang_lab_bot"}
        async with a_town(tmp_path, clock=RunningClock(), **settings) as town:
            stage = Stage(town, lab)
            await town.order()
            async with chatting(town.house, answers=True, delivers=False) as side:
                await side.start()
                keeper = await at_the_door(stage)
                await lab.fault(kind="error", method="sendMessage", times=1000, chat_id=keeper.user)
                await lab.say(keeper.user, (await card_of(stage, cast.YE)).text)
                await until(lambda: scans(stage))
            await lab.ask("DELETE", "/faults")
            async with chatting(town.house, answers=True, delivers=False) as side:
                await side.start()
                await keeper.hears(word(stage, Outcome.ACCEPTED))
            assert [scan.outcome for scan in await scans(stage)] == [Outcome.ACCEPTED]


async def test_a_very_long_place_is_kept_short_and_said_back_as_it_is_kept(stage: Stage) -> None:
    ye = await stage.phone_of(cast.YE)
    order = await stage.town.order()
    await ye.taps(await ye.hears(order.place), stage.say(keyboards.WITH_RELATIVES))
    await ye.hears(stage.say(rollcall.WHERE[Happening.WITH_RELATIVES]))
    await ye.says("上东村 " + "岳父家" * 1300)
    assert len(words(await ye.hears("上东村"))) < 400
    await ye.says("/help " + "桥断了，" * 1000)
    assert len(words(await ye.hears("桥断了"))) < 400


async def test_an_order_without_a_way_or_to_nobody_is_refused_in_words_and_is_no_order(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await officer.says("/order")
    await officer.hears(stage.say(evacuations.WHICH_AREAS))
    await officer.says("平乐")
    await officer.taps(await officer.hears(stage.say(evacuations.PICK_AREA)), cast.VILLAGE.name)
    await officer.taps(await officer.hears(cast.VILLAGE.name), stage.say(orders.GO_ON))
    await officer.hears(stage.say(evacuations.WHICH_PLACE))
    await officer.says("村口广场")
    await officer.hears(stage.say(evacuations.WHICH_WAY))
    await officer.says("……")
    await officer.hears(stage.say(OrderWithoutWay.text))
    await officer.says("步行向东")
    await officer.taps(await officer.hears(stage.say(evacuations.WHICH_KIND)), stage.say(orders.DRILL))
    await officer.taps(await officer.hears(stage.say(evacuations.DRAFT)), stage.say(orders.TO_SECOND))
    await officer.hears(stage.say(OrderToNobody.text, area=cast.VILLAGE.name))
    async with stage.town.house.works.read() as work:
        assert await work.orders.all() == []


async def test_a_card_on_which_somebody_else_decided_says_so_and_loses_its_buttons(stage: Stage) -> None:
    approver, officer = await stage.phone_of(cast.APPROVER), await stage.town.actor(cast.OFFICER)
    evac = stage.town.house.services.evacuations
    order = await evac.draft([cast.VILLAGE.code], Destination(stage.town.hall, "礼堂", "向东"), by=officer, key="d")
    asked = await approver.hears("礼堂")
    await evac.reject(order.id, by=await stage.town.actor(cast.APPROVER))
    await approver.taps(asked, stage.say(orders.APPROVE))
    decided = await approver.hears(stage.say(OrderOutAlready.text, number=order.number))
    assert not decided.get("reply_markup", {}).get("inline_keyboard")
