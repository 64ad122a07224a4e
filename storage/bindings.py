"""Blank cards and whom they were given to. A claim is dropped, never deleted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, select, update

from domain.issuing import Binding
from storage.codes import codes
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, UtcTime

bindings = Table(
    "bindings",
    metadata,
    Column("cti", LargeBinary, ForeignKey("codes.cti"), primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("by", IdType),
    Column("device", IdType),
    Column("dropped_at", UtcTime),
    info=kept(Retention.AUDIT),
)


class SqlBindings(Rows):
    async def put(self, given: Binding) -> None:
        await self._put(bindings, [{name: getattr(given, name) for name in bindings.c.keys()}])

    async def of(self, cti: bytes) -> list[Binding]:
        asked = select(bindings).where(bindings.c.cti == cti).order_by(bindings.c.at, bindings.c.person)
        return [Binding(*row) for row in await self._fetch(asked)]

    async def drop(self, cti: bytes, *, but: UUID, at: datetime) -> None:
        """Every claim but one; a claim that was dropped once stays so, unless it is the one."""
        mine = (bindings.c.cti == cti, bindings.c.person == but)
        await self._run(update(bindings).where(*mine).values(dropped_at=None))
        others = (bindings.c.cti == cti, bindings.c.person != but, bindings.c.dropped_at.is_(None))
        await self._run(update(bindings).where(*others).values(dropped_at=at))

    async def shared(self, areas: Collection[str]) -> list[Binding]:
        """The claims that stand on cards with more than one, of these counties (six digits)."""
        asked = select(bindings).join(codes, codes.c.cti == bindings.c.cti).where(codes.c.shared, bindings.c.dropped_at.is_(None))
        found = await self._fetch(asked.order_by(bindings.c.cti, bindings.c.at, bindings.c.person).add_columns(codes.c.area))
        return [Binding(*row[:-1]) for row in found if row.area[:6] in areas]
