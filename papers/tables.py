"""Tables in: CSV and XLSX as offices really write them, with Chinese or English headers, to rows that services understand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from domain.errors import Invalid, Refusal
from domain.lists import COLUMNS, LEFT_OUT, REQUIRED, ListKind, checked
from domain.text import N_
from papers.columns import LONG_NUMBERS, MASKED, header_of, named, tidy, valued
from services.imports import Problem

LARGEST = 50 * 1024 * 1024
MOST_ROWS = 200_000
HEADER_WITHIN = 10
OF_PEOPLE = frozenset({ListKind.PEOPLE, ListKind.WORKERS, ListKind.GROUPS})
SHOWN = 5
SCIENTIFIC = re.compile(r"([1-9])(?:\.(\d*))?[eE]\+?(\d{1,3})")
WHOLE = re.compile(r"(\d+)\.0+")

Line = tuple[int, Sequence["str | Refusal"]]
"""A line of a file: its number there, and its cells; a cell that cannot be believed is the refusal that says why."""


class FileMissing(Invalid):
    code = "file_missing"
    text = N_("There is no file {file}.")


class FileTooLarge(Invalid):
    code = "file_too_large"
    text = N_("The file is larger than {most} MB.")


class TooManyRows(Invalid):
    code = "too_many_rows"
    text = N_("The table has more than {most} rows. Split it into several files.")


class NotATable(Invalid):
    code = "not_a_table"
    text = N_("The file is not a table that can be read: {why}")


class ColumnsMissing(Invalid):
    code = "columns_missing"
    text = N_("The table lacks these columns: {columns}.")


class DigitsLost(Invalid):
    code = "digits_lost"
    text = N_("The spreadsheet has rounded the number in column “{column}” ({value}). Format that column as text, type it again, and import this row again.")


class CellMasked(Invalid):
    code = "cell_masked"
    text = N_("Column “{column}” is masked with stars. A masked export is for reading; only a full one can be imported again.")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the file: what stands above it, and what it became; None when it is left out."""

    header: str
    column: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read. `rows` and `problems` together are every row of the file that is not empty."""

    kind: ListKind
    header_line: int
    headings: tuple[Heading, ...]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def left_out(self) -> tuple[str, ...]:
        return tuple(heading.header for heading in self.headings if heading.column is None and heading.header)

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns without which this list means nothing."""
        had = {heading.column for heading in self.headings}
        return tuple(column for column in REQUIRED[self.kind] if column not in had)


def read_table(
    source: Path | bytes, kind: ListKind, *, mapping: Mapping[str, str] | None = None, sheet: str | None = None, largest: int = LARGEST
) -> Table:
    """The rows of a CSV or XLSX file, with the line each stood on; only the columns of this kind.

    Refuses a file that is missing, too large, of another kind whatever its name says, in no known encoding, or without the columns that
    matter. A row with a cell that cannot be believed is a problem, and not among the rows.
    """
    table = laid_out(source, kind, mapping=mapping, sheet=sheet, largest=largest)
    if table.missing:
        raise ColumnsMissing(columns=", ".join(table.missing))
    return table


def laid_out(
    source: Path | bytes, kind: ListKind, *, mapping: Mapping[str, str] | None = None, sheet: str | None = None, largest: int = LARGEST
) -> Table:
    """The same for a preview: columns that matter may be missing still."""
    asked = {header_of(header): column for header, column in checked(kind, mapping or {}).items()}
    return arranged(lines_of(content(source, largest=largest), kind, mapping=asked, sheet=sheet), kind, mapping=asked)


def parsed(text: str, kind: ListKind, *, mapping: Mapping[str, str] | None = None) -> Table:
    """The rows of a CSV text; see `read_table`."""
    return read_table(text.encode(), kind, mapping=mapping)


def content(source: Path | bytes, *, largest: int) -> bytes:
    if isinstance(source, Path) and not source.is_file():
        raise FileMissing(file=source.name)
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > largest:
        raise FileTooLarge(most=largest // 1024 // 1024)
    return source.read_bytes() if isinstance(source, Path) else source


def lines_of(body: bytes, kind: ListKind, *, mapping: Mapping[str, str], sheet: str | None) -> Iterator[Line]:
    """The lines of whatever this is, by its content, never by its name."""
    from papers.texts import decoded, delimited
    from papers.workbooks import is_workbook, lines_of_workbook

    if is_workbook(body):
        return lines_of_workbook(body, sheet=sheet)
    return delimited(decoded(body), fits=lambda cells: len(meant(cells, kind, mapping)))


def meant(cells: Sequence[object], kind: ListKind, mapping: Mapping[str, str]) -> set[str]:
    """The columns that a line names, if it is the header."""
    found = {named(cell, COLUMNS[kind], mapping=mapping) for cell in cells if isinstance(cell, str)}
    return {column for column in found if column is not None}


def arranged(lines: Iterator[Line], kind: ListKind, *, mapping: Mapping[str, str]) -> Table:
    """The table under its header: the line among the first ten that names the most columns, the first of them when several do."""
    first = list(islice(lines, HEADER_WITHIN))
    if not first:
        raise NotATable(why="0")
    scores = [len(meant(cells, kind, mapping)) for _, cells in first]
    at = scores.index(max(scores))
    line, cells = first[at]
    taken: set[str] = set()
    headings = []
    for cell in cells:
        header = cell if isinstance(cell, str) else ""
        column = named(header, COLUMNS[kind], mapping=mapping)
        headings.append(Heading(header.strip(), column))
        taken |= {column} if column else set()
    table = Table(kind, line, tuple(headings))
    for count, (number, row) in enumerate(chain(first[at + 1 :], lines)):
        if count >= MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        try:
            if told := understood(row, table):
                table.rows.append((number, told))
        except Refusal as refusal:
            table.problems.append(Problem(number, refusal))
    return table


def understood(cells: Sequence[str | Refusal], table: Table) -> dict[str, str] | None:
    """One row by column; of two columns that mean the same the first that says something. None for an empty row."""
    told: dict[str, str] = {}
    some = False
    for heading, cell in zip(table.headings, cells, strict=False):
        if isinstance(cell, Refusal):
            if heading.column is None:
                continue
            cell.fields["column"] = heading.header
            raise cell
        text = tidy(heading.column, cell)
        some = some or bool(text)
        if heading.column is not None and not told.get(heading.column):
            told[heading.column] = valued(heading.column, believed(heading, text, kind=table.kind))
    return told if some else None


def believed(heading: Heading, text: str, *, kind: ListKind) -> str:
    """A cell as it was meant: a long number that a spreadsheet turned into a quantity comes back whole, or is refused when digits are gone."""
    if "*" in text and (heading.column in MASKED or (heading.column == "name" and kind in OF_PEOPLE)):
        raise CellMasked(column=heading.header)
    if heading.column not in LONG_NUMBERS:
        return text
    if whole := WHOLE.fullmatch(text):
        return whole[1]
    if rounded := SCIENTIFIC.fullmatch(text):
        digits, power = rounded[1] + (rounded[2] or ""), int(rounded[3])
        if len(digits) - 1 < power:
            raise DigitsLost(column=heading.header, value=text)
        return digits[: power + 1]
    return text


def mapping_of(words: Sequence[str]) -> dict[str, str]:
    """`HEADER=COLUMN` as typed; `HEADER=-` leaves a column out. The last sign of equality counts, since headers may hold one."""
    pairs = (word.rpartition("=") for word in words)
    return {header.strip(): column.strip() or LEFT_OUT for header, _, column in pairs}
