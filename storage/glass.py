"""Break-glass: who, when, until when, why (sealed). Nothing is deleted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, func, select, update

from domain.glass import Glass
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType, Sealed, UtcTime

glass = Table(
    "glass",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False),
    Column("reason", Sealed, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("ended_by", IdType, ForeignKey("people.id")),
    Index(None, "person", "opened_at"),
    info=kept(Retention.AUDIT),
)


class SqlGlass(Rows):
    async def add(self, given: Glass) -> None:
        names = ("id", "person", "drill", "opened_at", "until", "ended_at", "ended_by")
        await self._add(glass, [{name: getattr(given, name) for name in names} | {"reason": self._sealed(glass.c.reason, given.id, given.reason)}])

    async def get(self, wanted: UUID) -> Glass | None:
        found = await self._first(select(glass).where(glass.c.id == wanted))
        return self._glass(found) if found else None

    async def open_of(self, person: UUID, *, now: datetime) -> Glass | None:
        asked = select(glass).where(glass.c.person == person, glass.c.ended_at.is_(None), glass.c.until > now)
        found = await self._first(asked.limit(1))
        return self._glass(found) if found else None

    async def count_since(self, person: UUID, *, since: datetime) -> int:
        return await self._number(select(func.count()).select_from(glass).where(glass.c.person == person, glass.c.opened_at >= since))

    async def newest(self, *, most: int) -> list[Glass]:
        return [self._glass(row) for row in await self._fetch(select(glass).order_by(glass.c.opened_at.desc(), glass.c.id.desc()).limit(most))]

    async def end(self, wanted: UUID, *, at: datetime, by: UUID | None) -> None:
        """The first end stands."""
        await self._run(update(glass).where(glass.c.id == wanted, glass.c.ended_at.is_(None)).values(ended_at=at, ended_by=by))

    def _glass(self, row: Found) -> Glass:
        reason = self._opened(glass.c.reason, row.id, row.reason)
        return Glass(row.id, row.person, reason, row.drill, row.opened_at, row.until, row.ended_at, row.ended_by)
