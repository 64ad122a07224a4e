"""A keeper at a door with a phone and no network: one code after another, and a note of everything that the phone showed as recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from codes.token import parse_path
from lab.cards import photo
from lab.scanner import KEPT, KNOWN, Scanner, Screen
from lab.stories.offline_cast import Act, Purpose, Via
from lab.stories.scene import Code

MINUTE = 60.0
OUT_OF_SIGHT = 3.0
"""Seconds, not of the laboratory, until a card is put away."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a keeper saw the phone record, of one person, at the true instant. `kept`: as a new scan; `undone`: taken back at once."""

    person: str
    door: str
    purpose: str
    place: str | None
    at: str
    kept: bool
    undone: bool


@dataclass
class Notes:
    """What all keepers saw, and what was otherwise than it had to be."""

    shown: list[Shown] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """Seconds from each card to its verdict."""

    def rows(self) -> list[dict[str, Any]]:
        """As the oracle reads them."""
        return [asdict(one) for one in self.shown]

    def kept(self, door: str) -> int:
        """How many scans this door's phone has recorded."""
        return sum(one.kept for one in self.shown if one.door == door)


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody's cards: by the person's name, and of a household by its head's; the numbers of its people on it."""

    people: Mapping[str, Code]
    households: Mapping[str, Code]
    numbers: Mapping[str, int]


def cti_of(text: str) -> str:
    """What identifies a code, in hexadecimal."""
    return parse_path(text.rpartition("/")[2]).payload.cti.hex()


class Keeper:
    """One of the three."""

    def __init__(self, door: str, place: str, scanner: Scanner, register: Register, notes: Notes, *, random: Random) -> None:
        self.door = door
        self.scanner = scanner
        self._place = place
        self._register = register
        self._notes = notes
        self._random = random

    async def work(self, acts: Sequence[Act], *, began: float) -> None:
        """All of these, each not before its minute after `began`."""
        for act in acts:
            await self.scanner.until(began + act.minute * MINUTE)
            async with self.scanner.answering(f"{self.door}, minute {act.minute:.1f}, {' '.join(act.names)}"):
                await self.scanner.ready(act.purpose.value)
                await self._one(act)

    async def before_camera(self, acts: Sequence[Act], *, began: float) -> None:
        """All of these as they come into the picture, in whatever order; until the last one is out of it."""
        await self.scanner.until(began + acts[0].minute * MINUTE)
        await self.scanner.ready(acts[0].purpose.value)
        waiting = {cti_of(self._register.people[act.names[0]].text): act for act in acts}
        while waiting:
            async with self.scanner.answering(f"{self.door}, {len(waiting)} cards before the camera"):
                screen = await self.scanner.verdict()
                act = waiting.pop(screen.seen or "", None)
                if act is not None:
                    self._note(act, screen)
                await self.scanner.onward()
        await asyncio.sleep(OUT_OF_SIGHT)

    async def _one(self, act: Act) -> None:
        screen = await self._shown(act)
        if screen.asks:
            screen = await self.scanner.confirm()
        self._note(act, screen)
        if act.undone and screen.word in KEPT:
            await self.scanner.undo()
        await self.scanner.onward()

    async def _shown(self, act: Act) -> Screen:
        """The card before the camera, its photo, or its letters."""
        if act.household:
            numbers = [self._register.numbers[name] for name in act.names]
            return await self.scanner.household(photo(self._register.households[act.names[0]].text, self._random), numbers)
        code = self._register.people[act.names[0]]
        return await (self.scanner.typed(code.short) if act.via is Via.TYPED else self.scanner.photo(photo(code.text, self._random)))

    def _note(self, act: Act, screen: Screen) -> None:
        """One line for each person."""
        if screen.word not in (*KEPT, KNOWN):
            self._notes.wrong.append(f"{self.door}: {' '.join(act.names)} at minute {act.minute:.0f} was shown as {screen.word}: {screen.said}")
        place = None if act.purpose is Purpose.RELATIVES else self._place
        at = datetime.fromtimestamp(screen.at, UTC).isoformat()
        self._notes.waits.append(screen.waited)
        self._notes.shown += [
            Shown(self._register.people[name].holder, self.door, act.purpose.value, place, at, screen.word in KEPT, act.undone) for name in act.names
        ]
