"""mashang notices."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.commands.frame import in_house, put
from app.commands.importing import DryRun, How, Json, Map, Preview, Sheet, import_table
from domain.lists import ListKind

if TYPE_CHECKING:
    from app.container import House


def list_(as_json: Json = False) -> None:
    """Every risk notice with its runs: sent + failed + pending + unknown = targets, always."""
    from services.actors import Actor

    async def work(house: "House") -> list[dict[str, Any]]:
        return await house.services.notice_lists.everything(by=Actor.operator())

    found = in_house(work)
    lines = []
    for each in found:
        lines.append(f"{each['number']}  {each['level']}  {each['risk']}  {each['state']}" + (f"  next {each['next_due_at']}" if each["next_due_at"] else ""))
        lines += [
            f"  {run['due_at']}  {run['state']}: {run['targets']} targets, {run['sent']} sent, {run['failed']} failed, "
            f"{run['pending']} pending, {run['unknown']} unknown"
            for run in each["runs"]
        ]  # fmt: skip
    put(found, as_json=as_json, words="\n".join(lines) or "no notices")


def holidays(
    file: Path, dry_run: DryRun = False, preview: Preview = False, mapping: Map = None, sheet: Sheet = None, as_json: Json = False
) -> None:
    """Take in days off and worked weekend days from a CSV or XLSX: date,name,kind (off or work)."""
    import_table(file, ListKind.HOLIDAYS, How(dry_run, preview, mapping, sheet, as_json))


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Risk notices, their runs, and holidays.", no_args_is_help=True)
    nouns.command("list")(list_)
    nouns.command("holidays")(holidays)
    app.add_typer(nouns, name="notices")
