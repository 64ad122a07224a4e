"""Visits: opened when a warning reached nobody, done by somebody who went there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from domain.access import TABLE, Grant, May, Role
from domain.deliveries import Lane, Message, Subject, Target
from domain.people import ContactState, Person, PersonUnknown
from domain.places import within
from domain.visits import LONGEST_NOTE, STAYS_OPEN, Outcome, Visit, VisitDone, VisitUnknown
from services.actors import Actor
from services.audit import Trail
from services.ports import Clock, Ids, Work, Works

GATHERED = timedelta(seconds=10)
"""So long the house waits before it tells somebody to go, so that one message says about all of them."""


class VisitTasks:
    """Opens the visits that a message needs, and tells whoever has to go, inside somebody else's transaction."""

    def __init__(self, *, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    async def open(self, work: Work, message: Message, missed: Mapping[UUID, str], *, lane: Lane) -> None:
        """A visit to each person of `missed` (with the reason). Whoever is responsible hears once about this message."""
        if not missed:
            return
        now = self._clock.now()
        people = await work.people.many(missed)
        charged = await self._responsible(work, message, people.values())
        visits = [
            Visit(self._ids.derived(str(message.id), f"visit {id}"), message.id, id, charged[id], message.drill, missed[id], now) for id in people
        ]  # fmt: skip
        await work.visits.add(visits)
        await self._tell(work, message, {visit.responsible for visit in visits if visit.responsible is not None}, lane=lane)

    async def _responsible(self, work: Work, message: Message, people: Collection[Person]) -> dict[UUID, UUID | None]:
        """For each the first whom the bot can tell: responsible person, deputy, a warden of the area, who asked for the message.

        When it can tell none of them, the first of them all the same: the list is there, also for the board.
        """
        grants = [grant for role in Role if May.TICK in TABLE[role] for grant in await work.grants.with_role(role)]
        wardens = {person.area: self._wardens(grants, person.area) for person in people}
        asked = {
            person.id: [id for id in (person.responsible, person.deputy, *wardens[person.area], message.visits_by) if id is not None and id != person.id]
            for person in people
        }  # fmt: skip
        ways = await work.contacts.ways(await self._takes_part(work, message, {id for ids in asked.values() for id in ids}))
        reachable = {person for person, theirs in ways.items() if any(state is ContactState.ACTIVE for _, state in theirs)}
        return {id: next((one for one in ids if one in reachable), ids[0] if ids else None) for id, ids in asked.items()}

    async def _takes_part(self, work: Work, message: Message, people: Collection[UUID]) -> set[UUID]:
        """A drill sends out only whoever is enrolled, or asked for it."""
        if not message.drill:
            return set(people)
        return {person.id for person in (await work.people.many(people)).values() if person.enrolled or person.id == message.visits_by}

    def _wardens(self, grants: Iterable[Grant], area: str) -> list[UUID]:
        """The narrowest scope first."""
        now = self._clock.now()
        near = [grant for grant in grants if grant.area is not None and grant.holds(now=now) and within(area, grant.area)]
        return [grant.person for grant in sorted(near, key=lambda grant: (-len(grant.area or ""), str(grant.id)))]

    async def _tell(self, work: Work, about: Message, people: Collection[UUID], *, lane: Lane) -> None:
        now = self._clock.now()
        message = Message(self._ids.derived(str(about.id), Subject.VISITS_WANTED.value), Subject.VISITS_WANTED, about.id, about.drill, now, about.fields)
        told = await self._takes_part(work, about, people)
        contacts = [contact for contact in await work.contacts.of(told) if contact.state is ContactState.ACTIVE]
        if not contacts:
            return
        await work.deliveries.add_message(message)
        targets = [
            Target(self._ids.derived(str(message.id), str(contact.id)), lane, person=contact.person, contact=contact.id) for contact in contacts
        ]  # fmt: skip
        await work.deliveries.add(message.id, targets, at=now + GATHERED)


@dataclass(frozen=True, slots=True)
class VisitView:
    """One person to be visited: the newest of the open visits, the messages that did not arrive, and who it is."""

    visit: Visit
    person: Person
    messages: tuple[Message, ...]


class Visits:
    """What is to be said at doors."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail

    async def mine(self, *, by: Actor) -> list[VisitView]:
        """Everybody whom I have to visit, by area and household."""
        me = by.registered()
        async with self._works.read() as work:
            return await self._views(work, await work.visits.open_of(me))

    async def open_in(self, area: str, *, by: Actor) -> list[VisitView]:
        """Everybody in this area who is still to be visited, for who sees the board there."""
        by.must(May.SEE_BOARD, now=self._clock.now(), area=area)
        async with self._works.read() as work:
            return await self._views(work, await work.visits.open_in([area]))

    async def of_message(self, message: UUID, *, by: Actor) -> list[Visit]:
        """The visits of one message, done and open, to people whose area the asker sees the board of."""
        now = self._clock.now()
        by.must(May.SEE_BOARD, now=now)
        async with self._works.read() as work:
            visits = await work.visits.of_message(message)
            people = await work.people.many({visit.person for visit in visits})
        return [visit for visit in visits if by.can(May.SEE_BOARD, now=now, area=people[visit.person].area)]

    async def get(self, visit: UUID, *, by: Actor) -> VisitView:
        """One visit, for who has to make it or may see that person."""
        async with self._works.read() as work:
            found = await self._mine(work, visit, by=by)
            return (await self._views(work, [found, *await self._others(work, found)]))[0]

    async def done(self, visit: UUID, outcome: Outcome, *, by: Actor, key: str, note: str = "") -> Visit:
        """What came of it, with every earlier open visit to the same person: who was told the newest was told.

        Somebody who was not found is still to be told: that stays open and is counted. Refuses one that is done.
        """
        me = by.registered()
        async with self._works.write() as work:
            found = await self._mine(work, visit, by=by)
            if await work.receipts.find(key) is not None:
                return found
            if not found.open:
                raise VisitDone()
            now = self._clock.now()
            note = " ".join(note.split())[:LONGEST_NOTE]
            said = [found, *await self._others(work, found)]
            if outcome in STAYS_OPEN:
                changed = [replace(one, outcome=outcome, note=note or one.note, tries=one.tries + 1, tried_at=now) for one in said]
            else:
                changed = [replace(one, outcome=outcome, note=note or one.note, done_at=now, done_by=me) for one in said]
            await work.visits.change(changed)
            await work.receipts.keep(key, use_case="visits.done", answer={"visit": str(visit)}, at=now)
            await self._trail.add(
                work, by=by, action="visits.done", subject=visit, now=now, drill=found.drill, outcome=outcome.value, visits=len(changed)
            )  # fmt: skip
        return changed[0]

    async def told(self, message: UUID, *, by: Actor) -> int:
        """How many people this reader still has to visit because of this message; for views."""
        if by.person is None:
            return 0
        async with self._works.read() as work:
            return await work.visits.count_open(message, responsible=by.person)

    async def _mine(self, work: Work, visit: UUID, *, by: Actor) -> Visit:
        if (found := await work.visits.get(visit)) is None:
            raise VisitUnknown()
        if found.responsible != by.registered():
            if (person := await work.people.get(found.person)) is None:
                raise PersonUnknown()
            by.must(May.SEE_PERSON, now=self._clock.now(), area=person.area)
        return found

    async def _others(self, work: Work, visit: Visit) -> list[Visit]:
        """Open visits to the same person for messages that came no later."""
        known = await work.visits.open_for(visit.person)
        return [other for other in known if other.id != visit.id and other.drill == visit.drill and other.made_at <= visit.made_at]

    async def _views(self, work: Work, visits: Collection[Visit]) -> list[VisitView]:
        people = await work.people.many({visit.person for visit in visits})
        messages = await work.deliveries.messages({visit.message for visit in visits})
        views = []
        for person in sorted(people.values(), key=lambda each: (each.area, str(each.household), str(each.id))):
            for drill in (False, True):
                theirs = sorted((v for v in visits if v.person == person.id and v.drill == drill), key=lambda v: (v.made_at, str(v.id)))
                if theirs:
                    views.append(VisitView(theirs[-1], person, tuple(messages[visit.message] for visit in theirs)))
        return views
