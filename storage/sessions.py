"""One-time links and sessions of the console; only digests of their secrets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text, select, update

from domain.sessions import Factor, Session, Ticket, TicketSpent
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, TextEnum, UtcTime

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
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("factor", TextEnum(Factor), nullable=False),
    Column("family", Text, nullable=False),
    Column("rights", LargeBinary, nullable=False),
    Column("fresh_at", UtcTime),
    Column("before", LargeBinary, index=True),
    Column("before_until", UtcTime),
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

    async def get(self, session: UUID) -> Session | None:
        found = await self._first(select(sessions).where(sessions.c.id == session))
        return Session(*found) if found else None

    async def with_digest(self, digest: bytes) -> Session | None:
        """The session that has this secret, or had it before."""
        either = (sessions.c.digest == digest) | (sessions.c.before == digest)
        found = await self._first(select(sessions).where(either).order_by((sessions.c.digest == digest).desc()).limit(1))
        return Session(*found) if found else None

    async def living_of(self, person: UUID) -> list[Session]:
        """Those that nobody has ended, the newest first; some may be too old to be open."""
        asked = select(sessions).where(sessions.c.person == person, sessions.c.ended_at.is_(None)).order_by(sessions.c.id.desc())
        return [Session(*row) for row in await self._fetch(asked)]

    async def touch(self, session: UUID, *, at: datetime) -> None:
        await self._run(update(sessions).where(sessions.c.id == session).values(seen_at=at))

    async def renew(self, session: Session, *, was: bytes) -> bool:
        """Its new secret and what goes with it, unless somebody was faster: False."""
        values = {name: getattr(session, name) for name in ("digest", "factor", "rights", "fresh_at", "before", "before_until", "seen_at")}
        same = (sessions.c.id == session.id) & (sessions.c.digest == was) & sessions.c.ended_at.is_(None)
        return await self._run(update(sessions).where(same).values(**values)) == 1

    async def end(self, session: UUID, *, at: datetime) -> bool:
        """True when it was not ended before."""
        return await self._run(update(sessions).where(sessions.c.id == session, sessions.c.ended_at.is_(None)).values(ended_at=at)) == 1
