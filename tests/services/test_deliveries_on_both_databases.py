"""The same hard evening on SQLite and on PostgreSQL: outages, deaths, a group that moves, somebody who blocks the bot, a visit."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from domain.deliveries import DeliveryState
from domain.visits import Outcome
from services.deliveries import Sent
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import Town, a_town
from tests.services.test_deliveries_in_any_order import AGAIN, CANCEL, CHATS, CLAIM, EXPIRE, RESTART, SETTLE, WAIT, played, warned


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def test_every_target_is_counted_and_whoever_is_lost_is_visited(town: Town) -> None:
    dice = Random(3)
    steps: list[tuple[object, ...]] = []
    for _ in range(12):
        steps.append((CLAIM, 99))
        steps += [(SETTLE, dice.randrange(9), dice.choice(list(Sent)), dice.random() < 0.5) for _ in range(4)]
        steps.append((dice.choice([EXPIRE, RESTART, AGAIN]),))
        steps.append((WAIT, dice.choice([1, 31, 200])))
    await played(town, [*steps, (CANCEL,), (CLAIM, 99)])


async def test_two_loops_that_claim_at_once_never_hold_the_same_copy(town: Town) -> None:
    await warned(town)
    deliveries = town.house.services.deliveries
    both = await asyncio.gather(deliveries.claim(most=4), deliveries.claim(most=4))
    held = [one.id for claimed in both for one in claimed]
    assert len(held) == len(set(held)) == 4 + CHATS


async def test_a_visit_is_made_and_the_warning_can_be_taken_back(town: Town) -> None:
    warden, evening = await town.linked(cast.WARDEN), await warned(town)
    visits = town.house.services.visits
    views = await visits.mine(by=warden)
    assert {view.person.name for view in views} == {cast.GRANNY_HU[0], cast.YE[0]}
    await visits.done(views[0].visit.id, Outcome.TOLD, by=warden, key="k", note="当面说清")
    assert len(await visits.open_in(cast.VILLAGE.code, by=await town.actor(cast.OFFICER))) == 1
    await evening.cancel()
    assert await visits.mine(by=warden) == []
    async with town.house.works.read() as work:
        assert await work.deliveries.tally(evening.message.id) == {DeliveryState.FAILED: 6 + CHATS}
