"""The delivery loop: claim ahead, send many at a time, settle what is known together, until stopped."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from domain.deliveries import Delivery, retry_at
from scheduler.alarm import Alarm
from scheduler.held import Held
from services.deliveries import Result, Sent
from services.ports import Clock, Queue, Wakeups

log = logging.getLogger("mashang.outbox")

IN_FLIGHT = 8
AHEAD = 30
HOLDS = 2.0
"""A delivery whose chat is not ready for longer than so many seconds is given back."""
LEFT_OF_LEASE = timedelta(seconds=10)
"""With less than this left a delivery is given back: its answer might come when it is somebody else's."""
IDLE = 60.0
FAULT_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)

Told = tuple[Delivery, Result]


class Messenger(Protocol):
    """Sends deliveries at its own pace, many at the same time."""

    def paused(self) -> float:
        """Seconds for which no delivery may leave at all."""
        ...

    def rest(self, delivery: Delivery) -> float:
        """Seconds until its chat may be written to."""
        ...

    async def send(self, delivery: Delivery) -> Result: ...


class Deliveries(Protocol):
    async def claim(self, *, most: int) -> list[Delivery]: ...
    async def settle(self, results: Sequence[Told]) -> None: ...


class Outbox:
    """Runs until `stop`. What it holds when it dies is claimed again by the next one when the lease ends.

    At most `in_flight` deliveries are sent and not yet settled; about `ahead` more are claimed, the most urgent first at
    each claim, so that a red warning passes everything but those. While nothing may leave, nothing is held.
    """

    def __init__(
        self, deliveries: Deliveries, messenger: Messenger, *, settling: Queue[Told, None], clock: Clock, wakeups: Wakeups,
        in_flight: int = IN_FLIGHT, ahead: int = AHEAD,
    ) -> None:  # fmt: skip
        """`settling` shares a transaction among results that come together; it answers when a result is durable."""
        self._deliveries = deliveries
        self._messenger = messenger
        self._settling = settling
        self._clock = clock
        self._wakeups = wakeups
        self._in_flight = in_flight
        self._ahead = ahead
        self._held = Held(clock, rest=messenger.rest)
        self._alarm = Alarm()
        self._called = asyncio.Event()
        self._more = False
        self._stopping = False

    async def run(self) -> None:
        """Looks for what is due at each wake-up of "deliveries" (the timetable rings once a second), and whenever less than half is held."""
        async with self._wakeups.subscribe("deliveries") as ticks:
            await asyncio.gather(self._listen(ticks), self._keep_filled(), *(self._work() for _ in range(self._in_flight)))
        await self._give_back((delivery, 0.0) for delivery in self._held.all_out())

    def stop(self) -> None:
        """Take nothing new, finish what is in flight, give back the rest."""
        self._stopping = True
        self._call()
        self._wakeups.publish("deliveries")

    async def _listen(self, ticks: AsyncIterator[None]) -> None:
        while not self._stopping:
            await anext(ticks)
            self._alarm.ring()

    async def _keep_filled(self) -> None:
        failures = 0
        while not self._stopping:
            try:
                pause = await self._fill()
                failures = 0
            except Exception:
                log.exception("deliveries could not be claimed or given back")
                pause = FAULT_PAUSES[min(failures, len(FAULT_PAUSES) - 1)]
                failures += 1
            await self._alarm.rest(self._clock.sleep(pause))

    async def _fill(self) -> float:
        """One look at what there is to do; seconds until the next one, if nobody rings."""
        if pause := self._messenger.paused():
            await self._give_back((delivery, 0.0) for delivery in self._held.all_out())
            return pause
        if len(self._held) <= self._ahead // 2:
            room = self._ahead - len(self._held)
            claimed = await self._deliveries.claim(most=room)
            self._more = len(claimed) == room
            self._held.add(claimed)
        await self._give_back(self._held.out(longer=HOLDS))
        self._call()
        soonest = self._held.soonest()
        return soonest or IDLE

    async def _give_back(self, held: Iterable[tuple[Delivery, float]]) -> None:
        """Somebody may claim them again after so many seconds; no try of theirs is used up."""
        back = [(delivery, Result(Sent.LATER, after=timedelta(seconds=wait))) for delivery, wait in held]
        if back:
            await self._deliveries.settle(back)

    def _call(self) -> None:
        """Whoever waits for something to send looks again."""
        self._called.set()
        self._called = asyncio.Event()

    async def _next(self) -> Delivery | None:
        """The next one to send; None when the house closes."""
        while not self._stopping:
            delivery = None if self._messenger.paused() else self._held.take()
            if delivery is not None:
                if self._more and len(self._held) <= self._ahead // 2:
                    self._more = False
                    self._alarm.ring()
                return delivery
            await self._called.wait()
        return None

    async def _work(self) -> None:
        """Send one after the other; the next one only when what became of the last is durable."""
        while (delivery := await self._next()) is not None:
            result = await self._sent(delivery)
            await self._settle(delivery, result)
            self._held.done(delivery, again=self._again(delivery, result))
            if len(self._held):
                self._call()
            if result.sent is Sent.LATER:
                self._alarm.ring()

    async def _sent(self, delivery: Delivery) -> Result:
        if delivery.leased_until is not None and delivery.leased_until - self._clock.now() < LEFT_OF_LEASE:
            return Result(Sent.LATER, after=timedelta(0))
        try:
            return await self._messenger.send(delivery)
        except Exception:
            log.exception("delivery %s faulted", delivery.id)
            return Result(Sent.LATER)

    async def _settle(self, delivery: Delivery, result: Result) -> None:
        """Until it is durable; a house that closes leaves it to the lease after the second failure."""
        for failures in range(10**9):
            try:
                await self._settling.submit((delivery, result))
            except Exception:
                log.exception("what became of delivery %s could not be written", delivery.id)
            else:
                return
            if self._stopping and failures:
                return
            await self._clock.sleep(FAULT_PAUSES[min(failures, len(FAULT_PAUSES) - 1)])

    def _again(self, delivery: Delivery, result: Result) -> float | None:
        """In how many seconds it will be tried again; None when it will not, or at once."""
        if result.sent is not Sent.LATER:
            return None
        if result.after is not None:
            return result.after.total_seconds()
        now = self._clock.now()
        again = retry_at(now, tries=delivery.tries + 1)
        return (again - now).total_seconds() if again is not None else None
