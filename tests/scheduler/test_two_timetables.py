"""Two timetables over one PostgreSQL: whatever is due happens once, and the audit chain holds."""

import asyncio
from collections import Counter
from datetime import time
from pathlib import Path

from domain.colours import Level
from domain.schedules import Repeat, Schedule
from scheduler.jobs import jobs
from tests import cast
from tests.announcing import drafted
from tests.databases import a_place_for_one
from tests.houses import a_house, a_town

DAILY = Schedule(Repeat.DAILY, clock=time(11, 0))
"""11:00 in Shanghai: an hour from when the clock of the tests begins."""
DAYS = 2


async def test_every_job_of_two_timetables_at_the_same_instant_for_days_does_each_thing_once(tmp_path: Path) -> None:
    async with (
        a_place_for_one("postgres", tmp_path) as url, a_town(tmp_path, database_url=url) as town,
        a_house(tmp_path, clock=town.clock, database_url=url) as other,
    ):  # fmt: skip
        await town.linked(cast.LIN)
        notices = [await drafted(town, key=f"{number}", schedule=DAILY) for number in range(3)]
        undecided = await drafted(town, key="red", level=Level.RED, schedule=Schedule(Repeat.ONCE, at=town.clock.now().replace(hour=9)))
        order = await town.order()
        every = [job for house in (town.house, other) for job in jobs(house.services)]
        for _ in range(DAYS * 24):
            town.clock.go_on(hours=1)
            await asyncio.gather(*(job.run() for job in every))
        async with town.house.works.read() as work:
            runs = await work.notices.runs([notice.id for notice in notices])
            rows = await work.audit.all(most=10_000)
            members = await work.members.of(order.id)
        assert Counter(run.notice for run in runs) == {notice.id: DAYS for notice in notices}
        assert len({(run.notice, run.due_at) for run in runs}) == len(runs)
        lapsed = [row for row, _ in rows if row.action == "notices.lapsed"]
        assert [row.subject for row in lapsed] == [str(undecided.id)]
        assert len({member.person for member in members}) == len(members) > 0
        assert all(digest is not None for _, digest in rows)
        assert await town.house.services.audit.verify() is None
