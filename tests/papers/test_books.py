"""Nothing that leaves the house runs in a spreadsheet, and everything comes back as it was."""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from domain.errors import Refusal
from domain.lists import COLUMNS, ListKind
from locales.catalogue import Catalogues
from papers.books import write_table
from papers.cells import guarded, without_guard
from papers.columns import named
from papers.sheets import HEADERS
from papers.tables import read_table

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "  =1", "＝1", "＋1", "－1", "＠a", "　=cmd|' /C calc'!A0", "'=1", "''+1", "\n=1"]
STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


async def rows_of(rows: Sequence[Sequence[str]]) -> AsyncIterator[Sequence[str]]:
    for row in rows:
        yield row


def written(target: Path, header: Sequence[str], *rows: Sequence[str]) -> bytes:
    asyncio.run(write_table(target, header, rows_of(rows), title="名单: 1"))
    return target.read_bytes()


@pytest.mark.parametrize("cell", EVIL)
def test_what_a_spreadsheet_would_run_gets_one_apostrophe_and_loses_it_on_the_way_back(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert without_guard(guarded(cell)) == cell


@given(st.text())
def test_no_guarded_cell_begins_like_a_formula_and_each_comes_back(cell: str) -> None:
    safe = guarded(cell)
    assert not safe.lstrip(" \u3000\u00a0\n\u200b\ufeff").startswith(STARTS)
    assert without_guard(safe) == cell


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n")), min_size=3, max_size=3))
def test_every_cell_of_a_csv_reads_back_as_it_was(cells: list[str]) -> None:
    with TemporaryDirectory() as folder:
        body = written(Path(folder) / "list.csv", ["a", "b", "c"], cells)
    assert body.startswith(b"\xef\xbb\xbf")
    _, row = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert [without_guard(cell) for cell in row] == cells


@pytest.mark.parametrize("cell", [*EVIL, "13905780011", "331102199001010017", "1E5", "#N/A", "TRUE"])
def test_every_cell_of_a_workbook_is_a_text(tmp_path: Path, cell: str) -> None:
    target = tmp_path / "list.xlsx"
    body = written(target, ["a"], [cell])
    page = load_workbook(target).active
    assert page is not None
    assert (page["A2"].data_type, page["A2"].value) == ("s", cell.replace("\0", "").replace("\r", "\n") if "\r" in cell else cell.replace("\0", ""))
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        assert b"<f>" not in pack.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_list_that_went_out_comes_in_again_without_loss(tmp_path: Path, suffix: str) -> None:
    header = ["name", "phone", "id_number", "area_code", "household", "address", "tags"]
    people = [
        ["林大山", "+8613905780011", "331102199001010017", "331102001201", "1", "=cmd|' /C calc'!A0", "alone_old;child"],
        ["@林", "", "", "331102001201", "-2", "+后山", ""],
    ]
    target = tmp_path / f"list{suffix}"
    written(target, header, *people)
    table = read_table(target, ListKind.PEOPLE)
    assert [list(row.values()) for _, row in table.rows] == people
    assert not table.problems


def test_another_ending_is_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        written(tmp_path / "list.pdf", ["a"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", ListKind)
def test_every_header_that_we_write_is_one_that_we_read(kind: ListKind, language: str) -> None:
    catalogue = Catalogues.packaged().of(language)
    assert [named(catalogue.say(HEADERS[column]), COLUMNS[kind]) for column in COLUMNS[kind]] == list(COLUMNS[kind])
