"""mashang board."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.frame import in_house, put

if TYPE_CHECKING:
    from app.container import House


def rebuild(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Compute every standing again from the events; says how many had to change (0 when all is well)."""
    from services.actors import Actor

    async def work(house: "House") -> int:
        return await house.services.board.rebuild(by=Actor.operator())

    changed = in_house(work)
    put({"changed": changed}, as_json=as_json, words=f"{changed} standings changed")


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="The board of the roll call.", no_args_is_help=True)
    nouns.command("rebuild")(rebuild)
    app.add_typer(nouns, name="board")
