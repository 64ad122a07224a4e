"""The live streams that are open now: how many, whose, and how they are ended when the house closes."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from domain.errors import TooOften
from domain.text import N_

MOST = 500
MOST_EACH = 8
HEARTBEAT = 15.0
PATIENCE = 5.0


class TooManyStreams(TooOften):
    code = "too_many_streams"
    text = N_("Too many boards are open at once. Close one and reload this page.")


class Streams:
    """Counts streams, in all and per person. `heartbeat`: seconds of silence after which each says that it is alive."""

    def __init__(self, *, most: int = MOST, most_each: int = MOST_EACH, heartbeat: float = HEARTBEAT) -> None:
        self.heartbeat = heartbeat
        self._most = most
        self._most_each = most_each
        self._open: Counter[UUID] = Counter()
        self._tasks: set[asyncio.Task[object]] = set()
        self._over = asyncio.Event()

    @contextmanager
    def one(self, person: UUID) -> Iterator[None]:
        """A place for one stream of this person; refuses when there is none left."""
        if self._open.total() >= self._most or self._open[person] >= self._most_each:
            raise TooManyStreams()
        task = asyncio.current_task()
        self._open[person] += 1
        if task is not None:
            self._tasks.add(task)
            self._over.clear()
        try:
            yield
        finally:
            self._open[person] -= 1
            if task is not None:
                self._tasks.discard(task)
            if not self._tasks:
                self._over.set()

    def count(self) -> int:
        return self._open.total()

    async def end(self) -> None:
        """End every stream now; browsers come back by themselves when the house is open again.

        Returns when none reads any more (or after PATIENCE): the database is closed next, and who is in the middle of a reading then would wait for ever.
        """
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), PATIENCE)
