"""mashang story."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.exits import WRONG_CALL

STORIES = ("order", "typhoon")
FAULTS = ("drop-scan", "late-commit", "double-send", "tick-as-scan", "lose-update")


def story(
    name: Annotated[str, typer.Argument(help="order or typhoon")],
    kills: Annotated[int, typer.Option(min=0, max=20, help="SIGKILLs at random moments.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same evening.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Only the numbers, as one JSON object.")] = False,
    sabotage: Annotated[str | None, typer.Option(help=f"A fault the story must notice: {', '.join(FAULTS)}.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Leave database, logs and export in this folder.")] = None,
    first: Annotated[bool, typer.Option("--first", help="End at the first difference, and wait for nobody longer than needs be.")] = False,
) -> None:
    """Play a whole evening through the real entrances and let an independent oracle check the end. Exit 1 when anything does not add up."""
    if name not in STORIES:
        typer.echo(f"no such story; there is: {', '.join(STORIES)}", err=True)
        raise typer.Exit(WRONG_CALL)
    if sabotage is not None and sabotage not in FAULTS:
        typer.echo(f"no such sabotage; there is: {', '.join(FAULTS)}", err=True)
        raise typer.Exit(WRONG_CALL)
    from lab.stories.order import Order
    from lab.stories.playing import Played, main
    from lab.stories.typhoon import Typhoon

    script = {"order": Order, "typhoon": Typhoon}[name](seed)
    raise typer.Exit(main(script, Played(kills, seed, sabotage, first), keep=keep, as_json=as_json))


def register(app: typer.Typer) -> None:
    app.command("story")(story)
