"""Text files in: which encoding and which separator they have, found out by trying, never guessed."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from domain.errors import Invalid
from domain.text import N_
from papers.cells import without_guard
from papers.tables import HEADER_WITHIN, Line, NotATable

SEPARATORS = ",;\t"
OTHER_KINDS = (
    (b"%PDF", ".pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"), (b"PK", ".zip"), (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"),
    (b"{\\rtf", ".rtf"), (b"Rar!", ".rar"), (b"7z\xbc\xaf", ".7z"), (b"\x1f\x8b", ".gz"),
)  # fmt: skip
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")
MOSTLY = 10


class NotText(Invalid):
    code = "not_text"
    text = N_("Line {line} is neither UTF-8 nor GB18030 text. Save the list again as “CSV UTF-8” or as .xlsx.")


class OfAnotherKind(Invalid):
    code = "of_another_kind"
    text = N_("By its content this is a {kind} file, not a table, whatever its name says. Save the list as .xlsx or as CSV.")


def decoded(body: bytes) -> str:
    """The text: UTF-16 when it says so, else strict UTF-8, else strict GB18030 (which holds GBK and GB 2312).

    Refuses what is another kind of file, and names the first line that cannot be read. UTF-8 with a broken byte is not taken for
    GB18030, although its bytes would mostly pass: names would come out as other characters.
    """
    must_be_text(body)
    try:
        if body.startswith((b"\xff\xfe", b"\xfe\xff")):
            return body.decode("utf-16")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error
    if broken.encoding.startswith("utf-16") or mostly_utf8(body):
        raise NotText(line=body[: broken.start].count(b"\n") + 1)
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError as error:
        raise NotText(line=body[: max(error.start, broken.start)].count(b"\n") + 1) from None


def must_be_text(body: bytes) -> None:
    for mark, kind in OTHER_KINDS:
        if body.startswith(mark):
            raise OfAnotherKind(kind=kind)
    head = body[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(MARKUP):
        raise OfAnotherKind(kind=".html")
    if b"\0" in body and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText(line=body[: body.index(b"\0")].count(b"\n") + 1)


def mostly_utf8(body: bytes) -> bool:
    """Whether this is UTF-8 with few broken places: at least ten good characters beyond ASCII for each of them."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(1 for character in text if character > "\x7f") - broken >= MOSTLY * broken


def delimited(text: str, *, fits: Callable[[Sequence[str]], int]) -> Iterator[Line]:
    """The lines of a CSV text with the separator under which some line near the top `fits` best; a comma when none does."""
    separator = max(SEPARATORS, key=lambda each: best(text, each, fits))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [without_guard(cell) for cell in cells]
    except csv.Error as error:
        raise NotATable(why=f"{reader.line_num}: {error}") from None


def best(text: str, separator: str, fits: Callable[[Sequence[str]], int]) -> int:
    """How well the best of the first lines fits under this separator."""
    reader = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=separator)
    most = 0
    try:
        for _, cells in zip(range(HEADER_WITHIN), reader, strict=False):
            most = max(most, fits(cells))
    except csv.Error:
        return most
    return most
