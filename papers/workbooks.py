"""Workbooks (XLSX) in: one sheet's values, read row by row, however large the file pretends to be."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from domain.errors import Invalid, Refusal
from domain.text import N_
from papers.tables import DigitsLost, Line, NotATable

ZIP = b"PK\x03\x04"
LARGEST_UNPACKED = 400 * 1024 * 1024
MOST_TIMES = 200
MOST_MEMBERS = 2000
MOST_COLUMNS = 200
EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number; longer ones it has rounded."""


class PacksTooMuch(Invalid):
    code = "packs_too_much"
    text = N_("This workbook unpacks to far more than a list needs. Save only the sheet with the list, without pictures, and try again.")


class SheetUnknown(Invalid):
    code = "sheet_unknown"
    text = N_("There is no sheet “{sheet}”. The workbook has: {known}.")


class CellBroken(Invalid):
    code = "cell_broken"
    text = N_("Column “{column}” holds an error of the spreadsheet ({value}). Mend the formula, or type the value.")


def is_workbook(body: bytes) -> bool:
    """Whether this is an XLSX by its content. Refuses other packed files: .docx, .ods, .zip, a damaged one."""
    if not body.startswith(ZIP):
        return False
    from papers.texts import OfAnotherKind

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            members = {member.filename: member for member in pack.infolist()}
    except zipfile.BadZipFile:
        raise NotATable(why=".xlsx: damaged or cut off") from None
    if "xl/workbook.xml" not in members:
        kinds = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "content.xml": ".ods"}
        raise OfAnotherKind(kind=next((kind for name, kind in kinds.items() if name in members), ".zip"))
    unpacked = sum(member.file_size for member in members.values())
    bomb = any(member.file_size > MOST_TIMES * max(member.compress_size, 1024) for member in members.values())
    if unpacked > LARGEST_UNPACKED or len(members) > MOST_MEMBERS or bomb:
        raise PacksTooMuch()
    return True


def lines_of_workbook(body: bytes, *, sheet: str | None) -> Iterator[Line]:
    """The lines of a sheet (default: the first), formulas as the values they had when it was saved; empty lines are passed over."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    except Refusal:
        raise
    except Exception as error:  # the reader raises whatever the damage happens to cause
        raise NotATable(why=f".xlsx: {type(error).__name__}") from error
    try:
        known = [each.title for each in book.worksheets]
        if not known or (sheet is not None and sheet not in known):
            raise SheetUnknown(sheet=sheet or "", known=", ".join(known)[:200])
        yield from walked(book[sheet] if sheet is not None else book.worksheets[0])
    finally:
        book.close()


def walked(page: Any) -> Iterator[Line]:
    """The lines of one sheet. What the file says of its own size is not believed."""
    page.reset_dimensions()
    rows = page.iter_rows(max_col=MOST_COLUMNS)
    number = 0
    while True:
        try:
            row = next(rows, None)
        except Exception as error:  # as above: damage shows only where it is read
            raise NotATable(why=f".xlsx: {number + 1}: {type(error).__name__}") from error
        if row is None:
            return
        number += 1
        cells = [said(cell) for cell in row]
        if any(cells):
            yield number, cells


def said(cell: Any) -> str | Refusal:
    """What a cell says, as a person would type it; a number that lost digits, or an error, is the refusal that says so."""
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "e":
        return CellBroken(column="", value=str(value)[:20])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            return DigitsLost(column="", value=f"{value:.15g}")
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value.isoformat(timespec="minutes") if isinstance(value, time) else str(value)
