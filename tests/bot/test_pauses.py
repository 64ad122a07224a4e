"""Telegram's word outlives us: a pause of ten thousand seconds is kept over a restart, and heard from other processes."""

from datetime import timedelta

import pytest

from app.nursery import Nursery
from bot.pacer import Closed, Pacer
from bot.pauses import KeptPauses
from domain.deliveries import Lane
from storage.memory import MemoryWakeups
from tests.bot.conftest import BOT_ID
from tests.fakes.clock import FakeClock
from tests.houses import Town
from tests.waiting import until

GROUP = -1002000000001
RED = int(Lane.RED)


def process(town: Town, nursery: Nursery, wakeups: MemoryWakeups | None = None) -> tuple[Pacer, KeptPauses]:
    """What each start of the house makes anew."""
    kept = KeptPauses(town.house.pauses, bot=BOT_ID, clock=town.clock, wakeups=wakeups or MemoryWakeups(), spawn=nursery.spawn)
    return Pacer(town.clock, kept=kept.keep), kept


async def refused(pacer: Pacer, chat: int) -> bool:
    try:
        async with pacer.turn(chat, lane=RED):
            return False
    except Closed:
        return True


async def known(town: Town, count: int) -> bool:
    return len(await town.house.pauses.load(BOT_ID)) == count


async def test_a_house_that_starts_again_in_the_middle_of_a_pause_stays_silent(town: Town) -> None:
    nursery = Nursery()
    pacer, _ = process(town, nursery)
    pacer.refused(7, after=10_072)
    pacer.refused(GROUP, after=600)
    await until(lambda: known(town, 2))
    town.clock.go_on(seconds=500)
    again, kept = process(town, nursery)
    await kept.load(again)
    assert timedelta(seconds=9_500) < timedelta(seconds=again.paused()) < timedelta(seconds=9_600)
    assert await refused(again, 8)
    assert 90 < again.rest(GROUP) <= 100
    town.clock.go_on(seconds=9_600)
    later, kept = process(town, nursery)
    await kept.load(later)
    assert later.paused() == 0
    await nursery.close()


async def test_another_process_hears_of_it(town: Town) -> None:
    nursery = Nursery()
    wakeups = MemoryWakeups()
    one, _ = process(town, nursery, wakeups)
    other, hears = process(town, nursery, wakeups)
    listening = nursery.spawn(hears.run(other), name="pauses")
    one.refused(7, after=60)

    async def silent() -> bool:
        town.clock.go_on(seconds=1.0)
        return other.paused() > 0

    await until(silent)
    hears.stop()
    await until(listening.done)
    await nursery.close()


async def test_the_smaller_pause_never_shortens_the_larger_one(town: Town) -> None:
    nursery = Nursery()
    pacer, kept = process(town, nursery)
    pacer.refused(7, after=600)
    await until(lambda: known(town, 1))
    pacer.refused(8, after=5)
    await until(lambda: nursery.names() == [])
    again, kept = process(town, nursery)
    await kept.load(again)
    assert again.paused() > 590
    await nursery.close()


async def test_a_table_that_cannot_be_written_stops_nobody_from_waiting(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        async def load(self, bot: int) -> list[tuple[int | None, object]]:
            raise OSError("no disk")

        async def keep(self, bot: int, chat: int | None, until: object) -> None:
            raise OSError("no disk")

    nursery, clock = Nursery(), FakeClock()
    kept = KeptPauses(Broken(), bot=BOT_ID, clock=clock, wakeups=MemoryWakeups(), spawn=nursery.spawn)  # type: ignore[arg-type]
    pacer = Pacer(clock, kept=kept.keep)
    pacer.refused(7, after=60)
    await until(lambda: "could not be kept" in caplog.text)
    assert pacer.paused() == 60
    await nursery.close()
