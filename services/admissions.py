"""The decision at the door: from a scan and the facts of this moment to a verdict, and to what is written."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from domain.access import May
from domain.codes import Holder, IssuedCode
from domain.evacuations import Order, after_issue, lists
from domain.identifiers import normal_phone
from domain.people import Household, Person, PersonUnknown, checked_name
from domain.places import within
from domain.rollcall import CLASH, NEXT, Grade, Happening, How, Member, MemberEvent, PlaceMissing
from domain.scans import CONFIRMABLE, REPEAT_WITHIN, Outcome, Purpose, Reason, Scan, Verdict
from domain.shelters import Shelter, ShelterState
from services.actors import Actor
from services.codes import Seen, status_reason
from services.ports import Ids

if TYPE_CHECKING:
    from services.scans import Asked

REMEMBERED = timedelta(hours=12)
HAPPENS = {
    Purpose.SHELTER_IN: Happening.AT_SHELTER,
    Purpose.SHELTER_OUT: Happening.LEFT,
    Purpose.TO_RELATIVES: Happening.WITH_RELATIVES,
    Purpose.REPORTED_SAFE: Happening.SAFE_ELSEWHERE,
}


def order_for(orders: Sequence[Order], *, person: Person | None, shelter: Shelter | None, area: str | None) -> Order | None:
    """The order that somebody who is on no list belongs to: the shelter's own, else one over their home, else one in the county.

    An order that concerns shelter or home and is real goes before every drill.
    """
    where = shelter.area if shelter else person.area if person else area
    ranked = []
    for order in orders:
        if order.drill and person is not None and not person.enrolled:
            continue
        if shelter is not None and order.shelter == shelter.id:
            ranked.append((order.drill, 0, order))
        elif person is not None and any(within(person.area, one) for one in order.areas):
            ranked.append((order.drill, 1, order))
        elif where is not None and any(within(where, one[:6]) for one in order.areas):
            ranked.append((True, 2 + order.drill, order))
    return min(ranked, key=lambda rank: rank[:2])[2] if ranked else None


def near(by: Actor, area: str | None, *, shelters: Mapping[UUID, Shelter], now: datetime) -> bool:
    """Who counts somebody with relatives has a right where that person lives, or a post in that county (decision 3)."""
    if any(by.can(may, now=now, area=area) for may in (May.ADMIT, May.TICK)):
        return True
    posts = (shelters[post] for post in by.posts(May.ADMIT, now=now) if post in shelters)
    return area is not None and any(post.area[:6] == area[:6] for post in posts)


@dataclass(slots=True)
class Facts:
    """What was true when the batch began, moved on by each decision in it.

    `counted` is by person the scan that still says where they are; `newest` the instant of their last counted scan, standing or not.
    """

    now: datetime
    first: dict[str, Scan]
    read: dict[str, tuple[Seen, IssuedCode | None]]
    people: dict[UUID, Person]
    members: dict[UUID, Member]
    orders: Sequence[Order]
    shelters: dict[UUID, Shelter]
    inside: dict[tuple[UUID, bool], int]
    counted: dict[UUID, Scan]
    newest: dict[UUID, datetime]
    homes: dict[UUID, dict[int, Person]] = field(default_factory=dict)

    def person_of(self, asked: "Asked") -> Person | None:
        """Whom this scan is about, as far as it can be known."""
        if asked.person is not None:
            return self.people.get(asked.person)
        if asked.text is not None:
            _, code = self.read[asked.text]
            if code is not None and code.kind is Holder.HOUSEHOLD:
                return self.homes.get(code.holder, {}).get(asked.member or 0) if code.holder is not None else None
            return self.people.get(code.holder) if code is not None and code.holder is not None else None
        return None


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict and everything that has to be stored for it."""

    verdict: Verdict
    scan: Scan | None = None
    event: MemberEvent | None = None
    joins: Member | None = None
    newcomer: tuple[Person, Household, Actor] | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One scan while it is being decided."""

    asked: "Asked"
    person: Person | None = None
    code: IssuedCode | None = None
    seen: Seen | None = None
    order: Order | None = None
    member: Member | None = None
    shelter: Shelter | None = None
    fields: dict[str, str] = field(default_factory=dict)


class Admissions:
    """Decides scans one after another; a later one sees what an earlier one changed."""

    def __init__(self, facts: Facts, *, ids: Ids) -> None:
        self._facts = facts
        self._ids = ids

    def decide(self, asked: "Asked", *, conflict: bool = False) -> Decided:
        """The verdict on one scan. Nothing here is ever an exception, except a scan that says nobody and nowhere."""
        if asked.purpose is Purpose.TO_RELATIVES and not any(character.isalnum() for character in asked.note):
            raise PlaceMissing()
        case = self._case(asked)
        if conflict:
            return self._end(case, Outcome.REFUSED, Reason.KEY_CONFLICT)
        if (reason := self._unreadable(case)) is not None:
            return self._end(case, Outcome.CHECK if reason is Reason.HOUSEHOLD else Outcome.REFUSED, reason)
        if case.person is None and asked.newcomer is None:
            raise PersonUnknown()
        case = self._with_order(case)
        if (refusal := self._closed_door(case)) is not None:
            return self._end(replace(case, fields=self._door_fields(case)), Outcome.REFUSED, refusal)
        if (doubt := self._doubt(case)) is not None and not asked.confirmed:
            return self._end(case, Outcome.CHECK, doubt)
        if (again := self._again(case)) is not None:
            return self._end(replace(case, fields={"at": again.at_effective.isoformat()}), Outcome.REPEAT, Reason.ALREADY_HERE)
        return self._accept(case, doubt=self._doubt(case))

    def _case(self, asked: "Asked") -> _Case:
        seen, code = self._facts.read[asked.text] if asked.text is not None else (None, None)
        shelter = self._facts.shelters.get(asked.place) if asked.place else None
        return _Case(asked, self._facts.person_of(asked), code, seen, shelter=shelter)

    def _unreadable(self, case: _Case) -> Reason | None:
        if case.seen is None:
            return None
        if case.code is None:
            return case.seen.reason if case.seen.reason not in CONFIRMABLE | {Reason.OK} else Reason.UNKNOWN_CODE
        if case.code.kind is Holder.HOUSEHOLD:
            return Reason.HOUSEHOLD if case.person is None else None
        if case.code.kind is not Holder.PERSON:
            return Reason.WRONG_KIND
        return Reason.BLANK_CARD if case.person is None else None

    def _with_order(self, case: _Case) -> _Case:
        member = self._facts.members.get(case.person.id) if case.person else None
        order = next((order for order in self._facts.orders if member is not None and order.id == member.order), None)
        if order is None:
            member, order = None, self._order_for(case)
        return replace(case, member=member, order=order)

    def _order_for(self, case: _Case) -> Order | None:
        return order_for(self._facts.orders, person=case.person, shelter=case.shelter, area=case.asked.by.area)

    def _closed_door(self, case: _Case) -> Reason | None:
        if case.order is None:
            return Reason.NO_ORDER
        shelter = case.shelter
        if case.asked.purpose is not Purpose.SHELTER_IN or shelter is None:
            return None
        if shelter.state is ShelterState.CLOSED:
            return Reason.SHELTER_CLOSED
        here = case.person is not None and self._stands_in(case) == shelter.id
        full = self._facts.inside.get((shelter.id, case.order.drill), 0) >= shelter.places
        return Reason.SHELTER_FULL if full and not here else None

    def _stands_in(self, case: _Case) -> UUID | None:
        """The shelter that this person was last admitted to, when they are still in it."""
        last = self._facts.counted.get(case.person.id) if case.person else None
        if last is not None:
            return last.place if last.purpose is Purpose.SHELTER_IN else None
        standing = case.member.standing if case.member else None
        where = standing.whereabouts if standing else None
        return where.place if where is not None and where.kind is Happening.AT_SHELTER else None

    def _door_fields(self, case: _Case) -> dict[str, str]:
        return {"shelter": case.shelter.name, "places": str(case.shelter.places)} if case.shelter else {}

    def _doubt(self, case: _Case) -> Reason | None:
        if case.code is None or case.seen is None or case.order is None:
            return None
        reason = status_reason(case.code, case.seen, now=self._facts.now)
        if reason in CONFIRMABLE:
            return reason
        if case.code.drill_only and not case.order.drill:
            return Reason.DRILL_ONLY
        return Reason.NAME_NOT_CHECKED if case.seen.typed else None

    def _again(self, case: _Case) -> Scan | None:
        last = self._facts.counted.get(case.person.id) if case.person else None
        if last is None or (last.purpose, last.place, last.order) != (case.asked.purpose, case.asked.place, case.order.id if case.order else None):
            return None
        return last if self._facts.now - last.at_effective < REPEAT_WITHIN else None

    def _accept(self, case: _Case, *, doubt: Reason | None) -> Decided:
        newcomer = self._newcomer(case) if case.person is None else None
        if newcomer is not None:
            case = replace(case, person=newcomer[0])
        joins = None
        if case.member is None:
            joins = self._walk_in(case, newcomer=newcomer is not None)
            case = replace(case, member=joins)
        reason, fields = self._remark(case, joins=joins, doubt=doubt)
        decided = self._end(replace(case, fields=fields), Outcome.ACCEPTED, reason)
        self._remember(case, decided)
        event = self._event(case, decided.scan)
        return replace(decided, event=event, joins=joins, newcomer=newcomer)

    def _newcomer(self, case: _Case) -> tuple[Person, Household, Actor]:
        asked, newcomer = case.asked, case.asked.newcomer
        assert newcomer is not None and case.order is not None
        area = case.shelter.area if case.shelter else case.order.areas[0]
        home = Household(self._ids.derived(asked.key, "household"), area, "", "")
        phone = normal_phone(newcomer.phone) if newcomer.phone else None
        person = Person(
            self._ids.derived(asked.key, "person"), checked_name(newcomer.name), area, home.id, phone, confirmed=False,
            enrolled=case.order.drill, created_at=self._facts.now,
        )  # fmt: skip
        self._facts.people[person.id] = person
        return person, home, asked.by

    def _walk_in(self, case: _Case, *, newcomer: bool) -> Member:
        person, order = case.person, case.order
        assert person is not None and order is not None
        listed = not newcomer and lists(order, area=person.area, known_since=person.created_at)
        member = Member(
            self._ids.derived(str(order.id), str(person.id)), order.id, order.drill, person.id, person.area, person.household,
            person.responsible, not listed, after_issue(order, self._facts.now),
        )  # fmt: skip
        self._facts.members[person.id] = member
        return member

    def _remark(self, case: _Case, *, joins: Member | None, doubt: Reason | None) -> tuple[Reason, dict[str, str]]:
        last = self._facts.counted.get(case.person.id) if case.person else None
        if last is not None and case.asked.purpose is Purpose.SHELTER_IN and last.purpose is Purpose.SHELTER_IN and last.place != case.asked.place:
            before = {"before_place": str(last.place)}
            return (Reason.VERIFY if self._facts.now - last.at_effective <= CLASH else Reason.MOVED), before
        if joins is not None and joins.walk_in:
            return Reason.WALK_IN, {}
        return doubt or Reason.OK, {}

    def _remember(self, case: _Case, decided: Decided) -> None:
        assert case.person is not None and case.order is not None and decided.scan is not None
        before = self._stands_in(case)
        if before is not None:
            self._facts.inside[before, case.order.drill] = self._facts.inside.get((before, case.order.drill), 1) - 1
        if case.asked.purpose is Purpose.SHELTER_IN and case.asked.place is not None:
            key = (case.asked.place, case.order.drill)
            self._facts.inside[key] = self._facts.inside.get(key, 0) + 1
        self._facts.newest[case.person.id] = decided.scan.at_effective
        if case.asked.purpose is not Purpose.REPORTED_SAFE:
            self._facts.counted[case.person.id] = decided.scan

    def _event(self, case: _Case, scan: Scan | None) -> MemberEvent:
        assert case.member is not None and scan is not None
        asked, reported = case.asked, case.asked.purpose is Purpose.REPORTED_SAFE
        return MemberEvent(
            self._ids.derived(asked.key, "event"), case.member.id, HAPPENS[asked.purpose], scan.at_effective, scan.at_received,
            How.SAW if asked.newcomer else How.SCAN, Grade.REPORTED if reported else Grade.PROVEN, scan.drill, asked.by.person,
            asked.place, " ".join(asked.note.split())[:120], scan=scan.id,
        )  # fmt: skip

    def _end(self, case: _Case, outcome: Outcome, reason: Reason) -> Decided:
        asked, now = case.asked, self._facts.now
        last = self._facts.newest.get(case.person.id) if case.person else None
        drill = case.order.drill if case.order else bool(case.code and case.code.drill_only)
        raw = hashlib.sha256(asked.text[:4096].encode()).digest() if asked.text is not None and case.code is None else None
        fields = case.fields | _made(case)
        scan = Scan(
            self._ids.derived(asked.key, f"scan|{asked.body_hash.hex()}"), asked.key, asked.body_hash, Holder.PERSON.value,
            case.person.id if case.person else None, case.code.cti if case.code else None, case.code.short if case.code else None,
            raw, asked.place, asked.purpose, asked.via, asked.by.person, None, now, now if last is None else max(now, last + NEXT), outcome, reason,
            Grade.REPORTED.value if asked.purpose is Purpose.REPORTED_SAFE else Grade.PROVEN.value,
            case.order.id if case.order else None, drill, fields=fields,
        )  # fmt: skip
        verdict = Verdict(outcome, reason, scan.id, scan.person, scan.place, scan.purpose, drill, dict(fields))
        return Decided(verdict, scan)


def _made(case: _Case) -> dict[str, str]:
    """What the verdict says of the code itself: when a live one was made, and whose household's card it is."""
    if case.code is None:
        return {}
    live = {"live": case.code.issued_at.isoformat()} if case.code.live else {}
    return live | ({"household": str(case.code.holder)} if case.code.kind is Holder.HOUSEHOLD and case.person is None else {})
