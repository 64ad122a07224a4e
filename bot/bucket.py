"""One leaky bucket: never a burst, the smallest lane first, and never more than so many within any second as they arrive."""

import asyncio
import heapq
import itertools
import math
from bisect import bisect_right, insort
from collections import deque
from dataclasses import dataclass

from services.ports import Clock

CATCH_UP = 0.1
"""Seconds of lateness that are made up for while somebody waits; never time in which nobody wanted to send."""
CLOSEST = 0.5
"""The least distance between two, as a part of the usual one."""
QUICKEST_OF = 300
LOOK_AGAIN = 0.25
"""Who waits for answers of others looks again after so many seconds."""


@dataclass(slots=True)
class Departure:
    """One request on its way: when it was let go."""

    at: float


class Window:
    """When the last ones arrived, so that no `seconds` at the other end hold more than `most`, whatever the way there does.

    One without an answer may arrive at any moment. One that was answered arrived, at the latest, as much after it was let go
    as its answer took longer than the quickest one lately.
    """

    def __init__(self, most: int, *, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._under_way = 0
        self._arrived: list[float] = []
        self._took: deque[float] = deque(maxlen=QUICKEST_OF)

    def free_at(self, now: float) -> float:
        """The instant at which one more may be let go; infinite while that depends on answers."""
        del self._arrived[: bisect_right(self._arrived, now - self._seconds)]
        too_many = len(self._arrived) + self._under_way + 1 - self._most
        if too_many <= 0:
            return now
        return self._arrived[too_many - 1] + self._seconds if too_many <= len(self._arrived) else math.inf

    def let_go(self, now: float) -> Departure:
        self._under_way += 1
        return Departure(now)

    def answered(self, departure: Departure, now: float) -> None:
        """Its answer came now, or will not come any more. Once for each departure."""
        took = now - departure.at
        self._under_way -= 1
        self._took.append(took)
        insort(self._arrived, departure.at + took - min(self._took))

    def withdrawn(self) -> None:
        """One that was let go did not leave."""
        self._under_way -= 1


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
                await (self._clock.sleep(min(wait, LOOK_AGAIN)) if self._waiting[0] is mine else _heard(mine.called))
            return self._let_go(mine)
        finally:
            self._waiting.remove(mine)
            heapq.heapify(self._waiting)
            if self._waiting:
                self._waiting[0].called.set()

    def answered(self, departure: Departure) -> None:
        """Its answer came now, or will not come any more. Once for each departure."""
        self._window.answered(departure, self._clock.monotonic())

    def withdrawn(self) -> None:
        """One that was let go did not leave; its place in the pace is lost."""
        self._window.withdrawn()

    def _due(self) -> float:
        return max(self._next, self._last + CLOSEST * self._gap, self._window.free_at(self._clock.monotonic()))

    def _let_go(self, mine: Waiting) -> Departure:
        now = self._clock.monotonic()
        self._next = max(self._next, mine.since, now - CATCH_UP) + self._gap
        self._last = now
        return self._window.let_go(now)


async def _heard(event: asyncio.Event) -> None:
    await event.wait()
    event.clear()
