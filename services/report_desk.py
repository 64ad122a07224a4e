"""A report from the desk's side: seen, verified, assigned, closed, rejected, or found to be the same as another. Whoever comes second hears who was first."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.access import TABLE, May, NotYours, Role
from domain.people import Person, PersonUnknown
from domain.places import within
from domain.reports import (
    LONGEST_ANSWER,
    OPEN,
    UNSENT,
    FirstIsOver,
    NothingAlike,
    Photo,
    PhotoUnknown,
    Report,
    ReportDeed,
    ReportEvent,
    ReportNotVerified,
    ReportState,
    ReportUnknown,
    allows,
    in_words,
)
from services.actors import Actor
from services.audit import Trail
from services.ports import Clock, Wakeups, Work, Works
from services.report_lists import taken_away
from services.report_photos import Media
from services.report_steps import COUNTY, ReportSteps

PAGE = 8
MOST_HANDS = 20
LONGEST_NAME = 40
SENT = frozenset(ReportState) - UNSENT


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of reports, newest first; `count` is how many there are in all."""

    reports: tuple[Report, ...]
    titles: dict[str, str]
    page: int
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A step, with the names of who did it and to whom it was given."""

    event: ReportEvent
    by: str
    assignee: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one report that an official needs. Names are whole; the edge masks them. `guest` is a Telegram number."""

    report: Report
    moments: tuple[Moment, ...]
    photos: tuple[Photo, ...]
    reporter: Person | None
    guest: str
    alike: Report | None
    assignee: str
    handles: bool
    unmasks: bool

    @property
    def seq(self) -> int:
        """The last step that is seen here; a decision names it, so that nobody decides over another's head."""
        return self.moments[-1].event.seq if self.moments else 0


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a decision. When not `fresh`, somebody else was first: `event` is what they did, `by` their name."""

    report: Report
    event: ReportEvent
    fresh: bool
    by: str


class ReportDesk:
    """For who may HANDLE_REPORT where it is; whoever it was given to sees it and may close it."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, steps: ReportSteps, files: Media, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._steps = steps
        self._files = files
        self._wakeups = wakeups

    async def listing(self, *, by: Actor, every: bool = False, page: int = 0, size: int = PAGE) -> Listing:
        """Open ones, or `every` one that was sent; also those given to the reader."""
        now = self._clock.now()
        scopes = by.areas_for(May.HANDLE_REPORT, now=now)
        states = SENT if every else OPEN
        async with self._works.read() as work:
            count = await work.reports.count_on_desks(scopes, assignee=by.registered(), states=states)
            if not count:
                by.must(May.HANDLE_REPORT, now=now)
            page = max(0, min(page, (count - 1) // size)) if count else 0
            found = await work.reports.on_desks(scopes, assignee=by.registered(), states=states, most=size, after=page * size)
            areas = await work.areas.many({each.area for each in found if each.area is not None})
        return Listing(tuple(found), {code: area.called for code, area in areas.items()}, page, count, size)

    async def number_of(self, report: UUID) -> str:
        """What people call it; "" for a draft. For links only."""
        async with self._works.read() as work:
            found = await work.reports.get(report)
        return found.number or "" if found is not None else ""

    async def show(self, report: UUID | str, *, by: Actor) -> Sheet:
        """By id or by number."""
        now = self._clock.now()
        async with self._works.read() as work:
            found = await self._seen(work, report, by)
            guest = await work.chats.get(found.guest) if found.guest is not None else None
            moments = await self._moments(work, found)
            return Sheet(
                found, moments, tuple(await work.media.of(found.id)),
                await work.people.get(found.reporter) if found.reporter is not None else None,
                guest.address if guest is not None else "",
                await work.reports.get(found.alike) if found.alike is not None else None,
                await self._name(work, found.assignee) or found.assignee_name,
                self._handles(found, by), bool(found.desk) and by.can(May.UNMASK, now=now, area=found.desk),
            )  # fmt: skip

    async def _moments(self, work: Work, report: Report) -> tuple[Moment, ...]:
        events = await self._steps.history(work, report.id)
        people = await work.people.many({id for event in events for id in (event.by, event.assignee) if id is not None})
        names = {id: person.name for id, person in people.items()}
        return tuple(Moment(event, names.get(event.by, "") if event.by else "", names.get(event.assignee, "") if event.assignee else "") for event in events)

    async def verify(self, report: UUID, *, by: Actor, key: str) -> Step:
        """Somebody looked, and it is so."""
        return await self._decide(report, ReportDeed.VERIFIED, by, key)

    async def assign(self, report: UUID, *, by: Actor, key: str, to: UUID | None = None, name: str = "", seen: int | None = None) -> Step:
        """To somebody of the house, who is told and may close it, or to anybody by name. It counts as verified then."""
        typed = in_words(name, most=LONGEST_NAME) if to is None else ""
        if to is not None and to not in {person.id for person in await self.hands(report, by=by)}:
            raise PersonUnknown()
        return await self._decide(report, ReportDeed.ASSIGNED, by, key, seen=seen, assignee=to, words=typed)

    async def close(self, report: UUID, words: str, *, by: Actor, key: str, seen: int | None = None) -> Step:
        """Done, and what was done, in words that the reporter reads."""
        return await self._decide(report, ReportDeed.CLOSED, by, key, seen=seen, words=in_words(words, most=LONGEST_ANSWER))

    async def reject(self, report: UUID, reason: str, *, by: Actor, key: str, seen: int | None = None) -> Step:
        """Not so, or nothing for this office; the reporter reads why."""
        return await self._decide(report, ReportDeed.REJECTED, by, key, seen=seen, words=in_words(reason, most=LONGEST_ANSWER))

    async def mark_same(self, report: UUID, *, by: Actor, key: str) -> Step:
        """The same as the one that it looked like when it came; its reporter hears of that one from now on."""
        return await self._decide(report, ReportDeed.DUPLICATE, by, key)

    async def _decide(self, report: UUID, deed: ReportDeed, by: Actor, key: str, *, seen: int | None = None, **more: Any) -> Step:
        async with self._works.write() as work:
            found = await self._seen(work, report, by)
            if deed is not ReportDeed.CLOSED or found.assignee != by.registered():
                self._must_handle(found, by)
            history = await self._steps.history(work, report)
            own = next((event for event in history if event.id == self._steps.id_of(key, deed)), None)
            if own is not None:
                return Step(found, own, True, by.name)
            steps = [event for event in history if event.kind is not ReportDeed.REFUSED]
            if deed is ReportDeed.CLOSED and found.state is ReportState.FILED:
                raise ReportNotVerified(number=found.number)
            if not allows(found.state, deed) or (seen is not None and any(event.seq > seen for event in steps)):
                return Step(found, steps[-1], False, await self._name(work, steps[-1].by))
            changed = await self._changed(work, found, deed, **more)
            after, event = await self._steps.happen(work, changed, deed, by, key, **more)
            if deed is ReportDeed.ASSIGNED:
                await self._steps.tell_assignee(work, after, event)
        self._wakeups.publish("deliveries")
        return Step(after, event, True, by.name)

    async def _changed(self, work: Work, report: Report, deed: ReportDeed, *, assignee: UUID | None = None, words: str = "") -> Report:
        if deed is ReportDeed.ASSIGNED:
            return replace(report, assignee=assignee, assignee_name=words)
        if deed is ReportDeed.DUPLICATE:
            return replace(report, duplicate_of=(await self._first(work, report)).id)
        return report

    async def _first(self, work: Work, report: Report) -> Report:
        """The one that is worked on. Refused when that is over: whoever sent this one would wait for ever."""
        first = await work.reports.get(report.alike) if report.alike is not None else None
        while first is not None and first.duplicate_of is not None:
            first = await work.reports.get(first.duplicate_of)
        if first is None:
            raise NothingAlike(number=report.number)
        if not first.open:
            raise FirstIsOver(first=first.number, number=report.number)
        return first

    async def hands(self, report: UUID, *, by: Actor) -> list[Person]:
        """Who could be sent: everybody who handles reports there or answers for households there, those of the village first."""
        now = self._clock.now()
        async with self._works.read() as work:
            found = await self._seen(work, report, by)
            self._must_handle(found, by)
            scopes: dict[UUID, str] = {}
            for role in (role for role in Role if {May.HANDLE_REPORT, May.TICK} & TABLE[role]):
                for grant in await work.grants.with_role(role):
                    area = grant.area
                    if grant.holds(now=now) and area is not None and (within(found.desk, area) or within(area, found.desk)):
                        scopes[grant.person] = max(scopes.get(grant.person, ""), area, key=len)
            people = await work.people.many(scopes)
        can = [person for person in people.values() if person.enrolled or not found.drill]
        return sorted(can, key=lambda person: (-len(scopes[person.id]), scopes[person.id], person.name, str(person.id)))[:MOST_HANDS]

    async def photo(self, report: str, photo: UUID, *, by: Actor) -> bytes:
        """The JPEG, opened for who sees the report."""
        async with self._works.read() as work:
            found = await self._seen(work, report, by)
            row = await work.media.get(photo)
        if row is None or row.report != found.id:
            raise PhotoUnknown()
        return await self._files.get(photo)

    async def unmask(self, report: str, *, by: Actor) -> Person:
        """Whole name and number of the reporter, and a line in the log that says who looked. PersonUnknown for a guest."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._seen(work, report, by)
            if not found.desk:
                raise NotYours(may=May.UNMASK.value)
            by.must(May.UNMASK, now=now, area=found.desk)
            person = await work.people.get(found.reporter) if found.reporter is not None else None
            if person is None:
                raise PersonUnknown()
            await self._trail.add(work, by=by, action="reports.unmask", subject=found.id, now=now, drill=found.drill, person=str(person.id))
        return person

    async def rows(self, *, by: Actor) -> list[Report]:
        """Every report that was sent from the asker's areas, oldest first, for the operator and for exports."""
        now = self._clock.now()
        by.must(May.EXPORT, now=now)
        async with self._works.read() as work:
            return await taken_away(work, by, now)

    async def _seen(self, work: Work, report: UUID | str, by: Actor) -> Report:
        """The report, for its desk and for whom it was given to; anybody else hears that it is not theirs, existing or not."""
        found = await (work.reports.numbered(report) if isinstance(report, str) else work.reports.get(report))
        mine = found is not None and (self._handles(found, by) or (found.assignee is not None and found.assignee == by.person))
        if found is None or found.state in UNSENT:
            by.must(May.HANDLE_REPORT, now=self._clock.now())
            raise ReportUnknown()
        if not mine:
            raise NotYours(may=May.HANDLE_REPORT.value)
        return found

    def _handles(self, report: Report, by: Actor) -> bool:
        now = self._clock.now()
        if report.desk:
            return by.can(May.HANDLE_REPORT, now=now, area=report.desk)
        return any(len(area) <= COUNTY for area in by.areas_for(May.HANDLE_REPORT, now=now))

    def _must_handle(self, report: Report, by: Actor) -> None:
        if not self._handles(report, by):
            raise NotYours(may=May.HANDLE_REPORT.value)

    async def _name(self, work: Work, person: UUID | None) -> str:
        found = await work.people.get(person) if person is not None else None
        return found.name if found is not None else ""
