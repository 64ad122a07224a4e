"""mashang export."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.exits import WRONG_CALL
from app.commands.frame import in_house, put
from domain.sheets import SheetKind

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


def sheet_command(kind: SheetKind, about: str) -> Callable[..., None]:
    """The command of one kind of list."""

    def take(
        file: Annotated[Path, typer.Argument(help="Where to write it: .xlsx or .csv.")],
        area: Annotated[str | None, typer.Option(help="Only this area and what lies in it.")] = None,
        order: Annotated[str | None, typer.Option(help="board: the order's number (default: the newest).")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")] = False,
    ) -> None:
        if not file.absolute().parent.is_dir():
            typer.echo(f"no such folder: {file.parent}", err=True)
            raise typer.Exit(WRONG_CALL)

        async def work(house: "House") -> int:
            from papers.sheets import write_sheet
            from services.actors import Actor
            from services.sheets import Wanted
            from web.sheet_words import by_kind

            rows = house.services.sheets.rows(Wanted(kind, area, order), by=Actor.operator())
            catalogue = house.catalogues.of(house.settings.language)
            return await write_sheet(file, kind, rows, catalogue=catalogue, zone=house.settings.zone, words=by_kind())

        count = in_house(work)
        put({"kind": kind.value, "rows": count, "file": str(file)}, as_json=as_json, words=f"{count} rows in {file}; names and numbers are masked")

    take.__doc__ = about
    return take


SHEETS = {
    SheetKind.PEOPLE: "The list of people, masked.",
    SheetKind.SHELTERS: "The shelters.",
    SheetKind.BOARD: "Who is where in one order, those not yet safe first.",
    SheetKind.VISITS: "Visits, done and open.",
    SheetKind.NOTICES: "Risk notices and each of their runs.",
    SheetKind.COPIES: "Each copy of each message to a person, and what became of it.",
    SheetKind.REPORTS: "Reports from the field.",
    SheetKind.SITES: "Who is inside which site now.",
}


def register(app: typer.Typer) -> None:
    nouns = typer.Typer(help="What happened, for other eyes.", no_args_is_help=True)
    nouns.command("events")(events)
    for kind, about in SHEETS.items():
        nouns.command(kind.value)(sheet_command(kind, about))

    @nouns.callback()
    def nothing() -> None:
        """What happened, for other eyes."""

    app.add_typer(nouns, name="export")
