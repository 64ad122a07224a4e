"""One leaky bucket: never a burst, the smallest lane first, and never more than so many within any second as they arrive."""

import asyncio
import heapq
import itertools
from collections import deque
from dataclasses import dataclass

from services.ports import Clock

CATCH_UP = 0.1
"""Seconds of lateness that are made up for while somebody waits; never time in which nobody wanted to send."""
CLOSEST = 0.5
"""The least distance between two, as a part of the usual one."""
QUICKEST_OF = 50
TELLING = 1.0
"""An answer that took longer says nothing about when its request arrived."""


@dataclass(slots=True)
class Departure:
    """One request: when it was let go, and when it arrived at the latest."""

    at: float
    arrived: float


class Window:
    """When the last `most` arrived, so that no `seconds` at the other end hold more, whatever the way there does.

    A request whose answer took longer than the quickest one lately may have arrived later by the difference.
    """

    def __init__(self, most: int, *, seconds: float) -> None:
        self._seconds = seconds
        self._last: deque[Departure] = deque(maxlen=most)
        self._took: deque[float] = deque(maxlen=QUICKEST_OF)

    def free_at(self) -> float:
        """The instant at which one more may be let go."""
        return self._last[0].arrived + self._seconds if len(self._last) == self._last.maxlen else 0.0

    def let_go(self, now: float) -> Departure:
        made = Departure(now, now)
        self._last.append(made)
        return made

    def answered(self, departure: Departure, now: float) -> None:
        """Its answer came now."""
        took = now - departure.at
        if took <= TELLING:
            self._took.append(took)
            departure.arrived = departure.at + took - min(self._took)


@dataclass(slots=True)
class Waiting:
    """Somebody whose turn is still to come."""

    lane: int
    number: int
    since: float
    called: asyncio.Event

    def __lt__(self, other: "Waiting") -> bool:
        return (self.lane, self.number) < (other.lane, other.number)


class Bucket:
    """Lets `per_second` × `headroom` through, evenly; in order of arrival within a lane. It starts empty."""

    def __init__(self, clock: Clock, *, per_second: float, headroom: float) -> None:
        most = max(1, int(per_second))
        self._clock = clock
        self._gap = 1 / (per_second * headroom)
        self._window = Window(most, seconds=most / per_second)
        self._last = clock.monotonic()
        self._next = self._last + self._gap
        self._counted = itertools.count()
        self._waiting: list[Waiting] = []

    async def drop(self, lane: int) -> Departure:
        """Until it is this caller's turn."""
        mine = Waiting(lane, next(self._counted), self._clock.monotonic(), asyncio.Event())
        heapq.heappush(self._waiting, mine)
        try:
            while (wait := self._due() - self._clock.monotonic()) > 0 or self._waiting[0] is not mine:
                await (self._clock.sleep(wait) if self._waiting[0] is mine else _heard(mine.called))
            return self._let_go(mine)
        finally:
            self._waiting.remove(mine)
            heapq.heapify(self._waiting)
            if self._waiting:
                self._waiting[0].called.set()

    def answered(self, departure: Departure) -> None:
        """Its answer came now: what is known of when it arrived."""
        self._window.answered(departure, self._clock.monotonic())

    def _due(self) -> float:
        return max(self._next, self._last + CLOSEST * self._gap, self._window.free_at())

    def _let_go(self, mine: Waiting) -> Departure:
        now = self._clock.monotonic()
        self._next = max(self._next, mine.since, now - CATCH_UP) + self._gap
        self._last = now
        return self._window.let_go(now)


async def _heard(event: asyncio.Event) -> None:
    await event.wait()
    event.clear()
