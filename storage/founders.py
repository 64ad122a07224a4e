"""Codes for the first admin, kept as digests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Table, select, update

from domain.founders import FounderCode
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, UtcTime

founder_codes = Table(
    "founder_codes",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    info=kept(Retention.TRANSIENT),
)


class SqlFounders(Rows):
    async def add(self, code: FounderCode) -> None:
        """The only one that works from now on."""
        await self._run(update(founder_codes).where(founder_codes.c.used_at.is_(None)).values(used_at=code.expires_at))
        await self._add(founder_codes, [{name: getattr(code, name) for name in founder_codes.c.keys()}])

    async def with_digest(self, digest: bytes) -> FounderCode | None:
        found = await self._first(select(founder_codes).where(founder_codes.c.digest == digest))
        return FounderCode(*found) if found else None

    async def use(self, code: UUID, *, at: datetime) -> bool:
        """False when somebody was faster."""
        return await self._run(update(founder_codes).where(founder_codes.c.id == code, founder_codes.c.used_at.is_(None)).values(used_at=at)) == 1
