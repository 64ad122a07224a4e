"""Chats stay in the hand of the process that answers them: their leases are renewed, and who lost one stops at once."""

import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from bot.failures import trace
from bot.stopping import Stopping
from services.ports import Clock
from services.processes import Leases

log = logging.getLogger("mashang.answers")

RENEWALS = 4
"""So many times in the length of a lease it is renewed."""


class Answers(Protocol):
    def in_hand(self) -> set[bytes]: ...
    def let_go(self, lanes: Collection[bytes]) -> None: ...


class Hands:
    """Renews what an answerer has in hand, until stopped, and once more then: the drain is shorter than a lease."""

    def __init__(self, answers: Answers, leases: Leases, *, prefix: str, holder: UUID, lease: timedelta, clock: Clock) -> None:
        """A lane's lease is called `prefix` and the lane in hexadecimal."""
        self._answers = answers
        self._leases = leases
        self._prefix = prefix
        self._holder = holder
        self._lease = lease
        self._clock = clock
        self._renewed = clock.monotonic()
        self._stopping = Stopping()

    async def run(self) -> None:
        while not self._stopping.asked:
            await self._stopping.wait(self._clock.sleep(self._lease.total_seconds() / RENEWALS))
            await self.renew()

    def stop(self) -> None:
        self._stopping.ask()

    async def renew(self) -> None:
        """Once. What is not ours any more is let go; so is everything when nothing could be renewed for as long as a lease lasts."""
        lanes = {self._prefix + lane.hex(): lane for lane in self._answers.in_hand()}
        began = self._clock.monotonic()
        try:
            kept = await self._leases.renew(lanes, holder=self._holder, until=self._clock.now() + self._lease) if lanes else set()
        except Exception as error:  # noqa: BLE001  the next time is a moment away
            log.warning("chats in hand cannot be renewed: %s", trace(error))
            if self._clock.monotonic() - self._renewed < self._lease.total_seconds():
                return
            kept = set()
        else:
            self._renewed = began
        lost = {lanes[name] for name in lanes.keys() - kept} & self._answers.in_hand()
        if lost:
            log.warning("%d chats are in another process's hand now", len(lost))
            self._answers.let_go(lost)
