"""An update is answered at least once, in order per chat, and never forgotten."""

import asyncio
import json
import logging
from typing import Any

import pytest

from lab.simulator import tally
from lab.simulator.remote import Remote
from services.intake import Received
from tests.bot.conftest import BOT_ID, MEI, TOM, Desk, everybody, routed, texts
from tests.fakes.clock import FakeClock
from tests.waiting import until


async def test_a_kill_between_commit_and_answer_runs_the_same_update_from_the_same_place_with_the_same_key(desk: Desk, lab: Remote) -> None:
    runs: list[tuple[str, str | None]] = []

    async def asks(message: Any, key: str, state: Any) -> None:
        runs.append((key, await state.get_state()))
        await state.set_state("asked" if await state.get_state() is None else "asked twice")
        await message.answer("your name?")

    said = await lab.start(MEI)
    await desk.fetch()
    desk.updates.hold_done = True
    async with desk.answering(routed((asks, None, everybody())), drain=False):
        await asyncio.wait_for(desk.updates.held.wait(), 60)
    desk.updates.hold_done = False
    assert (await desk.town.house.dialogues.load(str(MEI)))[0] == "asked"

    async with desk.answering(routed((asks, None, everybody()))):
        await until(desk.empty)
    assert runs == [(f"{BOT_ID}:{said['update_id']}", None)] * 2
    assert (await desk.town.house.dialogues.load(str(MEI)))[0] == "asked"
    assert await texts(lab, MEI) == ["your name?"] * 2


async def test_one_chat_is_answered_in_order_and_holds_up_no_other(desk: Desk, lab: Remote) -> None:
    order: list[str] = []
    slow = asyncio.Event()

    async def tells(message: Any) -> None:
        if message.text == "first":
            await slow.wait()
        order.append(message.text)
        await message.answer(message.text)

    for words in ("first", "second", "third"):
        await lab.say(MEI, words)
    await lab.say(TOM, "other")
    await desk.fetch()
    async with desk.answering(routed((tells, None, everybody()))):
        await until(lambda: order == ["other"])
        slow.set()
        await until(desk.empty)
    assert order == ["other", "first", "second", "third"]
    assert await texts(lab, MEI) == ["first", "second", "third"]


async def test_a_chat_that_fills_the_window_does_not_hide_the_others(desk: Desk, lab: Remote) -> None:
    hold = asyncio.Event()

    async def answers(message: Any) -> None:
        if message.chat.id == MEI:
            await hold.wait()
        else:
            await message.answer("here")

    await lab.start(TOM)
    await desk.fetch()
    crowd = [Received(number, str(MEI), json.dumps(update(number)).encode()) for number in range(1, 260)]
    await desk.receive(*crowd)
    async with desk.answering(routed((answers, None, everybody())), drain=False):
        await lab.wait_for(TOM, lambda message: message.get("text") == "here")


def update(number: int, *, text: str = "x") -> dict[str, Any]:
    who = {"id": MEI, "is_bot": False, "first_name": "梅", "language_code": "zh-hans"}
    chat = {"id": MEI, "type": "private", "first_name": "梅"}
    return {"update_id": number, "message": {"message_id": number, "date": 1, "chat": chat, "from": who, "text": text}}


