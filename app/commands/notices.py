"""mashang notices."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.frame import in_house, put
from app.commands.importing import Rows, import_table

if TYPE_CHECKING:
    from app.container import House
    from services.imports import Report

Json = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and store nothing.")]


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


def holidays(file: Path, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Take in days off and worked weekend days from a CSV: date,name,kind (off or work)."""
    from papers.tables import HOLIDAYS
    from services.actors import Actor

    async def take(house: "House", rows: Rows) -> "Report":
        return await house.services.notice_lists.import_holidays(rows, by=Actor.operator(), dry_run=dry_run)

    import_table(file, HOLIDAYS, take, as_json=as_json)


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="Risk notices, their runs, and holidays.", no_args_is_help=True)
    nouns.command("list")(list_)
    nouns.command("holidays")(holidays)
    app.add_typer(nouns, name="notices")
