"""Gate events 进出场记录, append-only, and stays 在场记录, which can be made again from them at any time. Kept as records of work: three years."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint, delete, func, or_, select, update

from domain.gates import Direction, GateEvent, GateOutcome, GateReason, Passed, Stay
from domain.scans import Via
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType, JsonText, TextEnum, UtcTime

gate_events = Table(
    "gate_events",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("client_key", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("site", IdType, ForeignKey("sites.id"), nullable=False),
    Column("person", IdType, ForeignKey("people.id")),
    Column("direction", TextEnum(Direction), nullable=False),
    Column("via", TextEnum(Via), nullable=False),
    Column("how", TextEnum(Passed), nullable=False),
    Column("outcome", TextEnum(GateOutcome), nullable=False),
    Column("reason", TextEnum(GateReason), nullable=False),
    Column("at_effective", UtcTime, nullable=False),
    Column("at_received", UtcTime, nullable=False),
    Column("by", IdType),
    Column("drill", Boolean, nullable=False),
    Column("basis", UtcTime),
    Column("fields", JsonText, nullable=False),
    UniqueConstraint("client_key", "body_hash"),
    Index(None, "person", "at_effective"),
    Index(None, "site", "at_effective"),
    Index(None, "direction", "at_received"),
    info=kept(Retention.WORKER),
)

stays = Table(
    "stays",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("site", IdType, ForeignKey("sites.id"), nullable=False),
    Column("person", IdType, ForeignKey("people.id"), nullable=False),
    Column("entered_at", UtcTime, nullable=False),
    Column("entered_how", TextEnum(Passed), nullable=False),
    Column("last_proof", UtcTime, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("asked_at", UtcTime),
    Column("left_at", UtcTime),
    Column("left_how", TextEnum(Passed)),
    Index(None, "site", "left_at"),
    Index(None, "person", "entered_at"),
    info=kept(Retention.WORKER),
)
ONE_AT_A_TIME = Index("uq_stays_one_at_a_time", stays.c.person, unique=True, sqlite_where=stays.c.left_at.is_(None), postgresql_where=stays.c.left_at.is_(None))

ARRIVAL = (gate_events.c.at_received, gate_events.c.id)


class SqlGates(Rows):
    async def add(self, given: Collection[GateEvent]) -> None:
        """The same key with the same body is one event; with another body both are kept."""
        await self._add_once(gate_events, [{name: _plain(event, name) for name in gate_events.c.keys()} for event in given])

    async def put(self, given: Collection[GateEvent]) -> None:
        await self._put(gate_events, [{name: _plain(event, name) for name in gate_events.c.keys()} for event in given])

    async def with_key(self, key: str) -> GateEvent | None:
        asked = select(gate_events).where(gate_events.c.client_key == key)
        found = await self._first(asked.order_by(gate_events.c.reason == GateReason.KEY_CONFLICT, *ARRIVAL).limit(1))
        return _event(found) if found else None

    async def get(self, event: UUID) -> GateEvent | None:
        found = await self._first(select(gate_events).where(gate_events.c.id == event))
        return _event(found) if found else None

    async def accepted(self, person: UUID, *, since: datetime | None = None) -> list[GateEvent]:
        asked = select(gate_events).where(gate_events.c.person == person, gate_events.c.outcome == GateOutcome.ACCEPTED)
        if since is not None:
            asked = asked.where(gate_events.c.at_effective >= since)
        return [_event(row) for row in await self._fetch(asked.order_by(gate_events.c.at_effective, gate_events.c.id))]

    async def take_back(self, keys: Collection[str], *, because: GateReason) -> list[GateEvent]:
        """These count no more; gives those that did."""
        counted = select(gate_events).where(gate_events.c.outcome == GateOutcome.ACCEPTED)
        found = [_event(row) for row in await self._among(counted, gate_events.c.client_key, keys)]
        for event in found:
            void = update(gate_events).where(gate_events.c.id == event.id)
            await self._run(void.values(outcome=GateOutcome.REFUSED, reason=because))
        return found

    async def received(self, direction: Direction, *, since: datetime) -> list[GateEvent]:
        asked = select(gate_events).where(gate_events.c.direction == direction, gate_events.c.at_received >= since)
        return [_event(row) for row in await self._fetch(asked.order_by(*ARRIVAL))]

    async def all(self) -> list[GateEvent]:
        return [_event(row) for row in await self._fetch(select(gate_events).order_by(*ARRIVAL))]

    async def last_stay(self, person: UUID, *, began_before: datetime | None = None) -> Stay | None:
        asked = select(stays).where(stays.c.person == person)
        if began_before is not None:
            asked = asked.where(stays.c.entered_at < began_before)
        found = await self._first(asked.order_by(stays.c.entered_at.desc(), stays.c.id.desc()).limit(1))
        return _stay(found) if found else None

    async def replace(self, person: UUID, fresh: Collection[Stay], *, since: datetime | None) -> None:
        old = stays.c.person == person
        await self._run(delete(stays).where(old if since is None else old & (stays.c.entered_at >= since)))
        await self._add(stays, [{name: getattr(stay, name) for name in stays.c.keys()} for stay in fresh])

    async def inside(self, *, site: UUID | None = None) -> list[Stay]:
        asked = select(stays).where(stays.c.left_at.is_(None))
        if site is not None:
            asked = asked.where(stays.c.site == site)
        return [_stay(row) for row in await self._fetch(asked.order_by(stays.c.entered_at, stays.c.id))]

    async def left_unscanned(self, site: UUID, *, since: datetime) -> list[Stay]:
        nobody_scanned = or_(stays.c.left_how == Passed.AUTO_CLOSED, stays.c.left_how == Passed.ENTERED_ELSEWHERE)
        asked = select(stays).where(stays.c.site == site, stays.c.left_at >= since, nobody_scanned)
        return [_stay(row) for row in await self._fetch(asked.order_by(stays.c.left_at, stays.c.id))]

    async def counts(self) -> dict[UUID, int]:
        asked = select(stays.c.site, func.count().label("people")).where(stays.c.left_at.is_(None)).group_by(stays.c.site)
        return {row.site: row.people for row in await self._fetch(asked)}

    async def stays(self) -> list[Stay]:
        return [_stay(row) for row in await self._fetch(select(stays).order_by(stays.c.entered_at, stays.c.id))]

    async def people(self) -> list[UUID]:
        asked = select(gate_events.c.person).where(gate_events.c.person.is_not(None)).distinct().order_by(gate_events.c.person)
        return [row.person for row in await self._fetch(asked)]


def _plain(event: GateEvent, name: str) -> object:
    return dict(event.fields) if name == "fields" else getattr(event, name)


def _event(row: Found) -> GateEvent:
    return GateEvent(**{name: getattr(row, name) for name in gate_events.c.keys()})


def _stay(row: Found) -> Stay:
    return Stay(*row)
