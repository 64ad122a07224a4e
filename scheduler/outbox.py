"""The delivery loop: claim, send, settle, until stopped."""

import logging
from collections.abc import Sequence
from typing import Protocol

from domain.deliveries import Delivery
from services.deliveries import Deliveries, Result
from services.ports import Wakeups

log = logging.getLogger("mashang.outbox")


class Messenger(Protocol):
    """Sends claimed deliveries, several at a time at its own pace, and says what became of each."""

    async def send(self, deliveries: Sequence[Delivery]) -> Sequence[tuple[Delivery, Result]]: ...


class Outbox:
    """Runs until `stop`, a round at each wake-up of "deliveries" (the timetable rings once a second).

    What it holds when it dies is claimed again by the next one when the lease ends.
    """

    def __init__(self, deliveries: Deliveries, messenger: Messenger, *, wakeups: Wakeups) -> None:
        self._deliveries = deliveries
        self._messenger = messenger
        self._wakeups = wakeups
        self._stopping = False

    async def run(self) -> None:
        async with self._wakeups.subscribe("deliveries") as ticks:
            while not self._stopping:
                try:
                    busy = await self.step()
                except Exception:
                    log.exception("delivery loop faulted")
                    busy = False
                if not busy and not self._stopping:
                    await anext(ticks)

    async def step(self) -> bool:
        """One round; True when there was something to send."""
        claimed = await self._deliveries.claim()
        if not claimed:
            return False
        await self._deliveries.settle(await self._messenger.send(claimed))
        return True

    def stop(self) -> None:
        """Finish the round in hand, then leave."""
        self._stopping = True
        self._wakeups.publish("deliveries")
