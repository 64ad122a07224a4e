"""`mashang story offline`: three scanners, one village, a day and a night without a network; does every scan arrive, and count once?"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from secrets import randbelow
from typing import Any

import aiohttp

from lab.chromium import ChromiumAbsent, chromium
from lab.daytime import Daytime
from lab.ports import free_port
from lab.proxy import Proxy
from lab.scanner import ScannerLost
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from lab.stories import coming_in, pages
from lab.stories.cast import NEXT, VILLAGE
from lab.stories.house import House, HouseFell, environment
from lab.stories.offline_cast import DOORS, Day, planned, posts, roles
from lab.stories.offline_day import End, Office, lived
from lab.stories.offline_door import Register
from lab.stories.offline_reckoning import reckoned
from lab.stories.phones import Lost, Street
from lab.stories.playing import ABSENT, BOT, BOTS, DONE, EVENTS, REFUSED, WRONG_CALL, Played, say, settings_of, table
from lab.stories.reaper import Reaper
from lab.stories.scene import Code, Scene, furnished, lists, personas, phones

PEOPLE = 400
SHOWN = "shown.json"
NOTHING = ("engine", "people", "scans", "uploaded", "lost", "double_counted", "conflicts", "conflicts_listed", "restored", "seconds")


@dataclass(frozen=True, slots=True)
class Asked:
    """How the story was asked for."""

    people: int = PEOPLE
    seed: int = 1
    sabotage: str | None = None


def main(asked: Asked, *, keep: Path | None, as_json: bool) -> int:
    """Live through this day; the numbers on stdout, every difference in words on stderr. An exit code."""
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        say(f"{keep} is there already and not empty")
        return WRONG_CALL
    try:
        chromium()
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            numbers, differences = asyncio.run(played(asked, keep.absolute()))
        else:
            with tempfile.TemporaryDirectory(prefix="mashang-story-", ignore_cleanup_errors=True) as folder:
                numbers, differences = asyncio.run(played(asked, Path(folder)))
    except ChromiumAbsent as absent:
        say(str(absent))
        return ABSENT
    except HouseFell as fell:
        say(str(fell))
        return ABSENT if fell.absent else REFUSED
    except (Lost, ScannerLost) as lost:
        say(str(lost))
        return REFUSED
    for line in differences:
        say(line)
    sys.stdout.write(json.dumps(numbers) + "\n" if as_json else table(numbers))
    return REFUSED if differences else DONE


async def played(asked: Asked, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The numbers, and everything that does not add up."""
    from playwright.async_api import async_playwright

    began = time.monotonic()
    day = planned(asked.seed, people=asked.people)
    async with opened(day, asked, folder) as office, async_playwright() as driver:
        end = await lived(driver, day, office, folder, random=Random(f"cards {asked.seed}"))
        (folder / SHOWN).write_text(json.dumps(end.notes.rows(), ensure_ascii=False), encoding="utf-8")
        numbers, differences = await judged(office, end, folder)
    numbers = {"engine": "chromium", **numbers, "seconds": round(time.monotonic() - began, 1)}
    return {name: numbers[name] for name in NOTHING}, differences


@asynccontextmanager
async def opened(day: Day, asked: Asked, folder: Path) -> AsyncIterator[Office]:
    """Simulator, house, door, lists, posts, an order in force; nothing is left running."""
    bot = replace(BOT, id=BOT.id + randbelow(BOTS))
    token = f"{bot.id}:{'story-' * 6}AAAA"
    simulator = Simulator({token: bot}, personas=personas(roles(day)))
    await simulator.start()
    inner = free_port()
    door, daytime = Proxy("127.0.0.1", inner), Daytime(folder / "clock.json")
    await door.start()
    url = f"http://127.0.0.1:{door.port}"
    settings = {"PUBLIC_URL": url, "WEB_PORT": str(inner), "BOT_API_URL": simulator.url, "LAB_CLOCK": str(daytime.file)}
    settings |= settings_of(Played(seed=asked.seed, sabotage=asked.sabotage), folder, bot=bot, token=token)
    house = House(folder, environment(folder, **settings))
    house.keep_shell()
    try:
        async with aiohttp.ClientSession() as session:
            yield await furnished_office(day, house, door, daytime, Remote(session, simulator.url), url)
    finally:
        await house.leave()
        await door.close()
        await simulator.stop()


async def furnished_office(day: Day, house: House, door: Proxy, daytime: Daytime, remote: Remote, url: str) -> Office:
    """By command, but for the order: that is made in chat by two people."""
    folder, evening = house.folder, day.evening
    await house.commands(("init", "--root-key", str(folder / "root-key.pem")))
    tables = lists(folder, [*evening.people, *evening.officials.values()], day.halls)
    issue = ("codes", "issue", "--kind", "household", "--reason", "printed", "--area", VILLAGE, "--json")
    listing = ("codes", "list", "--kind", "household", "--area", VILLAGE, "--json")
    shelters = ("codes", "list", "--json", "--area", NEXT)
    furniture, _ = await asyncio.gather(
        furnished(house, [*tables, *posts(day)], roles(day), areas=(VILLAGE,), asks=(issue, listing, shelters)), house.open()
    )
    street = Street(remote, house, Reaper(house, time.time, planned=()))
    scene = Scene(evening, roles(day), street, furniture.codes, furniture.link_codes, url, phones(roles(day), street))
    for role in roles(day):
        await coming_in.link(scene, role)
    await coming_in.order(scene)
    cards, homes, near = (answer.values() for answer in furniture.said)
    numbered = {line["holder"]: line["name"] for line in homes}
    by_number = {numbered[line["holder"]]: Code(line["holder"], line["short"], line["text"], line["link"]) for line in cards}
    register = Register(furniture.codes, by_head(day, by_number), numbers_of(day, furniture.codes))
    shelter = {line["name"]: line["holder"] for line in near if line["holder_kind"] == "place"}
    return Office(house, door, daytime, scene, register, {one.name: shelter[one.place] for one in DOORS}, url)


def by_head(day: Day, cards: Mapping[str, Code]) -> dict[str, Code]:
    """The card of each household by everybody in it."""
    return {one.name: cards[one.household] for one in day.evening.people if one.household in cards}


def numbers_of(day: Day, codes: Mapping[str, Code]) -> dict[str, int]:
    """Everybody's number on the household's card: as the list has them, one after the other."""
    numbers = {}
    for names in day.households.values():
        for number, name in enumerate(sorted(names, key=lambda name: codes[name].holder), 1):
            numbers[name] = number
    return numbers


async def judged(office: Office, end: End, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Board, export and notes side by side."""
    board = await pages.board(office.scene)
    listed = await pages.listed(office.scene, "verify")
    await office.house.close()
    _, rebuilt, _ = await office.house.commands(
        ("export", "events", "--jsonl", str(folder / EVENTS)), ("board", "rebuild", "--json"), ("audit", "verify", "--json")
    )
    lines = (folder / EVENTS).read_text(encoding="utf-8").splitlines()
    numbers, differences = reckoned(lines, end, board, listed, {code.holder: name for name, code in office.scene.codes.items()})
    if changed := rebuilt.value()["changed"]:
        differences.append(f"board rebuild had to change {changed} standings")
    return numbers, [*differences, *office.scene.wrong]
