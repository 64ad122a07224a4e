"""One process at a time asks Telegram for updates; another goes on within seconds when it dies, and at once when it stops."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.nursery import Nursery
from bot.turns import LEASE, OneAtATime
from tests.databases import an_empty_database
from tests.fakes.clock import FakeClock
from tests.houses import a_house
from tests.waiting import until


@dataclass
class Worker:
    """One process: whether it works now, and a hand on what it needs."""

    turn: OneAtATime
    nursery: Nursery
    leases: "Breakable"
    log: list[str] = field(default_factory=list)

    @property
    def works(self) -> bool:
        return self.log[-1:] == ["begun"]


class Breakable:
    """Leases that a test may cut off."""

    def __init__(self, leases: Any) -> None:
        self._leases = leases
        self.broken = False

    async def take(self, names: Collection[str], **how: Any) -> set[str]:
        return set(await self._reached().take(names, **how))

    async def renew(self, names: Collection[str], **how: Any) -> set[str]:
        return set(await self._reached().renew(names, **how))

    async def release(self, names: Collection[str], **how: Any) -> None:
        await self._reached().release(names, **how)

    def _reached(self) -> Any:
        if self.broken:
            raise OSError("no database")
        return self._leases


@asynccontextmanager
async def a_worker(leases: Any, number: int, clock: FakeClock) -> AsyncIterator[Worker]:
    log: list[str] = []
    finished = asyncio.Event()

    async def work() -> None:
        log.append("begun")
        try:
            await finished.wait()
        finally:
            log.append("ended")

    nursery, breakable = Nursery(), Breakable(leases)
    turn = OneAtATime(work, finished.set, leases=breakable, name="poll 1", holder=UUID(int=number), clock=clock, spawn=nursery.spawn)
    nursery.spawn(turn.run(), name="turn")
    try:
        yield Worker(turn, nursery, breakable, log)
    finally:
        await nursery.close()


@pytest.fixture(params=["sqlite", "postgres"])
async def two(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Worker, Worker, FakeClock]]:
    clock = FakeClock()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(an_empty_database(request.param, tmp_path))
        house = await stack.enter_async_context(a_house(tmp_path, clock=clock, database_url=url))
        one = await stack.enter_async_context(a_worker(house.leases, 1, clock))
        await until(lambda: one.works)
        other = await stack.enter_async_context(a_worker(house.leases, 2, clock))
        yield one, other, clock


async def passes(clock: FakeClock, seconds: float, *workers: Worker) -> None:
    """Time goes on by tenths; never do both work."""
    for _ in range(round(seconds * 10)):
        clock.go_on(seconds=0.1)
        for _ in range(3):
            await asyncio.sleep(0.002)
            assert sum(worker.works for worker in workers) <= 1


async def test_while_one_lives_the_other_waits(two: tuple[Worker, Worker, FakeClock]) -> None:
    one, other, clock = two
    await passes(clock, 3 * LEASE.total_seconds(), one, other)
    assert one.works
    assert other.log == []


async def test_when_one_stops_the_other_goes_on_within_a_second_or_so(two: tuple[Worker, Worker, FakeClock]) -> None:
    one, other, clock = two
    one.turn.stop()
    await until(lambda: one.log == ["begun", "ended"])
    await passes(clock, 1.5, one, other)
    await until(lambda: other.works)


async def test_when_one_dies_the_other_goes_on_within_seconds(two: tuple[Worker, Worker, FakeClock]) -> None:
    one, other, clock = two
    one.leases.broken = True
    await one.nursery.close()
    await passes(clock, 4, one, other)
    assert not other.works
    await passes(clock, LEASE.total_seconds() - 2, one, other)
    await until(lambda: other.works)


async def test_who_cannot_renew_stops_before_the_other_begins_and_comes_back_later(two: tuple[Worker, Worker, FakeClock]) -> None:
    one, other, clock = two
    one.leases.broken = True
    await passes(clock, LEASE.total_seconds() + 2, one, other)
    await until(lambda: other.works)
    assert one.log == ["begun", "ended"]
    one.leases.broken = False
    other.turn.stop()
    await until(lambda: other.log == ["begun", "ended"])
    await passes(clock, 2, one, other)
    await until(lambda: one.works)
