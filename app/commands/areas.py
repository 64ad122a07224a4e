"""mashang areas."""

from pathlib import Path

import typer

from app.commands.importing import DryRun, How, Json, Map, Preview, Sheet, import_table
from domain.lists import ListKind


def import_(
    file: Path, dry_run: DryRun = False, preview: Preview = False, mapping: Map = None, sheet: Sheet = None, as_json: Json = False
) -> None:
    """Take in administrative divisions from a CSV or XLSX: code,name,level,parent_code."""
    import_table(file, ListKind.AREAS, How(dry_run, preview, mapping, sheet, as_json))


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Administrative divisions.", no_args_is_help=True)
    nouns.command("import")(import_)
    app.add_typer(nouns, name="areas")
