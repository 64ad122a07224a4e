"""The intake 收件: an update is one durable sealed row before Telegram hears "received", and done only after the person was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

FAULTS_BEFORE_PARKING = 3


@dataclass(frozen=True, slots=True)
class Received:
    """A raw update as it came: its number, the chat whose order it belongs to, and the JSON bytes."""

    update_id: int
    chat: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the intake that waits to be answered. `lane` is equal for updates of one chat."""

    id: UUID
    update_id: int
    lane: bytes
    body: bytes
    faults: int


class Updates(Protocol):
    """Each call is one short transaction of its own; concurrent calls may share one commit."""

    async def receive(self, bot: int, updates: Sequence[Received]) -> int:
        """Make these updates durable; the same (bot, update_id) twice is one row. Returns how many were new."""
        ...

    async def waiting(self, bot: int, *, most: int) -> list[Stored]:
        """What was received and is neither done nor parked, by update_id."""
        ...

    async def done(self, update: UUID) -> None: ...

    async def fault(self, update: UUID, *, reference: str) -> int:
        """Count a fault and return how many there were; the third parks the row."""
        ...

    async def parked(self, bot: int) -> int: ...


class Dialogues(Protocol):
    """Half-finished conversations, sealed. Each keeps where it stood before the update in hand, so that a re-run starts there."""

    async def rewind(self, chat: str, *, update: int) -> None:
        """If this update already moved the dialogue, put it back to where it stood before."""
        ...

    async def load(self, chat: str) -> tuple[str | None, Mapping[str, object]]: ...

    async def keep(self, chat: str, *, state: str | None, draft: Mapping[str, object], update: int) -> None: ...
