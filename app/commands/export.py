"""mashang export."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.exits import WRONG_CALL
from app.commands.frame import in_house

if TYPE_CHECKING:
    from app.container import House


def events(target: Annotated[str, typer.Option("--jsonl", help="A file, or - for stdout.")] = "-") -> None:
    """Write every order, member, event and scan as it was stored, one JSON object a line."""
    from services.actors import Actor

    async def work(house: "House") -> int:
        count = 0
        out = sys.stdout if target == "-" else Path(target).open("w", encoding="utf-8")  # noqa: ASYNC230, SIM115
        try:
            async for line in house.services.exports.events(by=Actor.operator()):
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        finally:
            if out is not sys.stdout:
                out.close()
        return count

    if target != "-" and not Path(target).absolute().parent.is_dir():
        typer.echo(f"no such folder: {Path(target).parent}", err=True)
        raise typer.Exit(WRONG_CALL)
    count = in_house(work)
    if target != "-":
        typer.echo(f"{count} lines")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="What happened, for other eyes.", no_args_is_help=True)
    nouns.command("events")(events)

    @nouns.callback()
    def nothing() -> None:
        """What happened, for other eyes."""

    app.add_typer(nouns, name="export")
