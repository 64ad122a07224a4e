"""What the three imports share: a table in, a report out, bad rows by line and reason."""

import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.exits import REFUSED
from app.commands.frame import in_house, sentence

if TYPE_CHECKING:
    from app.container import House
    from services.imports import Report

Rows = Sequence[tuple[int, dict[str, str]]]


def import_table(file: Path, columns: tuple[str, ...], take: Callable[["House", Rows], Awaitable["Report"]], *, as_json: bool) -> None:
    """Read the table, hand it over, say what happened; exit 1 when not one row was usable."""
    from papers.tables import read_csv

    async def work(house: "House") -> tuple["Report", str]:
        return await take(house, read_csv(file, columns)), house.settings.language

    report, language = in_house(work)
    problems = [
        {"line": p.line, "code": p.refusal.code, "warning": p.warning, "reason": sentence(p.refusal, language)} for p in report.problems
    ]
    if as_json:
        numbers = {"rows": report.rows, "added": report.added, "changed": report.changed, "unchanged": report.unchanged, "refused": report.refused}
        typer.echo(json.dumps({**numbers, "dry_run": report.dry_run, "problems": problems}, ensure_ascii=False))
    else:
        for problem in problems:
            typer.echo(f"line {problem['line']}: {problem['reason']} [{problem['code']}]", err=True)
        head = "dry run, nothing stored: " if report.dry_run else ""
        typer.echo(f"{head}{report.rows} rows: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, {report.refused} refused")
    if report.rows and report.refused == report.rows:
        raise typer.Exit(REFUSED)
