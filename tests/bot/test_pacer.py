"""The pacer never bursts, lets direct answers first, and stays away when Telegram says so."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    for chat in range(1, 121):
        await send(pacer, chat)
        sent.append(clock.monotonic())
    assert sent[0] > begun
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[30:], strict=False))
    assert sent[-1] - begun <= 1.03 * 120 / 30


@given(
    st.lists(st.tuples(st.floats(min_value=0, max_value=0.4), st.floats(min_value=0, max_value=3)), min_size=40, max_size=90),
    st.integers(min_value=1, max_value=8),
)
@settings(deadline=None, max_examples=20)
async def test_whatever_the_way_there_no_second_at_telegram_holds_more_than_thirty(ways: list[tuple[float, float]], in_flight: int) -> None:
    """Each request waits a while before it is wanted, arrives so much after it was let go, and is answered at once; several at the same time."""
    clock = FakeClock()
    pacer, arrived = Pacer(clock), []
    waiting = iter([(1, (0.0, 0.0)), *enumerate(ways, 2)])

    async def worker() -> None:
        for chat, (pause, delay) in waiting:
            await clock.sleep(pause)
            async with pacer.turn(chat, lane=BULK):
                await clock.sleep(delay)
                arrived.append(clock.monotonic())
            pacer.taken(chat)

    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(worker())
        while len(arrived) <= len(ways):
            for _ in range(8):
                await asyncio.sleep(0)
            clock.go_on(seconds=0.017)
    assert all(later - earlier >= 1.0 for earlier, later in zip(arrived, arrived[30:], strict=False))


@given(asked=st.lists(st.tuples(st.floats(min_value=0, max_value=3), st.sampled_from([DIRECT, *map(int, Lane)])), min_size=31, max_size=90))
@settings(deadline=None, max_examples=20)
async def test_thirty_a_second_for_any_pattern_of_asking(asked: list[tuple[float, int]]) -> None:
    clock = FakeClock()
    pacer, sent = Pacer(clock), []
    begun = clock.monotonic()

    async def wants(chat: int, at: float, lane: int) -> None:
        await clock.sleep(at)
        async with pacer.turn(chat, lane=lane):
            sent.append(clock.monotonic())
        pacer.taken(chat)

    async with asyncio.TaskGroup() as group:
        for chat, (at, lane) in enumerate(asked, 1):
            group.create_task(wants(chat, at, lane))
        while len(sent) < len(asked):
            for _ in range(6):
                await asyncio.sleep(0)
            clock.go_on(seconds=0.011)
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[30:], strict=False))
    assert sent[-1] - begun <= 3 + 1.03 * len(asked) / 29 + 0.1


async def test_a_late_wake_is_made_up_for_but_never_by_a_burst() -> None:
    """The timer rings up to 80 ms late every now and then: the rate is kept all the same."""
    clock = FakeClock()
    pacer, sent = Pacer(clock), []
    begun = clock.monotonic()

    async def wants(chat: int) -> None:
        await send(pacer, chat)
        sent.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        for chat in range(1, 301):
            group.create_task(wants(chat))
        step = 0
        while len(sent) < 300:
            for _ in range(6):
                await asyncio.sleep(0)
            step += 1
            clock.go_on(seconds=0.08 if step % 60 == 0 else 0.005)
    assert sent[-1] - begun <= 1.035 * 300 / 30
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[30:], strict=False))


async def test_who_was_let_go_and_then_stopped_takes_no_place_for_ever(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    for chat in range(1, 100):
        with pytest.raises(Closed):
            async with pacer.turn(chat, lane=BULK) as may:
                pacer.refused(1000 + chat, after=1)
                may()
        clock.go_on(seconds=2)
    begun = clock.monotonic()
    for chat in range(2001, 2031):
        await send(pacer, chat)
    assert clock.monotonic() - begun <= 1.1


async def test_one_that_hangs_holds_back_one_of_thirty(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    sent = []
    async with pacer.turn(1, lane=BULK):
        for chat in range(2, 92):
            await send(pacer, chat)
            sent.append(clock.monotonic())
    assert 3.0 < sent[-1] - sent[0] <= 90 / 29 * 1.03
    assert all(later - earlier >= 1.0 for earlier, later in zip(sent, sent[29:], strict=False))


async def test_what_was_not_used_is_not_saved_up(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    await send(pacer, 1)
    clock.go_on(seconds=60)
    sent = []
    for chat in range(2, 5):
        await send(pacer, chat)
        sent.append(clock.monotonic())
    assert sent[2] - sent[0] >= 2 / 30


async def test_a_share_of_the_budget_is_that_much_slower(clock: SkippingClock) -> None:
    pacer = Pacer(clock, share=0.5)
    begun = clock.monotonic()
    for chat in range(1, 16):
        await send(pacer, chat)
    assert clock.monotonic() - begun >= 1.0


async def test_without_a_limit_nobody_waits(clock: SkippingClock) -> None:
    pacer = Pacer(clock, per_second=0)
    begun = clock.monotonic()
    for chat in range(1, 500):
        await send(pacer, chat)
    assert clock.monotonic() == begun


async def test_a_direct_answer_overtakes_what_waits_and_red_overtakes_bulk() -> None:
    clock = FakeClock()
    pacer, order = Pacer(clock), []

    async def wants(chat: int, name: str, lane: int) -> None:
        await send(pacer, chat, lane=lane)
        order.append(name)

    names = [("bulk", BULK), ("bulk again", BULK), ("red", RED), ("direct", DIRECT)]
    asked = asyncio.gather(*(wants(chat, name, lane) for chat, (name, lane) in enumerate(names, 1)))
    await asyncio.sleep(0)
    for count in range(1, 5):
        clock.go_on(seconds=0.05)
        await until(lambda: len(order) >= count)
    await asked
    assert order == ["direct", "red", "bulk", "bulk again"]


async def test_a_person_is_written_to_once_a_second_but_answered_at_once(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    await send(pacer, 5)
    with pytest.raises(Closed) as closed:
        await send(pacer, 5)
    assert timedelta(seconds=0.9) < closed.value.after <= timedelta(seconds=1)
    assert 0.9 < pacer.rest(5) <= 1
    assert pacer.rest(6) == 0
    await send(pacer, 5, lane=DIRECT)
    clock.go_on(seconds=1)
    await send(pacer, 5)


async def test_a_second_begins_when_the_answer_came_or_was_given_up(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    async with pacer.turn(5, lane=BULK):
        clock.go_on(seconds=0.4)
    assert pacer.rest(5) == 1.0


async def test_a_group_is_written_to_twenty_times_a_minute(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    begun = clock.monotonic()
    for _ in range(20):
        await send(pacer, GROUP)
        clock.go_on(seconds=1)
    with pytest.raises(Closed):
        await send(pacer, GROUP)
    await send(pacer, 7)
    clock.go_on(seconds=pacer.rest(GROUP))
    await send(pacer, GROUP)
    assert clock.monotonic() - begun >= 60


async def test_a_429_closes_the_bulk_lanes_and_one_probe_opens_them(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    pacer.refused(7, after=30)
    with pytest.raises(Closed) as closed:
        await send(pacer, 8)
    assert closed.value.after <= timedelta(seconds=30)
    assert 29 < pacer.paused() <= 30
    clock.go_on(seconds=31)
    assert pacer.paused() == 0
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


@pytest.mark.parametrize("waited", [0.5, 5.0])
async def test_who_waits_for_its_turn_while_telegram_says_429_does_not_send(waited: float) -> None:
    """Also when the time is over before its turn comes: only one goes first then."""
    clock = FakeClock()
    pacer = Pacer(clock)
    asked = [asyncio.ensure_future(send(pacer, chat)) for chat in range(1, 9)]
    await asyncio.sleep(0)
    pacer.refused(99, after=1)
    for step in (waited, *[0.02] * 40):
        clock.go_on(seconds=step)
        await asyncio.sleep(0)
    await until(lambda: all(each.done() for each in asked))
    assert all(isinstance(each.exception(), Closed) for each in asked)


async def test_nothing_is_written_any_more_once_a_429_was_read_even_in_the_middle_of_a_turn(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    async with pacer.turn(1, lane=RED) as may:
        may()
        pacer.refused(2, after=1)
        with pytest.raises(Closed):
            may()
        clock.go_on(seconds=1)
        with pytest.raises(Closed):
            may()


@given(st.lists(st.tuples(st.sampled_from(["send", "429", "rest"]), st.floats(min_value=0.1, max_value=5)), max_size=60))
async def test_a_closed_gate_is_never_crossed(script: list[tuple[str, float]]) -> None:
    clock = SkippingClock()
    pacer, closed_until = Pacer(clock), 0.0
    for chat, (act, seconds) in enumerate(script, 1):
        if act == "429":
            pacer.refused(chat, after=seconds)
            closed_until = max(closed_until, clock.monotonic() + seconds)
        elif act == "rest":
            clock.go_on(seconds=seconds)
        else:
            try:
                async with pacer.turn(chat, lane=RED):
                    assert clock.monotonic() >= closed_until - 1e-6
                pacer.taken(chat)
            except Closed:
                assert clock.monotonic() < closed_until


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
    told: list[tuple[int | None, float]] = []
    pacer = Pacer(clock, kept=lambda chat, seconds: told.append((chat, seconds)))
    await send(pacer, 5)
    pacer.refused(chat, after=30)
    await send(pacer, 6)
    with pytest.raises(Closed):
        await send(pacer, chat)
    with pytest.raises(Closed):
        await send(pacer, chat, lane=DIRECT)
    assert pacer.rest(chat) > 29
    clock.go_on(seconds=31)
    await send(pacer, chat)
    assert told == [(chat, 30)]


async def test_a_pause_of_before_the_restart_is_still_one(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    pacer.close(None, seconds=10_072)
    pacer.close(GROUP, seconds=50)
    clock.go_on(seconds=10_000)
    with pytest.raises(Closed):
        await send(pacer, 8)
    clock.go_on(seconds=73)
    await send(pacer, 8)


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

    await asyncio.gather(*(answer(chat) for chat in range(1, 6)))
    assert most == 1
    with pytest.raises(Closed):
        await send(pacer, 8)


async def test_an_outage_closes_the_bulk_lanes_for_growing_pauses_and_any_answer_ends_it(clock: SkippingClock) -> None:
    pacer, pauses = Pacer(clock), []
    assert pacer.unreachable() == 0
    assert pacer.unreachable() == 0
    for _ in range(8):
        pauses.append(pacer.unreachable())
        with pytest.raises(Closed):
            await send(pacer, 1)
        clock.go_on(seconds=pauses[-1])
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    await send(pacer, 1)
    assert pacer.paused() == 0
    assert pacer.unreachable() == 0


async def test_without_a_connection_one_failure_is_enough_and_many_at_once_are_one(clock: SkippingClock) -> None:
    pacer = Pacer(clock)
    assert [pacer.unreachable(never_left=True) for _ in range(8)] == [1.0] * 8
    await send(pacer, 2, lane=DIRECT)
    await send(pacer, 3)


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    clock = FakeClock()
    pacer, sent = Pacer(clock), []

    async def wants(chat: int, name: str, lane: int) -> None:
        await send(pacer, chat, lane=lane)
        sent.append(name)

    first = asyncio.ensure_future(wants(1, "first", RED))
    second = asyncio.ensure_future(wants(2, "second", BULK))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    clock.go_on(seconds=1)
    await asyncio.wait_for(second, 60)
    assert sent == ["second"]
