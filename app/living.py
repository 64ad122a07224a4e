"""The processes of a house tell of themselves every second, so that each knows how many share the send budget, and who looks knows who lives."""

import logging
import os
import socket
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from services.ports import Clock
from services.processes import Process, Processes

log = logging.getLogger("mashang.serve")

SENDING = frozenset({"bot", "delivery"})
BEAT = 1.0
SILENT = timedelta(seconds=5)
"""Whoever has not told of itself for so long is dead; a live one that cannot write cannot claim anything to send either."""

Heard = Callable[[int, bool], None]
"""Told how many processes send, this one included, and whether all others are well."""


class Living:
    """Writes this process's row until the end, and hears of the others by the way."""

    def __init__(self, processes: Processes, *, me: UUID, parts: Collection[str], clock: Clock, lacks: Callable[[], Collection[str]]) -> None:
        """`lacks` names what this process has to do without at this moment."""
        self._processes = processes
        self._clock = clock
        self._lacks = lacks
        self._me = me
        self._host, self._number, self._parts = socket.gethostname(), os.getpid(), tuple(sorted(parts))
        self._started_at = clock.now()
        self._heard: list[Heard] = []
        self._failing = False

    def hear(self, heard: Heard) -> None:
        """To be told at every beat."""
        self._heard.append(heard)

    async def beat(self) -> None:
        """Once: tell, and hear."""
        now = self._clock.now()
        await self._processes.seen(self._as_of(now))
        others = [each for each in await self._processes.living(since=now - SILENT) if each.id != self._me and SENDING & set(each.parts)]
        senders, well = len(others) + bool(SENDING & set(self._parts)), not any("redis" in each.degraded for each in others)
        for heard in self._heard:
            heard(senders, well)

    async def run(self) -> None:
        """Every second, until cancelled. Who cannot tell keeps to what it heard last."""
        while True:
            await self._clock.sleep(BEAT)
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001  the next beat is a second away
                if not self._failing:
                    log.warning("this process cannot tell that it lives: %s", type(error).__name__)
                self._failing = True
            else:
                self._failing = False

    async def end(self) -> None:
        """The others need not wait to find out."""
        try:
            await self._processes.gone(self._me)
        except Exception as error:  # noqa: BLE001  they find out in seconds
            log.warning("this process could not say that it ends: %s", type(error).__name__)

    def _as_of(self, now: datetime) -> Process:
        return Process(self._me, self._host, self._number, self._parts, tuple(sorted(self._lacks())), self._started_at, now)
