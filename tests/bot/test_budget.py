"""One send budget for several processes: thirty a second together, direct answers first, and never more when Redis is lost."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from app.clock import SystemClock
from app.nursery import Nursery
from bot.budget import QUIET, CommonBudget
from bot.pacer import DIRECT, HEADROOM, Pacer
from bot.sender import Composed, Sender
from domain.deliveries import Lane
from lab.simulator.chats import BotProfile, Persona
from lab.simulator.server import Simulator
from services.budget import Granted, Later, Over, SlotsAway
from services.deliveries import Sent
from storage.slots import RedisSlots
from tests.bot.conftest import BOT_ID, TOKEN
from tests.fakes.clock import FakeClock

BULK = int(Lane.BULK)
PEOPLE = [Persona(user_id=2000 + n, name=f"张{n}") for n in range(120)]


@pytest.fixture
def redis_url() -> str:
    url = os.environ.get("MASHANG_TEST_REDIS_URL")
    if not url:
        pytest.skip("MASHANG_TEST_REDIS_URL is not set: no Redis to try this on")
    return url


class Twin:
    """Slots of processes that share this object: evenly, by a test's clock; out of reach when told so."""

    def __init__(self, clock: FakeClock, *, per_second: float = 30.0) -> None:
        self._clock = clock
        self._gap = 1 / (per_second * HEADROOM)
        self._next = clock.monotonic()
        self.away = False
        self.over_said: list[Over] = []

    async def take(self, *, waited: float, direct: bool, directs: int) -> Granted | Later:
        if self.away:
            raise SlotsAway("gone")
        now = self._clock.monotonic()
        due = max(now, self._next)
        self._next = due + self._gap
        return Granted(f"slot {due}", due - now)

    async def over(self, slots: Sequence[Over]) -> None:
        if self.away:
            raise SlotsAway("gone")
        self.over_said += slots


def over_thirty(sent: Sequence[float]) -> bool:
    times = sorted(sent)
    return any(later - earlier < 1.0 for earlier, later in zip(times, times[30:], strict=False))


