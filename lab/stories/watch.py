"""Looks while the evening goes on whether something is wrong already that nothing can mend any more."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from lab.stories import reckoning
from lab.stories.house import House
from lab.stories.scene import Scene

Held = Callable[[Sequence[str]], Iterator[str]]
"""Finds what is missing in the lines of an export."""
STEP = 0.5
FEW = 8
"""So many more things people must have been told before the export is looked at again."""


class Found(Exception):
    """A difference, in words."""


async def watch(scene: Scene, house: House, folder: Path, *, held: Callable[[Scene], Held]) -> None:
    """Until it is cancelled. Found at the first thing that was said twice, or that somebody was told and that is not in the export."""
    looked_at, starts = 0, 0
    while True:
        await asyncio.sleep(STEP)
        for line in reckoning.doubled(await scene.street.remote.log(), house.deaths):
            raise Found(line)
        if scene.ledger.count() < looked_at + FEW and (len(house.deaths) == starts or house.up_since is None):
            continue
        looked_at, starts = scene.ledger.count(), len(house.deaths)
        missing = held(scene)
        file = folder / "so-far.jsonl"
        await house.commands(("export", "events", "--jsonl", str(file)))
        for line in missing(file.read_text(encoding="utf-8").splitlines()):
            raise Found(line)
