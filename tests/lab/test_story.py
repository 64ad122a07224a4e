"""A whole evening through the real entrances; and each fault on purpose, which the same checks must notice."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    "people", "with_phone", "scans", "repeats", "at_shelter", "with_relatives", "safe_elsewhere", "reported", "walk_ins", "not_yet_safe",
    "updates_lost", "mismatches", "seconds",
}  # fmt: skip
LONGEST = 280.0


@dataclass(frozen=True)
class Played:
    """What `mashang story` said; `numbers` is empty when it printed none."""

    code: int | None
    numbers: Mapping[str, Any]
    words: str


@pytest.fixture(scope="session")
def bytecode() -> Path:
    """Where all stories of all workers keep what Python compiled, next to this checkout's other caches."""
    folder = Path(__file__).parents[2] / ".pytest_cache" / "bytecode"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def story(*options: str, bytecode: Path) -> Played:
    """`mashang story order` as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": str(bytecode)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "story", "order", "--json", *options, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    return Played(process.returncode, json.loads(out) if out.strip() else {}, err.decode())


@pytest.mark.timeout(LONGEST + 20)
async def test_an_evening_with_two_kills_loses_nobody_and_every_number_holds(bytecode: Path, tmp_path: Path) -> None:
    played = await story("--kills", "2", "--seed", "1", "--keep", str(tmp_path / "evening"), bytecode=bytecode)

    assert played.code == 0, played.words
    assert set(played.numbers) == KEYS
    found = {name: played.numbers[name] for name in ("people", "with_phone", "walk_ins", "repeats", "updates_lost", "mismatches")}
    assert found == {"people": 60, "with_phone": 4, "walk_ins": 2, "repeats": 1, "updates_lost": 0, "mismatches": 0}
    assert (tmp_path / "evening" / "serve-3.log").exists(), "there were not two kills"


@pytest.mark.timeout(LONGEST + 20)
@pytest.mark.parametrize("fault", ["drop-scan", "late-commit", "double-send", "tick-as-scan", "lose-update"])
async def test_a_fault_on_purpose_is_noticed(fault: str, bytecode: Path) -> None:
    played = await story("--kills", "2", "--seed", "1", "--sabotage", fault, bytecode=bytecode)

    assert played.code == 1, played.words
    assert played.numbers["mismatches"] + played.numbers["updates_lost"] > 0
    assert played.words.strip()
