"""mashang shelters."""

from pathlib import Path

import typer

from app.commands.importing import DryRun, How, Json, Map, Preview, Sheet, import_table
from domain.lists import ListKind


def import_(
    file: Path, dry_run: DryRun = False, preview: Preview = False, mapping: Map = None, sheet: Sheet = None, as_json: Json = False
) -> None:
    """Take in shelters from a CSV or XLSX: name,level,area_code,address,places_day,places_night,keeper_phone,deputy_phone,lat,lon."""
    import_table(file, ListKind.SHELTERS, How(dry_run, preview, mapping, sheet, as_json))


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Shelters.", no_args_is_help=True)
    nouns.command("import")(import_)
    app.add_typer(nouns, name="shelters")
