"""One send budget for all processes of a house: slots that all of them take; without those each its own share, which together are no more."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass

from bot.bucket import LOOK_AGAIN, Bucket, Departure, Line, Waiting, heard
from services.budget import Granted, Over, Slots, SlotsAway
from services.ports import Clock

log = logging.getLogger("mashang.outbox")

DIRECT = 0
QUIET = 2.5
"""Seconds without deliveries when this process goes over from slots to its share or back, or begins with a share: until then the
others have heard of it (app/living.py tells every second), so that nobody's slots and somebody else's share add up."""
STALE = 0.1
"""A slot that was not used so long after its time is given up: it would come on top of later ones."""
ASKED_EVERY = 1.0


@dataclass(slots=True)
class Slot:
    """Granted, and not used yet: by whom is decided when its time has come."""

    name: str
    due: float


class CommonBudget:
    """What Bucket is to one process. Direct answers go before all deliveries here, and before other processes' as far as these ask later.

    `degraded` while the slots cannot be reached; said once in the log when it begins and when it ends.
    """

    def __init__(self, clock: Clock, slots: Slots | None, *, per_second: float, headroom: float, share: float | None = None) -> None:
        """Without `slots` it is always this process's share: a fixed one, or (None) an equal one among those that send."""
        self._clock = clock
        self._slots = slots
        self._per_second = per_second
        self._share = share
        self._own = Bucket(clock, per_second=per_second * (share or 1.0), headroom=headroom)
        self._line = Line(clock)
        self._asking = asyncio.Lock()
        self._slot: Slot | None = None
        self._over: deque[Over | tuple[str, float]] = deque()
        self._rung = asyncio.Event()
        self._others_well = True
        self._alone = slots is None
        self._quiet_until = clock.monotonic() + (QUIET if slots is None else 0.0)
        self.degraded = False

    def among(self, senders: int, *, well: bool) -> None:
        """So many processes send, this one included; `well`: no other one has to do without the slots."""
        if self._share is None:
            self._own.pace(self._per_second / max(1, senders))
        self._others_well = well
        self._turn()

    async def drop(self, lane: int) -> Departure:
        """Until it is this caller's turn."""
        mine = self._line.join(lane)
        try:
            while (departure := await self._look(mine)) is None:
                pass
            return departure
        finally:
            self._line.leave(mine)

    def answered(self, departure: Departure) -> None:
        """Its answer came now, or will not come any more. Once for each departure."""
        arrived = self._own.answered(departure)
        if departure.slot is not None:
            self._report((departure.slot, arrived))

    def withdrawn(self, departure: Departure) -> None:
        """One that was let go did not leave; its place in the pace is lost."""
        self._own.withdrawn(departure)
        if departure.slot is not None:
            self._report(Over(departure.slot, None))

    async def run(self) -> None:
        """Tell what became of slots, and ask every second whether they can be reached; until cancelled."""
        task = asyncio.current_task()
        # A driver may make another error of our cancelling; then it is seen here.
        while self._slots is not None and not (task is not None and task.cancelling()):
            try:
                async with asyncio.timeout(ASKED_EVERY):
                    await self._rung.wait()
            except TimeoutError:
                pass
            await self._tell(self._slots)
            if self.degraded:
                await self._clock.sleep(ASKED_EVERY)

    async def _look(self, mine: Waiting) -> Departure | None:
        """One look at whether it is our turn; comes back when another one is due."""
        if not self._line.first(mine):
            await heard(mine.called)
            return None
        quiet = self._quiet_until - self._clock.monotonic()
        if self._alone or (quiet > 0 and mine.lane == DIRECT):
            wait = max(self._own.wait(), quiet if mine.lane != DIRECT else 0.0)
            if wait <= 0:
                return self._own.let_go(mine)
        elif quiet > 0:
            wait = quiet
        elif self._slot is None:
            wait = await self._ask(mine)
        else:
            wait = self._slot.due - self._clock.monotonic()
            if wait <= 0 and (slot := self._used()):
                return self._own.let_go(mine, slot=slot)
        if wait > 0:
            await self._clock.sleep(min(wait, LOOK_AGAIN))
        return None

    def _used(self) -> str | None:
        """The slot whose time has come; None when that was too long ago."""
        slot, self._slot = self._slot, None
        if slot is None:
            return None
        if self._clock.monotonic() - slot.due <= STALE:
            return slot.name
        self._report(Over(slot.name, None))
        return None

    async def _ask(self, mine: Waiting) -> float:
        """A slot for whoever is first when its time comes; seconds to wait before the next look."""
        async with self._asking:
            if self._slot is not None or self._slots is None or not self._line.first(mine):
                return 0.0
            asked = self._clock.monotonic()
            directs = self._line.of_lane(DIRECT) - (mine.lane == DIRECT)
            try:
                got = await self._slots.take(waited=asked - mine.since, direct=mine.lane == DIRECT, directs=directs)
            except SlotsAway as away:
                self._lost(away)
                return 0.0
        if isinstance(got, Granted):
            self._slot = Slot(got.name, self._clock.monotonic() + got.wait)
            return 0.0
        return got.wait

    def _report(self, over: Over | tuple[str, float]) -> None:
        if not self.degraded:
            self._over.append(over)
            self._rung.set()

    async def _tell(self, slots: Slots) -> None:
        self._rung.clear()
        now, told = self._clock.monotonic(), list(self._over)
        self._over.clear()
        try:
            await slots.over([each if isinstance(each, Over) else Over(each[0], now - each[1]) for each in told])
        except SlotsAway as away:
            self._lost(away)
        else:
            if self.degraded:
                log.warning("Redis answers again: the send budget is shared again as soon as every process says so")
                self.degraded = False
                self._turn()

    def _lost(self, away: SlotsAway) -> None:
        if not self.degraded:
            log.warning("Redis does not grant slots (%s): this process keeps to its own share of the send budget", away)
        self.degraded = True
        self._slot = None
        self._over.clear()
        self._turn()

    def _turn(self) -> None:
        """Go over to our own share or back to the slots, when that changed; deliveries keep quiet for a moment."""
        alone = self._slots is None or self.degraded or not self._others_well
        if alone != self._alone:
            self._alone = alone
            self._quiet_until = self._clock.monotonic() + QUIET
            if alone and self._slot is not None:
                self._report(Over(self._slot.name, None))
                self._slot = None
