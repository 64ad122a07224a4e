"""Orders to move: drafted, approved by somebody else, snapshotted, told, lifted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.deliveries import Lane, Message, Subject
from domain.evacuations import (
    Destination,
    Order,
    OrderNotInForce,
    OrderOutAlready,
    OrderOverlaps,
    OrderState,
    OrderToNobody,
    OrderUnknown,
    checked,
    may_approve,
)
from domain.people import AreaUnknown, Person
from domain.places import mentions, within
from domain.rollcall import Member
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works

AT_ONCE = 1000
CHUNK = 200
BOARD = "board"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an approval decides on: the order, how many it moves, and ten of their names."""

    order: Order
    people: int
    without_contact: int
    sample: tuple[str, ...]


class Evacuations:
    """One order from draft to lift."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience, wakeups: Wakeups,
        at_once: int = AT_ONCE, chunk: int = CHUNK,
    ) -> None:  # fmt: skip
        """Up to `at_once` people are listed with the approval itself, more by `fill`, `chunk` at a time."""
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience
        self._wakeups = wakeups
        self._at_once = at_once
        self._chunk = chunk

    async def draft(self, areas: Sequence[str], destination: Destination, *, by: Actor, key: str, drill: bool = False) -> Order:
        """An order that waits 15 minutes for a second person. Refused without place, way or people, and where one is in force."""
        now = self._clock.now()
        by.must_in_all(May.DRAFT_ORDER, areas, now=now)
        where = checked(destination)
        is_drill = drill or self._office.drill_only
        async with self._works.write() as work:
            if (again := await work.orders.get(self._ids.derived(key, "order"))) is not None:
                return again
            await self._must_make_sense(work, areas, drill=is_drill)
            number = await self._number(work, now)
            order = Order(
                self._ids.derived(key, "order"), number, is_drill, tuple(sorted(set(areas))), where.shelter, where.place, where.way,
                OrderState.DRAFT, by.registered(), now,
            )  # fmt: skip
            await work.orders.add(order)
            approvers = await self._audience.holders(work, May.APPROVE_ORDER, order.areas, but=order.drafted_by)
            await self._audience.tell(work, approvers, self._message(order, Subject.ORDER_TO_APPROVE), lane=Lane.RED)
            await self._trail.add(work, by=by, action="evacuations.draft", subject=order.id, now=now, drill=is_drill, fingerprint=order.fingerprint)
        self._wakeups.publish("deliveries")
        return order

    async def _must_make_sense(self, work: Work, areas: Sequence[str], *, drill: bool) -> None:
        known = await work.areas.many(areas)
        for area in areas:
            if area not in known:
                raise AreaUnknown(asked=area[:20])
        if not areas or await work.people.count(areas, enrolled_only=drill) == 0:
            raise OrderToNobody(area="、".join(known[area].called for area in areas))
        for other in await work.orders.in_force():
            if other.drill == drill and any(within(a, b) or within(b, a) for a in areas for b in other.areas):
                raise OrderOverlaps(number=other.number)

    async def _number(self, work: Work, now: datetime) -> str:
        day = f"E-{self._office.day(now)}-"
        return f"{day}{await work.orders.last_number(day) + 1:04}"

    def _message(self, order: Order, subject: Subject) -> Message:
        return Message(self._ids.derived(str(order.id), subject.value), subject, order.id, order.drill, self._clock.now())

    async def foresee(self, areas: Sequence[str], *, by: Actor, drill: bool = False) -> tuple[int, int]:
        """How many people such an order would move now, and how many of them have no contact; for the drafter, before anything is written."""
        by.must_in_all(May.DRAFT_ORDER, areas, now=self._clock.now())
        async with self._works.read() as work:
            people = await work.people.inside(areas, enrolled_only=drill or self._office.drill_only)
            reachable = {contact.person for contact in await work.contacts.of([person.id for person in people])}
        return len(people), len(people) - len(reachable)

    async def preview(self, order: UUID, *, by: Actor) -> Preview:
        """What the second person must see before deciding: the exact count and ten names (masked at the edge)."""
        async with self._works.read() as work:
            found = await self._order(work, order)
            by.must_in_all(May.SEE_BOARD, found.areas, now=self._clock.now())
            people = await work.people.inside(found.areas, enrolled_only=found.drill)
            reachable = {contact.person for contact in await work.contacts.of([person.id for person in people])}
        step = max(1, len(people) // 10)
        return Preview(found, len(people), len(people) - len(reachable), tuple(person.name for person in people[::step][:10]))

    async def approve(self, order: UUID, *, fingerprint: str, by: Actor, key: str) -> Order:
        """Issue exactly the text that was seen: the list is frozen and everybody with a contact is told."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await self._order(work, order)
            by.must_in_all(May.APPROVE_ORDER, found.areas, now=now)
            if found.approved_by == by.person and await work.receipts.find(key) is not None:
                return found
            may_approve(found, by=by.registered(), fingerprint=fingerprint, now=now)
            await self._must_make_sense(work, found.areas, drill=found.drill)
            listed = await work.people.count(found.areas, enrolled_only=found.drill)
            issued = replace(found, state=OrderState.ISSUED, approved_by=by.person, issued_at=now, listed=listed)
            await work.orders.change(issued)
            await work.deliveries.add_message(self._message(issued, Subject.ORDER_ISSUED))
            if listed <= self._at_once:
                await self._take_in(work, issued, await work.people.inside(issued.areas, enrolled_only=issued.drill))
            await self._tell_those_in_charge(work, issued)
            await self._tell_the_drafter(work, issued)
            await work.receipts.keep(key, use_case="evacuations.approve", answer={"order": str(order)}, at=now)
            await self._trail.add(work, by=by, action="evacuations.approve", subject=order, now=now, drill=found.drill, listed=listed, factor=by.factor)
        self._wake()
        return issued

    async def _take_in(self, work: Work, order: Order, people: Collection[Person]) -> None:
        """On the list since the order was issued, whenever their row is written; told as long as it is in force."""
        since = order.issued_at or self._clock.now()
        members = [
            Member(self._ids.derived(str(order.id), str(p.id)), order.id, order.drill, p.id, p.area, p.household, p.responsible, False, since)
            for p in people
        ]  # fmt: skip
        await work.members.add(members)
        if order.state is OrderState.ISSUED:
            await self._audience.target(work, self._message(order, Subject.ORDER_ISSUED), await work.contacts.of([p.id for p in people]), lane=Lane.RED)

    async def _tell_those_in_charge(self, work: Work, order: Order) -> None:
        people = await self._audience.holders(work, May.TICK, order.areas)
        if order.shelter is not None and (shelter := await work.shelters.get(order.shelter)) is not None:
            people |= {keeper for keeper in (shelter.keeper, shelter.deputy) if keeper is not None}
        await self._audience.target(work, self._message(order, Subject.ORDER_ISSUED), await work.contacts.of(people), lane=Lane.RED)

    async def _tell_the_drafter(self, work: Work, order: Order, *, reason: str = "") -> None:
        """What became of the draft, and why, where that was said."""
        message = replace(self._message(order, Subject.ORDER_DECIDED), fields={"decided": order.state.value, "reason": reason})
        await self._audience.tell(work, {order.drafted_by}, message, lane=Lane.RED)

    async def fill(self) -> int:
        """Take the next chunk of people into each order whose snapshot is not full yet; returns how many were taken in."""
        async with self._works.read() as work:
            waiting = await work.orders.unfilled()
        taken = 0
        for order in waiting:
            async with self._works.write() as work:
                found = await self._order(work, order)
                people = await work.people.after(
                    found.areas, last=await work.members.last_filled(order), most=self._chunk, enrolled_only=found.drill,
                    known_by=found.issued_at or self._clock.now(),
                )  # fmt: skip
                await self._take_in(work, found, people)
                taken += len(people)
        if taken:
            self._wake()
        return taken

    async def reject(self, order: UUID, *, by: Actor, reason: str = "") -> Order:
        """The second person says no: the draft is closed and says so for ever. The drafter reads the reason."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._order(work, order)
            by.must_in_all(May.APPROVE_ORDER, found.areas, now=now)
            if found.state is not OrderState.DRAFT:
                raise OrderOutAlready(number=found.number)
            rejected = replace(found, state=OrderState.CLOSED)
            await work.orders.change(rejected)
            await self._tell_the_drafter(work, rejected, reason=reason)
            await self._trail.add(work, by=by, action="evacuations.reject", subject=order, now=now, drill=found.drill, factor=by.factor)
        self._wakeups.publish("deliveries")
        return rejected

    async def lift(self, order: UUID, *, by: Actor) -> Order:
        """From now on people may return (浙江省地质灾害防治条例 §29: not before)."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._order(work, order)
            by.must_in_all(May.LIFT, found.areas, now=now)
            if found.state is not OrderState.ISSUED:
                raise OrderNotInForce(number=found.number)
            lifted = replace(found, state=OrderState.LIFTED, lifted_at=now)
            await work.orders.change(lifted)
            members = await work.members.of(order)
            await self._audience.tell(work, {member.person for member in members}, self._message(lifted, Subject.ORDER_LIFTED), lane=Lane.RED)
            await self._trail.add(work, by=by, action="evacuations.lift", subject=order, now=now, drill=found.drill, factor=by.factor)
        self._wake()
        return lifted

    async def get(self, order: UUID, *, by: Actor) -> Order:
        """The order, for who may see the board of every area that it moves."""
        async with self._works.read() as work:
            found = await self._order(work, order)
        by.must_in_all(May.SEE_BOARD, found.areas, now=self._clock.now())
        return found

    async def moved_here(self, words: str, *, near: str) -> list[str]:
        """The areas of orders in force in this county in which these words may mean a place: they name a moved area or one inside it.

        Empty when the words sound like somewhere else.
        """
        async with self._works.read() as work:
            orders = await work.orders.in_force()
            moved = {area for order in orders for area in order.areas if within(area, near[:6]) or within(near, area)}
            places = [area for area in await work.areas.all() if any(within(area.code, code) for code in moved)] if moved else []
        found = {code for code in moved for area in places if within(area.code, code) and mentions(words, area)}
        return sorted(found)

    async def told(self, order: UUID) -> Order:
        """The order as a message about it needs it; for views only."""
        async with self._works.read() as work:
            return await self._order(work, order)

    async def _order(self, work: Work, order: UUID) -> Order:
        if (found := await work.orders.get(order)) is None:
            raise OrderUnknown()
        return found

    def _wake(self) -> None:
        self._wakeups.publish(BOARD)
        self._wakeups.publish("deliveries")
