"""Scans: asked one at a time, decided and stored many at a time, each answered when its row is durable."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import May, NotYours
from domain.codes import Holder, IssuedCode
from domain.errors import Refusal
from domain.people import Person
from domain.rollcall import Member
from domain.scans import CONFIRMABLE, Outcome, Purpose, Scan, Verdict, Via
from services.actors import Actor
from services.admissions import REMEMBERED, Admissions, Decided, Facts, near
from services.audit import Trail
from services.codes import Mint, Press
from services.evacuations import BOARD
from services.households import members_of
from services.ports import Clock, Ids, Queues, Wakeups, Work, Works
from services.rollcall import happened


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody at the door without a code: a name is enough."""

    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One scan as an entrance asks it. Exactly one of text, person, newcomer is given; `confirmed` = the keeper checked the name.
    `member` says who of the household whose card `text` is, by their number on it.
    """

    key: str
    by: Actor
    purpose: Purpose
    via: Via
    place: UUID | None = None
    text: str | None = None
    person: UUID | None = None
    newcomer: Newcomer | None = None
    note: str = ""
    confirmed: bool = False
    member: int | None = None

    @property
    def body_hash(self) -> bytes:
        said = "\x1f".join([
            self.purpose, str(self.place), self.text or "", str(self.person), self.newcomer.name if self.newcomer else "", self.note, str(self.confirmed),
            *([str(self.member)] if self.member is not None else []),
        ])  # fmt: skip
        return hashlib.sha256(said.encode()).digest()


class Scans:
    """Records scans and gives verdicts."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint, press: Press, queues: Queues, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint
        self._press = press
        self._wakeups = wakeups
        self._queue = queues(self.record_many)

    async def record(self, asked: Asked) -> Verdict:
        """Keep this scan and say what it means. Refuses (and keeps nothing) only when the scanner has no right to scan here."""
        verdict: Verdict = await self._queue.submit(asked)
        if verdict.outcome is Outcome.ACCEPTED:
            self._wakeups.publish(BOARD)
        return verdict

    async def record_many(self, asked: Sequence[Asked]) -> list[Verdict | Exception]:
        """Decide and store what arrived together, in order, in one transaction; each caller gets its own verdict or refusal.

        Decisions see what was decided before them in the same batch: capacity, repeats, memberships.
        """
        async with self._works.write() as work:
            now = self._clock.now()
            facts = await self._facts(work, asked, now=now)
            admissions = Admissions(facts, ids=self._ids)
            answers: list[Verdict | Exception] = []
            stored: list[Decided] = []
            for one in asked:
                try:
                    decided = self._decide(admissions, one, facts)
                except Refusal as refusal:
                    answers.append(refusal)
                    continue
                answers.append(decided.verdict)
                stored.append(decided)
            await self._store(work, stored, now=now)
        return answers

    def _decide(self, admissions: Admissions, asked: Asked, facts: Facts) -> Decided:
        first = facts.first.get(asked.key)
        if first is not None and first.body_hash == asked.body_hash:
            return Decided(as_verdict(first))
        self._must_be_entitled(asked, facts)
        decided = admissions.decide(asked, conflict=first is not None)
        if decided.scan is not None:
            facts.first.setdefault(asked.key, decided.scan)
        return decided

    def _must_be_entitled(self, asked: Asked, facts: Facts) -> None:
        now = facts.now
        if asked.purpose is Purpose.REPORTED_SAFE:
            return
        if asked.purpose is Purpose.TO_RELATIVES:
            self._must_be_near(asked, facts)
            return
        shelter = facts.shelters.get(asked.place) if asked.place else None
        if shelter is None:
            raise NotYours()
        if not asked.by.can(May.ADMIT, now=now, area=shelter.area, place=shelter.id):
            raise NotYours()

    def _must_be_near(self, asked: Asked, facts: Facts) -> None:
        person = facts.person_of(asked)
        if not near(asked.by, person.area if person else None, shelters=facts.shelters, now=facts.now):
            raise NotYours()

    async def _facts(self, work: Work, asked: Sequence[Asked], *, now: datetime) -> Facts:
        seen = {one.text: self._press.read(one.text, now=now) for one in asked if one.text is not None}
        codes = await work.codes.with_cti({one.cti for one in seen.values() if one.cti})
        shorts = await work.codes.with_short({one.short for one in seen.values() if one.short})
        read = {text: (one, codes.get(one.cti) if one.cti else shorts.get(one.short or "")) for text, one in seen.items()}
        holders = {code.holder for _, code in read.values() if code is not None and code.holder is not None}
        homes = await _homes(work, [code for _, code in read.values() if code is not None and code.kind is Holder.HOUSEHOLD])
        people = await work.people.many(holders | {one.person for one in asked if one.person})
        people |= {person.id: person for home in homes.values() for person in home.values()}
        members = {member.person: member for member in reversed(await work.members.in_force(list(people)))}
        counted = _latest(await work.scans.counted_since(list(people), since=now - REMEMBERED))
        posts = {post for one in asked for post in one.by.posts(May.ADMIT, now=now)}
        shelters = await work.shelters.many(posts | {one.place for one in asked if one.place})
        inside: dict[tuple[UUID, bool], int] = {}
        for drill in (False, True):
            for place, count in (await work.shelters.inside(list(shelters), drill=drill)).items():
                inside[place, drill] = count
        return Facts(
            now=now,
            first=await work.scans.with_keys({one.key for one in asked}),
            read=read,
            people=people,
            members=members,
            orders=await work.orders.in_force(),
            shelters=shelters,
            inside=inside,
            counted={person: scan for person, scan in counted.items() if _rests_on(scan, members.get(person))},
            homes=homes,
            newest={person: scan.at_effective for person, scan in counted.items()},
        )

    async def _store(self, work: Work, decided: Sequence[Decided], *, now: datetime) -> None:
        for one in decided:
            if one.newcomer is not None:
                person, home, by = one.newcomer
                await work.people.add_households([home])
                await work.people.add([person])
                await self._mint.newcomer(work, person.id, by=by, now=now)
                await self._trail.add(work, by=by, action="scans.walk_in", subject=person.id, now=now)
        scans = [one.scan for one in decided if one.scan is not None]
        for scan in scans:
            if scan.outcome is Outcome.ACCEPTED and scan.reason in CONFIRMABLE:
                who = Actor(via=scan.via.value, person=scan.operator)
                await self._trail.add(work, by=who, action="scans.confirmed", subject=scan.id, now=now, drill=scan.drill, reason=scan.reason.value)
        await work.members.add([one.joins for one in decided if one.joins is not None])
        await work.scans.add(scans)
        await happened(work, [one.event for one in decided if one.event is not None])


def as_verdict(scan: Scan) -> Verdict:
    """What was answered when this scan was stored."""
    return Verdict(scan.outcome, scan.reason, scan.id, scan.person, scan.place, scan.purpose, scan.drill, dict(scan.fields))


async def _homes(work: Work, codes: Sequence[IssuedCode]) -> dict[UUID, dict[int, Person]]:
    """Who is who on the cards of these households."""
    return {code.holder: await members_of(work, code.holder) for code in codes if code.holder is not None}


def _rests_on(scan: Scan, member: Member | None) -> bool:
    """Whether this scan is still the last word: nobody took it back, and nobody said anything else since."""
    stands = member.standing if member is not None and member.order == scan.order else None
    return stands is None or (stands.whereabouts is not None and stands.whereabouts.scan == scan.id)


def _latest(scans: Sequence[Scan]) -> dict[UUID, Scan]:
    """Each person's newest counted scan that says where they are; what an unknown person reported says nothing here."""
    return {scan.person: scan for scan in scans if scan.person is not None and scan.purpose is not Purpose.REPORTED_SAFE}
