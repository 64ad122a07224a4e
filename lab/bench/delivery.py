"""How a warning reaches everybody: at Telegram's pace in bad weather and through kills, without a limit, and beside other people's senders.

ratio = seconds from the first arrival to the last ÷ the least they could be: arrivals ÷ 30, and every second in which a 429
asked for silence or the house was dead and starting (measured from SIGKILL to "ready", each second once), and one send time-out.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lab.bench import peers, unthrottled
from lab.bench.broadcast import Asked, Figures, broadcast
from lab.bench.crowd import furnished
from lab.simulator.throttle import Profile

PROFILES: tuple[Profile, ...] = ("strict", "scoped", "bursty")
CHATS, PEER_CHATS, UNTHROTTLED_CHATS = 3000, 300, 6000
KILLS = 2
RATIO, UNTHROTTLED = 1.03, 0.8


@dataclass(frozen=True)
class Wanted:
    """What to measure. `database` is an empty PostgreSQL database instead of SQLite files; it holds one profile's run."""

    chats: int = CHATS
    profiles: Sequence[Profile] = PROFILES
    kills: int = KILLS
    seed: int = 1
    per_second: int = 30
    peer_chats: int = PEER_CHATS
    unthrottled_chats: int = UNTHROTTLED_CHATS
    database: str | None = None
    sabotage: str | None = None


async def measured(wanted: Wanted) -> dict[str, Any]:
    """The figures, the worst ratio and the sums of all profiles; what each came to on stderr. PeersAbsent before anything is done."""
    if wanted.peer_chats:
        peers.must_be_there()
    with tempfile.TemporaryDirectory(prefix="mashang-bench-") as made:
        folder = Path(made)
        runs = await limited(wanted, folder)
        rates = await unlimited(wanted, folder) if wanted.unthrottled_chats else None
    strict = Asked(wanted.profiles[0], seed=wanted.seed, per_second=wanted.per_second)
    others = await peers.measured(wanted.peer_chats, strict) if wanted.peer_chats else {}
    sums = {name: sum(getattr(run, name) for run in runs) for name in ("late_in_pause", "lost", "duplicates", "unknown", "in_flight_at_kills")}
    ratios = {"limit_ratio": round(max(run.limit_ratio for run in runs), 4)}
    return ratios | sums | {"unthrottled_ratio": round(rates.ratio, 3) if rates else None, "peers": others}


async def limited(wanted: Wanted, folder: Path) -> list[Figures]:
    """One broadcast in each profile, each from the same crowd."""
    crowd = await furnished(folder / "crowd", people=wanted.chats, database=wanted.database)
    settings = {"LAB_SABOTAGE": wanted.sabotage} if wanted.sabotage else {}
    runs = []
    for profile in wanted.profiles:
        asked = Asked(profile, kills=wanted.kills, seed=wanted.seed, per_second=wanted.per_second, settings=settings)
        run = await broadcast(crowd, folder / profile, asked, database=wanted.database)
        say(f"{profile}: {asdict(run)}")
        runs.append(run)
    return runs


async def unlimited(wanted: Wanted, folder: Path) -> unthrottled.Rates:
    """Always on SQLite: it is what most offices have."""
    crowd = await furnished(folder / "many", people=wanted.unthrottled_chats)
    await unthrottled.filled(crowd)
    rates = await unthrottled.measured(crowd, folder)
    say(f"unthrottled: {rates.ours:.0f}/s durable, bare aiogram {rates.bare:.0f}/s")
    return rates


def missed(figures: dict[str, Any]) -> list[str]:
    """The promises that these figures break, in words: nothing lost, nobody disobeyed, nothing twice without a reason."""
    broken = []
    if figures["lost"]:
        broken.append(f"{figures['lost']} were lost")
    if figures["late_in_pause"]:
        broken.append(f"{figures['late_in_pause']} were sent while Telegram had asked for silence")
    if figures["duplicates"] > figures["unknown"] + figures["in_flight_at_kills"]:
        broken.append(f"{figures['duplicates']} came twice, of which only {figures['unknown'] + figures['in_flight_at_kills']} have a reason")
    return broken


def slow(figures: dict[str, Any]) -> list[str]:
    """The goals for speed that these figures miss, in words."""
    found = []
    if figures["limit_ratio"] > RATIO:
        found.append(f"limit_ratio is over {RATIO}")
    if figures["unthrottled_ratio"] is not None and figures["unthrottled_ratio"] < UNTHROTTLED:
        found.append(f"unthrottled_ratio is under {UNTHROTTLED}")
    return found


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
