"""A report from its author's side: begun, filled in one step at a time, sent, and opened again when it was not solved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.errors import Refusal
from domain.pins import CHINA, REACH_KM, Box, Pin
from domain.places import Area, AreaLevel, mentions
from domain.reports import (
    LONGEST_PLACE,
    LONGEST_TEXT,
    MOST_BEGUN,
    MOST_FILED,
    MOST_PEOPLE,
    REOPENED_WITHIN,
    RESUMED_WITHIN,
    UNSENT,
    WINDOW,
    PeopleCountInvalid,
    PinNowhere,
    PinOutOfReach,
    ReopenTooLate,
    Report,
    ReportDeed,
    ReportedTooOften,
    ReportEvent,
    ReportGone,
    ReportKind,
    ReportState,
    ReportUnknown,
    ReportUnplaced,
    allows,
    in_words,
    looks_alike,
)
from domain.shelters import Shelter
from services.actors import Actor
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.report_authors import ReportAuthors
from services.report_photos import Media
from services.report_steps import COUNTY, ReportSteps

MOST_VILLAGES = 6
TOWNSHIP_KM = 5.0
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Mine:
    """What an account has reported: the newest that were sent, and a draft that could be gone on with."""

    sent: tuple[Report, ...]
    draft: Report | None


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that is out: to how many chats of officials it went. `fresh` is False when it had been sent before."""

    report: Report
    told: int
    fresh: bool = True


