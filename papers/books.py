"""Tables out: CSV (UTF-8 with a byte order mark, as spreadsheets expect it) and XLSX, written row by row, so that a long list takes no memory.

Every cell is a text; what looks like a formula stays a text in both (papers/cells.py).
"""

import csv
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import Invalid
from domain.text import N_
from papers.cells import guarded, writable

Row = Sequence[str]
WIDEST, NARROWEST = 48, 8
TITLE_MOST = 31


class NoSuchFormat(Invalid):
    code = "no_such_format"
    text = N_("A list is written as .xlsx or as .csv.")


async def write_table(target: Path, header: Row, rows: AsyncIterator[Row], *, title: str = "") -> int:
    """Write a table to a new or replaced file, in the format of its name; how many rows it has. A file is whole or not there, and its
    owner's alone."""
    formats = {".csv": csv_lines, ".xlsx": book_lines}
    if target.suffix.lower() not in formats:
        raise NoSuchFormat()
    beside = target.with_name(target.name + ".part")
    count = 0
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    try:
        with formats[target.suffix.lower()](beside, title, header) as put:
            put(header)
            async for row in rows:
                put(row)
                count += 1
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return count


@contextmanager
def csv_lines(target: Path, _title: str, _header: Row) -> Iterator[Callable[[Row], None]]:
    with target.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        out = csv.writer(file)
        yield lambda row: out.writerow([guarded(cell) for cell in row])


@contextmanager
def book_lines(target: Path, title: str, header: Row) -> Iterator[Callable[[Row], None]]:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page: Any = book.create_sheet(title=sheet_title(title))
    for number, cell in enumerate(header, 1):
        page.column_dimensions[get_column_letter(number)].width = min(WIDEST, max(NARROWEST, 2 * len(cell) + 4))
    page.freeze_panes = "A2"
    bold = Font(bold=True)
    put = 0

    def line(row: Row) -> None:
        nonlocal put
        page.append([text_cell(page, cell, bold if put == 0 else None) for cell in row])
        put += 1

    try:
        yield line
    finally:
        page.close()
        book.save(target)


def text_cell(page: Any, cell: str, font: Any) -> Any:
    """A cell that is a text whatever it looks like: no formula, no number, no error."""
    from openpyxl.cell import WriteOnlyCell

    made = WriteOnlyCell(page)
    made.value = writable(cell)
    made.data_type = "s"
    made.number_format = "@"
    if font is not None:
        made.font = font
    return made


def sheet_title(title: str) -> str:
    """A title that a workbook takes."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in writable(title)).strip()[:TITLE_MOST] or "mashang"
