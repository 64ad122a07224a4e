"""An operator takes lists out as files: masked, in the log, whole or not there."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.sheets import SheetKind
from lab.people import Hall, Invention, write_table
from tests.app.test_imports_by_command import DIVISIONS, VILLAGE, Office

NEEDS_AN_ORDER = {SheetKind.BOARD}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for this file, and copied for each test."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder)
    assert made.run("init", "--root-key", str(folder / "away" / "root.pem"))[0] == 0
    made.table("areas", "import", str(DIVISIONS))
    made.table("people", "import", str(write_table(folder / "people.csv", Invention(3).village(VILLAGE, people=40))))
    made.table("shelters", "import", str(write_table(folder / "halls.csv", [Hall(name="文化礼堂", area_code=VILLAGE, keeper_phone="19900000001")])))
    return folder


@pytest.fixture
def office(furnished: Path, tmp_path: Path) -> Office:
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


@pytest.mark.parametrize("kind", sorted(set(SheetKind) - NEEDS_AN_ORDER))
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_every_list_can_be_written(office: Office, kind: SheetKind, suffix: str) -> None:
    target = office.folder / f"out{suffix}"
    answer = office.table("export", kind.value, str(target))
    assert target.stat().st_mode & 0o077 == 0
    if suffix == ".csv":
        lines = len(list(csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig"), newline="")))) - 1
    else:
        page = load_workbook(target).active
        assert page is not None
        lines = page.max_row - 1
    assert lines == answer["rows"]
    assert not list(office.folder.glob("*.part"))


def test_a_list_of_people_is_masked_and_of_the_area_that_was_asked_for(office: Office) -> None:
    target = office.folder / "out.csv"
    assert office.table("export", "people", str(target), "--area", VILLAGE)["rows"] == 40
    said = target.read_text(encoding="utf-8-sig")
    names = [row["name"] for row in csv.DictReader(io.StringIO((office.folder / "people.csv").read_text(encoding="utf-8-sig")))]
    assert not [name for name in names if name in said]
    assert office.table("export", "people", str(target), "--area", "331121")["rows"] == 0
    assert json.loads(office.run("audit", "verify", "--json")[1])["holds"] is True


def test_a_masked_list_of_shelters_takes_no_keeper_away(office: Office) -> None:
    target = office.folder / "out.xlsx"
    office.table("export", "shelters", str(target))
    code, out, _ = office.run("shelters", "import", str(target), "--json")
    assert (code, [problem["code"] for problem in json.loads(out)["problems"]]) == (1, ["cell_masked"])


@pytest.mark.parametrize(("words", "code"), [(("board", "out.csv"), 1), (("people", "out.pdf"), 1), (("people", "no/such/folder/out.csv"), 2)])
def test_what_cannot_be_written_is_refused(office: Office, words: tuple[str, str], code: int) -> None:
    assert office.run("export", words[0], str(office.folder / words[1]))[0] == code
