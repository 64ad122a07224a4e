"""What only one process of the house does at a time: whoever holds the lease does it, the others wait for it to be let go or to end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from bot.failures import trace
from bot.stopping import Stopping
from services.ports import Clock
from services.processes import Leases

log = logging.getLogger("mashang.turns")

LEASE = timedelta(seconds=6)
RENEWED_EVERY = 1.5
ASKED_EVERY = 1.0


class Spawn(Protocol):
    """Starts a task and keeps it (app/nursery.py)."""

    def __call__(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]: ...


class OneAtATime:
    """Does `work` while this process holds the lease of that name, until `stop`.

    A holder that dies is followed within LEASE and a second, one that stops within a second. Who cannot renew for as long as
    a lease lasts leaves the work before somebody else may begin it.
    """

    def __init__(
        self, work: Callable[[], Awaitable[None]], finish: Callable[[], None], *, leases: Leases, name: str, holder: UUID, clock: Clock, spawn: Spawn,
    ) -> None:  # fmt: skip
        """`work` may be cancelled at any moment and begun again; `finish` asks it to come to a good end."""
        self._work = work
        self._finish = finish
        self._leases = leases
        self._name = name
        self._holder = holder
        self._clock = clock
        self._spawn = spawn
        self._stopping = Stopping()
        self.ours = False

    async def run(self) -> None:
        """Raises what the work raises."""
        while not self._stopping.asked:
            if not await self._taken():
                await self._stopping.wait(self._clock.sleep(ASKED_EVERY))
                continue
            log.info("%s: this process does it from now on", self._name)
            self.ours = True
            try:
                await self._held()
            finally:
                self.ours = False
                await self._release()

    def stop(self) -> None:
        """The work is ended and the lease let go."""
        self._stopping.ask()

    async def _taken(self) -> bool:
        now = self._clock.now()
        try:
            return bool(await self._leases.take([self._name], holder=self._holder, now=now, until=now + LEASE))
        except Exception as error:  # noqa: BLE001  it is asked again in a second
            log.warning("%s: the lease cannot be asked for: %s", self._name, trace(error))
            return False

    async def _held(self) -> None:
        """The work, for as long as the lease is ours."""
        task = self._spawn(self._worked(), name=self._name)
        kept = self._clock.monotonic()
        try:
            while not self._stopping.asked and not task.done():
                await self._stopping.wait(self._clock.sleep(RENEWED_EVERY))
                asked = self._clock.monotonic()
                if renewed := await self._renewed():
                    kept = asked
                elif renewed is not None or self._clock.monotonic() - kept > LEASE.total_seconds() - 2 * RENEWED_EVERY:
                    log.warning("%s: the lease could not be kept; another process may have it", self._name)
                    return
            self._finish()
            await task
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _worked(self) -> None:
        await self._work()

    async def _renewed(self) -> bool | None:
        """Whether it is still ours; None when that could not be asked."""
        try:
            async with asyncio.timeout(RENEWED_EVERY):
                return bool(await self._leases.renew([self._name], holder=self._holder, until=self._clock.now() + LEASE))
        except Exception as error:  # noqa: BLE001  it is asked again in a moment
            log.warning("%s: the lease cannot be renewed: %s", self._name, trace(error))
            return None

    async def _release(self) -> None:
        try:
            async with asyncio.timeout(RENEWED_EVERY):
                await self._leases.release([self._name], holder=self._holder)
        except Exception as error:  # noqa: BLE001  it ends by itself
            log.warning("%s: the lease could not be released: %s", self._name, trace(error))
