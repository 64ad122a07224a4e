"""What became of notices: lists for officials, the truth of each run, lines for exports; and the calendar of holidays."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.access import May
from domain.deliveries import Tally
from domain.errors import Invalid, Refusal
from domain.groups import Group
from domain.notices import Notice, NoticeState, NoticeUnknown, Occurrence, RunState, approvable_until, truth
from domain.people import AreaUnknown
from domain.places import Area, AreaLevel, parent_of
from domain.schedules import DayKind, DayNotRead, Holidays, typed_day
from domain.text import N_
from services.actors import Actor
from services.audit import Trail
from services.imports import Problem, Report
from services.office import Office
from services.ports import Clock, Work, Works

MOST_LISTED = 20
MOST_FAILURES = 10
MOST_OFFERED = 6
LEVELS = (AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.VILLAGE, AreaLevel.GRID)


class HolidayKindUnknown(Invalid):
    code = "holiday_kind_unknown"
    text = N_("“{value}” is neither off nor work.")


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in a list, with its last run and where that stands; `lapsed` = nobody decided in time, and it is too late now."""

    notice: Notice
    last: Occurrence | None = None
    truth: Tally | None = None
    posts: Tally | None = None
    lapsed: bool = False

    @property
    def ahead(self) -> bool:
        """Decided on, and nothing of it has gone out yet."""
        return self.notice.state is NoticeState.ACTIVE and self.last is None and self.notice.next_due_at is not None


