"""mashang bench."""

import asyncio
import json
from typing import Annotated, Any

import typer

from app.commands.exits import ABSENT, REFUSED, WRONG_CALL

BENCHES = ("start", "live", "delivery", "workers", "verify", "fuzz")
PROFILES = ("strict", "scoped", "bursty")


def bench(  # noqa: PLR0917  typer reads them by name
    name: Annotated[str, typer.Argument(help=" | ".join(BENCHES))],
    as_json: Annotated[bool, typer.Option("--json", help="Only the figures, as one JSON object.")] = False,
    chats: Annotated[int, typer.Option(help="delivery: how many people are told in each profile.", min=10)] = 3000,
    profile: Annotated[str, typer.Option(help=f"delivery: one of {', '.join(PROFILES)}; default: all, and the worst is reported.")] = "",
    seed: Annotated[int, typer.Option(help="delivery: what goes wrong, and when the process is killed. fuzz: what is forged.")] = 1,
    kills: Annotated[int, typer.Option(help="delivery: how often in each profile.", min=0)] = 2,
    postgres: Annotated[str, typer.Option(help="delivery: an empty database instead of SQLite; needs --profile.")] = "",
    database: Annotated[str, typer.Option(envvar="MASHANG_TEST_POSTGRES_URL", help="workers: a PostgreSQL on which databases may be made and dropped.")] = "",
    latency: Annotated[int, typer.Option(help="workers: milliseconds until Telegram's answer.", min=0)] = 40,
    tokens: Annotated[int, typer.Option(help="fuzz: how many forged codes. verify: how many good ones.", min=1000)] = 20_000,
) -> None:
    """Measure this machine and this version: start (how long one waits), live (scan to board), delivery (a notice to many), workers (two of them),
    verify (codes read a second), fuzz (forged codes, none of which may be taken)."""
    if name not in BENCHES:
        typer.echo(f"no such benchmark; there is: {', '.join(BENCHES)}", err=True)
        raise typer.Exit(WRONG_CALL)
    if name == "start":
        from lab.bench import start

        figures = start.measured()
    elif name == "live":
        from lab.bench import live

        figures = asyncio.run(live.measured())
    elif name == "verify":
        from app.commands.bench_codes import read_by_the_press

        figures = read_by_the_press(tokens)
    elif name == "fuzz":
        from lab.bench import fuzz

        figures = fuzz.measured(tokens=tokens, seed=seed)
    elif name == "workers":
        figures = side_by_side(database, latency=latency)
    else:
        figures = delivered(chats=chats, profile=profile, seed=seed, kills=kills, postgres=postgres)
    typer.echo(json.dumps(figures) if as_json else "\n".join(f"{key:32}{value!s:>10}" for key, value in figures.items()))
    judge(name, figures)


def delivered(*, chats: int, profile: str, seed: int, kills: int, postgres: str) -> dict[str, Any]:
    """The figures of a delivery benchmark."""
    from lab.bench.delivery import Wanted, measured
    from lab.bench.peers import PeersAbsent
    from lab.stories.house import HouseFell

    if profile and profile not in PROFILES:
        raise typer.BadParameter(f"one of {', '.join(PROFILES)}", param_hint="--profile")
    if postgres and not profile:
        raise typer.BadParameter("needs --profile: a database holds one run", param_hint="--postgres")
    profiles: Any = (profile,) if profile else PROFILES
    try:
        return asyncio.run(measured(Wanted(chats=chats, profiles=profiles, seed=seed, kills=kills, database=postgres or None)))
    except PeersAbsent as absent:
        typer.echo(str(absent), err=True)
        raise typer.Exit(ABSENT) from None
    except HouseFell as fell:
        typer.echo(str(fell), err=True)
        raise typer.Exit(ABSENT if fell.absent else REFUSED) from None


def side_by_side(database: str, *, latency: int) -> dict[str, Any]:
    """The figures of one delivery worker and of two."""
    from lab.bench.workers import ServerAbsent, measured
    from lab.stories.house import HouseFell

    if not database:
        typer.echo("bench workers needs a PostgreSQL: --database or MASHANG_TEST_POSTGRES_URL", err=True)
        raise typer.Exit(ABSENT)
    try:
        return asyncio.run(measured(database, delay_ms=latency))
    except (ServerAbsent, HouseFell) as absent:
        typer.echo(str(absent), err=True)
        raise typer.Exit(ABSENT) from None


def judge(name: str, figures: dict[str, Any]) -> None:
    """A broken promise is refused; a machine that is too slow is only told."""
    missed, slow = promised(name, figures)
    for words in (*missed, *slow):
        typer.echo(words, err=True)
    if missed:
        raise typer.Exit(REFUSED)


def promised(name: str, figures: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What was not kept, and what was kept slowly."""
    from lab.bench import delivery, fuzz, verify, workers

    match name:
        case "delivery":
            return delivery.missed(figures), delivery.slow(figures)
        case "workers":
            return workers.missed(figures), workers.slow(figures)
        case "verify":
            return [], verify.slow(figures)
        case "fuzz":
            return fuzz.missed(figures), []
        case _:
            return [], []


def register(app: typer.Typer) -> None:
    app.command("bench")(bench)
