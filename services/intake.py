"""The intake 收件: an update is one durable sealed row before Telegram hears "received", and done only after the person was answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True)
class Hand:
    """A lane in the hand of one process: whoever lost it meanwhile settles nothing in it any more."""

    holder: UUID
    lane: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """A look at what waits: how many rows were looked at, and whose lanes among them nobody else has in hand, the oldest first."""

    rows: int
    lanes: Sequence[bytes]


class Updates(Protocol):
    """Each call is one short transaction of its own; concurrent calls may share one commit.

    A lane is in the hand of one process at a time, until it releases it or its lease ends, also because it died.
    """

    async def receive(self, bot: int, updates: Sequence[Received]) -> int:
        """Make these updates durable; the same (bot, update_id) twice is one row. Returns how many were new."""
        ...

    async def waiting(self, bot: int, *, most: int) -> list[Stored]:
        """What was received and is neither done nor parked, by update_id."""
        ...

    async def look(self, bot: int, *, most: int, holder: UUID, now: datetime) -> Seen:
        """Whose lanes are among the first `most` rows that wait."""
        ...

    async def take(self, bot: int, lanes: Collection[bytes], *, holder: UUID, now: datetime, until: datetime, most: int) -> list[Stored]:
        """These lanes are the holder's until then, as far as nobody else has them: what waits in them at this moment, by update_id."""
        ...

    async def release(self, lanes: Collection[bytes], *, holder: UUID) -> None: ...

    async def done(self, update: UUID, *, hand: Hand | None = None, last: bool = False) -> None:
        """With a `hand` only while it holds the lane; with `last` the lane is released in the same transaction."""
        ...

    async def fault(self, update: UUID, *, reference: str, hand: Hand | None = None) -> int:
        """Count a fault and return how many there were; the third parks the row. With a `hand` only while it holds the lane."""
        ...

    async def parked(self, bot: int) -> int: ...


class Dialogues(Protocol):
    """Half-finished conversations, sealed. Each keeps where it stood before the update in hand, so that a re-run starts there."""

    async def rewind(self, chat: str, *, update: int) -> None:
        """If this update already moved the dialogue, put it back to where it stood before."""
        ...

    async def load(self, chat: str) -> tuple[str | None, Mapping[str, object]]: ...

    async def keep(self, chat: str, *, state: str | None, draft: Mapping[str, object], update: int) -> None: ...
