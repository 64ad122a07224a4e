"""The day itself: three phones learn what they need, the power goes, people come in waves, one phone is lost, the power comes back."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from lab.cards import drawn, write_clip
from lab.daytime import Daytime
from lab.proxy import Proxy
from lab.scanner import Scanner
from lab.stories.house import House
from lab.stories.offline_cast import (
    FIRST,
    HOURS,
    JUMP_MINUTES,
    JUMPS,
    LOST_AFTER,
    SECOND,
    SET_RIGHT,
    THIRD,
    WAVE,
    WAVES,
    WRONG_MINUTES,
    Act,
    Day,
    Door,
    Via,
)
from lab.stories.offline_door import MINUTE, Keeper, Notes, Register
from lab.stories.scene import Scene

if TYPE_CHECKING:
    from playwright.async_api import Playwright

PIN = "2580"
PURPOSES = "shelter_in,shelter_out,to_relatives"
SPARE = f"{THIRD.name}-2"
DIES_AFTER = 1
"""Waves of each half after which every phone's battery is empty once."""
BACK = HOURS * 60 - 4
"""The minute at which the network is back: the newest list of withdrawn codes is not a day old yet."""
HOLD, GAP, DARK, REST = 1.6, 0.5, 2.5, 60.0
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Office:
    """The house on the day, with its door, its clock, and whoever asks it from outside."""

    house: House
    door: Proxy
    daytime: Daytime
    scene: Scene
    register: Register
    places: Mapping[str, str]
    """The id of each door's shelter."""
    url: str


@dataclass
class End:
    """What came of it."""

    notes: Notes
    exported: frozenset[str] = frozenset()
    """Keys of the scans in the export of the phone that was lost; another phone takes it home."""
    left_over: list[str] = field(default_factory=list)
    """What a phone still holds, or was not taken, in words."""


@dataclass
class Hands:
    """The keepers, and the phones they hold now."""

    driver: "Playwright"
    day: Day
    office: Office
    folder: Path
    random: Random
    end: End
    keepers: dict[str, Keeper] = field(default_factory=dict)

    async def hand_out(self, name: str, door: Door, *, wrong: float = 0.0, clip: Path | None = None) -> Keeper:
        """A phone that the office enrols for this keeper and this door."""
        said = await self.office.house.commands(
            ("devices", "enrol", "--for", door.phone, "--label", name, "--place", door.place, "--purposes", PURPOSES, "--json")
        )
        scanner = Scanner(self.driver, self.folder / f"phone-{name}", self.office.url, now=self.office.daytime.now, wrong=wrong, pin=PIN)
        await scanner.switch_on(clip=clip)
        await scanner.enrol(said[0].value()["url"])
        keeper = Keeper(name, self.office.places[door.name], scanner, self.office.register, self.end.notes, random=self.random)
        self.keepers[name] = keeper
        return keeper


async def lived(driver: "Playwright", day: Day, office: Office, folder: Path, *, random: Random) -> End:
    """From the order to the last scan brought home."""
    hands = Hands(driver, day, office, folder, random, End(Notes()))
    try:
        began = office.daytime.now()
        await without_power(hands, began)
        await brought_home(hands)
    finally:
        await asyncio.gather(*(keeper.scanner.switch_off() for keeper in hands.keepers.values()))
    return hands.end


async def without_power(hands: Hands, began: float) -> None:
    """Everything until the network is back."""
    day, office = hands.day, hands.office
    film = [act for act in day.acts if act.via is Via.CAMERA]
    clip = write_clip(
        hands.folder / "clip.mjpeg", (drawn(office.register.people[act.names[0]].text) for act in film), hands.random, first=DARK, hold=HOLD, gap=GAP, rest=REST
    )
    await hands.hand_out(FIRST.name, day.doors[0], wrong=WRONG_MINUTES * MINUTE, clip=clip)
    for name, door in zip((SECOND.name, THIRD.name), day.doors[1:], strict=True):
        await hands.hand_out(name, door)
    await power_cut(hands)
    await asyncio.gather(*(half_a_day(hands, name, range(LOST_AFTER), began, film) for name in (FIRST.name, SECOND.name, THIRD.name)))
    await lost_and_found(hands, began)
    await asyncio.gather(*(half_a_day(hands, name, range(LOST_AFTER, WAVES), began, []) for name in (FIRST.name, SECOND.name, SPARE)))
    await asyncio.gather(*(keeper.scanner.until(began + BACK * MINUTE) for keeper in hands.keepers.values()))
    office.daytime.move_to(began + BACK * MINUTE)


