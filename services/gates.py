"""The gate 进出场: who may come in and why not, who is inside, who went without a word. Every attempt is kept, also the refused ones."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.codes import Holder, IssuedCode
from domain.gates import (
    NEXT,
    REOPENS_WITHIN,
    Direction,
    GateEvent,
    GateOutcome,
    GateReason,
    LeftTimeOutsideStay,
    Passed,
    Stay,
    missing,
)
from domain.people import Person
from domain.scans import REPEAT_WITHIN, Reason, Via
from domain.sites import Site, SiteUnknown
from domain.workers import Worker
from services.actors import Actor
from services.audit import Trail
from services.codes import Press, Seen, found_code, status_reason
from services.office import Office
from services.ports import Clock, Ids, Work, Works
from services.presence import project


@dataclass(frozen=True, slots=True)
class Passing:
    """One attempt as an entrance asks it: where (`site`, or the text of its `poster`), and whom.

    With neither `person` nor `card` the actor passes; with one of them a guard records somebody else, and `confirmed` says that the
    name was checked. `at` is when somebody says they left.
    """

    direction: Direction
    via: Via
    site: UUID | None = None
    poster: str | None = None
    person: UUID | None = None
    card: str | None = None
    confirmed: bool = False
    at: datetime | None = None

    @property
    def by_guard(self) -> bool:
        return self.person is not None or self.card is not None

    @property
    def body_hash(self) -> bytes:
        said = [self.direction, str(self.site), self.poster or "", str(self.person), self.card or "", str(self.confirmed), str(self.at)]
        return hashlib.sha256("\x1f".join(said).encode()).digest()


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What whoever stands at the gate is told. `since` is when the stay began, `left_at` when it ended, `before` the site left behind;
    `missing` everything that is in the way, `manager` who can mend it, `until` when the training ended.
    """

    event: UUID
    site: Site
    direction: Direction
    outcome: GateOutcome
    reason: GateReason
    at: datetime
    drill: bool
    by_guard: bool
    person: Person | None = None
    worker: Worker | None = None
    manager: Person | None = None
    before: Site | None = None
    missing: tuple[GateReason, ...] = ()
    since: datetime | None = None
    left_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One attempt while it is being decided."""

    passing: Passing
    by: Actor
    site: Site
    now: datetime
    poster: Reason
    person: Person | None = None
    worker: Worker | None = None
    card_sound: bool = False
    stay: Stay | None = None

    @property
    def inside_here(self) -> bool:
        return self.stay is not None and self.stay.inside and self.stay.site == self.site.id

    @property
    def closed_here(self) -> bool:
        """The last stay was here and ended by itself, not long ago: whoever comes back may well never have left."""
        stay = self.stay
        return (
            stay is not None and stay.site == self.site.id and stay.left_how is Passed.AUTO_CLOSED
            and stay.left_at is not None and self.now - stay.left_at < REOPENS_WITHIN
        )  # fmt: skip


Decision = tuple[GateOutcome, GateReason, tuple[GateReason, ...]]


class Gates:
    """Lets people in and out, and says why not."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, press: Press) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._press = press

    async def pass_gate(self, passing: Passing, *, by: Actor, key: str) -> GateVerdict:
        """Keep this attempt and say what it means. Refuses, and keeps nothing, when there is no such site, when the actor records somebody
        else without the right to muster there, or when the time said does not lie inside the stay.
        """
        async with self._works.write() as work:
            now = self._clock.now()
            first = await work.gates.with_key(key)
            if first is not None and first.body_hash == passing.body_hash:
                return await self._told(work, first)
            case = await self._case(work, passing, by=by, now=now)
            decision = (GateOutcome.REFUSED, GateReason.KEY_CONFLICT, ()) if first is not None else await self._decide(work, case)
            event = self._event(case, decision, key=key)
            await work.gates.add([event])
            if event.outcome is GateOutcome.ACCEPTED:
                await project(work, event)
            if passing.by_guard and event.outcome in (GateOutcome.ACCEPTED, GateOutcome.REFUSED):
                await self._trail.add(
                    work, by=by, action=f"gates.{event.direction.value}", subject=event.id, now=now, drill=event.drill, reason=event.reason.value
                )  # fmt: skip
            return await self._told(work, event)

    async def _case(self, work: Work, passing: Passing, *, by: Actor, now: datetime) -> _Case:
        site, poster = await self._where(work, passing, now=now)
        if passing.by_guard:
            by.must(May.MUSTER, now=now, area=site.area, place=site.id)
        person, sound = await self._whom(work, passing, by=by, now=now)
        if person is None:
            return _Case(passing, by, site, now, poster)
        return _Case(
            passing, by, site, now, poster, person, await work.workers.get(person.id), sound, await work.gates.last_stay(person.id)
        )  # fmt: skip

    async def _where(self, work: Work, passing: Passing, *, now: datetime) -> tuple[Site, Reason]:
        site, reason = passing.site, Reason.OK
        if passing.poster is not None:
            seen, code = await self._read(work, passing.poster, now=now)
            if code is None or code.kind is not Holder.PLACE:
                raise SiteUnknown()
            site, reason = code.holder, status_reason(code, seen, now=now)
        found = await work.sites.get(site) if site is not None else None
        if found is None:
            raise SiteUnknown()
        return found, reason

    async def _read(self, work: Work, text: str, *, now: datetime) -> tuple[Seen, IssuedCode | None]:
        seen = self._press.read(text, now=now)
        return seen, await found_code(work, seen)

    async def _whom(self, work: Work, passing: Passing, *, by: Actor, now: datetime) -> tuple[Person | None, bool]:
        """The person, and whether a sound code says so; typed characters and old codes leave the name to be checked."""
        if passing.card is not None:
            seen, code = await self._read(work, passing.card, now=now)
            if code is None or code.kind is not Holder.PERSON or code.holder is None:
                return None, False
            return await work.people.get(code.holder), not seen.typed and status_reason(code, seen, now=now) is Reason.OK
        person = passing.person if passing.person is not None else by.person
        return (await work.people.get(person) if person is not None else None), False

    async def _decide(self, work: Work, case: _Case) -> Decision:
        if case.person is None:
            return GateOutcome.REFUSED, GateReason.NOT_A_PERSONS_CODE if case.passing.by_guard else GateReason.STRANGER, ()
        match case.passing.direction:
            case Direction.IN:
                return await self._in(work, case)
            case Direction.OUT:
                return self._out(case)
            case _:
                return self._still(case)

    async def _in(self, work: Work, case: _Case) -> Decision:
        stay, person = case.stay, case.person
        assert person is not None
        if stay is not None and case.inside_here:
            just_now = case.now - stay.entered_at < REPEAT_WITHIN
            return (GateOutcome.REPEAT, GateReason.OK, ()) if just_now else (GateOutcome.ASK, GateReason.ALREADY_IN, ())
        if case.closed_here and not case.passing.confirmed:
            return GateOutcome.ASK, GateReason.WAS_CLOSED, ()
        if not case.passing.by_guard and case.passing.poster is None and not case.closed_here:
            return GateOutcome.REFUSED, GateReason.SCAN_FIRST, ()
        why = await self._missing(work, case, person)
        if why:
            return GateOutcome.REFUSED, why[0], why
        if case.passing.by_guard and not case.passing.confirmed and not case.card_sound:
            return GateOutcome.CHECK, GateReason.NAME_NOT_CHECKED, ()
        return GateOutcome.ACCEPTED, GateReason.MOVED if stay is not None and stay.inside else GateReason.OK, ()

    async def _missing(self, work: Work, case: _Case, person: Person) -> tuple[GateReason, ...]:
        listed = await work.sites.listed(case.site.id)
        found = missing(
            case.site, local=case.now.astimezone(self._office.zone).time(), worker=case.worker, listed=person.id in listed,
            has_list=await work.sites.has_list(case.site.id), now=case.now,
        )  # fmt: skip
        return (GateReason.POSTER_OLD, *found) if case.poster is not Reason.OK else tuple(found)

    def _out(self, case: _Case) -> Decision:
        """Nobody is kept from going out, whatever their papers say."""
        stay = case.stay
        if stay is not None and (case.inside_here or case.closed_here):
            self._must_fit(case, stay)
            return GateOutcome.ACCEPTED, GateReason.OK, ()
        if stay is not None and stay.site == case.site.id and stay.left_at is not None and case.now - stay.left_at < REPEAT_WITHIN:
            return GateOutcome.REPEAT, GateReason.OK, ()
        return GateOutcome.REFUSED, GateReason.NOT_IN, ()

    def _still(self, case: _Case) -> Decision:
        here = case.inside_here or case.closed_here
        return (GateOutcome.ACCEPTED, GateReason.OK, ()) if here else (GateOutcome.REFUSED, GateReason.NOT_IN, ())

    def _must_fit(self, case: _Case, stay: Stay) -> None:
        at = case.passing.at
        if at is not None and not stay.last_proof < at <= case.now:
            raise LeftTimeOutsideStay(since=self._local(stay.last_proof), now=self._local(case.now))

    def _local(self, at: datetime) -> str:
        return at.astimezone(self._office.zone).strftime("%H:%M")

    def _event(self, case: _Case, decision: Decision, *, key: str) -> GateEvent:
        outcome, reason, why = decision
        passing, person, now = case.passing, case.person, case.now
        how = Passed.GUARD if passing.by_guard else Passed.SCAN if passing.poster is not None else Passed.BUTTON
        said = passing.at if passing.direction is Direction.OUT and outcome is GateOutcome.ACCEPTED else None
        return GateEvent(
            self._ids.derived(key, f"gate|{passing.body_hash.hex()}"), key, passing.body_hash, case.site.id, person.id if person else None,
            passing.direction, passing.via, how, outcome, reason, said or max(now, _last(case.stay) + NEXT if case.stay else now), now,
            case.by.person, self._office.drill_only, fields=_fields(case, outcome, why),
        )  # fmt: skip

    async def _told(self, work: Work, event: GateEvent) -> GateVerdict:
        """The answer to a stored event, the same at every re-run."""
        fields = event.fields
        ids = [UUID(fields["before"])] if "before" in fields else []
        sites = await work.sites.many([event.site, *ids])
        site = sites[event.site]
        people = await work.people.many({id for id in (event.person, site.manager) if id is not None})
        return GateVerdict(
            event.id, site, event.direction, event.outcome, event.reason, event.at_effective, event.drill, event.how is Passed.GUARD,
            people.get(event.person) if event.person else None, await work.workers.get(event.person) if event.person else None,
            people.get(site.manager) if site.manager else None, sites.get(ids[0]) if ids else None,
            tuple(GateReason(each) for each in fields.get("missing", "").split() if each), _time(fields.get("since")), _time(fields.get("left")),
            _time(fields.get("until")),
        )  # fmt: skip


def _last(stay: Stay) -> datetime:
    """The newest instant that this stay knows."""
    return max(at for at in (stay.entered_at, stay.last_proof, stay.asked_at, stay.left_at) if at is not None)


def _fields(case: _Case, outcome: GateOutcome, why: Sequence[GateReason]) -> dict[str, str]:
    """What the answer needs when it is given again: times and ids, no names."""
    fields: dict[str, str] = {}
    stay, going_out = case.stay, case.passing.direction is Direction.OUT
    if stay is not None and (stay.site == case.site.id or (stay.inside and outcome is GateOutcome.ACCEPTED)):
        fields["since"] = stay.entered_at.isoformat()
        if stay.left_at is not None and not (going_out and outcome is GateOutcome.ACCEPTED):
            fields["left"] = stay.left_at.isoformat()
    if stay is not None and stay.inside and stay.site != case.site.id:
        fields["before"] = str(stay.site)
    if why:
        fields["missing"] = " ".join(why)
        if GateReason.TRAINING_EXPIRED in why and case.worker is not None and case.worker.trained_until is not None:
            fields["until"] = case.worker.trained_until.isoformat()
    return fields


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
