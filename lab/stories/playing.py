"""How any story is played: simulator, house, evening, reckoning; what is said at its end, and with which exit code."""

import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from secrets import randbelow
from typing import Any, Protocol

import aiohttp

from lab.people import Invented
from lab.simulator.chats import BotProfile
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from lab.simulator.tally import unanswered, unconfirmed
from lab.stories import reckoning
from lab.stories.cast import Evening
from lab.stories.ground import Ground, Servers, ground_of
from lab.stories.house import Death, House, HouseFell, Said, environment
from lab.stories.phones import HASTY, PATIENT, Lost, Street, text_of
from lab.stories.reaper import Reaper, moments
from lab.stories.reckoning import too_fast
from lab.stories.scene import Furniture, Scene, personas, phones
from lab.stories.together import Together
from lab.stories.watch import Found, Held, watch
from lab.stories.weather import Outage, Weather, begins

Json = dict[str, Any]
BOT = BotProfile(7000000001, "mashang_story_bot", "码上")
BOTS = 900_000_000
"""So many bots may be in different evenings at once: what is shared between processes is shared by the bot's number."""
DONE, REFUSED, WRONG_CALL, ABSENT = 0, 1, 2, 3
SETTLE, STEP = 10.0, 0.1
EVENTS, TELEGRAM = "events.jsonl", "telegram.json"


@dataclass(frozen=True, slots=True)
class Played:
    """How a story was asked for. `first` = end at the first difference that is certain, and wait for nobody longer than needs be."""

    kills: int = 0
    seed: int = 1
    sabotage: str | None = None
    first: bool = False
    servers: Servers | None = None
    """None: everything in one process on one file."""
    outage: Outage | None = None


@dataclass
class Outcome:
    """What the evening came to."""

    numbers: dict[str, Any] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class End:
    """What can be seen when all is over: the simulator's log, when the house was killed, the export, what the script's commands said, the board."""

    log: Json
    deaths: Sequence[Death]
    lines: Sequence[str]
    """Of the export."""
    said: Sequence[Said]
    board: Mapping[str, int]


class Script(Protocol):
    """One story: who is in it, what they do, and what must come of it."""

    nothing: Mapping[str, Any]
    """Its numbers when nothing was counted, in the order in which they are printed."""
    acts: int
    """About how many things people do in it."""
    marks: Sequence[str]
    """What kills may come right after."""

    evening: Evening
    """The plan of the order's part."""

    def invited(self) -> Mapping[str, Invented]:
        """Who of the lists has a chat, by role."""

    async def furnish(self, house: House, folder: Path) -> Furniture:
        """Lists, posts, link codes, by command."""

    async def told(self, scene: Scene, together: Together) -> None:
        """Everything that people do."""

    async def board(self, scene: Scene) -> Mapping[str, int]:
        """The sums on the board, as an officer gets them."""

    def held_already(self, scene: Scene) -> Held:
        """What people have been told until now, to be looked for in an export that begins now."""

    def asks(self) -> Sequence[Sequence[str]]:
        """Commands whose answers the comparison needs."""

    def compared(self, scene: Scene, end: End) -> tuple[Mapping[str, Any], list[str]]:
        """The numbers, and every difference between ledger, export, board and commands in words."""


def main(script: Script, asked: Played, *, keep: Path | None, as_json: bool) -> int:
    """Play this evening; the numbers on stdout, every difference in words on stderr. An exit code."""
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        say(f"{keep} is there already and not empty")
        return WRONG_CALL
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            outcome = asyncio.run(played(script, asked, keep.absolute()))
        else:
            with tempfile.TemporaryDirectory(prefix="mashang-story-") as folder:
                outcome = asyncio.run(played(script, asked, Path(folder)))
    except HouseFell as fell:
        say(str(fell))
        return ABSENT if fell.absent else REFUSED
    for line in (*outcome.lost, *outcome.mismatches):
        say(line)
    sys.stdout.write(json.dumps(outcome.numbers) + "\n" if as_json else table(outcome.numbers))
    return DONE if not outcome.numbers["mismatches"] and not outcome.numbers["updates_lost"] else REFUSED


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


