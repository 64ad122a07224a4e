"""Enrolled phones, the tickets that enrol them, and every item that one of them ever sent, taken or not."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text, func, or_, select, update

from domain.devices import Device, Scope, Ticket
from domain.scans import Purpose
from domain.uploads import Taken, What
from services.device_rows import Arrival, Heard
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import IdType, JsonText, Sealed, TextEnum, UtcTime

devices = Table(
    "devices",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("label", Sealed, nullable=False),
    Column("point", LargeBinary, nullable=False, unique=True),
    Column("purposes", JsonText, nullable=False),
    Column("places", JsonText, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("with_list", IdType),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("enrolled_by", IdType),
    Column("seen_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("distrusted_since", UtcTime),
    info=kept(Retention.AUDIT),
)

tickets = Table(
    "device_tickets",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False),
    Column("label", Sealed, nullable=False),
    Column("purposes", JsonText, nullable=False),
    Column("places", JsonText, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("with_list", IdType),
    Column("made_by", IdType),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("spent_at", UtcTime),
    Column("device", IdType),
    info=kept(Retention.TRANSIENT),
)

items = Table(
    "device_items",
    metadata,
    Column("key", IdType, primary_key=True),
    Column("body_hash", LargeBinary, primary_key=True),
    Column("device", IdType, ForeignKey("devices.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("what", TextEnum(What)),
    Column("at_received", UtcTime, nullable=False),
    Column("at_effective", UtcTime),
    Column("taken", TextEnum(Taken), nullable=False),
    Column("reason", Text, nullable=False),
    Column("first_taken", TextEnum(Taken)),
    Column("first_reason", Text),
    Column("card", LargeBinary, index=True),
    Column("annuls", IdType, index=True),
    Column("body", Sealed, nullable=False),
    Column("settled_at", UtcTime),
    Column("settled_by", IdType),
    Index(None, "device", "at_received"),
    Index(None, "taken", "settled_at"),
    info=kept(Retention.RESPONSE),
)

SCOPE = ("drill", "until", "with_list")


class SqlDevices(Rows):
    async def add_ticket(self, ticket: Ticket) -> None:
        names = ("id", "digest", "person", "made_by", "made_at", "expires_at", "spent_at", "device")
        row = {name: getattr(ticket, name) for name in names} | _scoped(ticket.scope)
        await self._add(tickets, [row | {"label": self._sealed(tickets.c.label, ticket.id, ticket.label)}])

    async def ticket(self, ticket: UUID) -> Ticket | None:
        found = await self._first(select(tickets).where(tickets.c.id == ticket))
        return self._ticket(found) if found else None

    async def ticket_with(self, digest: bytes) -> Ticket | None:
        found = await self._first(select(tickets).where(tickets.c.digest == digest))
        return self._ticket(found) if found else None

    async def spend(self, ticket: UUID, *, at: datetime, device: UUID) -> bool:
        """False when somebody was faster."""
        open_ = (tickets.c.id == ticket) & tickets.c.spent_at.is_(None)
        return await self._run(update(tickets).where(open_).values(spent_at=at, device=device)) == 1

    async def add(self, device: Device) -> None:
        names = ("id", "person", "point", "enrolled_at", "enrolled_by", "seen_at", "revoked_at", "distrusted_since")
        row = {name: getattr(device, name) for name in names} | _scoped(device.scope)
        await self._add(devices, [row | {"label": self._sealed(devices.c.label, device.id, device.label)}])

    async def knows(self, point: bytes) -> bool:
        return bool(await self._number(select(func.count()).select_from(devices).where(devices.c.point == point)))

    async def get(self, device: UUID) -> Device | None:
        found = await self._first(select(devices).where(devices.c.id == device))
        return self._device(found) if found else None

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Device]:
        return {row.id: self._device(row) for row in await self._among(select(devices), devices.c.id, ids)}

    async def all(self) -> list[Device]:
        """The newest first."""
        return [self._device(row) for row in await self._fetch(select(devices).order_by(devices.c.enrolled_at.desc(), devices.c.id.desc()))]

    async def heard(self, *, now: datetime) -> list[Heard]:
        names = ("purposes", "places", "drill", "until", "with_list", "enrolled_at", "seen_at")
        asked = select(*(devices.c[name] for name in names)).where(devices.c.revoked_at.is_(None), devices.c.until > now)
        return [Heard(_scope(row), row.seen_at or row.enrolled_at) for row in await self._fetch(asked)]

    async def seen(self, device: UUID, *, at: datetime) -> None:
        later = or_(devices.c.seen_at.is_(None), devices.c.seen_at < at)
        await self._run(update(devices).where((devices.c.id == device) & later).values(seen_at=at))

    async def revoke(self, device: UUID, *, at: datetime, since: datetime | None) -> bool:
        """The first revocation stands. False when there was one."""
        standing = (devices.c.id == device) & devices.c.revoked_at.is_(None)
        return await self._run(update(devices).where(standing).values(revoked_at=at, distrusted_since=since)) == 1

    async def add_items(self, given: Collection[Arrival]) -> None:
        names = ("key", "body_hash", "device", "seq", "what", "at_received", "at_effective", "taken", "reason", "annuls", "card")
        rows = [{name: getattr(one, name) for name in names} | {"body": self._sealed(items.c.body, one.row, one.body)} for one in given]
        await self._add_once(items, rows)

    async def items(self, keys: Collection[UUID]) -> list[Arrival]:
        """Everything that ever came under these keys, the first body of each first."""
        asked = select(items).order_by(items.c.at_received, items.c.body_hash)
        return [self._arrival(row) for row in await self._among(asked, items.c.key, keys)]

    async def undoing(self, keys: Collection[UUID]) -> list[Arrival]:
        """Undo items that name one of these keys, and were not rejected."""
        asked = select(items).where(items.c.what == What.UNDO, items.c.taken != Taken.REJECTED)
        return [self._arrival(row) for row in await self._among(asked, items.c.annuls, keys)]

    async def disputed(self, *, most: int, of: Collection[UUID] | None = None, settled: bool = False) -> list[Arrival]:
        """Items that were not taken as they came, the newest first."""
        over = items.c.settled_at.is_not(None) if settled else items.c.settled_at.is_(None)
        asked = select(items).where(items.c.taken.in_([Taken.CONFLICT, Taken.REJECTED]), over)
        asked = asked if of is None else asked.where(items.c.device.in_(of))
        return [self._arrival(row) for row in await self._fetch(asked.order_by(items.c.at_received.desc(), items.c.key).limit(most))]

    async def on_cards(self, ctis: Collection[bytes]) -> list[Arrival]:
        """What was scanned with these blank cards, the first arrival first."""
        asked = select(items).order_by(items.c.at_received, items.c.key, items.c.body_hash)
        return [self._arrival(row) for row in await self._among(asked, items.c.card, ctis)]

    async def retake(self, key: UUID, body_hash: bytes, *, taken: Taken, reason: str) -> None:
        mine = (items.c.key == key) & (items.c.body_hash == body_hash)
        first = {"first_taken": func.coalesce(items.c.first_taken, items.c.taken), "first_reason": func.coalesce(items.c.first_reason, items.c.reason)}
        await self._run(update(items).where(mine).values(taken=taken, reason=reason, **first))

    async def settle(self, key: UUID, *, at: datetime, by: UUID | None) -> bool:
        """False when there is no such item, or somebody settled it."""
        open_ = (items.c.key == key) & items.c.settled_at.is_(None) & items.c.taken.in_([Taken.CONFLICT, Taken.REJECTED])
        return await self._run(update(items).where(open_).values(settled_at=at, settled_by=by)) >= 1

    async def of_device(self, device: UUID, *, what: What, since: datetime) -> list[Arrival]:
        """Its items of one kind that arrived, or say that they happened, at `since` or later."""
        late = or_(items.c.at_received >= since, items.c.at_effective >= since)
        asked = select(items).where(items.c.device == device, items.c.what == what, late).order_by(items.c.at_received, items.c.key)
        return [self._arrival(row) for row in await self._fetch(asked)]

    async def count_since(self, device: UUID, *, since: datetime) -> int:
        asked = select(func.count()).select_from(items).where(items.c.device == device, items.c.at_received >= since)
        return await self._number(asked)

    async def all_items(self) -> list[Arrival]:
        return [self._arrival(row) for row in await self._fetch(select(items).order_by(items.c.at_received, items.c.key, items.c.body_hash))]

    def _ticket(self, row: Found) -> Ticket:
        label = self._opened(tickets.c.label, row.id, row.label)
        return Ticket(row.id, row.digest, row.person, label, _scope(row), row.made_by, row.made_at, row.expires_at, row.spent_at, row.device)

    def _device(self, row: Found) -> Device:
        label = self._opened(devices.c.label, row.id, row.label)
        return Device(
            row.id, row.person, label, row.point, _scope(row), row.enrolled_at, row.enrolled_by, row.seen_at, row.revoked_at, row.distrusted_since
        )  # fmt: skip

    def _arrival(self, row: Found) -> Arrival:
        one = Arrival(
            row.key, row.body_hash, row.device, row.seq, row.what, row.at_received, row.at_effective, row.taken, row.reason, row.annuls, "",
            row.settled_at, row.settled_by, row.card, row.first_taken, row.first_reason,
        )  # fmt: skip
        return one.with_body(self._opened(items.c.body, one.row, row.body))


def _scoped(scope: Scope) -> Values:
    values: Values = {name: getattr(scope, name) for name in SCOPE}
    return values | {"purposes": [one.value for one in scope.purposes], "places": [str(one) for one in scope.places]}


def _scope(row: Found) -> Scope:
    return Scope(tuple(Purpose(one) for one in row.purposes), tuple(UUID(one) for one in row.places), row.drill, row.until, row.with_list)
