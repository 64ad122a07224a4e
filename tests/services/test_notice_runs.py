"""Runs: each once, however many look; caught up within two hours; written down as missed beyond."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain.colours import Level
from domain.deliveries import Subject
from domain.notices import CATCH_UP, Notice, NoticeState, RunState, truth
from domain.schedules import WORKDAYS, DayKind, Repeat, Schedule
from services.actors import Actor
from services.notice_runs import NoticeRuns
from services.ports import Work
from storage.engine import open_databases
from storage.work import SqlWorks
from tests import cast
from tests.announcing import a_group, approved, delivered, drafted, to_group
from tests.databases import a_place_for_one
from tests.houses import Town, a_town

DAILY = Schedule(Repeat.DAILY, clock=time(11, 0))
"""11:00 in Shanghai: an hour from when the clock of the tests begins."""


@pytest.fixture(params=["sqlite", "postgres"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """On SQLite and on PostgreSQL, where what is tested is how rows are taken."""
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


def room(town: Town, works: object = None, *, kind: type[NoticeRuns] = NoticeRuns, **sizes: int) -> NoticeRuns:
    """The jobs over other transactions, or with other sizes."""
    known = town.house.services.notice_runs
    return kind(
        works or known._works, clock=town.clock, ids=known._ids, trail=known._trail, office=known._office, audience=known._audience,  # type: ignore[arg-type]
        recipients=known._recipients, wakeups=known._wakeups, **sizes,
    )  # fmt: skip


async def runs(town: Town) -> list:  # type: ignore[type-arg]
    async with town.house.works.read() as work:
        return await work.notices.runs([notice.id for notice in await work.notices.all()])


async def test_two_schedulers_never_send_one_run_twice(both: Town) -> None:
    """Two instances over the same database, each with its own connections, looking at the same instant, again and again."""
    town = both
    await town.linked(cast.LIN)
    for number in range(3):
        await drafted(town, key=f"{number}", schedule=DAILY)
    other = open_databases(town.house.settings.database)
    try:
        second = room(town, SqlWorks(other, town.house.services.notices._works._sealing))  # type: ignore[attr-defined]
        town.clock.go_on(hours=1)
        for _ in range(3):
            sent = await asyncio.gather(*(looker.release() for looker in (town.house.services.notice_runs, second) * 2))
            assert sum(sent) == 3
            town.clock.go_on(days=1)
    finally:
        await other.close()
    assert len([run for run in await runs(town) if run.state is RunState.OUT]) == 9


async def test_a_recurring_notice_goes_at_its_times_and_says_when_it_is_next(town: Town) -> None:
    notice = await drafted(town, schedule=Schedule(Repeat.DAILY, clock=time(11, 0), end=date(2026, 7, 27)))
    services = town.house.services
    assert [run.day for run in await services.notices.next_runs(notice)] == [25, 26, 27]
    sent = []
    for _ in range(4 * 24):
        town.clock.go_on(hours=1)
        sent.append(await services.notice_runs.release())
    assert sum(sent) == 3
    assert (await services.notices.told(notice.id)).state is NoticeState.OVER


async def test_a_run_missed_by_downtime_is_caught_up_within_two_hours_and_older_ones_are_missed(town: Town) -> None:
    await town.linked(cast.OFFICER)
    notice = await drafted(town, schedule=DAILY)
    town.clock.go_on(days=2)
    town.clock.go_on(hours=2, minutes=59)
    assert await town.house.services.notice_runs.release() == 1
    assert [(run.due_at.day, run.state) for run in await runs(town)] == [(25, RunState.MISSED), (26, RunState.MISSED), (27, RunState.OUT)]
    (told,) = [one for one in await delivered(town) if one.message.subject is Subject.NOTICE_MISSED]
    assert (told.address, told.message.about, told.message.fields["runs"]) == ("chat 周值班", notice.id, "2")


async def test_a_run_that_is_too_late_is_never_sent(town: Town) -> None:
    at = town.clock.now() + timedelta(minutes=1)
    await drafted(town, schedule=Schedule(Repeat.ONCE, at=at))
    town.clock.go_on(minutes=1)
    town.clock.go_on(seconds=CATCH_UP.total_seconds() + 1)
    assert await town.house.services.notice_runs.release() == 0
    assert [run.state for run in await runs(town)] == [RunState.MISSED]
    assert await town.house.services.notice_runs.release() == 0


async def test_a_run_to_a_group_that_everybody_left_is_said_to_be_missed(town: Town) -> None:
    await town.linked(cast.OFFICER)
    group = await a_group(town, "林大山")
    await drafted(town, parts=(to_group(group),), schedule=DAILY)
    await town.house.services.groups.remove(group, (await town.person("林大山")).id, by=await town.actor(cast.OFFICER))
    town.clock.go_on(hours=1)
    assert await town.house.services.notice_runs.release() == 0
    (told,) = [one for one in await delivered(town) if one.message.subject is Subject.NOTICE_MISSED]
    assert told.message.fields["why"] == "nobody"


async def test_what_is_not_filled_yet_is_pending_and_a_kill_between_chunks_loses_nobody(both: Town) -> None:
    town = both
    await town.linked(cast.LIN)
    notice = await drafted(town)
    small = room(town, at_once=2, chunk=2)
    assert await small.release() == 1
    seen = []
    while True:
        line = (await town.house.services.notice_lists.listing(by=await town.actor(cast.OFFICER)))[0]
        assert line.last is not None
        assert line.truth is not None
        seen.append((line.last.filled, line.truth.targets, line.truth.failed + line.truth.pending))
        if not await room(town, at_once=2, chunk=2).fill():
            break
    assert seen == [(0, 5, 5), (2, 5, 5), (4, 5, 5), (5, 5, 5)]
    async with town.house.works.read() as work:
        run = (await work.notices.runs([notice.id]))[0]
        assert await work.notices.roster(run.id, start=0, most=9) == []
        assert truth(run, (await work.deliveries.tallies([run.message]))[run.message]).targets == 5  # type: ignore[list-item, index]


async def test_a_notice_cancelled_while_it_is_being_filled_goes_to_nobody_more(both: Town) -> None:
    town = both
    notice = await drafted(town)
    small = room(town, at_once=2, chunk=2)
    await small.release()
    await small.fill()
    await town.house.services.notices.cancel(notice.id, by=await town.actor(cast.OFFICER), key="c")
    assert await small.fill() == 0
    (line,) = await town.house.services.notice_lists.listing(by=await town.actor(cast.OFFICER))
    assert line.truth is not None
    assert (line.truth.targets, line.truth.pending, line.truth.reasons["cancelled"]) == (5, 0, 3)


async def test_a_copy_is_good_until_the_next_run(town: Town) -> None:
    await town.linked(cast.LIN)
    await drafted(town, schedule=DAILY)
    town.clock.go_on(hours=1)
    await town.house.services.notice_runs.release()
    town.clock.go_on(hours=24)
    assert not [one for one in await delivered(town) if one.message.subject is Subject.NOTICE]
    await town.house.services.deliveries.expire()
    (line,) = await town.house.services.notice_lists.listing(by=await town.actor(cast.OFFICER))
    assert line.truth is not None
    assert line.truth.reasons["expired"] == 1


async def test_holidays_come_from_a_list_and_shift_the_runs(town: Town) -> None:
    lists, operator = town.house.services.notice_lists, Actor.operator()
    rows = [(2, {"date": "2026-07-27", "name": "试放", "kind": "off"}), (3, {"date": "2026-08-01", "name": "补班", "kind": "work"}),
            (4, {"date": "27 July", "kind": "off"}), (5, {"date": "2026-07-28", "kind": "maybe"})]  # fmt: skip
    report = await lists.import_holidays(rows, by=operator)
    assert (report.added, report.refused) == (2, 2)
    assert (await lists.import_holidays(rows[:2], by=operator)).unchanged == 2
    schedule = Schedule(Repeat.WEEKLY, clock=time(7, 30), weekdays=WORKDAYS, but_holidays=True)
    notice = await drafted(town, schedule=schedule)
    zone = town.house.settings.zone
    days = [run.astimezone(zone).date() for run in await town.house.services.notices.next_runs(notice)]
    assert days == [date(2026, 7, day) for day in (28, 29, 30, 31)] + [date(2026, 8, 1)]
    async with town.house.works.read() as work:
        assert (await work.notices.holidays())[date(2026, 7, 27)] is DayKind.OFF


async def test_a_calendar_that_comes_after_the_notice_moves_its_next_run_too(town: Town) -> None:
    """It is Saturday; Sunday becomes a day of work, then Monday a day off. What the list of next runs says is what happens."""
    lists, operator, jobs = town.house.services.notice_lists, Actor.operator(), town.house.services.notice_runs
    await drafted(town, schedule=Schedule(Repeat.WEEKLY, clock=time(11, 0), weekdays=WORKDAYS, but_holidays=True))
    await lists.import_holidays([(2, {"date": "2026-07-26", "name": "补班", "kind": "work"})], by=operator)
    town.clock.go_on(days=1, hours=1)
    assert await jobs.release() == 1
    await lists.import_holidays([(2, {"date": "2026-07-27", "name": "试放", "kind": "off"})], by=operator)
    town.clock.go_on(days=1)
    assert await jobs.release() == 0
    town.clock.go_on(days=1)
    assert await jobs.release() == 1
    days = [run.due_at.astimezone(town.house.settings.zone).day for run in await runs(town)]
    assert days == [26, 28]


async def test_a_red_notice_at_once_goes_when_it_is_approved(town: Town) -> None:
    await town.linked(cast.LIN)
    waiting = await drafted(town, level=Level.RED)
    assert await town.house.services.notice_runs.release() == 0
    town.clock.go_on(minutes=14)
    await approved(town, waiting)
    assert await town.house.services.notice_runs.release() == 1
    assert [one.address for one in await delivered(town) if one.message.subject is Subject.NOTICE] == ["chat 林大山"]


async def test_lines_of_the_export_sum_up(town: Town) -> None:
    await town.linked(cast.LIN)
    await drafted(town)
    await town.house.services.notice_runs.release()
    await delivered(town)
    lines = [line async for line in town.house.services.exports.events(by=Actor.operator())]
    (notice,) = [line for line in lines if line["type"] == "notice"]
    (run,) = [line for line in lines if line["type"] == "occurrence"]
    assert (notice["level"], notice["state"], run["notice"], run["targets"], run["state"]) == ("blue", "over", notice["id"], 5, "out")


async def test_a_notice_that_faults_holds_up_no_other(town: Town) -> None:
    await drafted(town, key="bad")
    await drafted(town, key="good")
    async with town.house.works.read() as work:
        bad = (await work.notices.all())[0]
    known = town.house.services.notice_runs

    class Faulting(NoticeRuns):
        async def _send(self, work: Work, notice: Notice, *, due: datetime, upcoming: datetime | None) -> int:
            if notice.id == bad.id:
                raise OSError("the disk is full")
            return await super()._send(work, notice, due=due, upcoming=upcoming)

    faulting = room(town, kind=Faulting)
    with pytest.raises(ExceptionGroup):
        await faulting.release()
    assert [run.notice for run in await runs(town)] == [notice.id for notice in await all_of(town) if notice.id != bad.id]
    assert await known.release() == 1, "what faulted is still due"


async def all_of(town: Town) -> list[Notice]:
    async with town.house.works.read() as work:
        return await work.notices.all()


@pytest.mark.parametrize("schedule", [Schedule(Repeat.NOW), DAILY])
async def test_a_red_notice_on_which_nobody_decides_is_said_to_its_drafter_once(town: Town, schedule: Schedule) -> None:
    await town.linked(cast.OFFICER)
    waiting = await drafted(town, level=Level.RED, schedule=schedule)
    jobs = town.house.services.notice_runs
    assert await jobs.lapse() == 0
    town.clock.go_on(hours=1, seconds=1)
    assert [await jobs.lapse() for _ in range(2)] == [1, 0]
    (said,) = [one.message for one in await delivered(town) if one.message.subject is Subject.NOTICE_MISSED]
    assert (said.about, said.fields["why"]) == (waiting.id, "lapsed")
    await town.house.services.notices.cancel(waiting.id, by=await town.actor(cast.OFFICER), key="c")
    assert await jobs.lapse() == 0
