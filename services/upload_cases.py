"""One item of a device, decided: from what it says and what the register knew at its instant, to scans, events and an answer. Nothing is written here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.access import May
from domain.checkpoints import judge
from domain.codes import Holder, IssuedCode
from domain.evacuations import Order, after_issue, lists
from domain.issuing import Claim, with_claim
from domain.people import Household, Person, checked_name
from domain.people import NameMissing as NameInvalid
from domain.rollcall import Grade, Happening, How, Member, MemberEvent
from domain.scans import CONFIRMABLE, Clocking, Outcome, Purpose, Reason, Scan, Way
from domain.sightings import BASE
from domain.uploads import EARLIEST, Shown, Taken, What, Why
from services.admissions import near, order_for
from services.crossings import code_seen
from services.office import Office
from services.ports import Ids
from services.rollcall import MEANS, NEEDS_PLACE, TICKS
from services.upload_doubts import held_back, holder_at, in_force_at, lifted_before, reason_at
from services.upload_known import Case, Known, names_somebody

HAPPENS = {
    Purpose.SHELTER_IN: Happening.AT_SHELTER,
    Purpose.SHELTER_OUT: Happening.LEFT,
    Purpose.TO_RELATIVES: Happening.WITH_RELATIVES,
    Purpose.ASSEMBLY: Happening.MOVING,
}
"""What a scan says about somebody's whereabouts. At the assembly point they are on the way, and not yet safe."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    person: Person
    household: Household


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one item. `bind` gives a blank card to a person."""

    taken: Taken
    reason: str
    scans: tuple[Scan, ...] = ()
    events: tuple[MemberEvent, ...] = ()
    joins: tuple[Member, ...] = ()
    newcomer: Newcomer | None = None
    bind: Claim | None = None


def rejected(why: Why) -> Decision:
    return Decision(Taken.REJECTED, why.value)


def disputed(why: Why | Reason, *scans: Scan) -> Decision:
    return Decision(Taken.CONFLICT, why.value, scans)


@dataclass(slots=True)
class Deciding:
    """Decides items against one state of the register; who joins an order by one of them, or is given a card, is known to the next."""

    known: Known
    ids: Ids
    office: Office
    _walked_in: set[UUID] = field(default_factory=set)

    def decide(self, case: Case) -> Decision:
        if (why := self._untakable(case)) is not None:
            return rejected(why)
        match case.item.what:
            case What.UNDO:
                return Decision(Taken.ACCEPTED, Why.OK.value) if case.actor.serves(now=self.known.now) else rejected(Why.NOT_YOURS)
            case What.TICK:
                return self._tick(case)
            case _:
                return self._scan(case)

    def _untakable(self, case: Case) -> Why | None:
        """Why an item is not taken whatever it says: its clock, or what the device may do."""
        item, scope = case.item, case.device.scope
        if case.timing.ahead:
            return Why.FROM_THE_FUTURE
        if case.timing.at < EARLIEST:
            return Why.TOO_OLD
        if item.what is What.SCAN and not scope.allows(item.purpose, item.place):
            return Why.OUT_OF_SCOPE
        if scope.drill and not case.drill:
            return Why.OUT_OF_SCOPE
        if self.office.drill_only and not case.drill:
            return Why.OUT_OF_SCOPE
        return None

    def _scan(self, case: Case) -> Decision:
        item = case.item
        if not self._entitled(case):
            return rejected(Why.NOT_YOURS)
        if item.purpose is Purpose.CHECKPOINT:
            return self._crossing(case)
        if item.purpose is Purpose.TO_RELATIVES and not any(one.isalnum() for one in item.note):
            return disputed(Why.PLACE_MISSING)
        if item.walk_in is not None and item.text is None and item.person is None:
            return self._walk_in(case)
        if item.text is not None:
            return self._by_code(case)
        person = self.known.people.get(item.person) if item.person is not None else None
        if person is None:
            return disputed(Why.NAME_MISSING)
        return self._of_people(case, [(1, person)], code=None, doubt=None)

    def _entitled(self, case: Case) -> bool:
        """What the device's official may do now, where the item says that it happened."""
        now, item, by = self.known.now, case.item, case.actor
        shelter = self.known.shelters.get(item.place) if item.place is not None else None
        match item.purpose:
            case Purpose.CHECKPOINT:
                post = self.known.checkpoints.get(item.place) if item.place is not None else None
                return post is not None and by.can(May.VERIFY_PASS, now=now, area=post.area, place=post.id)
            case Purpose.SITE_GATE:
                site = self.known.sites.get(item.place) if item.place is not None else None
                return site is not None and by.can(May.MUSTER, now=now, area=site.area, place=site.id)
            case _ if shelter is not None:
                return by.can(May.ADMIT, now=now, area=shelter.area, place=shelter.id)
            case Purpose.SHELTER_IN | Purpose.SHELTER_OUT:
                return False
            case _:
                return any(by.can(may, now=now) for may in (May.ADMIT, May.TICK))

    def _crossing(self, case: Case) -> Decision:
        """What the table of checkpoints says of this code at its own moment; the log keeps every crossing, with its way."""
        item = case.item
        if item.text is None or item.place is None:
            return disputed(Why.NAME_MISSING)
        seen, code = self.known.read[item.key]
        held = self.known.passes.get(code.holder) if code is not None and code.holder is not None else None
        outcome, reason = judge(
            code_seen(seen, code, at=case.timing.at), held, self.known.checkpoints[item.place], case.timing.at, drill=case.drill or self.office.drill_only
        )  # fmt: skip
        if outcome is Outcome.ACCEPTED and held_back(item):
            outcome, reason = Outcome.CHECK, Reason.NAME_NOT_CHECKED
        if outcome is Outcome.CHECK and item.confirmed:
            outcome = Outcome.ACCEPTED
        scan = replace(self._kept(case, reason, person=None, code=code, order=None), outcome=outcome, way=item.way or Way.IN)
        if held is not None:
            scan = replace(scan, fields=scan.fields | {"held": str(held.id)})
        return Decision(Taken.ACCEPTED if outcome is Outcome.ACCEPTED else self._answer(case, scan), reason.value, (scan,))

    def _by_code(self, case: Case) -> Decision:
        seen, code = self.known.read[case.item.key]
        if code is None:
            why = seen.reason if seen.reason not in CONFIRMABLE | {Reason.OK} else Reason.UNKNOWN_CODE
            return self._refused(case, why, code=None)
        claims = self.known.claims.get(code.cti, ())
        doubt = reason_at(code, seen, case.timing.at, claims=claims)
        gives = names_somebody(case.item) and (code.holder is None or bool(claims))
        code = replace(code, holder=holder_at(code, claims, case.timing.at))
        match code.kind:
            case Holder.PERSON if gives or code.holder is None:
                return self._blank(case, code, doubt=reason_at(code, seen, case.timing.at))
            case Holder.PERSON if case.item.walk_in is not None:
                return disputed(Why.NOT_BLANK)
            case Holder.PERSON:
                assert code.holder is not None
                return self._of_people(case, [(1, self.known.people[code.holder])], code=code, doubt=doubt, typed=seen.typed)
            case Holder.HOUSEHOLD:
                return self._household(case, code, doubt=doubt, typed=seen.typed)
            case _:
                return self._refused(case, Reason.WRONG_KIND, code=code)

    def _household(self, case: Case, code: IssuedCode, *, doubt: Reason | None, typed: bool) -> Decision:
        assert code.holder is not None
        there = self.known.households.get(code.holder, {})
        if not case.item.members:
            return disputed(Why.NOBODY_CHOSEN)
        if not set(case.item.members) <= there.keys():
            return disputed(Why.MEMBER_UNKNOWN)
        return self._of_people(case, [(number, there[number]) for number in case.item.members], code=code, doubt=doubt, typed=typed)

    def _blank(self, case: Case, code: IssuedCode, *, doubt: Reason | None) -> Decision:
        """A card without an owner: with a name, or somebody of the list, it is theirs from now on, unless it was withdrawn or is past its date; else it is
        looked at in the office.
        """
        item = case.item
        if item.person is not None and item.person in self.known.people:
            made, whom = self._of_people(case, [(1, self.known.people[item.person])], code=code, doubt=doubt), item.person
        elif item.walk_in is not None:
            made = self._walk_in(case, code=code, doubt=doubt)
            if made.newcomer is None:
                return made
            whom = made.newcomer.person.id
        else:
            return replace(self._refused(case, Reason.BLANK_CARD, code=code), taken=Taken.CONFLICT)
        if doubt is not None or made.taken is Taken.REJECTED:
            return made
        claim = Claim(code.cti, whom, case.timing.at, case.device.person, case.device.id)
        self.known.claims[code.cti] = with_claim(self.known.claims.get(code.cti, ()), claim)
        return replace(made, bind=claim)

    def _walk_in(self, case: Case, *, code: IssuedCode | None = None, doubt: Reason | None = None) -> Decision:
        item = case.item
        try:
            name = checked_name(item.walk_in or "")
        except NameInvalid:
            return disputed(Why.NAME_MISSING)
        shelter = self.known.shelters.get(item.place) if item.place is not None else None
        order = order_for(self._orders(case), person=None, shelter=shelter, area=case.actor.area)
        if order is None:
            return disputed(Reason.NO_ORDER)
        area = shelter.area if shelter is not None else case.actor.area or order.areas[0]
        home = Household(self.ids.derived(str(item.key), "household"), area, "", "")
        person = Person(
            self.ids.derived(str(item.key), "person"), name, area, home.id, confirmed=False, enrolled=order.drill, created_at=self.known.now
        )  # fmt: skip
        self._walked_in.add(person.id)
        made = self._of_people(case, [(1, person)], code=code, doubt=doubt, order=order)
        if not made.joins:
            return replace(made, scans=tuple(replace(scan, person=None) for scan in made.scans))
        self.known.people[person.id] = person
        return replace(made, newcomer=Newcomer(person, home))

    def _of_people(
        self, case: Case, people: Sequence[tuple[int, Person]], *, code: IssuedCode | None, doubt: Reason | None, typed: bool = False,
        order: Order | None = None,
    ) -> Decision:  # fmt: skip
        """A scan for each of these people, counted unless a doubt was not cleared at the door."""
        if not all(self._near(case, person) for _, person in people):
            return rejected(Why.NOT_YOURS)
        rolled = case.item.purpose in HAPPENS
        scans, events, joins, reasons = [], [], [], []
        for number, person in people:
            member, mine = self._membership(case, person, order) if rolled else (None, None)
            open_doubt = self._doubt(case, code, mine, doubt=doubt, typed=typed)
            reason = Reason.NO_ORDER if rolled and mine is None else open_doubt or Reason.OK
            scan = self._kept(case, reason, person=person, code=code, order=mine, number=number if len(people) > 1 else 0)
            if scan.outcome is Outcome.ACCEPTED and mine is not None:
                if member is None:
                    member = self._join(person, mine)
                    joins.append(member)
                    if member.walk_in and reason is Reason.OK:
                        scan = replace(scan, reason=Reason.WALK_IN, fields={BASE: Reason.WALK_IN.value})
                elif member.walk_in and reason is Reason.OK:
                    scan = replace(scan, reason=Reason.WALK_IN, fields={BASE: Reason.WALK_IN.value})
                events.append(self._event(case, scan, member, number=number if len(people) > 1 else 0))
            scans.append(scan)
            reasons.append(scan.reason)
        worst = next((scan for scan in scans if scan.outcome is not Outcome.ACCEPTED), None)
        taken = Taken.ACCEPTED if worst is None else self._answer(case, worst)
        return Decision(taken, (worst.reason if worst else reasons[0]).value, tuple(scans), tuple(events), tuple(joins))

    def _near(self, case: Case, person: Person) -> bool:
        free = case.item.purpose is not Purpose.TO_RELATIVES or person.id in self._walked_in
        return free or near(case.actor, person.area, shelters=self.known.shelters, now=self.known.now)

    def _doubt(self, case: Case, code: IssuedCode | None, order: Order | None, *, doubt: Reason | None, typed: bool) -> Reason | None:
        if doubt in CONFIRMABLE:
            return doubt
        if code is not None and code.drill_only and not case.drill:
            return Reason.DRILL_ONLY
        return Reason.NAME_NOT_CHECKED if typed or held_back(case.item) else None

    def _orders(self, case: Case) -> list[Order]:
        """Orders in force at the item's instant, of its own world: a drill never counts in an order, nor the other way round."""
        return in_force_at(self.known.orders, case.timing.at, drill=case.drill)

    def _membership(self, case: Case, person: Person, order: Order | None) -> tuple[Member | None, Order | None]:
        orders = {one.id: one for one in self._orders(case)}
        for member in self.known.members.get(person.id, ()):
            if member.order in orders:
                return member, orders[member.order]
        shelter = self.known.shelters.get(case.item.place) if case.item.place is not None else None
        return None, order or order_for(list(orders.values()), person=person, shelter=shelter, area=case.actor.area)

    def _once_listed(self, case: Case, person: Person) -> Member | None:
        """Their membership in the newest order that was lifted by then."""
        theirs = {member.order: member for member in self.known.members.get(person.id, ())}
        return next((theirs[order.id] for order in lifted_before(self.known.orders, case.timing.at, drill=case.drill) if order.id in theirs), None)

    def _join(self, person: Person, order: Order) -> Member:
        listed = person.id not in self._walked_in and lists(order, area=person.area, known_since=person.created_at)
        member = Member(
            self.ids.derived(str(order.id), str(person.id)), order.id, order.drill, person.id, person.area, person.household, person.responsible,
            not listed, after_issue(order, self.known.now),
        )  # fmt: skip
        self.known.members.setdefault(person.id, []).insert(0, member)
        return member

    def _kept(
        self, case: Case, reason: Reason, *, person: Person | None, code: IssuedCode | None, order: Order | None, number: int = 0
    ) -> Scan:  # fmt: skip
        item = case.item
        confirmed = reason in CONFIRMABLE and item.confirmed
        sound = reason is Reason.OK or confirmed
        outcome = Outcome.ACCEPTED if sound else Outcome.CHECK if reason in CONFIRMABLE else Outcome.REFUSED
        name = f"{item.key}#{number}" if number else str(item.key)
        raw = hashlib.sha256(item.text.encode()).digest() if item.text is not None and code is None else None
        return Scan(
            self.ids.derived(name, f"scan|{case.body_hash.hex()}"), name, case.body_hash, (code.kind if code else Holder.PERSON).value,
            person.id if person else None, code.cti if code else None, code.short if code else None, raw, item.place, item.purpose, item.via,
            case.device.person, item.at, self.known.now, case.timing.at, outcome, reason, Grade.PROVEN.value, order.id if order else None,
            order.drill if order else case.drill, device=case.device.id, way=item.way, item=item.key, clock=case.timing.clock, fields={BASE: reason.value},
        )  # fmt: skip

    def _event(self, case: Case, scan: Scan, member: Member, *, number: int) -> MemberEvent:
        item = case.item
        name = f"{item.key}#{number}" if number else str(item.key)
        how = How.SAW if item.walk_in is not None and item.text is None else How.SCAN
        return MemberEvent(
            self.ids.derived(name, "event"), member.id, HAPPENS[item.purpose], case.timing.at, self.known.now, how, Grade.PROVEN, member.drill,
            case.device.person, item.place, item.note, certain=case.timing.clock is not Clocking.UNCERTAIN, scan=scan.id,
        )  # fmt: skip

    def _refused(self, case: Case, reason: Reason, *, code: IssuedCode | None) -> Decision:
        scan = self._kept(case, reason, person=None, code=code, order=None)
        return Decision(self._answer(case, scan), reason.value, (scan,))

    def _answer(self, case: Case, scan: Scan) -> Taken:
        """Whether the office came to what the door came to; where it did not, somebody has to look."""
        if scan.outcome is Outcome.REFUSED and scan.reason is not Reason.NO_ORDER:
            return Taken.ACCEPTED if case.item.shown is Shown.NO else Taken.CONFLICT
        agreed = scan.outcome is Outcome.CHECK and case.item.shown is Shown.CHECK and not case.item.confirmed
        return Taken.ACCEPTED if agreed else Taken.CONFLICT

    def _tick(self, case: Case) -> Decision:
        """The household list of the responsible person, kept without a network."""
        item, by = case.item, case.actor
        person = self.known.people.get(item.person) if item.person is not None else None
        if person is None or item.standing not in TICKS or item.means not in MEANS or item.means is None or item.standing is None:
            return rejected(Why.MALFORMED)
        theirs = person.responsible is None or by.person in (person.responsible, person.deputy)
        if not by.can(May.TICK, now=self.known.now, area=person.area) or not theirs:
            return rejected(Why.NOT_YOURS)
        if item.standing in NEEDS_PLACE and not any(one.isalnum() for one in item.note):
            return disputed(Why.PLACE_MISSING)
        member, order = self._membership(case, person, None)
        joins: tuple[Member, ...] = ()
        if member is None and order is None:
            member = self._once_listed(case, person)
        if member is None:
            if order is None or not lists(order, area=person.area, known_since=person.created_at):
                return disputed(Why.NOT_ON_LIST)
            member = self._join(person, order)
            joins = (member,)
        grade = Grade.REPORTED if item.means is How.HEARD else Grade.PROVEN
        clear = item.clear if item.clear is not None else item.standing not in NEEDS_PLACE
        event = MemberEvent(
            self.ids.derived(str(item.key), "event"), member.id, item.standing, case.timing.at, self.known.now, item.means, grade, member.drill,
            case.device.person, note=item.note, clear=clear, certain=case.timing.clock is not Clocking.UNCERTAIN,
        )  # fmt: skip
        return Decision(Taken.ACCEPTED, Why.OK.value, events=(event,), joins=joins)