def table(numbers: Mapping[str, Any]) -> str:
    """One number a line; those that belong together under one name."""
    flat: dict[str, Any] = {}
    for name, value in numbers.items():
        flat |= {f"{name} {part}": number for part, number in value.items()} if isinstance(value, Mapping) else {name: value}
    width = max(map(len, flat), default=0) + 2
    return "".join(f"{name:{width}}{value:>8}\n" for name, value in flat.items())


async def played(script: Script, asked: Played, folder: Path) -> Outcome:
    """Simulator, house, evening, reckoning; nothing is left running."""
    began = time.monotonic()
    bot = replace(BOT, id=BOT.id + randbelow(BOTS))
    token = f"{bot.id}:{'story-' * 6}AAAA"
    simulator = Simulator({token: bot}, personas=personas(script.invited()))
    await simulator.start()
    try:
        async with ground_of(asked.servers, folder=folder, api=simulator.url) as ground:
            house = House(folder, environment(folder, **ground.settings, **settings_of(asked, folder, bot=bot, token=token)), ground.parts)
            try:
                outcome = await evening(script, asked, house=house, ground=ground, simulator=simulator)
            finally:
                await house.leave()
    finally:
        await simulator.stop()
    outcome.numbers["seconds"] = round(time.monotonic() - began, 1)
    return outcome


def settings_of(asked: Played, folder: Path, *, bot: BotProfile, token: str) -> dict[str, str]:
    """What every process of the house is told alike."""
    settings = {"DATA_DIR": str(folder / "data"), "ISSUER": "LS", "OFFICE_NAME": "莲都区应急管理局", "BOT_TOKEN": token}
    settings["BOT_LINK"] = f"https://t.me/{bot.username}"
    return settings | ({"LAB_SABOTAGE": asked.sabotage} if asked.sabotage else {}) | ({"LAB_SEND_RATE": "0"} if asked.first else {})


async def evening(script: Script, asked: Played, *, house: House, ground: Ground, simulator: Simulator) -> Outcome:
    """The house furnished and opened, the evening played and reckoned."""
    async with aiohttp.ClientSession() as session:
        remote = Remote(session, simulator.url)
        planned = moments(asked.kills, seed=asked.seed, acts=script.acts, marks=script.marks)
        reaper = Reaper(house, simulator.world.now, planned=ground.fate(planned, seed=asked.seed))
        street = Street(remote, house, reaper, patience=HASTY if asked.first else PATIENT)
        house.keep_shell()
        await house.commands(("init", "--root-key", str(house.folder / "root-key.pem")))
        furniture, _ = await asyncio.gather(script.furnish(house, house.folder), house.open())
        chats = phones(script.invited(), street)
        scene = Scene(
            script.evening, script.invited(), street, furniture.codes, furniture.link_codes, ground.doors[0], chats, doors=itertools.cycle(ground.doors)
        )
        weather = Weather(asked.outage, ground=ground, house=house, remote=remote, begins=begins(asked.seed, acts=script.acts)) if asked.outage else None
        return await seen_to_the_end(Night(script, scene, house, reaper, house.folder, weather, unlimited=asked.first), first=asked.first)


@dataclass(frozen=True, slots=True)
class Night:
    """One playing of a script: who plays, where, and who kills."""

    script: Script
    scene: Scene
    house: House
    reaper: Reaper
    folder: Path
    weather: Weather | None
    unlimited: bool
    """Whether the house was told that Telegram has no limit."""


async def seen_to_the_end(night: Night, *, first: bool) -> Outcome:
    """The evening and what it came to; of the `first` difference nothing more is asked."""
    try:
        lost = await told(night, watched=first)
    except Found as found:
        return cut_short(night.script, [], [str(found)])
    if lost is None or not first:
        return await reckoned(night, lost)
    unheard = [f"update {lost.update} was lost: {lost}"] if lost.unheard and lost.update is not None else []
    return cut_short(night.script, unheard, [] if unheard else [str(lost)])


