"""When the house is killed: at seeded moments of the evening, some of them right after something that must not be forgotten."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from lab.simulator.keeper import Bell
from lab.stories.house import House

ACTS = 200
"""About how many things people do in the evening of one order."""
SCANNING = (0.35, 0.75)
LONGEST_DELAY = 0.4
SCAN, NOTICE = "scan", "notice"
"""What a kill may come right after: a keeper was told that somebody is recorded; a notice reached the first chat."""


@dataclass(frozen=True, slots=True)
class Moment:
    """After so many acts; then right after the next such mark, if it has one; and then after so many seconds."""

    acts: int
    delay: float
    mark: str = ""
    victims: tuple[int, ...] = ()
    """Which processes of the house; none named: all."""


class Reaper:
    """Kills and starts again at once, as often as it was told to; counts what people do, to know when."""

    def __init__(self, house: House, now: Callable[[], float], *, planned: Sequence[Moment]) -> None:
        """`now` is the simulator's clock."""
        self._house = house
        self._now = now
        self._moments = list(planned)
        self._reached: dict[Moment, int] = {}
        self._bell = Bell()
        self._over = False
        self._marks: Counter[str] = Counter()
        self.acts = 0

    def acted(self) -> None:
        """Somebody did something."""
        self.acts += 1
        self._bell.ring()

    def mark(self, what: str) -> None:
        """Something happened that must not be forgotten."""
        self._due()
        self._marks[what] += 1
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
            moment = self._moments[0] if self._over else self._due()
            if moment is None:
                await self._bell.wait()
                continue
            await asyncio.sleep(moment.delay)
            if not self._moments:
                return
            self._moments.remove(moment)
            await self._house.kill(*moment.victims, at=self._now())
            await self._house.open(*moment.victims)

    async def reached(self, acts: int) -> None:
        """Until people have done so much, or the evening ends."""
        while self.acts < acts and not self._over:
            await self._bell.wait()

    def _due(self) -> Moment | None:
        """The first moment that has come. One with a mark comes with the first such mark after its acts are done."""
        for moment in self._moments:
            if self.acts >= moment.acts and (not moment.mark or self._marks[moment.mark] > self._reached.setdefault(moment, self._marks[moment.mark])):
                return moment
        return None


def moments(kills: int, *, seed: int, acts: int = ACTS, marks: Sequence[str] = (SCAN,)) -> list[Moment]:
    """Spread over the evening, one in each equal part of it. One comes right after an answered scan; with the mark of a notice another
    one comes while that goes out.

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
    planned = [Moment(int(place * acts), 0 if n == after_scan else random.uniform(0, LONGEST_DELAY)) for n, place in enumerate(places)]
    if kills:
        planned[after_scan] = Moment(planned[after_scan].acts, 0, SCAN)
    if NOTICE in marks and kills > 1:
        planned[kills - 1 if after_scan != kills - 1 else kills - 2] = Moment(0, random.uniform(0, 3 * LONGEST_DELAY), NOTICE)
    return planned


def falling_on(planned: Sequence[Moment], *, seed: int, fronts: Sequence[int], backs: Sequence[int]) -> list[Moment]:
    """The same moments, each for one process of several: after a scan one that answers, while a notice goes out one that delivers.

    From two on both kinds fall, from three on one moment takes all of them at once. Everything else is the seed's.
    """
    random = Random(f"victims {seed}")
    fated = {SCAN: fronts, NOTICE: backs}
    kinds = [fated.get(moment.mark) for moment in planned]
    free = [n for n, kind in enumerate(kinds) if kind is None]
    random.shuffle(free)
    everybody = free.pop() if len(planned) > 2 and free else None
    missing = [kind for kind in (fronts, backs) if len(planned) > 1 and kind not in kinds]
    for n in free:
        kinds[n] = missing.pop() if missing else random.choice((fronts, backs))
    return [
        replace(moment, victims=() if n == everybody or kind is None else (random.choice(kind),))
        for n, (moment, kind) in enumerate(zip(planned, kinds, strict=True))
    ]
