"""Scans: each one that arrived, counted or not. What a verdict said about other people and places is sealed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
)

from domain.scans import Clocking, Outcome, Purpose, Reason, Scan, Via, Way
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import IdType, Sealed, TextEnum, UtcTime

scans = Table(
    "scans",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("client_key", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person", IdType, ForeignKey("people.id")),
    Column("cti", LargeBinary),
    Column("short", Text),
    Column("raw_hash", LargeBinary),
    Column("place", IdType),
    Column("purpose", TextEnum(Purpose), nullable=False),
    Column("via", TextEnum(Via), nullable=False),
    Column("operator", IdType),
    Column("at_device", UtcTime),
    Column("at_received", UtcTime, nullable=False),
    Column("at_effective", UtcTime, nullable=False),
    Column("outcome", TextEnum(Outcome), nullable=False),
    Column("reason", TextEnum(Reason), nullable=False),
    Column("grade", Text, nullable=False),
    Column("order_id", IdType),
    Column("drill", Boolean, nullable=False),
    Column("annuls", IdType),
    Column("device", IdType, index=True),
    Column("way", TextEnum(Way)),
    Column("item", IdType, index=True),
    Column("clock", TextEnum(Clocking), nullable=False),
    Column("fields", Sealed, nullable=False),
    UniqueConstraint("client_key", "body_hash"),
    ForeignKeyConstraint(["order_id", "drill"], ["orders.id", "orders.drill"]),
    Index(None, "person", "at_effective"),
    Index(None, "order_id"),
    Index(None, "cti", "at_effective"),
    info=kept(Retention.RESPONSE),
)

SAME_NAME = [name for name in scans.c.keys() if name not in ("order_id", "fields")]
ARRIVAL = (scans.c.at_received, scans.c.id)


class SqlScans(Rows):
    async def add(self, given: Collection[Scan]) -> None:
        """The same key with the same body is one scan; with another body both are kept."""
        await self._add_once(scans, [self._row(scan) for scan in given])

    async def with_keys(self, keys: Collection[str]) -> dict[str, Scan]:
        asked = select(scans).order_by(scans.c.reason == Reason.KEY_CONFLICT, *ARRIVAL)
        first: dict[str, Scan] = {}
        for row in await self._among(asked, scans.c.client_key, keys):
            if row.client_key not in first:
                first[row.client_key] = self._scan(row)
        return first

    async def get(self, scan: UUID) -> Scan | None:
        found = await self._first(select(scans).where(scans.c.id == scan))
        return self._scan(found) if found else None

    async def counted_since(self, people: Collection[UUID], *, since: datetime) -> list[Scan]:
        asked = select(scans).where(scans.c.outcome == Outcome.ACCEPTED, scans.c.at_effective >= since)
        found = [self._scan(row) for row in await self._among(asked, scans.c.person, people)]
        return sorted(found, key=lambda scan: (scan.at_effective, scan.at_received, scan.id))

    async def of_device(self, device: UUID, *, since: datetime) -> list[Scan]:
        """Its scans that arrived, or happened, at `since` or later."""
        late = or_(scans.c.at_received >= since, scans.c.at_effective >= since)
        return [self._scan(row) for row in await self._fetch(select(scans).where(scans.c.device == device, late).order_by(*ARRIVAL))]

    async def of_people(self, people: Collection[UUID]) -> list[Scan]:
        return [self._scan(row) for row in await self._among(select(scans), scans.c.person, people)]

    async def of_items(self, keys: Collection[UUID]) -> list[Scan]:
        """What became of these items of devices: one scan, or one for each member of a household."""
        return [self._scan(row) for row in await self._among(select(scans), scans.c.item, keys)]

    async def retell(self, given: Collection[Scan]) -> None:
        """What these scans come to beside the others: whose, under which order, outcome, reason and fields; everything else stays as it was stored."""
        await self._change(scans, [
            {"id": one.id, "person": one.person, "order_id": one.order, "outcome": one.outcome, "reason": one.reason,
             "fields": self._sealed_json(scans.c.fields, one.id, one.fields)}
            for one in given
        ])  # fmt: skip

    async def last_of_code(self, cti: bytes, *, purpose: Purpose) -> Scan | None:
        asked = select(scans).where(scans.c.cti == cti, scans.c.purpose == purpose, scans.c.outcome == Outcome.ACCEPTED)
        found = await self._first(asked.order_by(scans.c.at_effective.desc(), scans.c.client_key.desc()).limit(1))
        return self._scan(found) if found else None

    async def count(self, *, purpose: Purpose | None = None) -> int:
        asked = select(func.count()).select_from(scans)
        return await self._number(asked if purpose is None else asked.where(scans.c.purpose == purpose))

    async def all(self) -> list[Scan]:
        return [self._scan(row) for row in await self._fetch(select(scans).order_by(*ARRIVAL))]

    def _row(self, scan: Scan) -> Values:
        values: Values = {name: getattr(scan, name) for name in SAME_NAME}
        values["order_id"] = scan.order
        values["fields"] = self._sealed_json(scans.c.fields, scan.id, scan.fields)
        return values

    def _scan(self, row: Found) -> Scan:
        values = {name: getattr(row, name) for name in SAME_NAME}
        return Scan(**values, order=row.order_id, fields=self._opened_json(scans.c.fields, row.id, row.fields))
