"""When the house is killed: at seeded moments of the evening, one of them right after a keeper was answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from lab.simulator.keeper import Bell
from lab.stories.house import House

ACTS = 200
"""About how many things people do in the evening of one order."""
SCANNING = (0.35, 0.75)
LONGEST_DELAY = 0.4


@dataclass(frozen=True, slots=True)
class Moment:
    """After so many acts, and then: after so many seconds, or (None) right after the next answered scan."""

    acts: int
    delay: float | None


class Reaper:
    """Kills and starts again at once, as often as it was told to; counts what people do, to know when."""

    def __init__(self, house: House, now: Callable[[], float], *, kills: int, seed: int, acts: int = ACTS) -> None:
        """`now` is the simulator's clock; about so many `acts` will be done."""
        self._house = house
        self._now = now
        self._moments = moments(kills, seed=seed, acts=acts)
        self._bell = Bell()
        self._over = False
        self.acts = 0
        self.scans = 0

    def acted(self) -> None:
        """Somebody did something."""
        self.acts += 1
        self._bell.ring()

    def scanned(self) -> None:
        """A keeper was told that somebody is recorded."""
        self.scans += 1
        self._bell.ring()

    def hurry(self) -> None:
        """The evening ends: what is left is done now."""
        self._over = True
        self._bell.ring()

    def rest(self) -> None:
        """No further kill; one that has begun is brought to its end."""
        self._moments.clear()
        self.hurry()

    async def reap(self) -> None:
        """Until every kill is done and the house is open again. HouseFell when it does not open."""
        while self._moments:
            moment = self._moments[0]
            while self.acts < moment.acts and not self._over:
                await self._bell.wait()
            if moment.delay is None:
                before = self.scans
                while self.scans == before and not self._over:
                    await self._bell.wait()
            else:
                await asyncio.sleep(moment.delay)
            if not self._moments:
                return
            del self._moments[0]
            await self._house.kill(at=self._now())
            await self._house.open()


def moments(kills: int, *, seed: int, acts: int = ACTS) -> list[Moment]:
    """Spread over the evening, one in each equal part of it; one of them right after an answered scan.

    From three on, one falls together with the one before it: the house is killed again while it deals with what waited.
    """
    random = Random(f"kills {seed}")
    places = [(n + random.random()) / kills for n in range(kills)]
    after_scan = min(range(kills), key=lambda n: abs(places[n] - sum(SCANNING) / 2), default=0)
    if kills:
        places[after_scan] = min(max(places[after_scan], SCANNING[0]), SCANNING[1])
    if kills > 2:
        again = random.choice([n for n in range(1, kills) if n != after_scan])
        places[again] = places[again - 1]
    return [Moment(int(place * acts), None if n == after_scan else random.uniform(0, LONGEST_DELAY)) for n, place in enumerate(places)]
