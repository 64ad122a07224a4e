"""Something that the house needs is out of reach for a while in the middle of the evening, and the house has to say so."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp

from lab.simulator.remote import Remote
from lab.stories.ground import DATABASE, REDIS, Ground
from lab.stories.house import House
from lab.stories.reaper import Reaper

TELEGRAM = "telegram"
CUT = "cut"
MIDDLE = (0.35, 0.55)
STEP = 0.25
SAID_WITHIN = 5.0
"""So soon `/readyz` has to have said what is missing; each single answer may take as long."""
WELL_WITHIN = 15.0
"""So long after its end everything is well again."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What is out of reach (database, redis, telegram), for how long, and whether connections break (cut) or nobody answers on them (deaf)."""

    what: str
    seconds: float
    how: str = CUT


@dataclass(frozen=True, slots=True)
class Looked:
    """One answer of `/readyz`, or none (status 0): how long after the beginning, and after the end once that has come."""

    door: str
    after: float
    status: int
    degraded: bool
    healed: float | None = None


def begins(seed: int, *, acts: int) -> int:
    """After how many acts."""
    return int(Random(f"outage {seed}").uniform(*MIDDLE) * acts)


class Weather:
    """One outage."""

    def __init__(self, outage: Outage, *, ground: Ground, house: House, remote: Remote, begins: int) -> None:
        self._outage = outage
        self._ground = ground
        self._house = house
        self._remote = remote
        self._begins = begins
        self._over = asyncio.Event()
        self._looked: list[Looked] = []

    async def end(self) -> None:
        """Now, or not at all."""
        self._over.set()

    async def happen(self, reaper: Reaper, wrong: list[str]) -> None:
        """Begin when people have done so much, end after its time; what the house should have said of it and did not is added to `wrong`."""
        await reaper.reached(self._begins)
        if reaper.acts < self._begins or self._over.is_set():
            wrong.append(f"the evening was over before the outage of {self._outage.what}")
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SAID_WITHIN)) as session:
            try:
                await self._begin()
                await self._look(session, began, until=began + self._outage.seconds)
            finally:
                await self._heal()
            healed = loop.time()
            await self._look(session, began, until=healed + WELL_WITHIN, healed=healed)
        wrong += complaints(self._outage.what, self._looked, self._ground.doors)

    async def _begin(self) -> None:
        outage = self._outage
        self._house.cut_off = outage.what != REDIS
        if outage.what == TELEGRAM:
            await self._remote.down(2 * outage.seconds)
        elif outage.how == CUT:
            self._ground.proxies[outage.what].cut()
        else:
            self._ground.proxies[outage.what].grow_deaf()

    async def _heal(self) -> None:
        if self._outage.what == TELEGRAM:
            await self._remote.up()
        else:
            await self._ground.proxies[self._outage.what].heal()
        if self._outage.what != REDIS:
            self._house.heal()

    async def _look(self, session: aiohttp.ClientSession, began: float, *, until: float, healed: float | None = None) -> None:
        """Ask every door again and again; after the end only until all is well."""
        loop = asyncio.get_running_loop()
        while loop.time() < until and not self._over.is_set():
            answers = await asyncio.gather(*(asked(session, door) for door in self._ground.doors))
            now = loop.time()
            self._looked += [Looked(door, now - began, *answer, None if healed is None else now - healed) for door, answer in answers]
            if healed is not None and all(answer == (200, False) for _, answer in answers):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), STEP)


async def asked(session: aiohttp.ClientSession, door: str) -> tuple[str, tuple[int, bool]]:
    """What `/readyz` says at this door: its status, 0 without an answer, and whether it goes on with less."""
    try:
        async with session.get(f"{door}/readyz") as answer:
            said: dict[str, Any] = await answer.json()
            return door, (answer.status, bool(said.get("degraded")))
    except (aiohttp.ClientError, TimeoutError):
        return door, (0, False)


def complaints(what: str, looked: Sequence[Looked], doors: Sequence[str]) -> Iterator[str]:
    """What `/readyz` should have said of an outage and did not, in words. A dead process, which does not answer, says nothing wrong."""
    for door in doors:
        mine = [each for each in looked if each.door == door]
        during, after = [each for each in mine if each.healed is None], [each for each in mine if each.healed is not None]
        if what == DATABASE and not any(each.status == 503 and each.after <= SAID_WITHIN for each in during):
            yield f"{door}: the database was away, /readyz said {said(during)}"
        if what == REDIS and not any(each.degraded for each in during):
            yield f"{door}: Redis was away, /readyz never said that it does without"
        if what != DATABASE and (other := {each.status for each in mine} - {200, 0}):
            yield f"{door}: {what} was away, /readyz said {sorted(other)}"
        if not after or (after[-1].status, after[-1].degraded) != (200, False):
            yield f"{door}: {what} is back, /readyz says {said(after[-1:])}"


def said(looked: Sequence[Looked]) -> str:
    return ", ".join(f"{each.status}{' degraded' if each.degraded else ''} after {each.after:.1f} s" for each in looked[:8]) or "nothing"
