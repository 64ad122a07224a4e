"""mashang bench."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer

from app.commands.exits import ABSENT, REFUSED, WRONG_CALL

Figures = dict[str, Any]
PROFILES = ("strict", "scoped", "bursty")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said on the command line, for whichever benchmark reads it."""

    chats: int
    profile: str
    seed: int
    kills: int
    postgres: str
    database: str
    latency: int
    tokens: int
    compare: int
    cards: int


def bench(  # noqa: PLR0917  typer reads them by name
    name: Annotated[str, typer.Argument(help="Which one; without a good name all are listed.")],
    as_json: Annotated[bool, typer.Option("--json", help="Only the figures, as one JSON object.")] = False,
    chats: Annotated[int, typer.Option(help="delivery: how many people are told in each profile.", min=10)] = 3000,
    profile: Annotated[str, typer.Option(help=f"delivery: one of {', '.join(PROFILES)}; default: all, and the worst is reported.")] = "",
    seed: Annotated[int, typer.Option(help="delivery: what goes wrong, and when the process is killed. fuzz, fuzz-scanner: what is forged.")] = 1,
    kills: Annotated[int, typer.Option(help="delivery: how often in each profile.", min=0)] = 2,
    postgres: Annotated[str, typer.Option(help="delivery: an empty database instead of SQLite; needs --profile.")] = "",
    database: Annotated[str, typer.Option(envvar="MASHANG_TEST_POSTGRES_URL", help="workers: a PostgreSQL on which databases may be made and dropped.")] = "",
    latency: Annotated[int, typer.Option(help="workers: milliseconds until Telegram's answer.", min=0)] = 40,
    tokens: Annotated[int, typer.Option(help="fuzz, fuzz-scanner: how many forged codes. verify: how many good ones.", min=1)] = 20_000,
    compare: Annotated[int, typer.Option(help="fuzz-scanner: how many of them Python reads too.", min=0)] = 20_000,
    cards: Annotated[int, typer.Option(help="cards: how many are printed.", min=1000, max=10_000)] = 10_000,
) -> None:
    """Measure this machine and this version: start (how long one waits), live (scan to board), delivery (a notice to many), workers (two of them),
    verify (codes read a second), fuzz and fuzz-scanner (forged codes, none of which may be taken, in Python and in JavaScript), scanner (frame to verdict
    in Chromium), cards (printed by the thousand), keeper (thirty printed cards before the camera).
    """
    if name not in BENCHES:
        typer.echo(f"no such benchmark; there is: {', '.join(BENCHES)}", err=True)
        raise typer.Exit(WRONG_CALL)
    asked = Asked(chats, profile, seed, kills, postgres, database, latency, tokens, compare, cards)
    try:
        figures = BENCHES[name](asked)
    except Exception as absent:
        raise_absent(absent)
        raise
    typer.echo(json.dumps(figures) if as_json else "\n".join(f"{key:32}{value!s:>10}" for key, value in figures.items()))
    judge(name, figures)


def raise_absent(error: Exception) -> None:
    """Exit 3 when what a benchmark says is that something it needs is not here (its class is called …Absent), or a house that fell for such a reason."""
    fell = type(error).__name__ == "HouseFell"
    if fell or type(error).__name__.endswith("Absent"):
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED if fell and not getattr(error, "absent", False) else ABSENT) from None


def start(_: Asked) -> Figures:
    from lab.bench import start as bench_of_start

    return bench_of_start.measured()


def live(_: Asked) -> Figures:
    from lab.bench import live as bench_of_live

    return asyncio.run(bench_of_live.measured())


def delivery(asked: Asked) -> Figures:
    from lab.bench.delivery import Wanted, measured

    if asked.profile and asked.profile not in PROFILES:
        raise typer.BadParameter(f"one of {', '.join(PROFILES)}", param_hint="--profile")
    if asked.postgres and not asked.profile:
        raise typer.BadParameter("needs --profile: a database holds one run", param_hint="--postgres")
    profiles: Any = (asked.profile,) if asked.profile else PROFILES
    return asyncio.run(measured(Wanted(chats=asked.chats, profiles=profiles, seed=asked.seed, kills=asked.kills, database=asked.postgres or None)))


def workers(asked: Asked) -> Figures:
    """The figures of one delivery worker and of two."""
    from lab.bench.workers import measured

    if not asked.database:
        typer.echo("bench workers needs a PostgreSQL: --database or MASHANG_TEST_POSTGRES_URL", err=True)
        raise typer.Exit(ABSENT)
    return asyncio.run(measured(asked.database, delay_ms=asked.latency))


def verify(asked: Asked) -> Figures:
    from app.commands.bench_codes import read_by_the_press

    return read_by_the_press(asked.tokens)


def fuzz(asked: Asked) -> Figures:
    from lab.bench.fuzz import measured

    return measured(tokens=asked.tokens, seed=asked.seed)


def fuzz_scanner(asked: Asked) -> Figures:
    """Forged tokens in the scanner's JavaScript."""
    from lab.bench.fuzz_scanner import measured

    return measured(tokens=asked.tokens, seed=asked.seed, compared=asked.compare)


def scanner(_: Asked) -> Figures:
    """The scanner in Chromium."""
    from lab.bench.scanner import measured

    return asyncio.run(measured())


def cards(asked: Asked) -> Figures:
    from lab.bench.cards import measured

    return measured(asked.cards)


def keeper(asked: Asked) -> Figures:
    """Thirty printed cards in a keeper's hand."""
    from lab.bench.keeper import measured

    return asyncio.run(measured(asked.seed))


BENCHES: Mapping[str, Callable[[Asked], Figures]] = {
    "start": start, "live": live, "delivery": delivery, "workers": workers, "verify": verify, "fuzz": fuzz, "fuzz-scanner": fuzz_scanner, "scanner": scanner,
    "cards": cards, "keeper": keeper,
}  # fmt: skip
SILENT = frozenset({"start", "live"})
"""Benchmarks that promise nothing by themselves."""


def judge(name: str, figures: Figures) -> None:
    """A broken promise is refused; a machine that is too slow is only told. Each benchmark says what was `missed` and what was `slow`."""
    judged = import_module(f"lab.bench.{name.replace('-', '_')}")
    missed, slow = (list(getattr(judged, word)(figures)) if hasattr(judged, word) and name not in SILENT else [] for word in ("missed", "slow"))
    for words in (*missed, *slow):
        typer.echo(words, err=True)
    if missed:
        raise typer.Exit(REFUSED)


def register(app: typer.Typer) -> None:
    app.command("bench")(bench)
