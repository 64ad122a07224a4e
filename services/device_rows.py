"""What the use cases of devices, and of the scans that come from them, need from the database."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.devices import Device, Scope, Ticket
from domain.scans import Purpose, Scan
from domain.uploads import Taken, What


@dataclass(frozen=True, slots=True)
class Arrival:
    """One item as it arrived and what became of it. `body` is its JSON; `what` is None where it cannot be read; `card` is the blank card that was scanned.
    Where later arrivals made something else of it, `first_taken` and `first_reason` are what its device was answered.
    """

    key: UUID
    body_hash: bytes
    device: UUID
    seq: int
    what: What | None
    at_received: datetime
    at_effective: datetime | None
    taken: Taken
    reason: str
    annuls: UUID | None
    body: str
    settled_at: datetime | None = None
    settled_by: UUID | None = None
    card: bytes | None = None
    first_taken: Taken | None = None
    first_reason: str | None = None

    @property
    def row(self) -> str:
        """What names the row: the same key may have come with two bodies."""
        return f"{self.key}|{self.body_hash.hex()}"

    @property
    def answered(self) -> tuple[Taken, str]:
        return self.first_taken or self.taken, self.first_reason if self.first_reason is not None else self.reason

    def with_body(self, body: str) -> "Arrival":
        return replace(self, body=body)


@dataclass(frozen=True, slots=True)
class Heard:
    """A phone in use: what it may do, and when it was last heard of."""

    scope: Scope
    seen_at: datetime


class DeviceRows(Protocol):
    async def add_ticket(self, ticket: Ticket) -> None: ...
    async def ticket(self, ticket: UUID) -> Ticket | None: ...
    async def ticket_with(self, digest: bytes) -> Ticket | None: ...
    async def spend(self, ticket: UUID, *, at: datetime, device: UUID) -> bool: ...
    async def add(self, device: Device) -> None: ...
    async def knows(self, point: bytes) -> bool:
        """Whether a device, also a withdrawn one, has this key."""
        ...

    async def get(self, device: UUID) -> Device | None: ...
    async def many(self, ids: Collection[UUID]) -> dict[UUID, Device]: ...
    async def all(self) -> list[Device]: ...
    async def heard(self, *, now: datetime) -> list[Heard]:
        """Every phone that is neither withdrawn nor over."""
        ...

    async def seen(self, device: UUID, *, at: datetime) -> None: ...
    async def revoke(self, device: UUID, *, at: datetime, since: datetime | None) -> bool: ...
    async def add_items(self, given: Collection[Arrival]) -> None:
        """The same key with the same body is one item; with another body both are kept."""
        ...

    async def items(self, keys: Collection[UUID]) -> list[Arrival]: ...
    async def undoing(self, keys: Collection[UUID]) -> list[Arrival]: ...
    async def disputed(self, *, most: int, of: Collection[UUID] | None = None, settled: bool = False) -> list[Arrival]:
        """The newest of these devices, or of all."""
        ...

    async def on_cards(self, ctis: Collection[bytes]) -> list[Arrival]: ...
    async def retake(self, key: UUID, body_hash: bytes, *, taken: Taken, reason: str) -> None:
        """What later arrivals made of an item; what was answered at first is kept beside it."""
        ...

    async def settle(self, key: UUID, *, at: datetime, by: UUID | None) -> bool: ...
    async def of_device(self, device: UUID, *, what: What, since: datetime) -> list[Arrival]: ...
    async def count_since(self, device: UUID, *, since: datetime) -> int: ...
    async def all_items(self) -> list[Arrival]: ...


class ScanRows(Protocol):
    async def add(self, scans: Collection[Scan]) -> None: ...
    async def with_keys(self, keys: Collection[str]) -> dict[str, Scan]:
        """The first scan stored under each client key."""
        ...

    async def get(self, scan: UUID) -> Scan | None: ...
    async def counted_since(self, people: Collection[UUID], *, since: datetime) -> list[Scan]:
        """Accepted scans of these people with `at_effective` ≥ `since`, oldest first (purpose and place say which repeat)."""
        ...

    async def of_device(self, device: UUID, *, since: datetime) -> list[Scan]: ...
    async def of_people(self, people: Collection[UUID]) -> list[Scan]: ...
    async def of_items(self, keys: Collection[UUID]) -> list[Scan]: ...
    async def retell(self, scans: Collection[Scan]) -> None: ...
    async def last_of_code(self, cti: bytes, *, purpose: Purpose) -> Scan | None:
        """The newest accepted scan of this code for this purpose."""
        ...

    async def count(self, *, purpose: Purpose | None = None) -> int: ...
    async def all(self) -> list[Scan]:
        """Every scan, oldest first, for exports."""
        ...
