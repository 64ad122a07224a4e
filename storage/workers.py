"""Workers 从业人员: one row per person, kept at least three years (浙江省安全生产条例 §14). A firm's name is no personal data."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Table, Text, func, select

from domain.workers import Worker
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType, UtcTime

workers = Table(
    "workers",
    metadata,
    Column("person", IdType, ForeignKey("people.id"), primary_key=True),
    Column("firm", Text, nullable=False, index=True),
    Column("trained", Boolean, nullable=False),
    Column("trained_until", UtcTime),
    Column("source", Text, nullable=False),
    Column("updated_at", UtcTime),
    info=kept(Retention.WORKER),
)


class SqlWorkers(Rows):
    async def put(self, given: Collection[Worker]) -> None:
        await self._put(workers, [{name: getattr(worker, name) for name in workers.c.keys()} for worker in given])

    async def get(self, person: UUID) -> Worker | None:
        found = await self._first(select(workers).where(workers.c.person == person))
        return _worker(found) if found else None

    async def many(self, people: Collection[UUID]) -> dict[UUID, Worker]:
        return {row.person: _worker(row) for row in await self._among(select(workers), workers.c.person, people)}

    async def all(self) -> list[Worker]:
        return [_worker(row) for row in await self._fetch(select(workers).order_by(workers.c.firm, workers.c.person))]

    async def of_firm(self, firm: str) -> list[Worker]:
        asked = select(workers).where(workers.c.firm == firm).order_by(workers.c.person)
        return [_worker(row) for row in await self._fetch(asked)]

    async def firms(self) -> dict[str, int]:
        asked = select(workers.c.firm, func.count().label("people")).group_by(workers.c.firm).order_by(workers.c.firm)
        return {row.firm: row.people for row in await self._fetch(asked)}


def _worker(row: Found) -> Worker:
    return Worker(row.person, row.firm, row.trained, row.trained_until, row.source, row.updated_at)