def cut_short(script: Script, lost: list[str], mismatches: list[str]) -> Outcome:
    """An evening that ended at the first difference: nothing else was counted."""
    return Outcome({**script.nothing, "updates_lost": len(lost), "mismatches": len(mismatches)}, lost, mismatches)


async def told(night: Night, *, watched: bool) -> Lost | None:
    """The evening, until everybody has done their part, or somebody was not answered as they had to be. Found when it is watched and something is wrong."""
    together, reaper = Together(), night.reaper
    beside = [together.begin(reaper.reap())]
    if night.weather is not None:
        beside.append(together.begin(night.weather.happen(reaper, night.scene.wrong)))
    if watched:
        together.begin(watch(night.scene, night.house, night.folder, held=night.script.held_already))
    try:
        await night.script.told(night.scene, together)
        reaper.hurry()
        await together.all(*map(done, beside))
    except Lost as lost:
        reaper.rest()
        if night.weather is not None:
            await night.weather.end()
        await done(*beside)
        return lost
    finally:
        await together.home()
    return None


async def done(*tasks: asyncio.Task[None]) -> None:
    await asyncio.wait(tasks)


async def reckoned(night: Night, lost: Lost | None) -> Outcome:
    """What board, export and people say, side by side; and what the simulator saw."""
    script, scene, house, remote = night.script, night.scene, night.house, night.scene.street.remote
    await quiet(remote)
    board: Mapping[str, int] = {}
    try:
        board = {} if lost is not None else await script.board(scene)
    except Lost as no_board:
        lost = no_board
    log, chats = await remote.log(), {role: await remote.chat(phone.user) for role, phone in scene.phones.items()}
    seen = {"deaths": [asdict(death) for death in house.deaths], **log, "chats": chats}
    (night.folder / TELEGRAM).write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    await house.close()
    events = night.folder / EVENTS
    _, rebuilt, _, *said = await house.commands(
        ("export", "events", "--jsonl", str(events)), ("board", "rebuild", "--json"), ("audit", "verify", "--json"), *script.asks()
    )
    outcome, differences = Outcome({**script.nothing}), ["the evening came to no order"]
    given_up = [lost.update] if lost is not None and lost.unheard and lost.update is not None else []
    outcome.lost += [f"update {update} was lost: " + (str(lost) if update in given_up else "nobody answered") for update in reckoning.lost(log, given_up)]
    outcome.lost += [f"update {number} was parked" for number in sorted(reckoning.parked(said_in(chats.values())))]
    if scene.order:
        lines = events.read_text(encoding="utf-8").splitlines()
        numbers, differences = script.compared(scene, End(log, house.deaths, lines, said, board))
        outcome.numbers |= {name: numbers[name] for name in script.nothing if name in numbers}
    if lost is None:
        outcome.mismatches += differences
    elif not given_up:
        outcome.mismatches.append(str(lost))
    if changed := rebuilt.value()["changed"]:
        outcome.mismatches.append(f"board rebuild had to change {changed} standings")
    outcome.mismatches += [*reckoning.doubled(log, house.deaths), *reckoning.delivered_twice(log, scene.deliveries, house.deaths), *scene.wrong]
    outcome.mismatches += [] if night.unlimited else too_fast(log)
    outcome.numbers |= {"updates_lost": len(outcome.lost), "mismatches": len(outcome.mismatches)}
    return outcome


async def quiet(remote: Remote) -> None:
    """Until Telegram holds nothing back any more, replays included, and nobody waits for an answer; or for some seconds."""
    for _ in range(int(SETTLE / STEP)):
        log = await remote.log()
        replayed = all(not each["replayed_at"] or max(each["delivered_at"]) >= max(each["replayed_at"]) for each in log["updates"])
        if replayed and not unconfirmed(log) and not unanswered(log):
            return
        await asyncio.sleep(STEP)


def said_in(chats: Iterable[Json]) -> list[str]:
    """What the bot said, in every chat."""
    return [text_of(each["message"]) for chat in chats for each in chat["messages"] if each["message"]["from"]["is_bot"]]