class Crowd:
    """Processes that send as fast as they may, on a test's clock; who sent when."""

    def __init__(self, clock: FakeClock, budgets: Sequence[CommonBudget]) -> None:
        self.clock = clock
        self.budgets = budgets
        self.sent: list[list[float]] = [[] for _ in budgets]

    async def work(self, number: int, *, lane: int = BULK) -> None:
        while True:
            departure = await self.budgets[number].drop(lane)
            self.sent[number].append(self.clock.monotonic())
            self.budgets[number].answered(departure)

    async def pass_by(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.clock.go_on(seconds=0.01)
            for _ in range(12):
                await asyncio.sleep(0)

    @property
    def all(self) -> list[float]:
        return [at for sent in self.sent for at in sent]


@asynccontextmanager
async def a_crowd(slots: Sequence[Any], *, workers: int = 2) -> AsyncIterator[Crowd]:
    clock: FakeClock = slots[0]._clock if slots[0] is not None else FakeClock()
    budgets = [CommonBudget(clock, each, per_second=30, headroom=HEADROOM) for each in slots]
    for budget in budgets:
        budget.among(len(slots), well=True)
    crowd, nursery = Crowd(clock, budgets), Nursery()
    for number in range(len(slots)):
        for _ in range(workers):
            nursery.spawn(crowd.work(number), name="sending")
    try:
        yield crowd
    finally:
        await nursery.close()


async def test_two_processes_share_thirty_a_second_and_one_alone_has_all_of_it() -> None:
    twin = Twin(FakeClock())
    async with a_crowd([twin, twin]) as crowd:
        await crowd.pass_by(4)
    assert not over_thirty(crowd.all)
    assert len(crowd.all) >= 0.97 * 4 * 30 * HEADROOM
    assert min(map(len, crowd.sent)) >= 0.4 * len(crowd.all)
    async with a_crowd([Twin(FakeClock())]) as alone:
        await alone.pass_by(4)
    assert len(alone.all) >= 0.97 * 4 * 30 * HEADROOM


async def test_without_redis_from_the_start_each_keeps_to_an_equal_share() -> None:
    clock = FakeClock()
    budgets = [CommonBudget(clock, None, per_second=30, headroom=HEADROOM) for _ in range(3)]
    for budget in budgets:
        budget.among(3, well=True)
    crowd, nursery = Crowd(clock, budgets), Nursery()
    for number in range(3):
        nursery.spawn(crowd.work(number), name="sending")
    await crowd.pass_by(QUIET + 4)
    await nursery.close()
    assert not over_thirty(crowd.all)
    assert len(crowd.all) >= 0.9 * 4 * 30 * HEADROOM
    assert not any(budget.degraded for budget in budgets)


async def test_losing_redis_and_finding_it_again_is_never_more_than_thirty_a_second() -> None:
    """Also while one process has it and the other has not: it tells the other within two seconds."""
    clock = FakeClock()
    twin = Twin(clock)
    reach = [Reach(twin), Reach(twin)]
    async with a_crowd(reach) as crowd:
        first, second = crowd.budgets
        telling = Nursery()
        for budget in crowd.budgets:
            telling.spawn(budget.run(), name="telling")
        await crowd.pass_by(2)
        reach[0].away = True
        await crowd.pass_by(0.5)
        assert first.degraded
        assert not second.degraded
        await crowd.pass_by(1.5)
        second.among(2, well=False)
        await crowd.pass_by(4)
        alone = len([at for at in crowd.all if at > clock.monotonic() - 1])
        reach[0].away = False
        await heal(crowd, first)
        await crowd.pass_by(1.9)
        second.among(2, well=True)
        await crowd.pass_by(5)
        await telling.close()
    assert 24 <= alone <= 30
    assert not over_thirty([at for at in crowd.all if at > clock.monotonic() - 10])
    most = max(sum(0 <= other - at < 1 for other in crowd.all) for at in crowd.all)
    assert most <= 45


class Reach:
    """One process's way to slots that several share; cut off when told so."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self._clock = twin._clock
        self.away = False

    async def take(self, **asked: Any) -> Granted | Later:
        return await self._reached().take(**asked)

    async def over(self, slots: Sequence[Over]) -> None:
        await self._reached().over(slots)

    def _reached(self) -> Twin:
        if self.away:
            raise SlotsAway("cut off")
        return self._twin


async def heal(crowd: Crowd, budget: CommonBudget) -> None:
    """The budget finds out by asking, which it does by the machine's clock and by the test's."""
    deadline = asyncio.get_running_loop().time() + 10
    while budget.degraded:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)
        await crowd.pass_by(0.1)


async def test_a_direct_answer_goes_before_deliveries_of_its_process_and_waits_for_few_of_the_others() -> None:
    twin = Twin(FakeClock())
    async with a_crowd([twin, twin], workers=8) as crowd:
        await crowd.pass_by(2)
        asked = crowd.clock.monotonic()
        answered: list[float] = []

        async def answers() -> None:
            crowd.budgets[0].answered(await crowd.budgets[0].drop(DIRECT))
            answered.append(crowd.clock.monotonic())

        nursery = Nursery()
        nursery.spawn(answers(), name="answering")
        await crowd.pass_by(1)
        await nursery.close()
    assert answered[0] - asked <= 0.15


async def test_what_was_not_used_in_time_is_given_back() -> None:
    clock = FakeClock()
    twin = Twin(clock)
    budget = CommonBudget(clock, twin, per_second=30, headroom=HEADROOM)
    first = await budget.drop(BULK)
    nursery = Nursery()
    waiting = nursery.spawn(budget.drop(BULK), name="waiting")
    for _ in range(10):
        await asyncio.sleep(0)
    waiting.cancel()
    clock.go_on(seconds=5)
    budget.answered(first)
    second = await budget.drop(BULK)
    assert second.slot != first.slot
    budget.withdrawn(second)
    nursery.spawn(budget.run(), name="telling")
    for _ in range(50):
        await asyncio.sleep(0)
    await nursery.close()
    said = {over.name: over.ago for over in twin.over_said}
    assert said[first.slot or ""] is not None
    assert said[second.slot or ""] is None
    assert len(said) == 3


@asynccontextmanager
async def processes(url: str, count: int, *, lost_after: float = 10.0) -> AsyncIterator[list[Pacer]]:
    """So many processes' pacers over one Redis, as app/delivery.py makes them."""
    of, clock, nursery = f"T1:{uuid4().hex}", SystemClock(), Nursery()
    async with AsyncExitStack() as stack:
        pacers = []
        for number in range(count):
            slots = RedisSlots(url, of=of, process=f"p{number}", per_second=30, headroom=HEADROOM, lost_after=lost_after)
            stack.push_async_callback(slots.close)
            budget = CommonBudget(clock, slots, per_second=30, headroom=HEADROOM)
            budget.among(count, well=True)
            nursery.spawn(budget.run(), name="telling")
            pacers.append(Pacer(clock, budget=budget))
        try:
            yield pacers
        finally:
            await nursery.close()


async def test_two_processes_over_one_redis_are_never_told_too_many_by_a_strict_telegram(redis_url: str) -> None:
    """Each with eight at a time, and direct answers among them; Telegram counts thirty within any second."""
    simulator = Simulator({TOKEN: BotProfile(BOT_ID, "mashang_lab_bot", "码上")}, personas=PEOPLE, profile="strict")
    await simulator.start()
    for person in PEOPLE:
        simulator.world.chats.of(simulator.world.chats.people[person.user_id], bot_id=BOT_ID).started = True
    waiting = iter(person.user_id for person in PEOPLE[:120])
    results: list[Sent] = []

    async def worker(pacer: Pacer, sender: Sender, *, lane: int) -> None:
        for chat in waiting:
            async with pacer.turn(chat, lane=lane):
                results.append((await sender.send(chat, Composed("x"))).sent)
            pacer.taken(chat)

    try:
        async with processes(redis_url, 2) as pacers, asyncio.TaskGroup() as group:
            senders = [Sender(TOKEN, api_url=simulator.url) for _ in pacers]
            for pacer, sender in zip(pacers, senders, strict=True):
                for number in range(8):
                    group.create_task(worker(pacer, sender, lane=DIRECT if number == 0 else BULK))
    finally:
        for sender in senders:
            await sender.close()
        await simulator.stop()
    assert Counter(results) == {Sent.OK: 120}


async def granted(slots: RedisSlots, *, direct: bool = False, directs: int = 0) -> None:
    """A slot, however long it takes, and its time has come."""
    for _ in range(200):
        got = await slots.take(waited=0, direct=direct, directs=directs)
        await asyncio.sleep(got.wait)
        if isinstance(got, Granted):
            return
    raise AssertionError("no slot")


async def test_in_redis_direct_answers_of_one_process_go_before_deliveries_of_another(redis_url: str) -> None:
    of = f"T1:{uuid4().hex}"
    one, other = (RedisSlots(redis_url, of=of, process=name, per_second=30, headroom=HEADROOM, lost_after=10) for name in ("one", "other"))
    await granted(one, direct=True, directs=3)
    assert isinstance(await other.take(waited=0, direct=False, directs=0), Later)
    await one.take(waited=0, direct=True, directs=0)
    await granted(other)
    await one.close()
    await other.close()


async def test_what_a_dead_process_had_under_way_is_forgotten_after_a_while(redis_url: str) -> None:
    """Thirty slots of which nobody says more: none is free until they count as over."""
    slots = RedisSlots(redis_url, of=f"T1:{uuid4().hex}", process="dead", per_second=30, headroom=HEADROOM, lost_after=2.5)
    for _ in range(30):
        await granted(slots)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await granted(slots)
    assert 0.5 < loop.time() - began < 3
    await slots.close()


async def test_a_redis_that_is_not_there_is_said_within_half_a_second() -> None:
    slots = RedisSlots("redis://127.0.0.1:1/0", of="T1:x", process="p", per_second=30, headroom=HEADROOM, lost_after=10)
    began = asyncio.get_running_loop().time()
    with pytest.raises(SlotsAway):
        await slots.take(waited=0, direct=False, directs=0)
    with pytest.raises(SlotsAway):
        await slots.over([])
    assert asyncio.get_running_loop().time() - began < 1.5
    await slots.close()
