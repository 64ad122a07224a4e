"""Who is told: from rights and people to contacts and deliveries."""

from collections.abc import Collection, Iterable
from uuid import UUID

from domain.access import TABLE, May, Role
from domain.deliveries import Lane, Message
from domain.people import Contact, ContactState
from domain.places import within
from services.ports import Clock, Ids, Work


class Audience:
    """Turns people into deliveries, inside somebody else's transaction."""

    def __init__(self, *, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

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
        targets = [
            (self._ids.derived(str(message.id), str(contact.id)), contact.id, lane) for contact in contacts if contact.state is ContactState.ACTIVE
        ]
        await work.deliveries.add(message.id, targets, at=self._clock.now())
        return len(targets)
