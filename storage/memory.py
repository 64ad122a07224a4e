"""Wake-ups inside one process: the twin of Redis for a house that runs as a single process."""

import asyncio
from collections import defaultdict
from types import TracebackType
from typing import Self


class Ticks:
    """One listener of one topic. Waiting ends once for all that was published since the last time."""

    def __init__(self, listening: set["Ticks"]) -> None:
        self._listening = listening
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> None:
        await self._rung.wait()
        self._rung.clear()

    async def __aenter__(self) -> Self:
        self._listening.add(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.discard(self)


class MemoryWakeups:
    """Tells everybody who listens to a topic that it changed. Carries no content: what changed is read from the tables."""

    def __init__(self) -> None:
        self._topics: defaultdict[str, set[Ticks]] = defaultdict(set)

    def publish(self, topic: str) -> None:
        for ticks in self._topics.get(topic, ()):
            ticks.ring()

    def subscribe(self, topic: str) -> Ticks:
        """`async with wakeups.subscribe(topic) as ticks:` then `async for _ in ticks:`.

        Listening starts when the block is entered, so what is read after that cannot be missed. Several publishings
        before the listener comes back are one tick; leaving the block ends the listening.
        """
        return Ticks(self._topics[topic])
