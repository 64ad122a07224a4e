"""An evening is backed up in its middle and at its end, lost, and had again: the oracle reckons from the restored house what it reckoned that night."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lab.stories import oracle
from lab.stories.house import House, environment
from tests.databases import an_empty_database
from tests.lab.played import LONGEST, story
from tests.waiting import until

ENOUGH = 25


def told(folder: Path) -> int:
    """How many events the evening holds by now."""
    file = folder / "data" / "mashang.db"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM member_events").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


async def backed_up(evening: Path, file: Path) -> None:
    """As an operator does it beside a house that serves."""
    await House(evening, environment(evening, DATA_DIR=str(evening / "data"), ISSUER="LS")).commands(("backup", str(file)))


async def had_again(evening: Path, file: Path, folder: Path, **settings: str) -> list[str]:
    """A new house from the backup and the keys; the lines of its export. Its audit chain holds and its board needs no mending."""
    keys = folder / "keys.mashang"
    here = {"DATA_DIR": str(folder / "data"), "ISSUER": "LS", "LANGUAGE": "en"} | settings
    await House(evening, environment(evening, DATA_DIR=str(evening / "data"), ISSUER="LS")).commands(("backup", "--keys", str(keys)))
    answers = await House(folder, environment(folder, **here)).commands(
        ("restore", str(keys)), ("restore", str(file)), ("audit", "verify", "--json"), ("board", "rebuild", "--json"),
        ("export", "events", "--jsonl", str(folder / "events.jsonl")),
    )  # fmt: skip
    assert json.loads(answers[2].out)["holds"] is True
    assert json.loads(answers[3].out) == {"changed": 0}
    return (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.long
@pytest.mark.timeout(LONGEST + 60)
async def test_an_evening_that_was_lost_is_had_again_as_it_was(tmp_path: Path) -> None:
    evening = tmp_path / "evening"
    playing = asyncio.ensure_future(story("order", "--kills", "1", "--keep", str(evening)))
    await until(lambda: playing.done() or told(evening) >= ENOUGH, within=LONGEST)
    await backed_up(evening, tmp_path / "middle.mashang")
    middle_of = not playing.done()
    played = await playing
    assert played.code == 0, played.words
    assert middle_of, "the evening was over before it was backed up"
    await backed_up(evening, tmp_path / "end.mashang")

    night = (evening / "events.jsonl").read_text(encoding="utf-8").splitlines()
    numbers, stands = oracle.reckon(night)
    again = await had_again(evening, tmp_path / "end.mashang", made(tmp_path / "again"))
    assert oracle.reckon(again) == (numbers, stands)
    assert {name: played.numbers[name] for name in numbers if name in played.numbers} == {name: numbers[name] for name in numbers if name in played.numbers}

    middle, _ = oracle.reckon(await had_again(evening, tmp_path / "middle.mashang", made(tmp_path / "sooner")))
    assert middle["listed"] == numbers["listed"]
    assert 0 < middle["scans"] <= numbers["scans"]

    if not os.environ.get("MASHANG_TEST_POSTGRES_URL"):
        return
    folder = made(tmp_path / "moved")
    async with an_empty_database("postgres", folder) as url:
        moved = await had_again(evening, tmp_path / "end.mashang", folder, DATABASE_URL=url)
    assert oracle.reckon(moved) == (numbers, stands)
