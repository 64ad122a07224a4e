"""mashang story."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.commands.exits import ABSENT, WRONG_CALL

if TYPE_CHECKING:
    from lab.stories.ground import Servers

STORIES = ("order", "typhoon", "offline")
FAULTS = ("drop-scan", "late-commit", "double-send", "tick-as-scan", "lose-update", "count-twice")
FITS = {"offline": ("drop-scan", "late-commit", "count-twice")}
"""Which faults a story can notice, where it is not all but `count-twice`."""
OUTAGES = ("redis", "database", "telegram")
HOWS = ("cut", "deaf")
PROCESSES = (2, 4)
POSTGRES_URL, REDIS_URL = "MASHANG_TEST_POSTGRES_URL", "MASHANG_TEST_REDIS_URL"


def story(
    name: Annotated[str, typer.Argument(help=" | ".join(STORIES))],
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
    people: Annotated[int, typer.Option(min=24, max=1000, help="offline: how many live in the village.")] = 400,
) -> None:
    """Play a whole evening through the real entrances and let an independent oracle check the end. Exit 1 when anything does not add up.

    offline: a day and a night without a network, with three scanners in Chromium; exit 3 where that is absent.
    """
    one_of("story", name, STORIES)
    must_fit(name, sabotage)
    if name == "offline":
        raise typer.Exit(without_network(people, seed, sabotage, keep, as_json=as_json, elsewhere=bool(kills or first or servers or outage)))
    one_of("way to be out of reach", outage_how, HOWS)
    one_of("number of processes", processes, PROCESSES)
    must_be_possible(outage, servers=servers, kills=kills)
    from lab.stories.order import Order
    from lab.stories.playing import Played, main
    from lab.stories.typhoon import Typhoon
    from lab.stories.weather import Outage

    script = {"order": Order, "typhoon": Typhoon}[name](seed)
    weather = Outage(outage, outage_seconds, outage_how) if outage else None
    asked = Played(kills, seed, sabotage, first, servers_of(database, redis, processes) if servers else None, weather)
    raise typer.Exit(main(script, asked, keep=keep, as_json=as_json))


def must_fit(name: str, sabotage: str | None) -> None:
    """Exit 2 for a fault that nobody wrote, or that this story could never notice."""
    one_of("sabotage", sabotage, FAULTS)
    fits = FITS.get(name, FAULTS[:-1])
    if sabotage is not None and sabotage not in fits:
        refuse(f"{sabotage} cannot happen in this story, so that it proves nothing there; it notices: {', '.join(fits)}", WRONG_CALL)


def must_be_possible(outage: str | None, *, servers: bool, kills: int) -> None:
    """Exit 2 for an outage that cannot be had."""
    one_of("outage", outage, OUTAGES)
    if outage in ("redis", "database") and not servers:
        refuse(f"--outage {outage} needs --servers", WRONG_CALL)
    if outage == "database" and kills:
        refuse("a process that is killed cannot start again while the database is away: --outage database goes without --kills", WRONG_CALL)


def without_network(people: int, seed: int, sabotage: str | None, keep: Path | None, *, as_json: bool, elsewhere: bool) -> int:
    """The day of three scanners; its kills and its outage are its own."""
    if elsewhere:
        refuse("offline has kills and an outage of its own, in one process: it goes without --kills, --first, --servers and --outage", WRONG_CALL)
    from lab.stories import offline

    return offline.main(offline.Asked(people, seed, sabotage), keep=keep, as_json=as_json)


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
