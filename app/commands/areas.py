"""mashang areas."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.importing import Rows, import_table

if TYPE_CHECKING:
    from app.container import House
    from services.imports import Report


def import_(file: Path, dry_run: Annotated[bool, typer.Option("--dry-run")] = False, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Take in administrative divisions from a CSV: code,name,level,parent_code."""
    from papers.tables import AREAS
    from services.actors import Actor

    async def take(house: "House", rows: Rows) -> "Report":
        return await house.services.areas.import_rows(rows, by=Actor.operator(), dry_run=dry_run)

    import_table(file, AREAS, take, as_json=as_json)


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Administrative divisions.", no_args_is_help=True)
    nouns.command("import")(import_)
    app.add_typer(nouns, name="areas")
