"""One notice to a crowd through the real `serve`, against a simulator with limits and rain, killed on the way."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from lab.bench.counting import Run, Span, in_flight, lost
from lab.bench.crowd import BOT, TOKEN, Crowd, copies, everybody, personas
from lab.simulator.faults import Fault
from lab.simulator.limits import Limits
from lab.simulator.server import Simulator
from lab.simulator.sprinkle import Rain
from lab.simulator.throttle import Profile
from lab.stories.house import House

Json = dict[str, Any]
PER_SECOND = 30
TIMEOUT = 5.0
LOOK = 0.05
STALLED = 90.0
LONG_PAUSE = 12
INTO_PAUSE = 1.0


@dataclass(frozen=True)
class Weather:
    """What goes wrong: shares of all sends."""

    retry_after: float = 0.002
    error: float = 0.01
    hang: float = 0.003
    cut: float = 0.003
    garbage: float = 0.003

    def rain(self, seed: int) -> Rain:
        return Rain(retry_after=self.retry_after, error=self.error, hang=self.hang, cut=self.cut, garbage=self.garbage, seed=seed)


@dataclass(frozen=True)
class Asked:
    """How a broadcast is run. `kills` of them: one at a seeded moment, one in the middle of a long pause, and so on in turn."""

    profile: Profile
    kills: int = 2
    seed: int = 1
    per_second: int = PER_SECOND
    weather: Weather = Weather()
    quiet: float = 4.0
    """Nothing arrived for so many seconds: time to ask the house whether it has finished."""
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Figures:
    """What one run came to."""

    profile: str
    limit_ratio: float
    late_in_pause: int
    lost: int
    duplicates: int
    unknown: int
    in_flight_at_kills: int
    seconds: float
    ideal: float
    arrived: int
    refused: int
    too_fast: int
    """Of the refused: by our own pace."""
    down: float
    states: dict[str, int] = field(default_factory=dict)


def simulator(people: int, asked: Asked) -> Simulator:
    """The world of one run: its limits, its rain, and everybody in it."""
    limits = Limits(sends_per_second=asked.per_second, burst=asked.per_second * 3 // 2)
    made = Simulator({TOKEN: BOT}, personas=personas(people), preview=False, limits=limits, profile=asked.profile)
    made.world.sprinkle.set(asked.weather.rain(asked.seed))
    return made


async def broadcast(crowd: Crowd, folder: Path, asked: Asked, *, database: str | None = None) -> Figures:
    """Until the house has nothing left to send. HouseFell when it does not open, or stands still."""
    world = simulator(len(crowd.chats), asked)
    await world.start()
    everybody(world, crowd.chats.values())
    rate = {} if asked.per_second == PER_SECOND else {"LAB_SEND_RATE": str(asked.per_second)}
    house = crowd.copied(folder, api=world.url, database=database, SEND_TIMEOUT=str(TIMEOUT), **rate, **asked.settings)
    evening = Evening(world, house, crowd, asked)
    try:
        await house.open()
        await evening.pass_by()
        await house.close()
        return evening.counted()
    finally:
        await house.leave()
        await world.stop()


class Evening:
    """A run while it goes on."""

    def __init__(self, world: Simulator, house: House, crowd: Crowd, asked: Asked) -> None:
        self._world = world
        self._house = house
        self._crowd = crowd
        self._asked = asked
        self._random = Random(f"kills {asked.seed} {asked.profile}")
        self._chats = frozenset(crowd.chats.values())
        self._by_chat = {chat: person for person, chat in crowd.chats.items()}
        self._downs: list[Span] = []
        self._in_flight = 0
        self._states: dict[int, str] = {}

    def run(self) -> Run:
        log = {"requests": self._world.world.ledger.after(0)}
        return Run(log, self._chats, self._asked.per_second, TIMEOUT, self._downs)

    async def pass_by(self) -> None:
        """Kill when it is time; then wait until nothing is pending any more."""
        for number in range(self._asked.kills):
            share = self._random.uniform(number + 0.25, number + 0.75) / self._asked.kills
            await self._until(partial(self._at_least, share))
            if number % 2:
                await self._in_a_pause()
            await self._kill()
        await self._until(lambda: self._reached() == len(self._chats))
        while await self._pending():
            continue

    def _at_least(self, share: float) -> bool:
        return self._reached() >= share * len(self._chats)

    def _reached(self) -> int:
        return len({each.chat_id for each in self._world.world.ledger if each.accepted} & self._chats)

    def _silence(self) -> float:
        """Seconds since the last message arrived."""
        return time.time() - max(each.at for each in self._world.world.ledger if each.chat_id in self._chats)

    async def _until(self, condition: Callable[[], bool]) -> None:
        seen, since = -1, time.monotonic()
        while not condition():
            self._house.must_stand()
            if (reached := self._reached()) != seen:
                seen, since = reached, time.monotonic()
            if time.monotonic() - since > STALLED:
                raise TimeoutError(f"nothing moved for {STALLED:.0f} s: {seen} of {len(self._chats)} were reached\n{self._house.last_words()[-2000:]}")
            await asyncio.sleep(LOOK)

    async def _in_a_pause(self) -> None:
        """Telegram asks for a long one, and has been obeyed for a second."""
        self._world.world.faults.add(Fault(kind="retry_after", method="sendMessage", seconds=LONG_PAUSE))
        await self._until(lambda: not self._world.world.faults.list())
        await asyncio.sleep(INTO_PAUSE)

    async def _kill(self) -> None:
        """SIGKILL, a look at what the dead house knew, and a new start. The time until it is ready again is counted as down."""
        died = time.time()
        await self._house.kill(at=died)
        await self._look()
        self._in_flight += in_flight(self.run(), self._states, died=died)
        await self._house.open()
        self._downs.append((died, time.time()))

    async def _look(self) -> None:
        """How every copy stands in the house, dead or alive."""
        stands = await copies(self._house, self._house.folder / "events.jsonl")
        self._states = {chat: stands[person] for chat, person in self._by_chat.items() if person in stands}

    async def _pending(self) -> bool:
        """Whether the house still has something to send."""
        await self._until(lambda: self._silence() > self._asked.quiet)
        await asyncio.sleep(self._asked.quiet / 4)
        await self._look()
        return bool({"pending", "leased"} & set(self._states.values()))

    def counted(self) -> Figures:
        """As the house said last, and as the simulator saw it."""
        run = self.run()
        return Figures(
            self._asked.profile, run.ratio(), run.late_in_pause(), len(lost(run, self._states, self._chats)), run.duplicates(),
            run.unknown(), self._in_flight, run.seconds(), run.ideal(), len(run.sends),
            sum(each["status"] == 429 for each in run.sends), run.too_fast(), sum(ended - begun for begun, ended in self._downs),
            dict(Counter(self._states.values())),
        )  # fmt: skip
