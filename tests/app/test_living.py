"""Processes tell of themselves: each knows how many share the budget, and a dead one counts for five seconds more."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from app.checks.processes import processes as looked_at
from app.container import House
from app.living import Living
from storage.processes import SqlProcesses
from tests.databases import an_empty_database
from tests.fakes.clock import FakeClock
from tests.houses import a_house


@pytest.fixture(params=["sqlite", "postgres"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    async with an_empty_database(request.param, tmp_path) as url, a_house(tmp_path, clock=FakeClock(), database_url=url) as house:
        yield house


class Heard:
    """One process, and what it was told last."""

    def __init__(self, house: House, number: int, *parts: str) -> None:
        self.lacks: list[str] = []
        self.living = Living(house.processes, me=UUID(int=number), parts=parts, clock=house.clock, lacks=lambda: self.lacks)
        self.said = (0, True)
        self.living.hear(self._hear)

    def _hear(self, senders: int, well: bool) -> None:
        self.said = (senders, well)


async def test_who_sends_is_counted_while_it_lives_and_who_lacks_redis_is_known(house: House) -> None:
    clock = house.clock
    assert isinstance(clock, FakeClock)
    bot, delivery, web = Heard(house, 1, "bot", "web"), Heard(house, 2, "delivery"), Heard(house, 3, "web")
    for each in (bot, delivery, web, bot):
        await each.living.beat()
    assert bot.said == (2, True)
    assert web.said == (2, True)
    delivery.lacks = ["redis"]
    await delivery.living.beat()
    await bot.living.beat()
    assert bot.said == (2, False)
    assert delivery.said == (2, True)
    clock.go_on(seconds=4)
    await bot.living.beat()
    assert bot.said == (2, False)
    clock.go_on(seconds=2)
    await bot.living.beat()
    assert bot.said == (1, True)
    await delivery.living.beat()
    await delivery.living.end()
    await bot.living.beat()
    assert bot.said == (1, True)
    assert [each.id.int for each in await house.processes.living(since=clock.now())] == [1]


async def test_a_row_of_a_day_ago_is_gone(house: House) -> None:
    clock = house.clock
    assert isinstance(clock, FakeClock)
    started = clock.now()
    await Heard(house, 1, "web").living.beat()
    clock.go_on(hours=25)
    await Heard(house, 2, "web").living.beat()
    assert [each.id.int for each in await house.processes.living(since=started)] == [2]


async def test_the_doctor_names_who_lives_and_what_it_lacks(tmp_path: Path) -> None:
    from app.clock import SystemClock

    async with an_empty_database("postgres", tmp_path) as url, a_house(tmp_path, clock=FakeClock(), database_url=url) as house:
        assert [one.says for one in await looked_at(house.settings)] == ["none serves"]
        told = Living(SqlProcesses(house.databases), me=UUID(int=1), parts=["delivery"], clock=SystemClock(), lacks=lambda: ["redis"])
        await told.beat()
        [found] = await looked_at(house.settings)
        assert not found.well
        assert found.says.endswith("delivery without redis")
