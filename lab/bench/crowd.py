"""An office with a crowd: people of one village, each with a chat, and one notice to all of them; made by commands of the house."""

import asyncio
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab import data
from lab.people import Invented, write_table
from lab.ports import free_port
from lab.simulator.chats import BotProfile, Persona
from lab.simulator.server import Simulator
from lab.stories.house import House, environment

BOT = BotProfile(7000000002, "mashang_bench_bot", "码上")
TOKEN = f"{BOT.id}:{'bench-' * 6}AAAA"
COUNTY, VILLAGE = "331102", "331102104218"
OFFICER = "19911111111"
FIRST_CHAT = 5001
SUBJECT = "notice"


@dataclass(frozen=True)
class Crowd:
    """A furnished office in a folder, to be copied for each run; `chats` is each person's chat."""

    folder: Path
    chats: Mapping[str, int]

    def copied(self, folder: Path, *, api: str, database: str | None = None, **settings: str) -> House:
        """The same office once more in another folder, speaking to the Bot API at `api`. With `database` the rows are there already."""
        shutil.copytree(self.folder / "office", folder / "office")
        return House(folder, surroundings(folder, bytecode=self.folder, api=api, database=database, **settings))


def surroundings(folder: Path, *, api: str, bytecode: Path | None = None, database: str | None = None, **settings: str) -> dict[str, str]:
    """The environment of an office in this folder; with `bytecode` it shares that of another one."""
    port = free_port()
    made = {
        "DATA_DIR": str(folder / "office"), "ISSUER": "BN", "PUBLIC_URL": f"http://127.0.0.1:{port}", "WEB_PORT": str(port), "BOT_TOKEN": TOKEN,
        "BOT_API_URL": api, **settings,
    }  # fmt: skip
    return environment(bytecode or folder, **made, **({"DATABASE_URL": database} if database else {}))


async def furnished(folder: Path, *, people: int, database: str | None = None) -> Crowd:
    """So many people with a chat each, and a blue notice to all of them that was drafted and waits to be released."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    listed = [
        Invented(name=f"张{n:05}", phone=f"1990{n:07}", area_code=VILLAGE, household=f"{n // 3:05}", address=f"{n} 号") for n in range(1, people + 1)
    ]
    table = write_table(folder / "people.csv", [*listed, Invented(name="值班员", phone=OFFICER, area_code=COUNTY, household="1")])
    house = House(folder, surroundings(folder, api="http://127.0.0.1:9", database=database))
    said = await house.commands(
        ("init",), ("areas", "import", str(divisions(folder / "areas.csv"))), ("people", "import", str(table)),
        ("people", "grant", OFFICER, "duty_officer", "--area", COUNTY), ("crowd", VILLAGE, OFFICER, "--first-chat", str(FIRST_CHAT)),
    )  # fmt: skip
    return Crowd(folder, {line["person"]: line["chat"] for line in said[-1].values()})


def divisions(path: Path) -> Path:
    """The village with all that it lies in."""
    lines = (Path(str(data.__file__)).parent / "lishui-divisions.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], *(line for line in lines[1:] if VILLAGE.startswith(line.split(",")[0]))]), encoding="utf-8")
    return path


def everybody(simulator: Simulator, chats: Iterable[int]) -> None:
    """Each of them has pressed Start."""
    for chat in chats:
        person = simulator.world.chats.people[chat]
        simulator.world.chats.of(person, bot_id=BOT.id).started = True


def personas(count: int) -> list[Persona]:
    return [Persona(user_id=FIRST_CHAT + n, name=f"张{n + 1:05}") for n in range(count)]


async def copies(house: House, path: Path) -> dict[str, str]:
    """How every copy of the notice stands in the house, by person."""
    await house.commands(("export", "events", "--jsonl", str(path)))
    return standing(path)


def standing(path: Path) -> dict[str, str]:
    """Of an export."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {row["person"]: row["state"] for row in rows if row["type"] == "delivery" and row["subject"] == SUBJECT}
