"""Pauses that outlive the process: what Telegram told us to wait for is kept, and heard again after a restart and from other processes."""

import logging
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.failures import trace
from bot.pacer import Pacer
from bot.stopping import Stopping
from services.pauses import Pauses
from services.ports import Clock, Wakeups

log = logging.getLogger("mashang.outbox")

TOPIC = "pauses"


class Spawn(Protocol):
    """Starts a task and keeps it (app/nursery.py)."""

    def __call__(self, work: Coroutine[Any, Any, None], *, name: str) -> object: ...


class KeptPauses:
    """Between the pacer, which must not wait, and the table."""

    def __init__(self, pauses: Pauses, *, bot: int, clock: Clock, wakeups: Wakeups, spawn: Spawn) -> None:
        self._wakeups = wakeups
        self._pauses = pauses
        self._bot = bot
        self._clock = clock
        self._spawn = spawn
        self._stopping = Stopping()

    def keep(self, chat: int | None, seconds: float) -> None:
        """Begin to write it down; the pacer is closed already."""
        self._spawn(self._keep(chat, self._clock.now() + timedelta(seconds=seconds)), name="keeping a pause")

    async def _keep(self, chat: int | None, until: datetime) -> None:
        try:
            await self._pauses.keep(self._bot, chat, until)
            self._wakeups.publish(TOPIC)
        except Exception as error:  # noqa: BLE001  this process waits all the same
            log.error("a pause until %s could not be kept: %s", until, trace(error))

    async def load(self, pacer: Pacer) -> None:
        """Close what was closed before we came, or by another process."""
        now = self._clock.now()
        for chat, until in await self._pauses.load(self._bot):
            pacer.close(chat, seconds=(until - now).total_seconds())

    async def run(self, pacer: Pacer) -> None:
        """Hear of other processes' pauses, at once where its wake-ups reach us and with our own bell (every second) elsewhere, until `stop`."""
        async with self._wakeups.subscribe(TOPIC) as ticks:
            while not self._stopping.asked:
                try:
                    await self.load(pacer)
                except Exception as error:  # noqa: BLE001  the next time is a second away
                    log.warning("pauses cannot be read: %s", trace(error))
                await self._stopping.wait(anext(ticks))

    def stop(self) -> None:
        self._stopping.ask()
