"""Who is told: from rights and people to contacts and deliveries."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from domain.access import TABLE, May, Role
from domain.chats import ChatState
from domain.deliveries import Lane, Message, Miss, Target
from domain.people import Contact, ContactState, Person
from domain.places import within
from domain.visits import Outcome
from services.ports import Clock, Ids, Work
from services.visits import VisitTasks

GONE_CHATS = {ChatState.BLOCKED: Miss.BLOCKED, ChatState.DEACTIVATED: Miss.DEACTIVATED}


class Audience:
    """Turns people into deliveries, inside somebody else's transaction."""

    def __init__(self, *, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._tasks = VisitTasks(clock=clock, ids=ids)

    async def holders(self, work: Work, may: May, areas: Iterable[str], *, but: UUID | None = None) -> set[UUID]:
        """Everybody with a living grant by area that gives `may` in at least one of `areas`."""
        now = self._clock.now()
        wanted = list(areas)
        found: set[UUID] = set()
        for role in Role:
            if may not in TABLE[role]:
                continue
            for grant in await work.grants.with_role(role):
                scope = grant.area
                if grant.holds(now=now) and scope is not None and any(within(area, scope) or within(scope, area) for area in wanted):
                    found.add(grant.person)
        return found - {but} if but is not None else found

    async def tell(self, work: Work, people: Collection[UUID], message: Message, *, lane: Lane) -> int:
        """A new message to these people's contacts; to how many it goes."""
        await work.deliveries.add_message(message)
        return await self.target(work, message, await work.contacts.of(people), lane=lane)

    async def target(self, work: Work, message: Message, contacts: Collection[Contact], *, lane: Lane) -> int:
        """More targets for a message that exists, a contact once; how many of these can be reached."""
        targets = [self._to(message, contact.person, contact.id, lane) for contact in contacts if contact.state is ContactState.ACTIVE]
        await work.deliveries.add(message.id, targets, at=self._clock.now())
        return len(targets)

    def _to(self, message: Message, person: UUID, contact: UUID, lane: Lane) -> Target:
        return Target(self._ids.derived(str(message.id), str(contact)), lane, person=person, contact=contact)

    async def reach(self, work: Work, message: Message, people: Collection[Person], *, lane: Lane, visits_by: UUID | None) -> int:
        """A warning that must reach each of these people, on paper or in person if not by the bot; how many copies it made.

        A copy per active contact; whoever has none is one failed copy from the start, and a visit. What fails later opens its
        visit then. May be called again with more people, or the same: each is taken once. A drill reaches only the enrolled,
        a cancelled message nobody.
        """
        message = replace(message, visits=True, visits_by=visits_by)
        known = await work.deliveries.message(message.id)
        if known is not None and known.over(now=self._clock.now()) is Miss.CANCELLED:
            return 0
        if known is None:
            await work.deliveries.add_message(message)
        elif not known.visits:
            await work.deliveries.want_visits(message.id, visits_by=visits_by)
        there = await work.deliveries.targeted(message.id, [person.id for person in people])
        wanted = {person.id for person in people if person.id not in there and (person.enrolled or not message.drill)}
        targets, missed = [], {}
        for id, theirs in (await work.contacts.ways(wanted)).items():
            active = [self._to(message, id, contact, lane) for contact, state in theirs if state is ContactState.ACTIVE]
            if not active:
                missed[id] = Miss(theirs[-1][1].value) if theirs else Miss.NO_CHAT
                active = [Target(self._ids.derived(str(message.id), f"person {id}"), lane, person=id, missed=missed[id])]
            targets += active
        await work.deliveries.add(message.id, targets, at=self._clock.now())
        await self._tasks.open(work, message, {id: miss.value for id, miss in missed.items()}, lane=lane)
        return len(targets)

    async def post(self, work: Work, message: Message, chats: Collection[UUID], *, lane: Lane) -> int:
        """The message to these chats (groups, guests), each once; how many copies it made. A chat that is gone is a failed copy."""
        await work.deliveries.add_message(message)
        targets = [
            Target(self._ids.derived(str(message.id), str(chat.id)), lane, chat=chat.id, missed=GONE_CHATS.get(chat.state))
            for chat in (await work.chats.many(chats)).values()
        ]  # fmt: skip
        await work.deliveries.add(message.id, targets, at=self._clock.now())
        return len(targets)

    async def withdraw(self, work: Work, message: UUID) -> int:
        """Nothing of this message is sent any more, and nobody has to go because of it; how many copies were stopped."""
        now = self._clock.now()
        await work.visits.close(message, people=None, outcome=Outcome.WITHDRAWN, at=now)
        return await work.deliveries.cancel(message, at=now)
