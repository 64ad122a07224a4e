"""What phones scanned with a blank card, decided anew when the house hears whose the card was: by what each said at its own moment, by the rules of the
first time. So the end is the same whichever came first. What a phone was told stays told; what was taken back stays so.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.access import Grant
from domain.codes import IssuedCode
from domain.devices import Device
from domain.issuing import Claim
from domain.rollcall import Grade, MemberEvent
from domain.scans import Clocking, Outcome, Purpose, Reason, Scan
from domain.uploads import Taken, Timing, What, Why, read_item
from services.actors import Actor
from services.codes import Press
from services.device_rows import Arrival
from services.office import Office
from services.ports import Ids, Work
from services.rollcall import happened
from services.sightings import refold
from services.undoing import OVER, heard_of, take_back, turned
from services.upload_cases import Deciding, Decision
from services.upload_doubts import holder_at, shared_at
from services.upload_gates import passed_anew
from services.upload_known import Case, known_of, names_somebody

UNTAKEN = frozenset({Why.MALFORMED, Why.OUT_OF_SCOPE, Why.FROM_THE_FUTURE, Why.TOO_OLD, Why.KEY_CONFLICT, Why.DEVICE_REVOKED})
"""Why an item was not taken whoever had the card."""
CARDLESS = frozenset({Purpose.CHECKPOINT})
"""Where a resident's card is amber whoever has it."""
COUNTED = frozenset({Outcome.ACCEPTED, Outcome.REPEAT})


@dataclass(frozen=True, slots=True)
class Again:
    """An item that came before, with the scans that were made of it; `over`: it was taken back, or its key came with two bodies."""

    arrival: Arrival
    case: Case
    scans: tuple[Scan, ...]
    over: bool

    @property
    def distrusted(self) -> bool:
        """Whether it is of a withdrawn device, from when its proofs are only *reported*."""
        since = self.case.device.distrusted_since
        return since is not None and (self.arrival.at_received >= since or self.case.timing.at >= since)