class Reports:
    """What an author does. Everybody may; only with one's own report."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, office: Office, authors: ReportAuthors, steps: ReportSteps, files: Media, wakeups: Wakeups
    ) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._office = office
        self._authors = authors
        self._steps = steps
        self._files = files
        self._wakeups = wakeups

    async def mine(self, *, by: Actor) -> Mine:
        """For the first question. Refuses whoever has sent too many within the hour."""
        now = self._clock.now()
        async with self._works.read() as work:
            reporter, guest = await self._authors.known(work, by)
            if reporter is None and guest is None:
                return Mine((), None)
            begun = await work.reports.by_author(reporter=reporter, guest=guest, since=now - REOPENED_WITHIN)
        _must_not_be_too_often(begun, now=now)
        drafts = [each for each in begun if each.state is ReportState.DRAFT and each.kind is not None and now - each.begun_at <= RESUMED_WITHIN]
        return Mine(tuple(each for each in begun if each.state not in UNSENT)[:MOST_SHOWN], drafts[0] if drafts else None)

    async def begin(self, *, for_self: bool, by: Actor, key: str) -> Report:
        """An empty draft. Refuses whoever has begun or sent too many within the hour."""
        now = self._clock.now()
        async with self._works.write() as work:
            if (again := await work.reports.get(self._ids.derived(key, "report"))) is not None:
                return again
            reporter, guest = await self._authors.ids(work, by)
            _must_not_be_too_often(await work.reports.by_author(reporter=reporter, guest=guest, since=now - WINDOW), now=now)
            report = Report(self._ids.derived(key, "report"), self._office.drill_only, for_self, now, reporter, guest)
            await work.reports.add(report)
        return report

    async def draft(self, report: UUID, *, by: Actor) -> Report:
        """One's own report as it stands."""
        async with self._works.read() as work:
            return await self._authors.own(work, report, by)

    async def choose_kind(self, report: UUID, kind: ReportKind, *, by: Actor) -> Report:
        return await self._write(report, by, kind=kind)

    async def put_pin(self, report: UUID, pin: Pin, *, by: Actor, key: str, words: str = "") -> Report:
        """A pin for somebody else is not the place until that was said. Refuses one far from the office, and writes that down."""
        wrong: Refusal | None = None
        async with self._works.write() as work:
            found = await self._drafted(work, report, by)
            shelters = [shelter for shelter in await work.shelters.all() if shelter.lat is not None and shelter.lon is not None]
            wrong = await self._out_of_reach(work, pin, shelters)
            if wrong is not None:
                if self._steps.id_of(key, ReportDeed.REFUSED) not in {event.id for event in await self._steps.history(work, report)}:
                    await self._steps.happen(work, found, ReportDeed.REFUSED, by, key, reason=wrong.code)
            else:
                said = " ".join(words.split())[:LONGEST_PLACE] or found.place
                found = replace(found, pin=pin, pin_is_place=found.for_self, place=said, area=_near(pin, shelters) if found.for_self else found.area)
                await work.reports.change(found)
        if wrong is not None:
            raise wrong
        return found

    async def say_what_pin_is(self, report: UUID, *, is_place: bool, by: Actor) -> Report:
        """The place itself, or only where the sender stands."""
        async with self._works.write() as work:
            found = await self._drafted(work, report, by)
            area = found.area
            if is_place and found.pin is not None:
                area = _near(found.pin, [shelter for shelter in await work.shelters.all() if shelter.lat is not None and shelter.lon is not None])
            found = replace(found, pin_is_place=is_place, area=area)
            await work.reports.change(found)
        return found

    async def put_place(self, report: UUID, words: str, *, by: Actor) -> tuple[Report, list[Area]]:
        """The place in words, and the villages that these words may name. One alone in the author's county is taken; else none is, until it is chosen."""
        said = in_words(words, most=LONGEST_PLACE)
        async with self._works.write() as work:
            found = await self._drafted(work, report, by)
            villages = [area for area in await work.areas.all() if area.level is AreaLevel.VILLAGE and mentions(said, area)]
            whole = [area for area in villages if area.called in said or area.name in said]
            villages = whole or villages
            plain = len(villages) == 1 and (by.area is None or villages[0].code[:COUNTY] == by.area[:COUNTY])
            found = replace(found, place=said, area=villages[0].code if plain else None)
            await work.reports.change(found)
        return found, sorted(villages, key=lambda area: (by.area is None or area.code[:9] != by.area[:9], area.code))[:MOST_VILLAGES]

    async def put_village(self, report: UUID, code: str, *, by: Actor) -> Report:
        """The village (or the town) that it lies in; "" when the author does not know."""
        async with self._works.write() as work:
            found = await self._drafted(work, report, by)
            area = await work.areas.get(code) if code else None
            found = replace(found, area=area.code if area is not None else None)
            await work.reports.change(found)
        return found

    async def count_people(self, report: UUID, *, by: Actor, **counted: int | None) -> Report:
        """`hurt=` or `trapped=`: how many, None while nobody knows. Refuses what nobody can have counted."""
        if any(count is not None and not 0 <= count <= MOST_PEOPLE for count in counted.values()):
            raise PeopleCountInvalid(most=MOST_PEOPLE)
        return await self._write(report, by, **counted)

    async def describe(self, report: UUID, text: str, *, by: Actor) -> Report:
        """What one sees, in one's own words; "" takes them away."""
        return await self._write(report, by, text=in_words(text, most=LONGEST_TEXT) if text else "")

    async def add_words(self, report: UUID, caption: str, *, by: Actor, key: str) -> Report:
        """Words under a photo go behind what was written already, as far as there is room; the same update again adds nothing."""
        said = " ".join(caption.split())
        async with self._works.write() as work:
            found = await self._authors.own(work, report, by)
            if said and said not in found.text and found.state not in (ReportState.DROPPED,) and await work.receipts.find(f"{key}|words") is None:
                found = replace(found, text=f"{found.text} {said}".strip()[:LONGEST_TEXT])
                await work.reports.change(found)
                await work.receipts.keep(f"{key}|words", use_case="reports.add_words", answer={}, at=self._clock.now())
        return found

    async def send(self, report: UUID, *, by: Actor, key: str) -> Filed:
        """From now on it has a number and stands on a desk, whose officials are told at once. Sent twice is sent once."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._authors.own(work, report, by)
            if found.number is not None:
                done = await work.receipts.find(f"report {report}")
                return Filed(found, int(done["told"]) if done else 0, fresh=done is not None and done["key"] == key)
            self._must_be_complete(found)
            _must_not_be_too_often(
                await work.reports.by_author(reporter=found.reporter, guest=found.guest, since=now - WINDOW), now=now, more=0
            )
            day = f"R-{self._office.day(now)}-"
            found = replace(found, number=f"{day}{await work.reports.last_number(day) + 1:04}", filed_at=now, desk=await self._desk(work, found))
            found = replace(found, alike=await self._alike(work, found))
            found, event = await self._steps.happen(work, found, ReportDeed.FILED, by, key)
            told = await self._steps.tell_desk(work, found, event)
            await work.receipts.keep(f"report {report}", use_case="reports.send", answer={"told": str(told), "key": key}, at=now)
        self._wakeups.publish("deliveries")
        return Filed(found, told)

    def _must_be_complete(self, report: Report) -> None:
        if report.state is not ReportState.DRAFT:
            raise ReportGone()
        if report.kind is None or not report.placed:
            raise ReportUnplaced()

    async def _desk(self, work: Work, report: Report) -> str:
        """The area where it is; else the county of whoever sent it; else who deals with what lies elsewhere."""
        person = await work.people.get(report.reporter) if report.reporter is not None else None
        place = report.area if report.area is not None else person.area[:COUNTY] if person is not None else ""
        return await self._steps.desk_of(work, place)

    async def _alike(self, work: Work, report: Report) -> UUID | None:
        """The oldest one that may be the same; of that one's own duplicates, the first."""
        now = report.filed_at or self._clock.now()
        others = [each for each in await work.reports.sent(since=now - WINDOW * 2, kind=report.kind) if looks_alike(each, report)]
        others = [each for each in others if each.state is not ReportState.REJECTED]
        return (others[-1].duplicate_of or others[-1].id) if others else None

    async def stop(self, report: UUID, *, by: Actor) -> None:
        """A draft that was stopped: its photos are gone for good, its words too. What was sent stays sent.

        The rows of the photos go last, so that a re-run after a kill still knows which files have to go.
        """
        async with self._works.write() as work:
            found = await self._authors.own(work, report, by)
            if found.state not in UNSENT:
                return
            photos = [photo.id for photo in await work.media.of(report)]
            await work.reports.change(replace(found, state=ReportState.DROPPED, pin=None, place="", text="", area=None))
        if photos:
            await self._files.drop(photos)
            async with self._works.write() as work:
                await work.media.drop(photos)

    async def reopen(self, report: UUID, *, by: Actor, key: str) -> tuple[Report, bool]:
        """Not solved: the desk hears of it again. True when this was what opened it."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._authors.own(work, report, by)
            history = await self._steps.history(work, report)
            if self._steps.id_of(key, ReportDeed.REOPENED) in {event.id for event in history}:
                return found, True
            if not allows(found.state, ReportDeed.REOPENED):
                return found, False
            if now - history[-1].at > REOPENED_WITHIN:
                raise ReopenTooLate(number=found.number, days=REOPENED_WITHIN.days)
            before = found.assignee
            found, event = await self._steps.happen(work, replace(found, assignee=None, assignee_name=""), ReportDeed.REOPENED, by, key)
            await self._steps.tell_desk(work, found, event)
            if before is not None:
                await self._steps.tell_assignee(work, replace(found, assignee=before), event)
        self._wakeups.publish("deliveries")
        return found, True

    async def told(self, report: UUID, event: UUID) -> tuple[Report, ReportEvent, str]:
        """A report, a step, and the number of the report that was worked on; for the message to its author only."""
        async with self._works.read() as work:
            found = await work.reports.get(report)
            if found is None:
                raise ReportUnknown()
            first = await work.reports.get(found.duplicate_of) if found.duplicate_of is not None else None
            steps = await work.reports.events([report, *([first.id] if first is not None else [])])
        step = next((each for lot in steps.values() for each in lot if each.id == event), None)
        if step is None:
            raise ReportUnknown()
        return found, step, first.number or "" if first is not None else ""

    async def _drafted(self, work: Work, report: UUID, by: Actor) -> Report:
        found = await self._authors.own(work, report, by)
        if found.state is not ReportState.DRAFT:
            raise ReportGone()
        return found

    async def _write(self, report: UUID, by: Actor, **changed: Any) -> Report:
        async with self._works.write() as work:
            found = replace(await self._drafted(work, report, by), **changed)
            await work.reports.change(found)
        return found

    async def _out_of_reach(self, work: Work, pin: Pin, shelters: Sequence[Shelter]) -> Refusal | None:
        known = [(Pin(shelter.lat or 0, shelter.lon or 0), shelter) for shelter in shelters]
        box = self._office.bounds or Box.around(place for place, _ in known)
        if (box.widened(REACH_KM) if box is not None else CHINA).holds(pin):
            return None
        if not known:
            return PinNowhere()
        place, nearest = min(known, key=lambda each: pin.km_to(each[0]))
        area = await work.areas.get(nearest.area)
        county = await work.areas.get(nearest.area[:6])
        names = [each.called for each in (county, area) if each is not None]
        return PinOutOfReach(distance=round(pin.km_to(place)), place=" ".join(names) or nearest.name)


def _near(pin: Pin, shelters: Sequence[Shelter]) -> str | None:
    """The township of the nearest shelter when that is near, else its county: enough to find the desk."""
    known = [(pin.km_to(Pin(shelter.lat or 0, shelter.lon or 0)), shelter.area) for shelter in shelters]
    if not known:
        return None
    km, area = min(known)
    return area[:9] if km <= TOWNSHIP_KM else area[:6]


def _must_not_be_too_often(begun: Sequence[Report], *, now: datetime, more: int = 1) -> None:
    """Refuses when one more would be too many within the hour."""
    sent = [each for each in begun if each.filed_at is not None and now - each.filed_at < WINDOW]
    if len(sent) >= MOST_FILED or len([each for each in begun if now - each.begun_at < WINDOW]) + more > MOST_BEGUN:
        raise ReportedTooOften(most=MOST_FILED)