async def test_the_third_fault_parks_the_update_tells_a_reference_and_logs_it_without_a_word_of_the_person(
    desk: Desk, lab: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[str] = []

    async def breaks(message: Any) -> None:
        runs.append(message.text)
        if message.text != "fine":
            raise ValueError(f"cannot do {message.text}")
        await message.answer("fine")

    broken = await lab.say(TOM, "my secret words")
    await lab.say(TOM, "fine")
    with caplog.at_level(logging.ERROR):
        await desk.answered(routed((breaks, None, everybody())))
    assert runs == ["my secret words"] * 3 + ["fine"]
    assert await desk.updates.parked(BOT_ID) == 1
    reference = f"U{broken['update_id']}"
    [told, fine] = await texts(lab, TOM)
    assert reference in told
    assert "Something went wrong" in told
    assert fine == "fine"
    assert caplog.text.count(reference) == 3
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


async def test_faults_before_a_restart_count(desk: Desk, lab: Remote) -> None:
    async def breaks(message: Any) -> None:
        raise ValueError

    await lab.start(MEI)
    await desk.fetch()
    [row] = await desk.updates.waiting(BOT_ID, most=9)
    await desk.updates.fault(row.id, reference="before")
    await desk.updates.fault(row.id, reference="before")
    async with desk.answering(routed((breaks, None, everybody()))):
        await until(desk.empty)
    assert await desk.updates.parked(BOT_ID) == 1
    assert len(await texts(lab, MEI)) == 1


async def test_an_update_that_cannot_be_read_is_parked_and_one_of_an_unknown_kind_is_let_go(desk: Desk) -> None:
    async def never(message: Any) -> None:
        raise AssertionError

    unreadable = json.dumps({"update_id": 7, "message": {"chat": {"id": "?"}}}).encode()
    future = json.dumps({"update_id": 8, "telepathy": {"from": {"id": TOM}}}).encode()
    await desk.receive(Received(7, "bot", unreadable), Received(8, str(TOM), future))
    async with desk.answering(routed((never, None, everybody()))):
        await until(desk.empty)
    assert await desk.updates.parked(BOT_ID) == 1


async def test_who_blocked_the_bot_counts_as_answered(desk: Desk, lab: Remote) -> None:
    runs: list[int] = []

    async def answers(message: Any) -> None:
        runs.append(1)
        await message.answer("x")

    await lab.start(MEI)
    await desk.fetch()
    await lab.act(MEI, "block")
    async with desk.answering(routed((answers, None, everybody()))):
        await until(desk.empty)
    assert runs == [1]
    assert await desk.updates.parked(BOT_ID) == 0


@pytest.mark.parametrize("trouble", [{"kind": "error", "status": 502}, {"kind": "retry_after", "seconds": 60}, {"kind": "hang", "seconds": 4}])
async def test_an_outage_of_telegram_is_no_fault_and_the_answer_comes_when_it_is_over(desk: Desk, lab: Remote, trouble: dict[str, Any]) -> None:
    async def answers(message: Any) -> None:
        await message.answer("at last")

    await lab.start(MEI)
    desk.bot.session.timeout = 2.0
    await lab.fault(method="sendMessage", times=2 if trouble["kind"] == "hang" else 11, **trouble)
    await desk.answered(routed((answers, None, everybody())))
    assert await texts(lab, MEI) == ["at last"]
    assert await desk.updates.parked(BOT_ID) == 0
    assert max(desk.clock.slept) >= (60 if trouble["kind"] == "retry_after" else 1)


async def test_stopping_finishes_what_runs_and_leaves_what_waits_for_another_try(desk: Desk, lab: Remote) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    runs: list[str] = []

    async def answers(message: Any) -> None:
        runs.append(message.text)
        begun.set()
        await go_on.wait()
        await message.answer("done")

    await lab.say(MEI, "one")
    await lab.say(MEI, "two")
    await desk.fetch()
    async with desk.answering(routed((answers, None, everybody()))) as answerer:
        await begun.wait()
        answerer.stop()
        go_on.set()
    assert runs == ["one"]
    assert await texts(lab, MEI) == ["done"]
    assert len(await desk.updates.waiting(BOT_ID, most=9)) == 1
    assert tally.duplicates(await lab.log()) == 0


async def test_an_intake_that_cannot_be_read_or_settled_is_tried_again_and_nothing_is_lost(desk: Desk, lab: Remote) -> None:
    async def answers(message: Any) -> None:
        await message.answer("x")

    await lab.start(MEI)
    await desk.fetch()
    desk.updates.fail_waiting = 2
    desk.updates.fail_done = 1
    async with desk.answering(routed((answers, None, everybody()))):
        await until(lambda: desk.updates.fail_done == 0)
        await until(desk.empty)
    assert await desk.updates.parked(BOT_ID) == 0
    assert await texts(lab, MEI) == ["x", "x"]
    assert desk.clock.slept[:2] == [1.0, 2.0]


async def test_who_waits_for_telegram_takes_no_place_from_others(desk: Desk, lab: Remote) -> None:
    """With room for one chat at a time, one that may be answered in an hour does not hold up the other."""
    still = FakeClock()
    desk.clock = still  # type: ignore[assignment]

    async def answers(message: Any) -> None:
        if message.chat.id == MEI:
            raise flood(message)
        await message.reply("x")

    await lab.start(MEI)
    await lab.start(TOM)
    await desk.fetch()
    async with desk.answering(routed((answers, None, everybody())), at_once=1):
        await until(lambda: tick(still, lab))
    assert len(await desk.updates.waiting(BOT_ID, most=9)) == 1


def flood(message: Any) -> Exception:
    from aiogram.exceptions import TelegramRetryAfter

    return TelegramRetryAfter(method=message.answer("x"), message="Too Many Requests", retry_after=3600)


async def tick(clock: FakeClock, lab: Remote) -> bool:
    """A little time passes: enough for the pacer, never an hour."""
    clock.go_on(seconds=0.05)
    return bool(await texts(lab, TOM))
