"""Passes 通行证: who and what for is sealed; and the crossings of passes, read from the scans at checkpoints."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text, and_, func, or_, select

from domain.codes import Holder
from domain.passes import Crossing, Pass, PassKind, PassState
from domain.scans import Outcome, Purpose, Way
from storage.areas import in_subtree, roots
from storage.codes import codes
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.scans import scans
from storage.types import IdType, Sealed, TextEnum, UtcTime

passes = Table(
    "passes",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", TextEnum(PassKind), nullable=False),
    Column("who", Sealed, nullable=False),
    Column("team", Text, nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False, index=True),
    Column("valid_from", UtcTime, nullable=False),
    Column("valid_to", UtcTime, nullable=False),
    Column("reason", Sealed, nullable=False),
    Column("asked_by", IdType, ForeignKey("people.id"), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("why_longer", Sealed, nullable=False),
    Column("state", TextEnum(PassState), nullable=False),
    Column("decided_by", IdType, ForeignKey("people.id")),
    Column("decided_at", UtcTime),
    Column("decided_why", Sealed, nullable=False),
    Column("revoked_by", IdType, ForeignKey("people.id")),
    Column("revoked_at", UtcTime),
    Column("revoked_why", Sealed, nullable=False),
    Column("cti", LargeBinary, ForeignKey("codes.cti")),
    Index(None, "asked_by", "valid_from"),
    info=kept(Retention.RESPONSE),
)

NEWEST = (passes.c.valid_from.desc(), passes.c.id.desc())
SEALED = ("who", "reason", "why_longer", "decided_why", "revoked_why")


class SqlPasses(Rows):
    async def add(self, given: Pass) -> None:
        await self._add(passes, [self._row(given)])

    async def change(self, given: Pass) -> None:
        await self._change(passes, [self._row(given)])

    async def get(self, wanted: UUID) -> Pass | None:
        found = await self._first(select(passes).where(passes.c.id == wanted))
        return self._pass(found) if found else None

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Pass]:
        return {row.id: self._pass(row) for row in await self._among(select(passes), passes.c.id, ids)}

    async def newest(self, *, most: int, areas: Collection[str], asked_by: UUID | None) -> list[Pass]:
        concern = or_(passes.c.asked_by == asked_by, *[in_subtree(passes.c.area, code) for code in roots(areas)])
        return [self._pass(row) for row in await self._fetch(select(passes).where(concern).order_by(*NEWEST).limit(most))]

    async def all(self) -> list[Pass]:
        """The newest first."""
        return [self._pass(row) for row in await self._fetch(select(passes).order_by(*NEWEST))]

    async def last_number(self, prefix: str) -> int:
        return await self._highest(passes.c.number, prefix)

    async def count_since(self, person: UUID, *, since: datetime) -> int:
        asked = select(func.count()).select_from(passes).where(passes.c.asked_by == person, passes.c.valid_from >= since)
        return await self._number(asked)

    async def crossings(self, *, since: datetime) -> list[Crossing]:
        """What counted at checkpoints since then, of passes of people and vehicles, by whichever of their codes."""
        of_pass = and_(codes.c.cti == scans.c.cti, codes.c.kind.in_([Holder.PASS, Holder.VEHICLE]), codes.c.holder.is_not(None))
        columns = (scans.c.id, scans.c.client_key, codes.c.holder, scans.c.way, scans.c.place, scans.c.at_effective, scans.c.annuls)
        asked = select(*columns).join(codes, of_pass).where(
            scans.c.purpose == Purpose.CHECKPOINT, scans.c.outcome == Outcome.ACCEPTED, scans.c.at_effective >= since, scans.c.place.is_not(None)
        )  # fmt: skip
        return [Crossing(row[0], row[1], row[2], row[3] or Way.IN, *row[4:]) for row in await self._fetch(asked)]

    def _row(self, given: Pass) -> Values:
        values: Values = {name: getattr(given, name) for name in passes.c.keys()}
        return values | {name: self._sealed(passes.c[name], given.id, getattr(given, name)) for name in SEALED}

    def _pass(self, row: Found) -> Pass:
        values: Values = {name: getattr(row, name) for name in passes.c.keys()}
        return Pass(**values | {name: self._opened(passes.c[name], row.id, getattr(row, name)) for name in SEALED})
