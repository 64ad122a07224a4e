"""The watch over this process: pulse, watchdog, heartbeat, and the door through which others look."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from app.clock import SystemClock
from app.container import House
from app.figures import PrometheusFigures
from app.living import SENDING, SILENT
from app.pulse import Pulse
from domain.watch import Late, Trouble, missing
from outside.heartbeat import Heartbeat
from scheduler.watchdog import Senses, Watchdog, alone
from services.figures import Figures

if TYPE_CHECKING:
    from app.chat import ChatSide


def figures_of(parts: Collection[str]) -> PrometheusFigures:
    """Figures of a process that serves these parts."""
    try:
        running = version("mashang")
    except PackageNotFoundError:
        running = "unknown"
    return PrometheusFigures(version=running, parts=parts)


class Watching:
    """Made before the doors open, started when the loops run, stopped before they are."""

    def __init__(self, house: House, *, figures: Figures, side: "ChatSide | None", beside: bool) -> None:
        """`beside` other processes of the same house, which tell of themselves in the database."""
        settings = house.settings
        self._house = house
        self._side = side
        self._bot = int(settings.bot_token.get_secret_value().split(":")[0]) if settings.bot_token else None
        self._pulse = Pulse(figures=figures)
        self._heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value()) if settings.heartbeat_url else None
        self.watchdog = Watchdog(
            house.services.watch, beats=house.beats, clock=house.clock, machine=SystemClock(), figures=figures, wakeups=house.wakeups,
            senses=Senses(free=self._free, paused=self._paused, degraded=self._degraded, lag=self._pulse.worst, others=self._others if beside else alone),
            heartbeat=self._heartbeat, desk=side.desk() if side else None, silence=timedelta(minutes=settings.updates_silence),
            tells=settings.bot_token is not None and settings.lab_clock is None,
        )  # fmt: skip
        self._task: asyncio.Task[None] | None = None

        house.tells.append(self.watchdog.of_its_own)

    def late(self) -> list[str]:
        return self.watchdog.late

    def start(self) -> None:
        self._pulse.start()
        self._task = self._house.nursery.spawn(self.watchdog.run(), name="watchdog")

    async def stop(self) -> None:
        """Before anything else is: a house that closes is not late."""
        self._pulse.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        if self._heartbeat is not None:
            await self._heartbeat.close()

    async def _free(self) -> int:
        return (await asyncio.to_thread(shutil.disk_usage, self._house.settings.data_dir)).free

    async def _paused(self) -> bool:
        """As this process knows it, or as another one wrote it down."""
        if self._side is not None and self._side.paused():
            return True
        return self._bot is not None and any(chat is None for chat, _ in await self._house.pauses.load(self._bot))

    def _degraded(self) -> bool:
        return bool(self._house.lacking())

    async def _others(self) -> set[Late]:
        """Parts that nobody serves, and what other processes say of themselves. Without a bot nobody has to speak."""
        living = await self._house.processes.living(since=self._house.clock.now() - SILENT)
        needed = {"web", "scheduler"} | (SENDING if self._bot is not None else set())
        told = {Late(Trouble.ELSEWHERE, f"{each.number}: {word}") for each in living if each.id != self._house.me for word in each.degraded}
        return told | missing(needed, [each.parts for each in living])


@asynccontextmanager
async def watched(house: House, *, figures: Figures, side: "ChatSide | None", beside: bool) -> AsyncIterator[Watching]:
    """The watch, not started yet; stopped at the end."""
    watching = Watching(house, figures=figures, side=side, beside=beside)
    try:
        yield watching
    finally:
        await watching.stop()
