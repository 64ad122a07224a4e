"""One-time links and sessions of the console; only digests of their secrets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, select, update

from domain.sessions import Session, Ticket, TicketSpent
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, UtcTime

tickets = Table(
    "tickets",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("spent_at", UtcTime),
    info=kept(Retention.TRANSIENT),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    info=kept(Retention.TRANSIENT),
)


class SqlSessions(Rows):
    async def add_ticket(self, ticket: Ticket) -> None:
        await self._add(tickets, [{name: getattr(ticket, name) for name in tickets.c.keys()}])

    async def ticket(self, digest: bytes) -> Ticket | None:
        found = await self._first(select(tickets).where(tickets.c.digest == digest))
        return Ticket(*found) if found else None

    async def spend(self, ticket: UUID, *, at: datetime) -> None:
        """Refused with TicketSpent when somebody was faster."""
        unspent = (tickets.c.id == ticket) & tickets.c.spent_at.is_(None)
        if await self._run(update(tickets).where(unspent).values(spent_at=at)) == 0:
            raise TicketSpent()

    async def add(self, session: Session) -> None:
        await self._add(sessions, [{name: getattr(session, name) for name in sessions.c.keys()}])

    async def with_digest(self, digest: bytes) -> Session | None:
        found = await self._first(select(sessions).where(sessions.c.digest == digest))
        return Session(*found) if found else None

    async def touch(self, session: UUID, *, at: datetime) -> None:
        await self._run(update(sessions).where(sessions.c.id == session).values(seen_at=at))

    async def end(self, session: UUID, *, at: datetime) -> None:
        await self._run(update(sessions).where(sessions.c.id == session, sessions.c.ended_at.is_(None)).values(ended_at=at))
