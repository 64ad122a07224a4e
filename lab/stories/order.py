"""`mashang story order`: one village, one order, one evening with the house killed now and then; does every number hold?"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from lab.ports import free_port
from lab.simulator.chats import BotProfile
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from lab.simulator.tally import unanswered, unconfirmed
from lab.stories import coming_in, door, oracle, pages, reckoning, village
from lab.stories.cast import COUNTY, planned
from lab.stories.house import House, HouseFell, environment
from lab.stories.ledger import Ledger
from lab.stories.phones import Lost, Street, text_of
from lab.stories.reaper import Reaper
from lab.stories.scene import CONTACTS, ROLES, Scene, by_name, furnish, personas, phones
from lab.stories.together import Together

BOT = BotProfile(7000000001, "mashang_story_bot", "码上")
TOKEN = f"{BOT.id}:{'story-' * 6}AAAA"
DONE, REFUSED, WRONG_CALL, ABSENT = 0, 1, 2, 3
SETTLE, STEP = 10.0, 0.1
KEYS = (
    "people", "with_phone", "scans", "repeats", "at_shelter", "with_relatives", "safe_elsewhere", "reported", "walk_ins", "not_yet_safe",
    "updates_lost", "mismatches", "seconds",
)  # fmt: skip


@dataclass
class Outcome:
    """What the evening came to."""

    numbers: dict[str, int | float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)


def main(*, kills: int, seed: int, sabotage: str | None, keep: Path | None, as_json: bool) -> int:
    """Play the evening of this seed; the numbers on stdout, every difference in words on stderr. An exit code."""
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        say(f"{keep} is there already and not empty")
        return WRONG_CALL
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            outcome = asyncio.run(played(keep.absolute(), kills=kills, seed=seed, sabotage=sabotage))
        else:
            with tempfile.TemporaryDirectory(prefix="mashang-story-") as folder:
                outcome = asyncio.run(played(Path(folder), kills=kills, seed=seed, sabotage=sabotage))
    except HouseFell as fell:
        say(str(fell))
        return ABSENT if fell.absent else REFUSED
    for line in (*outcome.lost, *outcome.mismatches):
        say(line)
    sys.stdout.write(json.dumps(outcome.numbers) + "\n" if as_json else table(outcome.numbers))
    return DONE if not outcome.numbers["mismatches"] and not outcome.numbers["updates_lost"] else REFUSED


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


def table(numbers: dict[str, int | float]) -> str:
    return "".join(f"{name:16}{value:>8}\n" for name, value in numbers.items())


async def played(folder: Path, *, kills: int, seed: int, sabotage: str | None) -> Outcome:
    """Simulator, house, evening, reckoning; nothing is left running."""
    began = time.monotonic()
    evening = planned(seed)
    simulator = Simulator({TOKEN: BOT}, personas=personas(evening))
    await simulator.start()
    port = free_port()
    public_url = f"http://127.0.0.1:{port}"
    faults = {"LAB_SABOTAGE": sabotage} if sabotage else {}
    house = House(folder, environment(
        folder, DATA_DIR=str(folder / "data"), ISSUER="LS", OFFICE_NAME="莲都区应急管理局", PUBLIC_URL=public_url, WEB_PORT=str(port),
        BOT_TOKEN=TOKEN, BOT_API_URL=simulator.url, BOT_LINK=f"https://t.me/{BOT.username}", **faults,
    ))  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            remote = Remote(session, simulator.url)
            reaper = Reaper(house, simulator.world, kills=kills, seed=seed)
            street = Street(remote, house, reaper)
            await house.commands(("init", "--root-key", str(folder / "root-key.pem")))
            (codes, link_codes), _ = await asyncio.gather(furnish(house, evening, folder), house.open())
            scene = Scene(evening, house, street, Ledger({one.name for one in evening.people}), codes, link_codes, public_url, phones(evening, street))
            outcome = await reckoned(scene, await told(scene), folder, remote)
    finally:
        house.leave()
        await simulator.stop()
    outcome.numbers["seconds"] = round(time.monotonic() - began, 1)
    return outcome


async def told(scene: Scene) -> Lost | None:
    """The evening, until everybody has done their part, or somebody was not answered as they had to be."""
    together, reaper = Together(), scene.street.reaper
    reaping = together.begin(reaper.reap())
    try:
        await together.all(*(coming_in.link(scene, role) for role in (*ROLES, *CONTACTS)))
        await together.all(coming_in.order(scene), *(after_order(scene, work) for work in (door.keep, village.warden, village.stranger, pages.report)),
                           *(coming_in.hear(scene, role) for role in ("warden", "keeper")), *(at_home(scene, role) for role in CONTACTS))  # fmt: skip
        reaper.hurry()
        await together.all(done(reaping))
    except Lost as lost:
        reaper.rest()
        await done(reaping)
        return lost
    finally:
        await together.home()
    return None


async def done(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])


async def after_order(scene: Scene, work: Callable[[Scene], Awaitable[None]]) -> None:
    """Somebody who begins when the order is out."""
    await scene.signals.order_out.wait()
    await work(scene)


async def at_home(scene: Scene, role: str) -> None:
    """Somebody with a chat, who does something when told to move."""
    await coming_in.hear(scene, role)
    await {"answerer": village.answerer, "mover": village.mover, "arriver": village.arriver, "caller": village.caller}[role](scene)


async def reckoned(scene: Scene, lost: Lost | None, folder: Path, remote: Remote) -> Outcome:
    """What board, export and people say, side by side; and what the simulator saw."""
    await quiet(remote)
    board: Mapping[str, int] = {}
    try:
        board = {} if lost is not None else await pages.board(scene)
    except Lost as no_board:
        lost = no_board
    log = await remote.log()
    texts = await everything_said(scene, remote)
    await scene.house.close()
    _, listing, rebuilt, _ = await scene.house.commands(
        ("export", "events", "--jsonl", str(folder / "events.jsonl")), ("codes", "list", "--json", "--area", COUNTY),
        ("board", "rebuild", "--json"), ("audit", "verify", "--json"),
    )  # fmt: skip
    outcome, differences = Outcome(dict.fromkeys(KEYS, 0)), ["the evening came to no order"]
    given_up = [lost.update] if lost is not None and lost.unheard and lost.update is not None else []
    unheard = reckoning.lost(log, given_up)
    outcome.lost += [f"update {update} was lost: " + (str(lost) if update in given_up else "nobody answered") for update in unheard]
    outcome.lost += [f"update {number} was parked" for number in sorted(reckoning.parked(texts))]
    if scene.order:
        names = {code.holder: name for name, code in by_name(listing.values()).items()}
        differences = compared(scene, outcome, folder, board, names)
    if lost is None:
        outcome.mismatches += differences
    elif not given_up:
        outcome.mismatches.append(str(lost))
    outcome.numbers["with_phone"] = len(scene.pictures.keys() & set(CONTACTS))
    if changed := rebuilt.value()["changed"]:
        outcome.mismatches.append(f"board rebuild had to change {changed} standings")
    outcome.mismatches += [*reckoning.doubled(log, scene.house.deaths), *reckoning.delivered_twice(log, scene.deliveries, scene.house.deaths), *scene.wrong]
    outcome.numbers |= {"updates_lost": len(outcome.lost), "mismatches": len(outcome.mismatches)}
    return outcome


def compared(scene: Scene, outcome: Outcome, folder: Path, board: Mapping[str, int], names: Mapping[str, str]) -> list[str]:
    """The numbers from the oracle go into the outcome; every difference to ledger and board is answered in words."""
    with (folder / "events.jsonl").open(encoding="utf-8") as lines:
        numbers, stands = oracle.reckon(lines)
    found = {names.get(person, person): row for person, row in stands.items()}
    outcome.numbers |= {"people": numbers["listed"]} | {name: numbers[name] for name in KEYS if name in numbers}
    return [*reckoning.numbers_differ(scene.ledger, numbers, board), *reckoning.people_differ(scene.ledger, found)] if board else []


async def quiet(remote: Remote) -> None:
    """Until Telegram holds nothing back any more, replays included, and nobody waits for an answer; or for some seconds."""
    for _ in range(int(SETTLE / STEP)):
        log = await remote.log()
        replayed = all(not each["replayed_at"] or max(each["delivered_at"]) >= max(each["replayed_at"]) for each in log["updates"])
        if replayed and not unconfirmed(log) and not unanswered(log):
            return
        await asyncio.sleep(STEP)


async def everything_said(scene: Scene, remote: Remote) -> list[str]:
    """What the bot said, in every chat."""
    chats = [await remote.chat(phone.user) for phone in scene.phones.values()]
    return [text_of(each["message"]) for chat in chats for each in chat["messages"] if each["message"]["from"]["is_bot"]]