async def power_cut(hands: Hands) -> None:
    """The house is dead, and the first phone has no signal besides."""
    await hands.office.house.kill(at=hands.office.daytime.now())
    await hands.keepers[FIRST.name].scanner.signal(on=False)


async def half_a_day(hands: Hands, name: str, waves: range, began: float, film: list[Act]) -> None:
    """What one keeper does in these waves; the battery is empty in the middle of one, and for the first also right after the camera."""
    keeper, door = hands.keepers[name], name.removesuffix("-2")
    if name == FIRST.name and film:
        await keeper.before_camera(film, began=began)
        await died(keeper)
    for wave in waves:
        if name == SECOND.name and wave == JUMPS:
            await keeper.scanner.set_clock(JUMP_MINUTES * MINUTE)
        if name == SECOND.name and wave == SET_RIGHT:
            await keeper.scanner.set_clock(0)
        acts = [act for act in hands.day.at(door, range(wave, wave + 1)) if act not in film]
        middle = len(acts) // 2 if wave == waves.start + DIES_AFTER else 0
        await keeper.work(acts[:middle], began=began)
        if wave == waves.start + DIES_AFTER:
            await died(keeper)
        await keeper.work(acts[middle:], began=began)


async def died(keeper: Keeper) -> None:
    """An empty battery, and the phone switched on again; it has no camera from then on, and all cards are photographed."""
    await keeper.scanner.battery_out()
    await keeper.scanner.switch_on()


async def lost_and_found(hands: Hands, began: float) -> None:
    """The third phone's export is saved before it falls into the water; the office, for a moment there, enrols another one, which takes the export."""
    office, lost = hands.office, hands.keepers[THIRD.name]
    noon = began + LOST_AFTER * WAVE * MINUTE
    for keeper in hands.keepers.values():
        await keeper.scanner.until(noon)
        await keeper.scanner.signal(on=False)
    file = hands.folder / "export.json"
    await lost.scanner.export_to(file)
    hands.end.exported = exported(file)
    await lost.scanner.battery_out()
    shutil.rmtree(lost.scanner.profile)
    del hands.keepers[THIRD.name]
    office.daytime.move_to(noon)
    await office.house.open()
    spare = await hands.hand_out(SPARE, hands.day.doors[2])
    await office.house.kill(at=office.daytime.now())
    await spare.scanner.import_from(file)


def exported(file: Path) -> frozenset[str]:
    """The keys of the scans that the file carries."""
    batches = json.loads(file.read_text("utf-8"))["batches"]
    return frozenset(item["key"] for batch in batches for item in json.loads(batch["body"])["items"] if item["what"] == "scan")


async def brought_home(hands: Hands) -> None:
    """The house is up again. It dies right after the first phone was told that all is taken; the second phone's first answers are lost, and it dies in
    the middle; after the last answer the house dies once more."""
    office = hands.office
    first, second, spare = (hands.keepers[name].scanner for name in (FIRST.name, SECOND.name, SPARE))
    await spare.signal(on=False)
    await office.house.open()
    await first.signal(on=True)
    await first.bring_home()
    await fall_and_rise(office)
    office.door.lose_answers()
    await second.signal(on=True)
    await second.try_to_send()
    await asyncio.wait_for(office.door.swallowed.wait(), PATIENCE)
    await second.battery_out()
    await office.door.heal()
    await second.switch_on()
    await asyncio.gather(second.bring_home(), spare.signal(on=True))
    await spare.bring_home()
    await fall_and_rise(office)
    for name, keeper in hands.keepers.items():
        hands.end.left_over += [f"{name}: {line}" for line in await keeper.scanner.not_taken()]


async def fall_and_rise(office: Office) -> None:
    """SIGKILL, and open again."""
    await office.house.kill(at=office.daytime.now())
    await office.house.open()


