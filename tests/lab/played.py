"""`mashang story` as a process of its own, as an operator runs it."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST = 400.0
BYTECODE = Path(__file__).parents[2] / ".pytest_cache" / "bytecode"
"""All evenings share what Python compiled, beside this checkout's other caches."""


@dataclass(frozen=True)
class Played:
    """What `mashang story` said; `numbers` is empty when it printed none."""

    code: int | None
    numbers: Mapping[str, Any]
    words: str


async def story(name: str, *options: str) -> Played:
    """One evening of the first seed."""
    BYTECODE.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": str(BYTECODE)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "story", name, "--json", "--seed", "1", *options, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    return Played(process.returncode, json.loads(out) if out.strip() else {}, err.decode())


SAID = {
    "drop-scan": ("the export holds",),
    "late-commit": ("the export holds", "was not answered as it should be"),
    "tick-as-scan": ("the export holds",),
    "double-send": ("says again", "was told the same twice"),
    "lose-update": ("was lost",),
}
"""What a story says of each fault: nothing else counts as having noticed it."""

SAID_OFFLINE = {
    "drop-scan": ("was shown as recorded and is not in the export",),
    "late-commit": ("was shown as recorded and is not in the export",),
    "count-twice": ("is counted beyond what was shown",),
}
"""The same, of a day without a network."""


async def must_be_noticed(name: str, fault: str, *options: str) -> None:
    """The ordinary checks find this fault on purpose, and say so in words; the evening ends there."""
    played = await story(name, "--first", "--sabotage", fault, *options)

    assert played.code == 1, played.words
    assert played.numbers["mismatches"] + played.numbers["updates_lost"] == 1
    assert any(words in played.words for words in SAID[fault]), played.words
