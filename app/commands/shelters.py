"""mashang shelters."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.importing import Rows, import_table

if TYPE_CHECKING:
    from app.container import House
    from services.imports import Report


def import_(file: Path, dry_run: Annotated[bool, typer.Option("--dry-run")] = False, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Take in shelters from a CSV: name,level,area_code,address,places_day,places_night,keeper_phone,deputy_phone,lat,lon."""
    from papers.tables import SHELTERS
    from services.actors import Actor

    async def take(house: "House", rows: Rows) -> "Report":
        return await house.services.shelters.import_rows(rows, by=Actor.operator(), dry_run=dry_run)

    import_table(file, SHELTERS, take, as_json=as_json)


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Shelters.", no_args_is_help=True)
    nouns.command("import")(import_)
    app.add_typer(nouns, name="shelters")