@dataclass(frozen=True, slots=True)
class Redeciding:
    ids: Ids
    press: Press
    office: Office

    async def cards(self, work: Work, before: Mapping[bytes, Sequence[Claim]], *, now: datetime, but: Collection[tuple[UUID, bytes]] = ()) -> None:
        """Everything that was scanned with these cards when their claims were `before`, save items (key and digest) that knew the claims of today."""
        codes, after = await work.codes.with_cti(list(before)), await work.claims.among(list(before))
        told = [
            one for one in await work.devices.on_cards(list(before))
            if one.card is not None and (one.key, one.body_hash) not in but and _differs(one, codes[one.card], before[one.card], after.get(one.card, ()))
        ]  # fmt: skip
        if not told:
            return
        again = await self._again(work, told)
        known = await known_of(work, [one.case for one in again], press=self.press, now=now)
        deciding = Deciding(known, self.ids, self.office)
        made = [(one, deciding.decide(one.case)) for one in again]
        for one, decision in made:
            await work.devices.retake(one.arrival.key, one.arrival.body_hash, taken=decision.taken, reason=decision.reason)
        standing = [(one, decision) for one, decision in made if not one.over]
        touched = await self._rewrite(work, standing, now=now)
        undone = await work.devices.undoing([one.arrival.key for one, _ in standing])
        mine = {(one.arrival.key, one.arrival.device) for one, _ in standing}
        touched |= await take_back(work, {one.annuls for one in undone if one.annuls and (one.annuls, one.device) in mine}, because=Reason.UNDONE,
                                   ids=self.ids, now=now)  # fmt: skip
        await refold(work, touched, local_day=self.office.local_day)

    async def _again(self, work: Work, told: Sequence[Arrival]) -> list[Again]:
        """The items as they were at first, in the order in which they happened."""
        keys, devices = {one.key for one in told}, await work.devices.many({one.device for one in told})
        bodies: dict[UUID, int] = {}
        for arrival in await work.devices.items(keys):
            bodies[arrival.key] = bodies.get(arrival.key, 0) + 1
        scans: dict[tuple[UUID | None, bytes], list[Scan]] = {}
        for scan in await work.scans.of_items(keys):
            scans.setdefault((scan.item, scan.body_hash), []).append(scan)
        again: list[Again] = []
        for one in told:
            own = scans.get((one.key, one.body_hash), [])
            device = devices[one.device]
            case = _case(one, device, await self._actor(work, device, at=one.at_received), clock=own[0].clock if own else Clocking.UNCERTAIN)
            if case is not None:
                again.append(Again(one, case, tuple(own), bodies[one.key] > 1 or any(scan.reason in OVER for scan in own)))
        return sorted(again, key=lambda one: (one.case.timing.at, one.arrival.key.bytes))

    async def _actor(self, work: Work, device: Device, *, at: datetime) -> Actor:
        """The official of a device with the rights that they had when it sent."""
        official = await work.people.get(device.person)
        grants = tuple(_held(grant) for grant in await work.grants.of(device.person) if _holding(grant, at=at))
        return Actor("device", device.person, official.name if official else "", official.area if official else None, grants)

    async def _rewrite(self, work: Work, made: Sequence[tuple[Again, Decision]], *, now: datetime) -> set[UUID]:
        """The people whom it concerned, before or after."""
        await work.members.add([member for _, decision in made for member in decision.joins])
        before = {scan.id: scan for one, _ in made for scan in one.scans}
        after = {scan.id: scan for _, decision in made for scan in decision.scans}
        await work.scans.add([scan for id, scan in after.items() if id not in before])
        gone = {id: replace(scan, outcome=Outcome.REFUSED, reason=Reason.CARD_SHARED) for id, scan in before.items() if id not in after and _counts(scan)}
        await work.scans.retell([scan for id, scan in (after | gone).items() if id in before])
        await self._say(work, made, now=now)
        for id in before.keys() | after.keys():
            await passed_anew(work, before.get(id), after.get(id) or gone.get(id), ids=self.ids)
        return {scan.person for scan in [*before.values(), *after.values()] if scan.person is not None}

    async def _say(self, work: Work, made: Sequence[tuple[Again, Decision]], *, now: datetime) -> None:
        """The events of these items are those that follow now: each that no longer does is annulled, each that does again is so no more."""
        said = await work.members.by_scans([scan.id for one, _ in made for scan in one.scans])
        wanted = [self._graded(one, event) for one, decision in made for event in decision.events]
        known = await heard_of(work, {event.member for event in [*said, *wanted]})
        kept = {_aim(event) for event in wanted}
        there = {_aim(event): event for event in said}
        events: list[MemberEvent] = []
        for event in said:
            events += turned(event, known, out=_aim(event) not in kept, ids=self.ids, now=now)
        taken = {event.id for event in said}
        for event in wanted:
            if _aim(event) not in there:
                id = event.id if event.id not in taken else self.ids.derived(f"{event.id}|{event.member}", "event")
                events.append(replace(event, id=id, at_received=now))
        await happened(work, events)

    def _graded(self, one: Again, event: MemberEvent) -> MemberEvent:
        """What a withdrawn device proved is said as its withdrawal says it."""
        return replace(event, id=self.ids.derived(str(event.id), "demoted"), grade=Grade.REPORTED) if one.distrusted else event


def _differs(one: Arrival, code: IssuedCode, before: Sequence[Claim], after: Sequence[Claim]) -> bool:
    """Whether the card was somebody else's at that moment, or shared, than the house knew. A rejected item is looked at again only where it may have been
    rejected for whose the card was.
    """
    at, blank = one.at_effective, replace(code, holder=None)
    if at is None or one.what is not What.SCAN or one.reason in UNTAKEN:
        return False
    return (holder_at(blank, before, at), shared_at(before, at)) != (holder_at(blank, after, at), shared_at(after, at))


def _case(one: Arrival, device: Device, actor: Actor, *, clock: Clocking) -> Case | None:
    """None for what does not depend on whose the card was: it names somebody itself, or is rejected for where it was."""
    item = read_item(json.loads(one.body))
    if names_somebody(item) or item.purpose in CARDLESS or one.at_effective is None:
        return None
    if one.taken is Taken.REJECTED and item.purpose is not Purpose.TO_RELATIVES:
        return None
    return Case(item, device, actor, Timing(one.at_effective, clock), one.body_hash)


def _counts(scan: Scan) -> bool:
    return scan.outcome in COUNTED


def _aim(event: MemberEvent) -> tuple[UUID | None, UUID, Grade]:
    return event.scan, event.member, event.grade


def _holding(grant: Grant, *, at: datetime) -> bool:
    return (grant.revoked_at is None or at < grant.revoked_at) and (grant.until is None or at < grant.until)


def _held(grant: Grant) -> Grant:
    """A grant that held then, for asking it now."""
    return replace(grant, until=None, revoked_at=None)
