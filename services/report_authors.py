"""Whose report it is: a registered person's, or a guest's, known by their chat."""

from dataclasses import dataclass
from uuid import UUID

from domain.reports import NotYourReport, Report, ReportUnknown
from services.actors import Actor
from services.chats import Guests
from services.ports import Work


@dataclass(frozen=True, slots=True)
class ReportAuthors:
    """Finds the author, inside somebody else's transaction."""

    guests: Guests

    async def ids(self, work: Work, actor: Actor) -> tuple[UUID | None, UUID | None]:
        """Person and guest: one of the two. A guest who writes for the first time gets a row."""
        if actor.person is not None:
            return actor.person, None
        return None, await self.guests.of(work, actor)

    async def known(self, work: Work, actor: Actor) -> tuple[UUID | None, UUID | None]:
        """The same without making anything; (None, None) for a guest who never wrote."""
        if actor.person is not None:
            return actor.person, None
        chat = await work.chats.at(bot=actor.bot, address=actor.address)
        return None, chat.id if chat is not None else None

    async def own(self, work: Work, report: UUID, actor: Actor) -> Report:
        """The report, for whoever sent it; also when a guest registered since. ReportUnknown, NotYourReport."""
        found = await work.reports.get(report)
        if found is None:
            raise ReportUnknown()
        if found.reporter is not None:
            mine = found.reporter == actor.person
        else:
            chat = await work.chats.get(found.guest) if found.guest is not None else None
            mine = chat is not None and bool(actor.address) and (chat.bot, chat.address) == (actor.bot, actor.address)
        if not mine:
            raise NotYourReport()
        return found
