"""Batches from devices: each item decided and stored once, whatever the order, the repetitions and the lost answers of their arrival.

What an item comes to beside others (repeat, move, clash) is folded anew when one arrives (domain.sightings), and so are the standings. Nothing is dropped:
what is not taken stands in `device_items` with its reason until somebody settled it.
"""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.access import May
from domain.devices import Device, DeviceRevoked, DeviceTooOften
from domain.errors import Unknown
from domain.issuing import Claim
from domain.scans import Outcome, Reason, Scan
from domain.text import N_
from domain.uploads import Batch, Item, ItemInvalid, Taken, Timing, What, Why, digest_of, jumps, key_in, read_item, timing
from services.actors import Actor
from services.audit import Trail
from services.blanks import bind_in
from services.codes import Mint, Press
from services.device_rows import Arrival
from services.doubles import Beside, besides
from services.evacuations import BOARD
from services.office import Office
from services.ports import Clock, Ids, Queues, Wakeups, Work, Works
from services.redeciding import Redeciding
from services.rollcall import happened
from services.sightings import refold
from services.undoing import take_back
from services.upload_cases import Deciding, Decision, disputed, rejected
from services.upload_gates import at_gates
from services.upload_known import Case, known_of

MOST_A_MINUTE = 3_000
"""Items of one device in a minute: thirty full batches, far more than three people can scan in a day."""
MINUTE = timedelta(minutes=1)
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch whose signature was found good, with the device and the official that it is of."""

    batch: Batch
    device: Device
    actor: Actor


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device hears about one item. `fields` fill the reason's sentence; `beside` says who of it is there twice, `short` by which code."""

    key: UUID
    taken: Taken
    reason: str
    at_effective: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    beside: tuple[Beside, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    now: datetime
    skew: timedelta
    items: tuple[Answer, ...]


class ItemUnknown(Unknown):
    code = "item_unknown"
    text = N_("There is no open entry of this kind.")


@dataclass(slots=True)
class _One:
    """One item on its way through a transaction."""

    sent: Sent
    raw: object
    digest: bytes
    key: UUID
    item: Item | None
    timing: Timing | None = None
    decision: Decision | None = None
    card: bytes | None = None

    @property
    def named(self) -> UUID:
        """The key under which the device knows it, also where nothing else of it can be read: an answer to another would never be heard."""
        return self.item.key if self.item is not None else key_in(self.raw) or self.key


class Uploads:
    """Takes what devices recorded."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint, press: Press, office: Office, queues: Queues, wakeups: Wakeups
    ) -> None:  # fmt: skip
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint
        self._press = press
        self._office = office
        self._wakeups = wakeups
        self._redeciding = Redeciding(ids, press, office)
        self._queue = queues(self.take_many)

    async def take(self, sent: Sent) -> Answered:
        """Keep every item of a batch and answer each when it is durable. Refuses a device that was withdrawn (its batch is kept), or that floods."""
        answered: Answered = await self._queue.submit(sent)
        self._wakeups.publish(BOARD)
        return answered

    async def take_many(self, sent: Sequence[Sent]) -> list[Answered | Exception]:
        """Batches that arrived together, in one transaction; each answered or refused by itself. What these two refuse has written nothing half;
        any other refusal undoes the transaction.
        """
        async with self._works.write() as work:
            now = self._clock.now()
            devices = await work.devices.many({one.device.id for one in sent})
            answers: list[Answered | Exception] = []
            for one in sent:
                try:
                    answers.append(await self._take(work, replace(one, device=devices[one.device.id]), now=now))
                except (DeviceRevoked, DeviceTooOften) as refusal:
                    answers.append(refusal)
        return answers

    async def _take(self, work: Work, sent: Sent, *, now: datetime) -> Answered:
        device = sent.device
        if await work.devices.count_since(device.id, since=now - MINUTE) + len(sent.batch.items) > MOST_A_MINUTE:
            raise DeviceTooOften()
        if not device.works(now=now):
            await self._keep_evidence(work, sent, now=now)
            raise DeviceRevoked()
        skew = now - sent.batch.sent_at
        lot = [self._opened(sent, raw) for raw in sent.batch.items]
        answers = await self._decide_all(work, lot, skew=None if sent.batch.exported else skew, now=now)
        if not sent.batch.exported:
            await work.devices.seen(device.id, at=now)
        return Answered(now, skew, tuple(answers))

    def _opened(self, sent: Sent, raw: object) -> _One:
        digest = digest_of(raw)
        try:
            item = read_item(raw)
        except ItemInvalid:
            return _One(sent, raw, digest, self._ids.derived(digest.hex(), "malformed"), None)
        return _One(sent, raw, digest, item.key, item)

    async def _decide_all(self, work: Work, lot: list[_One], *, skew: timedelta | None, now: datetime) -> list[Answer]:
        before: dict[UUID, list[Arrival]] = {}
        for arrival in await work.devices.items({one.key for one in lot}):
            before.setdefault(arrival.key, []).append(arrival)
        jumped = jumps([one.item for one in lot if one.item is not None])
        answers: dict[int, Answer] = {}
        fresh: list[_One] = []
        clashing: set[UUID] = set()
        for place, one in enumerate(lot):
            earlier = before.setdefault(one.key, [])
            same = next((arrival for arrival in earlier if arrival.body_hash == one.digest), None)
            if one.item is not None:
                one.timing = timing(one.item, skew=skew, now=now, jumped=one.item.key in jumped)
            if same is not None:
                taken, reason = same.answered
                answers[place] = Answer(one.named, again(taken), reason, same.at_effective)
                continue
            if earlier:
                one.decision = disputed(Why.KEY_CONFLICT)
                clashing |= {one.key} if all(arrival.device == one.sent.device.id for arrival in earlier) else set()
            elif one.item is None:
                one.decision = rejected(Why.MALFORMED)
            before[one.key] = [*earlier, self._arrival(one, Decision(Taken.ACCEPTED, ""), now=now)]
            fresh.append(one)
        folded = await self._store(work, fresh, clashing=clashing, now=now)
        senders = {one.key: one.sent.device.id for one in lot}
        scans = [scan for scan in await work.scans.of_items(senders) if scan.item is not None and scan.device == senders[scan.item]]
        final = await self._reasons(work, scans)
        for place, one in enumerate(lot):
            if place not in answers:
                assert one.decision is not None
                reason, fields = final.get(one.key, (one.decision.reason, ()))
                said = reason if one.decision.taken is Taken.ACCEPTED else one.decision.reason
                answers[place] = Answer(one.named, one.decision.taken, said, one.timing.at if one.timing else None, fields)
        told = await besides(work, scans, folded, local_day=self._office.local_day, now=now)
        shorts = {scan.item: scan.short for scan in scans if scan.short}
        return [replace(answers[place], beside=told.get(one.key, ()), short=shorts.get(one.key, "")) for place, one in enumerate(lot)]

    async def _store(self, work: Work, fresh: list[_One], *, clashing: Collection[UUID], now: datetime) -> dict[UUID, list[Scan]]:
        """Decide what is new, write it down, then fold anew whoever it concerns; their scans."""
        before = await self._decide(work, fresh, now=now)
        made = [one.decision for one in fresh if one.decision is not None]
        for one in fresh:
            await self._newcomer(work, one, now=now)
            await self._bound(work, one)
        await work.members.add([member for each in made for member in each.joins])
        await work.scans.add([scan for each in made for scan in each.scans])
        await happened(work, [event for each in made for event in each.events])
        await at_gates(work, [scan for each in made for scan in each.scans], ids=self._ids)
        await work.devices.add_items([self._arrival(one, one.decision, now=now) for one in fresh if one.decision is not None])
        touched = {scan.person for each in made for scan in each.scans if scan.person is not None}
        touched |= await take_back(work, clashing, because=Reason.KEY_CONFLICT, ids=self._ids, now=now)
        touched |= await self._undo(work, fresh, now=now)
        await self._redeciding.cards(work, before, now=now, but={(one.key, one.digest) for one in fresh})
        return await refold(work, touched, local_day=self._office.local_day)

    async def _decide(self, work: Work, fresh: Sequence[_One], *, now: datetime) -> dict[bytes, Sequence[Claim]]:
        """What each comes to, those that give a blank card first; the cards that were given, with the claims on them before."""
        cases = {one.digest: Case(one.item, one.sent.device, one.sent.actor, one.timing, one.digest) for one in fresh
                 if one.decision is None and one.item is not None and one.timing is not None}  # fmt: skip
        known = await known_of(work, list(cases.values()), press=self._press, now=now)
        before = {cti: tuple(claims) for cti, claims in known.claims.items()}
        deciding = Deciding(known, self._ids, self._office)
        for one in fresh:
            one.card = known.card_of(one.key) if one.digest in cases else None
        for one in sorted((one for one in fresh if one.digest in cases), key=lambda one: cases[one.digest].turn):
            one.decision = deciding.decide(cases[one.digest])
        return {one.decision.bind.cti: before.get(one.decision.bind.cti, ()) for one in fresh if one.decision is not None and one.decision.bind is not None}

    async def _newcomer(self, work: Work, one: _One, *, now: datetime) -> None:
        decision = one.decision
        if decision is None or decision.newcomer is None:
            return
        new, by = decision.newcomer, one.sent.actor
        await work.people.add_households([new.household])
        await work.people.add([new.person])
        if decision.bind is None:
            await self._mint.newcomer(work, new.person.id, by=by, now=now)
        await self._trail.add(work, by=by, action="scans.walk_in", subject=new.person.id, now=now, device=str(one.sent.device.id))

    async def _bound(self, work: Work, one: _One) -> None:
        """A blank card that was given to somebody at the door; given to two people it is amber, and the office's task."""
        if one.decision is not None and one.decision.bind is not None:
            claim = one.decision.bind
            await bind_in(work, claim.cti, claim.person, claim.at, claim.by, claim.device)

    async def _undo(self, work: Work, fresh: list[_One], *, now: datetime) -> set[UUID]:
        """What is taken back by an item that has just come, or by one that came before what it names. An undo that was rejected takes nothing back."""
        asked = [one for one in fresh if one.decision is not None and one.decision.taken is not Taken.REJECTED]
        named = {(one.item.annuls, one.sent.device.id) for one in asked if one.item is not None and one.item.annuls is not None}
        waiting = await work.devices.undoing([one.key for one in fresh])
        wanted = named | {(one.annuls, one.device) for one in waiting if one.annuls is not None}
        known = await work.devices.items({key for key, _ in wanted})
        there = {one.key for one in known if (one.key, one.device) in wanted and one.what is not What.UNDO}
        return await take_back(work, there, because=Reason.UNDONE, ids=self._ids, now=now)

    def _arrival(self, one: _One, decision: Decision, *, now: datetime) -> Arrival:
        item = one.item
        body = json.dumps(one.raw, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return Arrival(
            one.key, one.digest, one.sent.device.id, item.seq if item else 0, item.what if item else None, now, one.timing.at if one.timing else None,
            decision.taken, decision.reason, item.annuls if item else None, body, card=one.card,
        )  # fmt: skip

    async def _reasons(self, work: Work, scans: Iterable[Scan]) -> dict[UUID, tuple[str, tuple[tuple[str, str], ...]]]:
        """What a counted item came to beside the others, for its answer; of a household's the first that is not simply fine."""
        found: dict[UUID, tuple[str, tuple[tuple[str, str], ...]]] = {}
        for scan in scans:
            if scan.item is None or scan.outcome not in (Outcome.ACCEPTED, Outcome.REPEAT):
                continue
            if scan.item not in found or found[scan.item][0] == Reason.OK.value:
                found[scan.item] = (scan.reason.value, tuple(sorted(scan.fields.items())))
        befores = {UUID(value) for _, fields in found.values() for name, value in fields if name == "before_place" and value != "None"}
        names = {str(shelter.id): shelter.name for shelter in (await work.shelters.many(befores)).values()}
        return {
            key: (reason, (*fields, *(("before", names.get(value, "–")) for name, value in fields if name == "before_place")))
            for key, (reason, fields) in found.items()
        }  # fmt: skip

    async def _keep_evidence(self, work: Work, sent: Sent, *, now: datetime) -> None:
        """What a withdrawn device still sends is kept, sealed, and counts for nothing."""
        lot = [self._opened(sent, raw) for raw in sent.batch.items]
        known = {(one.key, one.body_hash) for one in await work.devices.items({one.key for one in lot})}
        fresh = [one for one in lot if (one.key, one.digest) not in known]
        await work.devices.add_items([self._arrival(one, rejected(Why.DEVICE_REVOKED), now=now) for one in fresh])
        by = Actor(via="device", person=sent.device.person)
        await self._trail.add(work, by=by, action="devices.refused", subject=sent.device.id, now=now, count=len(fresh))

    async def disputes(self, *, by: Actor) -> list[tuple[Arrival, Device]]:
        """Entries of devices that were not taken as they came and that nobody settled, the newest first."""
        now = self._clock.now()
        by.must(May.SEE_PERSON, now=now)
        async with self._works.read() as work:
            devices = {device.id: device for device in await work.devices.all()}
            areas = await work.people.areas_of({device.person for device in devices.values()})
            mine = {id for id, device in devices.items() if by.can(May.SEE_PERSON, now=now, area=areas[device.person])}
            return [(one, devices[one.device]) for one in await work.devices.disputed(most=MOST_LISTED, of=mine)]

    async def settle(self, key: UUID, *, by: Actor) -> None:
        """Somebody looked at it and did what had to be done; it stays in the record."""
        now = self._clock.now()
        by.must(May.SEE_PERSON, now=now)
        async with self._works.write() as work:
            found = await entry_of(work, key, may=May.SEE_PERSON, by=by, now=now)
            if not await work.devices.settle(key, at=now, by=by.person):
                raise ItemUnknown()
            await self._trail.add(work, by=by, action="devices.settle", subject=key, now=now, reason=found.reason)


async def entry_of(work: Work, key: UUID, *, may: May, by: Actor, now: datetime) -> Arrival:
    """The entry under this key, for who has the right where its device's official belongs. Raises ItemUnknown, NotYours."""
    found = await work.devices.items([key])
    device = await work.devices.get(found[0].device) if found else None
    official = await work.people.get(device.person) if device is not None else None
    if official is None:
        raise ItemUnknown()
    by.must(may, now=now, area=official.area)
    return found[0]


def again(taken: Taken) -> Taken:
    """What is said to an item that came before: what was not taken then is not taken now."""
    return Taken.DUPLICATE if taken is Taken.ACCEPTED else taken


async def exported(work: Work, *, by: Actor, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """Every entry that a device sent, taken or not, without what stands in it; for the operator only, since an entry need not belong to any area."""
    if May.EXPORT not in by.rights:
        return
    for one in await work.devices.all_items():
        yield {
            "type": "device_item", "key": str(one.key), "device": str(one.device), "what": one.what.value if one.what else None, "taken": one.taken.value,
            "reason": one.reason, "at": one.at_effective.isoformat() if one.at_effective else None, "received": one.at_received.isoformat(),
            "annuls": str(one.annuls) if one.annuls else None,
        }  # fmt: skip
