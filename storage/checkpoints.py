"""Checkpoints 卡口. None is deleted: an old crossing always has its place."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Table, Text, select, update

from domain.checkpoints import Checkpoint
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("area", Text, ForeignKey("areas.code"), nullable=False, index=True),
    Column("active", Boolean, nullable=False),
    info=kept(Retention.SETUP),
)


class SqlCheckpoints(Rows):
    async def add(self, checkpoint: Checkpoint) -> None:
        await self._add(checkpoints, [{name: getattr(checkpoint, name) for name in checkpoints.c.keys()}])

    async def get(self, checkpoint: UUID) -> Checkpoint | None:
        found = await self._first(select(checkpoints).where(checkpoints.c.id == checkpoint))
        return _checkpoint(found) if found else None

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Checkpoint]:
        return {row.id: _checkpoint(row) for row in await self._among(select(checkpoints), checkpoints.c.id, ids)}

    async def all(self) -> list[Checkpoint]:
        asked = select(checkpoints).order_by(checkpoints.c.area, checkpoints.c.name, checkpoints.c.id)
        return [_checkpoint(row) for row in await self._fetch(asked)]

    async def set_active(self, checkpoint: UUID, *, active: bool) -> None:
        await self._run(update(checkpoints).where(checkpoints.c.id == checkpoint).values(active=active))


def _checkpoint(row: Found) -> Checkpoint:
    return Checkpoint(*row)
