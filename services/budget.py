"""The send budget 发送额度 that several processes share: slots, granted one at a time by something that all of them reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class SlotsAway(Exception):
    """What grants slots does not answer: each process keeps to its own share until it does."""


@dataclass(frozen=True, slots=True)
class Granted:
    """One may leave, so many seconds from now."""

    name: str
    wait: float


@dataclass(frozen=True, slots=True)
class Later:
    """None is free now; ask again after so many seconds."""

    wait: float


@dataclass(frozen=True, slots=True)
class Over:
    """What became of a slot: used, and its message arrived so many seconds ago at the latest; or (None) nothing left with it."""

    name: str
    ago: float | None


class Slots(Protocol):
    """Both raise SlotsAway, within half a second."""

    async def take(self, *, waited: float, direct: bool, directs: int) -> Granted | Later:
        """The next slot, for somebody who has waited so long. `directs` more direct answers wait here: other processes' deliveries let them first."""
        ...

    async def over(self, slots: Sequence[Over]) -> None: ...
