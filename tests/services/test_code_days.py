"""Each day's count: once, to a second person, with what is unusual first."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.access import NotYours
from domain.deliveries import Subject
from domain.issuing import Why, unusual
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import Town, a_town


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def copies(town: Town) -> list[object]:
    async with town.house.works.read() as work:
        found = await work.deliveries.after(None, most=100)
        return [one.person for one in found if one.message.subject is Subject.CODES_COUNTED]


async def test_a_day_is_counted_once_and_told_to_somebody_else(town: Town) -> None:
    days, officer = town.house.services.code_days, await town.linked(cast.OFFICER)
    approver = await town.linked(cast.APPROVER)
    await days.close()
    await town.house.services.issuing.blanks(30, area=cast.VILLAGE.code, by=officer, reason=Why.PRINTED)
    assert await copies(town) == []
    town.clock.go_on(days=1)
    assert await days.close() == 1
    assert await days.close() == 0
    told = await copies(town)
    assert approver.person in told
    assert officer.person not in told
    (line,) = await days.lines(by=approver)
    assert (line.name, line.count.total, line.count.reasons, line.unusual) == (cast.OFFICER[0], 30, {"printed": 30}, True)


async def test_days_on_which_the_house_stood_still_are_caught_up(town: Town) -> None:
    days = town.house.services.code_days
    await days.close()
    await town.house.services.issuing.blanks(2, area=cast.VILLAGE.code, by=await town.actor(cast.OFFICER), reason=Why.PRINTED)
    town.clock.go_on(days=3)
    assert await days.close() == 3
    (line,) = await days.lines(by=await town.actor(cast.OFFICER))
    assert line.count.total == 2


async def test_who_neither_issues_nor_watches_there_sees_no_counts(town: Town) -> None:
    await town.house.services.issuing.blanks(2, area=cast.VILLAGE.code, by=await town.actor(cast.OFFICER), reason=Why.PRINTED)
    with pytest.raises(NotYours):
        await town.house.services.code_days.lines(by=await town.actor(cast.KEEPER))
    assert [line.count.total for line in await town.house.services.code_days.lines(by=await town.actor(cast.OFFICER))] == [2]


def test_unusual_is_far_more_than_on_other_days() -> None:
    assert not unusual(9, [1, 1, 1])
    assert unusual(31, [10, 10, 10])
    assert not unusual(30, [10, 10, 10])
    assert unusual(11, [])
