"""Cells that leave the house: no spreadsheet takes them for a formula, and none of them changes on the way out and in again.

A spreadsheet runs what begins with = + - @ (also full-width, after spaces, or after a tab or a carriage return). In CSV such a cell
gets one apostrophe in front, which is taken off again when the file comes back (OWASP, CSV Injection). In XLSX a text is stored as a text.
"""

import re

DANGEROUS = re.compile("'*[ \u00a0\u3000\u200b\ufeff\n\v\f]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\0]")
GUARD = "'"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LONGEST = 32767
"""What a cell of a workbook holds."""


def guarded(cell: str) -> str:
    """The cell as it goes into CSV."""
    return GUARD + cell if DANGEROUS.match(cell) else cell


def without_guard(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith(GUARD) and DANGEROUS.match(cell[1:]) else cell


def writable(cell: str) -> str:
    """The cell without what no workbook can hold."""
    return UNWRITABLE.sub("", cell)[:LONGEST]
