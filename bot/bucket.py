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
FEW = 30
"""Of fewer answers nobody knows yet how quick the way is: each arrived, at the latest, when its answer came."""
LOOK_AGAIN = 0.25
"""Who waits for answers of others looks again after so many seconds."""


@dataclass(slots=True)
class Departure:
    """One request on its way: when it was let go, and by which slot of a budget that several processes share."""

    at: float
    slot: str | None = None


class Window:
    """When the last ones arrived, so that no `seconds` at the other end hold more than `most`, whatever the way there does.

    One without an answer may arrive at any moment. One that was answered arrived, at the latest, as much after it was let go
    as its answer took longer than the quickest one lately.
    """

    def __init__(self, most: int, *, seconds: float) -> None:
        self.allow(most, seconds=seconds)
        self._under_way = 0
        self._arrived: list[float] = []
        self._took: deque[float] = deque(maxlen=QUICKEST_OF)

    def allow(self, most: int, *, seconds: float) -> None:
        """From now on."""
        self._most = most
        self._seconds = seconds

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

    def answered(self, departure: Departure, now: float) -> float:
        """Its answer came now, or will not come any more. Once for each departure. When it arrived at the latest."""
        took = now - departure.at
        self._under_way -= 1
        self._took.append(took)
        arrived = departure.at + took - (min(self._took) if len(self._took) >= FEW else 0.0)
        insort(self._arrived, arrived)
        return arrived

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


class Line:
    """Who waits: the smallest lane first, in order of arrival within a lane."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counted = itertools.count()
        self._waiting: list[Waiting] = []

    def join(self, lane: int) -> Waiting:
        mine = Waiting(lane, next(self._counted), self._clock.monotonic(), asyncio.Event())
        heapq.heappush(self._waiting, mine)
        return mine

    def leave(self, mine: Waiting) -> None:
        """Whoever is first now is called."""
        self._waiting.remove(mine)
        heapq.heapify(self._waiting)
        if self._waiting:
            self._waiting[0].called.set()

    def first(self, mine: Waiting) -> bool:
        return self._waiting[0] is mine

    def of_lane(self, lane: int) -> int:
        """How many wait in this lane."""
        return sum(one.lane == lane for one in self._waiting)


class Bucket:
    """Lets `per_second` × `headroom` through, evenly; in order of arrival within a lane. It starts empty."""

    def __init__(self, clock: Clock, *, per_second: float, headroom: float) -> None:
        self._clock = clock
        self._headroom = headroom
        self._window = Window(1, seconds=1)
        self.pace(per_second)
        self._last = clock.monotonic()
        self._next = self._last + self._gap
        self._line = Line(clock)

    def pace(self, per_second: float) -> None:
        """From now on."""
        most = max(1, int(per_second))
        self._gap = 1 / (per_second * self._headroom)
        self._window.allow(most, seconds=most / per_second)

    async def drop(self, lane: int) -> Departure:
        """Until it is this caller's turn."""
        mine = self._line.join(lane)
        try:
            while (wait := self.wait()) > 0 or not self._line.first(mine):
                await (self._clock.sleep(min(wait, LOOK_AGAIN)) if self._line.first(mine) else heard(mine.called))
            return self.let_go(mine)
        finally:
            self._line.leave(mine)

    def answered(self, departure: Departure) -> float:
        """Its answer came now, or will not come any more. Once for each departure. When it arrived at the latest."""
        return self._window.answered(departure, self._clock.monotonic())

    def withdrawn(self, departure: Departure) -> None:
        """One that was let go did not leave; its place in the pace is lost."""
        self._window.withdrawn()

    def wait(self) -> float:
        """Seconds until one may be let go; not more than 0 when now."""
        now = self._clock.monotonic()
        return max(self._next, self._last + CLOSEST * self._gap, self._window.free_at(now)) - now

    def let_go(self, mine: Waiting, *, slot: str | None = None) -> Departure:
        """Now. With a `slot` at another pace than this one, which goes on from here all the same."""
        now = self._clock.monotonic()
        self._next = max(self._next, mine.since, now - CATCH_UP) + self._gap if slot is None else max(self._next, now + self._gap)
        self._last = now
        departure = self._window.let_go(now)
        departure.slot = slot
        return departure


async def heard(event: asyncio.Event) -> None:
    await event.wait()
    event.clear()