@dataclass(frozen=True, slots=True)
class Story:
    """One notice: its runs, where the last one stands, whom it did not reach and why, and how many visits are still to be made."""

    line: Line
    runs: tuple[Occurrence, ...]
    failures: tuple[tuple[str, str], ...]
    failed: int
    visits_open: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What a drafter may choose from; firms with the area in which their workers are meant.

    `above` names the area above each one, by its own code: four villages of one county may bear one name.
    """

    areas: tuple[Area, ...]
    groups: tuple[Group, ...]
    firms: tuple[tuple[str, str], ...]
    above: Mapping[str, str] = field(default_factory=dict)

    def title(self, area: Area) -> str:
        """张村 · 雅溪镇"""
        return " · ".join(part for part in (area.called, self.above.get(area.code, "")) if part)


class NoticeLists:
    """Reads notices and their runs."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, office: Office) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._office = office

    async def offers(self, words: str, *, by: Actor) -> Offers:
        """Areas, groups and firms with these words in their names, where the asker may draft; without words the own areas and groups. AreaUnknown for none."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        asked, scopes = "".join(words.split()), by.areas_for(May.DRAFT_NOTICE, now=now)
        async with self._works.read() as work:
            if asked:
                named = [await work.areas.named(asked, level=level, inside=scope, most=MOST_OFFERED) for scope in scopes for level in LEVELS]
                areas = list({area.code: area for lot in named for area in lot}.values())
                firms = [firm for firm in await work.workers.firms() if asked.casefold() in firm.casefold()]
            else:
                areas, firms = list((await work.areas.many(scopes)).values()), []
            mine = [group for group in await work.groups.all() if by.can(May.DRAFT_NOTICE, now=now, area=group.area)]
            parents = await work.areas.many({parent for area in areas if (parent := parent_of(area.code))})
        groups = [group for group in mine if asked.casefold() in "".join(group.called.split()).casefold()]
        if asked and not (areas or firms or groups):
            raise AreaUnknown(asked=words[:20])
        groups.sort(key=lambda group: (group.owner != by.person, group.area, group.called))
        widest = min(scopes, key=len, default="")
        above = {area.code: parents[parent].called for area in areas if (parent := parent_of(area.code)) in parents}
        return Offers(tuple(areas[:MOST_OFFERED]), tuple(groups[:MOST_OFFERED]), tuple((firm, widest) for firm in firms[:MOST_OFFERED]), above)

    async def listing(self, *, by: Actor, most: int = MOST_LISTED) -> list[Line]:
        """Notices of the asker's areas, newest first: those that go on or wait before those that are over."""
        now = self._clock.now()
        by.must(May.CANCEL_NOTICE, now=now)
        async with self._works.read() as work:
            mine = [notice for notice in await work.notices.all() if all(by.can(May.CANCEL_NOTICE, now=now, area=area) for area in notice.areas)]
            mine.sort(key=lambda notice: (notice.state in (NoticeState.ACTIVE, NoticeState.WAITING), notice.drafted_at), reverse=True)
            return await self._lines(work, mine[:most])

    async def _lines(self, work: Work, notices: Sequence[Notice]) -> list[Line]:
        runs: dict[UUID, Occurrence] = {}
        for run in await work.notices.runs([notice.id for notice in notices]):
            runs[run.notice] = run
        messages = [run.message for run in runs.values() if run.message is not None]
        people, posts = await work.notices.tallies(messages, posts=False), await work.notices.tallies(messages, posts=True)
        holidays = await work.notices.holidays()
        return [self._line(notice, runs.get(notice.id), people, posts, lapsed=self._lapsed(notice, holidays)) for notice in notices]

    def _lapsed(self, notice: Notice, holidays: Holidays) -> bool:
        if notice.state is not NoticeState.WAITING:
            return False
        first = notice.draft.schedule.next_runs(notice.drafted_at, zone=self._office.zone, holidays=holidays, most=1)
        return self._clock.now() > approvable_until(notice, first_run=first[0] if first else None)

    def _line(self, notice: Notice, last: Occurrence | None, people: Mapping[UUID, Tally], posts: Mapping[UUID, Tally], *, lapsed: bool) -> Line:
        if last is None or last.message is None:
            return Line(notice, last, lapsed=lapsed)
        return Line(notice, last, truth(last, people[last.message]), posts[last.message])

    async def story(self, notice: UUID, *, by: Actor) -> Story:
        """Everything about one notice, with the names of whom the last run did not reach (masked at the edge), at most ten."""
        async with self._works.read() as work:
            if (found := await work.notices.get(notice)) is None:
                raise NoticeUnknown()
            by.must_in_all(May.CANCEL_NOTICE, found.areas, now=self._clock.now())
            (line,) = await self._lines(work, [found])
            runs = await work.notices.runs([notice])
            message = line.last.message if line.last else None
            failures = await work.deliveries.failures(message) if message else []
            names = await work.people.many([person for person, _ in failures[:MOST_FAILURES]])
            open_visits = [visit for visit in await work.visits.of_message(message) if visit.open] if message else []
        named = tuple((names[person].name, reason) for person, reason in failures[:MOST_FAILURES] if person in names)
        return Story(line, tuple(runs), named, len(failures), len(open_visits))

    async def everything(self, *, by: Actor) -> list[dict[str, Any]]:
        """Every notice with its runs and where each stands, for the operator's command line."""
        by.must(May.SEE_BOARD, now=self._clock.now())
        async with self._works.read() as work:
            notices = [notice for notice in await work.notices.all() if self._may_see(notice, by)]
            return [await self._told(work, notice) for notice in notices]

    def _may_see(self, notice: Notice, by: Actor) -> bool:
        return all(by.can(May.SEE_BOARD, now=self._clock.now(), area=area) for area in notice.areas)

    async def _told(self, work: Work, notice: Notice) -> dict[str, Any]:
        runs = await work.notices.runs([notice.id])
        messages = [run.message for run in runs if run.message is not None]
        people, posts = await work.notices.tallies(messages, posts=False), await work.notices.tallies(messages, posts=True)
        told = []
        for run in runs:
            stands = truth(run, people.get(run.message, Tally()) if run.message else Tally())
            posted = posts.get(run.message, Tally()) if run.message else Tally()
            told.append({
                "id": str(run.id), "due_at": run.due_at.isoformat(), "state": run.state.value, "people": run.people, "targets": stands.targets,
                "sent": stands.sent, "failed": stands.failed, "pending": stands.pending, "unknown": stands.unknown, "reasons": dict(stands.reasons),
                "posts": posted.targets, "posts_sent": posted.sent,
            })  # fmt: skip
        return {
            "id": str(notice.id), "number": notice.number, "level": notice.level.value, "risk": notice.draft.risk.value, "drill": notice.drill,
            "state": notice.state.value, "areas": list(notice.areas), "next_due_at": _said(notice.next_due_at), "runs": told,
        }  # fmt: skip

    async def import_holidays(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, dry_run: bool = False) -> Report:
        """Days off and worked weekend days (date,name,kind); the same day again takes the new kind. Runs that are still to come follow them."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        good: dict[date, tuple[str, DayKind]] = {}
        problems: list[Problem] = []
        for line, row in rows:
            try:
                day, value = _holiday(row)
                good[day] = value
            except Refusal as refusal:
                problems.append(Problem(line, refusal))
        async with self._works.write() as work:
            known = await work.notices.holiday_names()
            new = {day: value for day, value in good.items() if day not in known}
            changed = {day: value for day, value in good.items() if day in known and known[day] != value}
            if not dry_run and (new or changed):
                await work.notices.put_holidays(new | changed)
                await self._set_anew(work, now=now)
                await self._trail.add(work, by=by, action="notices.holidays", subject="holidays", now=now, added=len(new), changed=len(changed))
        return Report(len(rows), len(new), len(changed), len(rows) - len(problems) - len(new) - len(changed), tuple(problems), dry_run=dry_run)

    async def _set_anew(self, work: Work, *, now: datetime) -> None:
        """What is due already stays due."""
        holidays = await work.notices.holidays()
        for notice in await work.notices.all():
            schedule, due = notice.draft.schedule, notice.next_due_at
            if notice.state is not NoticeState.ACTIVE or due is None or due <= now or not (schedule.again and schedule.but_holidays):
                continue
            upcoming = next(iter(schedule.next_runs(now, zone=self._office.zone, holidays=holidays, most=1)), None)
            await work.notices.advance(notice.id, seen=due, next_due_at=upcoming, state=NoticeState.ACTIVE if upcoming else NoticeState.OVER)


async def exported(work: Work, *, by: Actor, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """The lines of notices and their runs, one JSON object each, of the areas that the exporter may export."""
    for notice in await work.notices.all():
        if not all(by.can(May.EXPORT, now=now, area=area) for area in notice.areas):
            continue
        yield {"type": "notice", "id": str(notice.id), "number": notice.number, "level": notice.level.value, "drill": notice.drill, "state": notice.state.value}
        runs = await work.notices.runs([notice.id])
        tallies = await work.notices.tallies([run.message for run in runs if run.message is not None], posts=False)
        for run in runs:
            stands = truth(run, tallies.get(run.message, Tally()) if run.message else Tally())
            yield {
                "type": "occurrence", "id": str(run.id), "notice": str(notice.id), "due_at": run.due_at.isoformat(), "state": run.state.value,
                "targets": stands.targets, "people": run.people, "posts": run.posts, "message": _said(run.message),
            }  # fmt: skip


async def run_rows(work: Work, notice: UUID) -> list[dict[str, object]]:
    """The runs of one notice as rows of a list: when, and where its copies stand."""
    runs = await work.notices.runs([notice])
    messages = [run.message for run in runs if run.message is not None]
    people, posts = await work.notices.tallies(messages, posts=False), await work.notices.tallies(messages, posts=True)
    rows: list[dict[str, object]] = []
    for run in runs:
        stands = truth(run, people.get(run.message, Tally()) if run.message else Tally())
        posted = posts.get(run.message, Tally()) if run.message else Tally()
        rows.append({
            "due_at": run.due_at, "run": run.state, "targets": stands.targets, "sent": stands.sent, "failed": stands.failed, "pending": stands.pending,
            "unknown": stands.unknown, "posts": posted.targets, "posts_sent": posted.sent,
        })  # fmt: skip
    return rows


def _said(value: object) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else str(value) if value is not None else None


def _holiday(row: Mapping[str, str]) -> tuple[date, tuple[str, DayKind]]:
    text = row.get("date", "").strip()
    day = typed_day(text, today=date.min) if len(text) > 6 else None
    if day is None:
        raise DayNotRead()
    kind = row.get("kind", "").strip().lower()
    if kind not in set(DayKind):
        raise HolidayKindUnknown(value=kind[:20])
    return day, (" ".join(row.get("name", "").split())[:40], DayKind(kind))


__all__ = ["Line", "NoticeLists", "RunState", "Story", "exported"]
