"""Other people's senders against the same simulator, in the same weather, in the same run; counted by the same functions."""

import asyncio
import importlib.util
import sys
from typing import Any

from lab.bench.broadcast import TIMEOUT, Asked, simulator
from lab.bench.counting import Run
from lab.bench.crowd import FIRST_CHAT, TOKEN, everybody
from lab.bench.peer import NEEDED, PEERS
from lab.demo import ROOT
from lab.simulator.faults import Fault

LONGEST = 300.0
PAUSE = 5
"""Seconds of silence that each is asked for in the middle, besides the weather."""


class PeersAbsent(Exception):
    """A package that is only needed for the comparison is not installed."""

    def __init__(self, missing: set[str]) -> None:
        super().__init__(f"for the comparison with others these are needed: pip install {' '.join(sorted(missing))}")


def must_be_there() -> None:
    """PeersAbsent names every package that is missing."""
    if missing := {package for module, package in NEEDED.items() if importlib.util.find_spec(module) is None}:
        raise PeersAbsent(missing)


async def measured(chats: int, asked: Asked) -> dict[str, dict[str, Any]]:
    """Each peer in a world of its own, one after the other."""
    return {name: await alone(name, chats, asked) for name in PEERS}


async def alone(name: str, chats: int, asked: Asked, *, pause: int = PAUSE) -> dict[str, Any]:
    """How one of them did: who got it, in what time, and how often it did not listen."""
    world = simulator(chats, asked)
    await world.start()
    everybody(world, range(FIRST_CHAT, FIRST_CHAT + chats))
    world.world.faults.add(Fault(kind="retry_after", method="sendMessage", skip=chats // 3, seconds=pause))
    words = (name, world.url, TOKEN, str(FIRST_CHAT), str(chats))
    peer = await asyncio.create_subprocess_exec(sys.executable, "-m", "lab.bench.peer", *words, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL)
    try:
        await asyncio.wait_for(peer.wait(), LONGEST)
    except TimeoutError:
        peer.kill()
        await peer.wait()
    finally:
        await world.stop()
    run = Run({"requests": world.world.ledger.after(0)}, range(FIRST_CHAT, FIRST_CHAT + chats), asked.per_second, TIMEOUT)
    return {
        "delivered": len({each["chat_id"] for each in run.taken}), "of": chats, "seconds": round(run.seconds(), 1), "ratio": round(run.ratio(), 3),
        "late_in_pause": run.late_in_pause(), "refused": sum(each["status"] == 429 for each in run.sends), "too_fast": run.too_fast(),
        "duplicates": run.duplicates(),
    }  # fmt: skip
