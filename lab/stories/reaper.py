"""When the house is killed: at seeded moments of the evening, one of them right after a keeper was answered."""

import asyncio
from dataclasses import dataclass
from random import Random

from lab.simulator.keeper import Bell
from lab.simulator.world import World
from lab.stories.house import House

ACTS = 300
"""About how many things people do in one evening."""
SCANNING = (0.35, 0.75)
LONGEST_DELAY = 0.4


@dataclass(frozen=True, slots=True)
class Moment:
    """After so many acts, and then: after so many seconds, or (None) right after the next answered scan."""

    acts: int
    delay: float | None


class Reaper:
    """Kills and starts again at once, as often as it was told to; counts what people do, to know when."""

    def __init__(self, house: House, world: World, *, kills: int, seed: int) -> None:
        self._house = house
        self._world = world
        self._moments = moments(kills, seed=seed)
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
            await self._house.kill(at=self._world.now())
            await self._house.open()


def moments(kills: int, *, seed: int) -> list[Moment]:
    """Spread over the evening, one in each equal part of it; one that falls into the scanning comes right after an answered scan."""
    random = Random(f"kills {seed}")
    places = [(n + random.random()) / kills for n in range(kills)]
    after_scan = min(range(kills), key=lambda n: (not SCANNING[0] <= places[n] <= SCANNING[1], random.random()), default=0)
    if kills:
        places[after_scan] = min(max(places[after_scan], SCANNING[0]), SCANNING[1])
    return sorted(
        (Moment(int(place * ACTS), None if n == after_scan else random.uniform(0, LONGEST_DELAY)) for n, place in enumerate(places)), key=lambda one: one.acts
    )
