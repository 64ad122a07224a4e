"""mashang story."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.commands.exits import ABSENT, WRONG_CALL

if TYPE_CHECKING:
    from lab.stories.ground import Servers

STORIES = ("order", "typhoon")
FAULTS = ("drop-scan", "late-commit", "double-send", "tick-as-scan", "lose-update")
OUTAGES = ("redis", "database", "telegram")
HOWS = ("cut", "deaf")
PROCESSES = (2, 4)
POSTGRES_URL, REDIS_URL = "MASHANG_TEST_POSTGRES_URL", "MASHANG_TEST_REDIS_URL"


def story(
    name: Annotated[str, typer.Argument(help="order or typhoon")],
    *,
    kills: Annotated[int, typer.Option(min=0, max=20, help="SIGKILLs at random moments.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same evening.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Only the numbers, as one JSON object.")] = False,
    sabotage: Annotated[str | None, typer.Option(help=f"A fault the story must notice: {', '.join(FAULTS)}.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Leave database, logs and export in this folder.")] = None,
    first: Annotated[bool, typer.Option("--first", help="End at the first difference, and wait for nobody longer than needs be.")] = False,
    servers: Annotated[bool, typer.Option("--servers", help="On PostgreSQL and Redis, in several processes; kills fall on any of them.")] = False,
    processes: Annotated[int, typer.Option(help="With --servers: 2, or 4 (two of each kind).")] = 2,
    database: Annotated[str | None, typer.Option(envvar=POSTGRES_URL, help="A PostgreSQL server, on which a database is made and dropped again.")] = None,
    redis: Annotated[str | None, typer.Option(envvar=REDIS_URL, help="A Redis.")] = None,
    outage: Annotated[str | None, typer.Option(help=f"What is out of reach in the middle of the evening: {', '.join(OUTAGES)}.")] = None,
    outage_seconds: Annotated[float, typer.Option(min=1, max=600, help="For how long.")] = 60.0,
    outage_how: Annotated[str, typer.Option(help="cut: connections break, deaf: nobody answers on them.")] = "cut",
) -> None:
    """Play a whole evening through the real entrances and let an independent oracle check the end. Exit 1 when anything does not add up."""
    one_of("story", name, STORIES)
    one_of("sabotage", sabotage, FAULTS)
    one_of("outage", outage, OUTAGES)
    one_of("way to be out of reach", outage_how, HOWS)
    one_of("number of processes", processes, PROCESSES)
    if outage in ("redis", "database") and not servers:
        refuse(f"--outage {outage} needs --servers", WRONG_CALL)
    if outage == "database" and kills:
        refuse("a process that is killed cannot start again while the database is away: --outage database goes without --kills", WRONG_CALL)
    from lab.stories.order import Order
    from lab.stories.playing import Played, main
    from lab.stories.typhoon import Typhoon
    from lab.stories.weather import Outage

    script = {"order": Order, "typhoon": Typhoon}[name](seed)
    weather = Outage(outage, outage_seconds, outage_how) if outage else None
    asked = Played(kills, seed, sabotage, first, servers_of(database, redis, processes) if servers else None, weather)
    raise typer.Exit(main(script, asked, keep=keep, as_json=as_json))


def one_of(what: str, given: object, there: Collection[object]) -> None:
    """Exit 2 when something else was asked for."""
    if given is not None and given not in there:
        refuse(f"no such {what}; there is: {', '.join(map(str, there))}", WRONG_CALL)


def servers_of(database: str | None, redis: str | None, processes: int) -> "Servers":
    """Exit 3 when an address is missing."""
    from lab.stories.ground import Servers

    if not database:
        refuse(f"--servers needs a PostgreSQL server: --database postgresql://…, or {POSTGRES_URL}", ABSENT)
    if not redis:
        refuse(f"--servers needs a Redis: --redis redis://…, or {REDIS_URL}", ABSENT)
    return Servers(database, redis, processes)


def refuse(why: str, code: int) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    app.command("story")(story)
