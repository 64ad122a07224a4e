"""mashang bench."""

import asyncio
import json
from typing import Annotated

import typer

from app.commands.exits import WRONG_CALL

BENCHES = ("start", "live")


def bench(
    name: Annotated[str, typer.Argument(help=" | ".join(BENCHES))],
    as_json: Annotated[bool, typer.Option("--json", help="Only the figures, as one JSON object.")] = False,
) -> None:
    """Measure this machine and this version: start (how long one waits), live (from a scan to the board)."""
    if name not in BENCHES:
        typer.echo(f"no such benchmark; there is: {', '.join(BENCHES)}", err=True)
        raise typer.Exit(WRONG_CALL)
    if name == "start":
        from lab.bench import start

        figures = start.measured()
    else:
        from lab.bench import live

        figures = asyncio.run(live.measured())
    typer.echo(json.dumps(figures) if as_json else "\n".join(f"{key:32}{value:>10}" for key, value in figures.items()))


def register(app: typer.Typer) -> None:
    app.command("bench")(bench)
