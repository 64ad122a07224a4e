"""What the imports share: a table in, a look at how it is read, a report out, bad rows by line and reason."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.exits import REFUSED, WRONG_CALL
from app.commands.frame import in_house, sentence
from domain.lists import LEFT_OUT, ListKind

if TYPE_CHECKING:
    from app.container import House
    from papers.tables import Table
    from services.imports import Problem, Report

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and store nothing.")]
Preview = Annotated[bool, typer.Option("--preview", help="Show which column became what, and the first rows as they will be read (masked).")]
Map = Annotated[list[str] | None, typer.Option("--map", help="HEADER=COLUMN for a header that is not understood; HEADER=- leaves it out. Remembered.")]
Sheet = Annotated[str | None, typer.Option("--sheet", help="Which sheet of an .xlsx (default: the first).")]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]


@dataclass(frozen=True, slots=True)
class How:
    """How a file is to be taken in."""

    dry_run: bool = False
    preview: bool = False
    mapping: Sequence[str] | None = None
    sheet: str | None = None
    as_json: bool = False
    enrol: bool = False


def import_table(file: Path, kind: ListKind, how: How) -> None:
    """Read the table, show it or take it in, say what happened; exit 1 when not one row was usable."""
    if any("=" not in word for word in how.mapping or ()):
        typer.echo("--map takes HEADER=COLUMN", err=True)
        raise typer.Exit(WRONG_CALL)
    if how.preview:
        show(*in_house(lambda house: looked_at(house, file, kind, how)), as_json=how.as_json)
        return
    report, language = in_house(lambda house: taken_in(house, file, kind, how))
    said = problems_of(report.problems, language)
    if how.as_json:
        numbers = {"rows": report.rows, "added": report.added, "changed": report.changed, "unchanged": report.unchanged, "refused": report.refused}
        typer.echo(json.dumps({**numbers, "dry_run": report.dry_run, "problems": said}, ensure_ascii=False))
    else:
        complain(said)
        head = "dry run, nothing stored: " if report.dry_run else ""
        typer.echo(f"{head}{report.rows} rows: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, {report.refused} refused")
    if report.rows and report.refused == report.rows:
        raise typer.Exit(REFUSED)


async def mapping_for(house: "House", kind: ListKind, how: How) -> tuple[dict[str, str], dict[str, str]]:
    """What was said of headers before and now, and what is new of it; each by the header as it is compared."""
    from papers.columns import header_of
    from papers.tables import mapping_of
    from services.actors import Actor

    fresh = {header_of(header): column for header, column in mapping_of(how.mapping or ()).items()}
    return await house.services.list_imports.mapping(kind, by=Actor.operator()) | fresh, fresh


async def taken_in(house: "House", file: Path, kind: ListKind, how: How) -> tuple["Report", str]:
    from papers.tables import read_table
    from services.actors import Actor
    from services.list_imports import Read

    known, fresh = await mapping_for(house, kind, how)
    table = read_table(file, kind, mapping=known, sheet=how.sheet)
    read = Read(table.rows, table.problems, fresh)
    return await house.services.list_imports.take_in(kind, read, by=Actor.operator(), dry_run=how.dry_run, enrol=how.enrol), house.settings.language


async def looked_at(house: "House", file: Path, kind: ListKind, how: How) -> tuple["Table", str]:
    from papers.tables import laid_out

    known, _ = await mapping_for(house, kind, how)
    return laid_out(file, kind, mapping=known, sheet=how.sheet), house.settings.language


def show(table: "Table", language: str, *, as_json: bool) -> None:
    """How a table is read; nothing is stored by it."""
    from papers.previews import first_rows

    said = problems_of(table.problems, language)
    if as_json:
        columns = [{"header": heading.header, "column": heading.column} for heading in table.headings]
        answer: dict[str, Any] = {
            "kind": table.kind.value, "header_line": table.header_line, "columns": columns, "left_out": list(table.left_out), "missing": list(table.missing),
            "rows": len(table.rows), "first": [{"line": line, **row} for line, row in first_rows(table)], "problems": said,
        }  # fmt: skip
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    typer.echo(f"header on line {table.header_line}")
    for heading in table.headings:
        if heading.header:
            typer.echo(f"  {heading.header} -> {heading.column or 'left out'}")
    for column in table.missing:
        typer.echo(f"  ? -> {column}   missing: --map \"HEADER={column}\"; {LEFT_OUT} leaves a column out")
    for line, row in first_rows(table):
        typer.echo(f"line {line}: " + " | ".join(f"{column} {cell}" for column, cell in row.items() if cell))
    complain(said)
    typer.echo(f"{len(table.rows)} rows can be read, {len(table.problems)} cannot; nothing stored")


def problems_of(problems: Sequence["Problem"], language: str) -> list[dict[str, Any]]:
    return [{"line": p.line, "code": p.refusal.code, "warning": p.warning, "reason": sentence(p.refusal, language)} for p in problems]


def complain(said: Sequence[dict[str, Any]]) -> None:
    for problem in said:
        typer.echo(f"line {problem['line']}: {problem['reason']} [{problem['code']}]", err=True)
