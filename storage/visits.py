"""Visits: one row for each person whom a message did not reach. What was noted at the door is sealed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Select, Table, Text, UniqueConstraint, or_, select, text, update

from domain.visits import Outcome, Visit
from storage.areas import in_subtree
from storage.metadata import Retention, kept, metadata
from storage.people import people
from storage.rows import Found, Rows
from storage.types import IdType, Sealed, TextEnum, UtcTime

visits = Table(
    "visits",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("message", IdType, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("responsible", IdType, ForeignKey("people.id")),
    Column("reason", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("done_by", IdType, ForeignKey("people.id")),
    Column("outcome", TextEnum(Outcome)),
    Column("note", Sealed, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried_at", UtcTime),
    UniqueConstraint("message", "person"),
    ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"]),
    Index("ix_visits_open", "responsible", sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    info=kept(Retention.RESPONSE),
)

OPEN = visits.c.done_at.is_(None)


class SqlVisits(Rows):
    async def add(self, given: Collection[Visit]) -> None:
        await self._add_once(visits, [self._row(visit) for visit in given])

    async def get(self, visit: UUID) -> Visit | None:
        found = await self._first(select(visits).where(visits.c.id == visit))
        return self._visit(found) if found else None

    async def change(self, given: Collection[Visit]) -> None:
        await self._change(visits, [self._row(visit) for visit in given])

    async def open_of(self, responsible: UUID) -> list[Visit]:
        return await self._visits(select(visits).where(OPEN, visits.c.responsible == responsible))

    async def open_for(self, person: UUID) -> list[Visit]:
        return await self._visits(select(visits).where(OPEN, visits.c.person == person))

    async def of_message(self, message: UUID) -> list[Visit]:
        return await self._visits(select(visits).where(visits.c.message == message))

    async def open_in(self, areas: Collection[str]) -> list[Visit]:
        if not areas:
            return []
        joined = visits.join(people, people.c.id == visits.c.person)
        inside = or_(*[in_subtree(people.c.area, area) for area in areas])
        return await self._visits(select(visits).select_from(joined).where(OPEN, inside))

    async def count_open(self, message: UUID, *, responsible: UUID) -> int:
        asked = select(visits.c.id).where(OPEN, visits.c.message == message, visits.c.responsible == responsible)
        return len(await self._fetch(asked))

    async def close(self, message: UUID, *, people: Collection[UUID] | None, outcome: Outcome, at: datetime) -> int:
        closed = update(visits).where(OPEN, visits.c.message == message).values(done_at=at, outcome=outcome)
        return await self._run(closed if people is None else closed.where(visits.c.person.in_(list(people))))

    async def after(self, last: UUID | None, *, most: int) -> list[Visit]:
        asked = select(visits).order_by(visits.c.id).limit(most)
        found = await self._fetch(asked.where(visits.c.id > last) if last is not None else asked)
        return [self._visit(row) for row in found]

    async def _visits(self, asked: Select[tuple[object, ...]]) -> list[Visit]:
        return [self._visit(row) for row in await self._fetch(asked.order_by(visits.c.made_at, visits.c.id))]

    def _visit(self, row: Found) -> Visit:
        return Visit(
            row.id, row.message, row.person, row.responsible, row.drill, row.reason, row.made_at, row.done_at, row.done_by, row.outcome,
            self._opened(visits.c.note, row.id, row.note), row.tries, row.tried_at,
        )  # fmt: skip

    def _row(self, visit: Visit) -> dict[str, object]:
        names = ("id", "message", "person", "responsible", "drill", "reason", "made_at", "done_at", "done_by", "outcome", "tries", "tried_at")
        return {name: getattr(visit, name) for name in names} | {"note": self._sealed(visits.c.note, visit.id, visit.note)}
