"""The roll call: ticks by wardens, answers by the people themselves, calls for help, annulments. Each is an event; standings follow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import May, NotYours
from domain.deliveries import Lane, Message, Subject
from domain.evacuations import Order, after_issue, lists
from domain.people import Person, PersonUnknown
from domain.places import within
from domain.rollcall import (
    Grade,
    Happening,
    How,
    Member,
    MemberEvent,
    NoOpenHelp,
    NoOrderInForce,
    NotOnList,
    PlaceMissing,
    Standing,
    in_turn,
    standing,
)
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.evacuations import BOARD
from services.ports import Clock, Ids, Wakeups, Work, Works

NEEDS_PLACE = frozenset({Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE})
LONGEST_NOTE = 120
ANSWERS = NEEDS_PLACE | {Happening.AT_SHELTER, Happening.MOVING, Happening.REFUSED, Happening.RETURNED}
TICKS = frozenset(Happening) - {Happening.LISTED, Happening.TOLD, Happening.HELP_CLOSED, Happening.ANNULLED}
MEANS = frozenset({How.SAW, How.SPOKE, How.HEARD, How.PAPER})


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """One household as its warden sees it: everybody on it, each with membership and standing where an order is in force."""

    household: UUID
    people: tuple[Person, ...]
    members: Mapping[UUID, Member]


@dataclass(frozen=True, slots=True)
class HelpCall:
    """What became of a call for help: whether it stands on a board, and how many chats of people in charge it goes to (0 = nobody can be told)."""

    on_board: bool
    told: int


async def happened(work: Work, given: Collection[MemberEvent]) -> None:
    """Write down what happened, each event once and after what was known of its member, and keep the standings that follow."""
    known = await work.members.events({event.member for event in given})
    fresh = in_turn(given, known)
    await work.members.add_events(fresh)
    await refold(work, {event.member for event in fresh})


async def refold(work: Work, members: Collection[UUID]) -> dict[UUID, Standing]:
    """Recompute and keep the standing of these members from all their events."""
    found = await work.members.many(members)
    events = await work.members.events(members)
    lifted: dict[UUID, datetime | None] = {}
    for member in found.values():
        if member.order not in lifted:
            order = await work.orders.get(member.order)
            lifted[member.order] = order.lifted_at if order else None
    standings = {id: standing(events.get(id, ()), lifted_at=lifted[member.order]) for id, member in found.items()}
    await work.members.keep_standing(standings)
    return standings


class RollCall:
    """Everything that is said about a member without scanning a code."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, audience: Audience, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._audience = audience
        self._wakeups = wakeups

    async def answer(self, kind: Happening, *, by: Actor, key: str, note: str = "", clear: bool = True, with_me: Collection[UUID] = ()) -> list[Member]:
        """The person's own answer from a linked contact. It proves only the answerer and the household members named in `with_me`.

        At a shelter it is only *reported* until the keeper scanned or counted. Somebody who is not listed joins as a walk-in.
        Nobody says of themselves that they were not there, or closes a call for help: `NotYours`.
        """
        place = _checked_note(kind, note)
        me = by.registered()
        if kind not in ANSWERS:
            raise NotYours()
        grade = Grade.REPORTED if kind is Happening.AT_SHELTER else Grade.PROVEN
        async with self._works.write() as work:
            people = await work.people.many({me, *with_me})
            if any(person.household != people[me].household for person in people.values()):
                raise NotYours()
            members = await self._members(work, list(people.values()))
            await self._happen(work, members, kind=kind, how=How.ANSWER, grade=grade, by=by, key=key, note=place, clear=clear)
        self._wakeups.publish(BOARD)
        return members

    async def ask_help(self, *, by: Actor, key: str, note: str = "", of: UUID | None = None) -> HelpCall:
        """I need help: taken at once, from anybody, in or out of an order; the people in charge are told either way.

        `of` names somebody else, whose code a stranger scanned: the same call, only *reported*.
        """
        now = self._clock.now()
        text = " ".join(note.split())[:LONGEST_NOTE]
        async with self._works.write() as work:
            who = of or by.person
            person = await work.people.get(who) if who else None
            members = await self._members(work, [person], must=False) if person else []
            how, grade = (How.HEARD, Grade.REPORTED) if of else (How.ANSWER, Grade.PROVEN)
            await self._happen(work, members, kind=Happening.NEED_HELP, how=how, grade=grade, by=by, key=key, note=text)
            about = members[0].id if members else person.id if person else self._ids.derived(key, "help")
            message = Message(
                self._ids.derived(key, "help_wanted"), Subject.HELP_WANTED, about, any(member.drill for member in members), now,
                {"person": str(who or ""), "note": text, "address": by.address if person is None else ""},
            )  # fmt: skip
            told = await self._audience.tell(work, await self._helpers(work, person), message, lane=Lane.RED)
            await self._trail.add(work, by=by, action="rollcall.help", subject=about, now=now, drill=message.drill, told=told)
        self._wakeups.publish(BOARD)
        self._wakeups.publish("deliveries")
        return HelpCall(bool(members), told)

    async def _helpers(self, work: Work, person: Person | None) -> set[UUID]:
        areas = [person.area] if person else []
        people = await self._audience.holders(work, May.DISPATCH, areas or [""], but=person.id if person else None)
        if person is not None:
            people |= {helper for helper in (person.responsible, person.deputy) if helper is not None}
        return people

    async def tick(self, people: Sequence[UUID], kind: Happening, how: How, *, by: Actor, key: str, note: str = "", clear: bool = True) -> list[Member]:
        """The responsible person says what they saw, spoke or heard of members of their own households. *Heard* proves nothing."""
        place = _checked_note(kind, note)
        now = self._clock.now()
        if kind not in TICKS or how not in MEANS:
            raise NotYours()
        grade = Grade.PROVEN if how in (How.SAW, How.SPOKE, How.PAPER) else Grade.REPORTED
        async with self._works.write() as work:
            found = await work.people.many(people)
            if len(found) != len(set(people)):
                raise PersonUnknown()
            for person in found.values():
                self._must_answer_for(person, by=by, now=now)
            members = await self._members(work, list(found.values()), join=False)
            await self._happen(work, members, kind=kind, how=how, grade=grade, by=by, key=key, note=place, clear=clear)
            for member in members:
                await self._trail.add(work, by=by, action="rollcall.tick", subject=member.id, now=now, drill=member.drill, kind=kind.value, how=how.value)
        self._wakeups.publish(BOARD)
        return members

    def _must_answer_for(self, person: Person, *, by: Actor, now: datetime) -> None:
        by.must(May.TICK, now=now, area=person.area)
        if person.responsible is not None and by.person not in (person.responsible, person.deputy):
            raise NotYours()

    async def close_help(self, member: UUID, *, by: Actor, key: str) -> Member:
        """A named person says that the need is over; nothing else closes it."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._member(work, member)
            posts = await work.shelters.many(by.posts(May.SEE_PERSON, now=now))
            if not any(post.area[:6] == found.area[:6] for post in posts.values()):
                by.must(May.SEE_PERSON, now=now, area=found.area)
            if found.standing is None or not found.standing.needs_help:
                raise NoOpenHelp()
            await self._happen(work, [found], kind=Happening.HELP_CLOSED, how=How.SPOKE, grade=Grade.PROVEN, by=by, key=key)
            await self._trail.add(work, by=by, action="rollcall.help_closed", subject=member, now=now, drill=found.drill)
        self._wakeups.publish(BOARD)
        return found

    async def annul(self, event: UUID, *, by: Actor, key: str) -> Member:
        """Take one event back, by another event that names it."""
        now = self._clock.now()
        async with self._works.write() as work:
            wrong = await work.members.event(event)
            if wrong is None:
                raise NotOnList()
            member = await self._member(work, wrong.member)
            self._must_be_entitled_to_annul(wrong, member, by=by, now=now)
            await self._happen(work, [member], kind=Happening.ANNULLED, how=How.SAW, grade=Grade.PROVEN, by=by, key=key, annuls=event)
            await self._trail.add(work, by=by, action="rollcall.annul", subject=event, now=now, drill=member.drill)
        self._wakeups.publish(BOARD)
        return member

    def _must_be_entitled_to_annul(self, event: MemberEvent, member: Member, *, by: Actor, now: datetime) -> None:
        """One's own words, always; one's own entry about others, while that right lasts; anybody else's, as an approver."""
        own = by.person is not None and event.by == by.person
        if own and (event.how is How.ANSWER or by.can(May.TICK, now=now, area=member.area) or by.can(May.ADMIT, now=now)):
            return
        by.must(May.APPROVE_ORDER, now=now, area=member.area)

    async def households(self, *, by: Actor) -> list[HouseholdView]:
        """The households that this warden answers for, those with somebody not yet safe first."""
        now = self._clock.now()
        by.must(May.TICK, now=now)
        async with self._works.read() as work:
            mine = await work.people.answered_for(by.registered())
            people = await work.people.in_households({person.household for person in mine})
            members = {member.person: member for member in reversed(await work.members.in_force([person.id for person in people]))}
        homes: dict[UUID, list[Person]] = {}
        for person in people:
            if by.can(May.TICK, now=now, area=person.area):
                homes.setdefault(person.household, []).append(person)
        views = [HouseholdView(home, tuple(lot), {p.id: members[p.id] for p in lot if p.id in members}) for home, lot in homes.items()]
        return sorted(views, key=lambda view: all(member.standing is not None and member.standing.safe for member in view.members.values()))

    async def household_of(self, *, by: Actor) -> list[Person]:
        """The answerer's own household; only the answerer while the warden has not confirmed them."""
        async with self._works.read() as work:
            me = await work.people.get(by.registered())
            if me is None:
                raise PersonUnknown()
            return await work.people.in_households([me.household]) if me.confirmed else [me]

    async def order_for(self, *, by: Actor) -> Order | None:
        """The order that concerns the answerer now, if there is one."""
        async with self._works.read() as work:
            person = await work.people.get(by.registered())
            if person is None:
                return None
            members = await work.members.in_force([person.id])
            if members:
                return await work.orders.get(members[0].order)
            return _order_over(await work.orders.in_force(), person)

    async def member_for(self, *, by: Actor) -> Member | None:
        """The answerer's own newest membership, with where they stand; None while no order lists them."""
        async with self._works.read() as work:
            members = await work.members.in_force([by.registered()])
        return members[0] if members else None

    async def _member(self, work: Work, member: UUID) -> Member:
        if (found := await work.members.get(member)) is None:
            raise NotOnList()
        return found

    async def _members(self, work: Work, people: Sequence[Person], *, join: bool = True, must: bool = True) -> list[Member]:
        """The newest membership of each person; who has none in force but lives where an order is, joins: on the list if it names them and is
        only not filled yet, else as a walk-in (unless not `join`)."""
        newest = {member.person: member for member in reversed(await work.members.in_force([person.id for person in people]))}
        in_force = await work.orders.in_force()
        for person in people:
            if person.id in newest and newest[person.id].order in {order.id for order in in_force}:
                continue
            order = _order_over(in_force, person)
            if order is not None and (join or lists(order, area=person.area, known_since=person.created_at)):
                newest[person.id] = await self.take_in(work, person, order)
        if must and len(newest) < len(people):
            raise NotOnList() if newest else NoOrderInForce()
        return [newest[person.id] for person in people if person.id in newest]

    async def take_in(self, work: Work, person: Person, order: Order) -> Member:
        """A walk-in, counted apart, who fills no gap in the list; unless the list names them and only the snapshot is not full yet."""
        walk_in = not lists(order, area=person.area, known_since=person.created_at)
        member = Member(
            self._ids.derived(str(order.id), str(person.id)), order.id, order.drill, person.id, person.area, person.household,
            person.responsible, walk_in, after_issue(order, self._clock.now()),
        )  # fmt: skip
        await work.members.add([member])
        return member

    async def _happen(
        self, work: Work, members: Sequence[Member], *, kind: Happening, how: How, grade: Grade, by: Actor, key: str, note: str = "", clear: bool = True,
        annuls: UUID | None = None,
    ) -> None:  # fmt: skip
        now = self._clock.now()
        events = [
            MemberEvent(
                self._ids.derived(key, f"{kind.value}|{member.id}"), member.id, kind, now, now, how, grade, member.drill, by.person,
                note=note, clear=clear, annuls=annuls,
            )
            for member in members
        ]  # fmt: skip
        await happened(work, events)


def _order_over(in_force: Sequence[Order], person: Person) -> Order | None:
    """The newest order in force over a home; a real one before every drill."""
    orders = [order for order in in_force if any(within(person.area, area) for area in order.areas) and (not order.drill or person.enrolled)]
    return min(orders, key=lambda order: order.drill, default=None)


def _checked_note(kind: Happening, note: str) -> str:
    text = " ".join(note.split())[:LONGEST_NOTE]
    if kind in NEEDS_PLACE and not any(character.isalnum() for character in text):
        raise PlaceMissing()
    return text
