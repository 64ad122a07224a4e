"""The pacer never bursts, lets direct answers first, and stays away when Telegram says so."""

import asyncio
from datetime import timedelta

import pytest

from bot.pacer import DIRECT, Closed, Pacer
from domain.deliveries import Lane
from tests.bot.conftest import SkippingClock
from tests.fakes.clock import FakeClock
from tests.waiting import until

GROUP = -100
RED = int(Lane.RED)
BULK = int(Lane.BULK)


async def send(pacer: Pacer, chat: int, *, lane: int = BULK) -> None:
    async with pacer.turn(chat, lane=lane):
        pass
    pacer.taken(chat)


async def test_no_second_holds_more_than_thirty_from_the_first_one_on(clock: SkippingClock) -> None:
    pacer, sent = Pacer(clock), []
    begun = clock.monotonic()
    for chat in range(120):
        await send(pacer, chat)
        sent.append(clock.monotonic())
    assert sent[0] > begun
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[30:], strict=False))
    assert sent[-1] - begun <= 1.03 * 120 / 30


async def test_what_was_not_used_is_not_saved_up(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    await send(pacer, 1)
    clock.go_on(seconds=60)
    sent = []
    for chat in range(3):
        await send(pacer, chat)
        sent.append(clock.monotonic())
    assert sent[2] - sent[0] >= 1.5 / 30


async def test_a_share_of_the_budget_is_that_much_slower(clock: SkippingClock) -> None:
    pacer = Pacer(clock, share=0.5)
    begun = clock.monotonic()
    for chat in range(15):
        await send(pacer, chat)
    assert clock.monotonic() - begun >= 1.0


async def test_a_direct_answer_overtakes_what_waits_and_red_overtakes_bulk() -> None:
    clock = FakeClock()
    pacer, order = Pacer(clock), []

    async def wants(name: str, lane: int) -> None:
        await send(pacer, 1, lane=lane)
        order.append(name)

    names = [("bulk", BULK), ("bulk again", BULK), ("red", RED), ("direct", DIRECT)]
    asked = asyncio.gather(*(wants(name, lane) for name, lane in names))
    await asyncio.sleep(0)
    for count in range(1, 5):
        clock.go_on(seconds=0.05)
        await until(lambda: len(order) >= count)
    await asked
    assert order == ["direct", "red", "bulk", "bulk again"]


async def test_a_429_closes_the_bulk_lanes_and_one_probe_opens_them(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    pacer.refused(7, after=30)
    with pytest.raises(Closed) as closed:
        await send(pacer, 8)
    assert closed.value.after <= timedelta(seconds=30)
    clock.go_on(seconds=31)
    in_hand: list[int] = []
    release = asyncio.Event()

    async def slow(chat: int) -> None:
        async with pacer.turn(chat, lane=BULK):
            in_hand.append(chat)
            await release.wait()
        pacer.taken(chat)

    both = asyncio.gather(slow(1), slow(2))
    await until(lambda: in_hand == [1])
    release.set()
    await both
    assert in_hand == [1, 2]


async def test_the_largest_deadline_wins_and_a_probe_that_is_refused_closes_again(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    pacer.refused(7, after=30)
    pacer.refused(8, after=5)
    clock.go_on(seconds=10)
    with pytest.raises(Closed):
        await send(pacer, 9)
    clock.go_on(seconds=21)
    async with pacer.turn(9, lane=BULK):
        pacer.refused(9, after=12)
    with pytest.raises(Closed):
        await send(pacer, 10)


@pytest.mark.parametrize("chat", [GROUP, 5])
async def test_a_429_from_a_group_or_from_a_chat_just_written_to_closes_that_chat_only(clock: SkippingClock, chat: int) -> None:
    pacer = Pacer(clock)
    await send(pacer, 5)
    pacer.refused(chat, after=30)
    await send(pacer, 6)
    with pytest.raises(Closed):
        await send(pacer, chat)
    with pytest.raises(Closed):
        await send(pacer, chat, lane=DIRECT)
    clock.go_on(seconds=31)
    await send(pacer, chat)


async def test_a_keeper_is_answered_while_the_bulk_lanes_are_closed_one_at_a_time(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    pacer.refused(7, after=600)
    at_once, most = 0, 0

    async def answer(chat: int) -> None:
        nonlocal at_once, most
        async with pacer.turn(chat, lane=DIRECT):
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1
        pacer.taken(chat)

    await asyncio.gather(*(answer(chat) for chat in range(5)))
    assert most == 1
    with pytest.raises(Closed):
        await send(pacer, 8)


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    clock = FakeClock()
    pacer, sent = Pacer(clock), []

    async def wants(name: str, lane: int) -> None:
        await send(pacer, 1, lane=lane)
        sent.append(name)

    first = asyncio.ensure_future(wants("first", RED))
    second = asyncio.ensure_future(wants("second", BULK))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    clock.go_on(seconds=1)
    await asyncio.wait_for(second, 2)
    assert sent == ["second"]
