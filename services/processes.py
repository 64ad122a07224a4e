"""The processes 进程 of one house: who lives, who speaks to Telegram, and what only one of them does at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.actors import Actor
from services.audit import Trail
from services.ports import Clock, Works


@dataclass(frozen=True, slots=True)
class Process:
    """One `mashang serve` as it told of itself last. `degraded` names what it has to do without."""

    id: UUID
    host: str
    number: int
    parts: tuple[str, ...]
    degraded: tuple[str, ...]
    started_at: datetime
    seen_at: datetime


class Processes(Protocol):
    """Each call is one short transaction of its own."""

    async def seen(self, process: Process) -> None:
        """This process lives; the row of whoever has been silent for a day goes."""
        ...

    async def gone(self, process: UUID) -> None: ...

    async def living(self, *, since: datetime) -> list[Process]:
        """Whoever told of itself since then, the oldest first."""
        ...


class Leases(Protocol):
    """What one process at a time has in hand, until an instant. Whoever dies with it loses it then. Each call is one short transaction."""

    async def take(self, names: Collection[str], *, holder: UUID, now: datetime, until: datetime) -> set[str]:
        """Those that nobody else holds: the holder's from now on."""
        ...

    async def renew(self, names: Collection[str], *, holder: UUID, until: datetime) -> set[str]:
        """Those that are still the holder's: until then."""
        ...

    async def release(self, names: Collection[str], *, holder: UUID) -> None: ...


async def record_refusal(works: Works, *, trail: Trail, clock: Clock, process: int, holder: str) -> None:
    """A second process wanted to serve the file that `holder` serves: it was refused, and that is written down."""
    async with works.write() as work:
        await trail.add(work, by=Actor.system(), action="serve.refused", subject="already_serving", now=clock.now(), process=process, holder=holder)
