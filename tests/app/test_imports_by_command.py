"""An office is set up at the command line: init, then lists, each twice, each with and without a BOM."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.__main__ import cli
from lab.people import Hall, Invention, write_table

DIVISIONS = Path(__file__).parents[2] / "lab" / "data" / "lishui-divisions.csv"
VILLAGE = "331102104218"


class Office:
    """A data folder and the commands that work on it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._environment: Mapping[str, str] = {
            "MASHANG_DATA_DIR": str(folder / "data"),
            "MASHANG_ISSUER": "LS",
            "MASHANG_PUBLIC_URL": "https://ls.example.org",
            "MASHANG_LANGUAGE": "en",
            **settings,
        }

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        done = CliRunner().invoke(cli(), list(words), env=dict(self._environment))
        return done.exit_code, done.stdout, done.stderr

    def table(self, *words: str) -> dict[str, Any]:
        code, out, err = self.run(*words, "--json")
        assert code == 0, err
        answer: dict[str, Any] = json.loads(out)
        return answer


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once for this file, and copied for each test."""
    folder = tmp_path_factory.mktemp("office")
    made = Office(folder)
    assert made.run("init", "--root-key", str(folder / "away" / "root.pem"))[0] == 0
    return folder


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> Office:
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


@pytest.fixture
def county(office: Office) -> Office:
    office.table("areas", "import", str(DIVISIONS))
    return office


def test_init_never_overwrites_a_key(office: Office) -> None:
    code, _, err = office.run("init")
    assert code == 1
    assert "never overwritten" in err


def test_the_divisions_of_lishui_go_in_whole_and_twice_changes_nothing(office: Office) -> None:
    first = office.table("areas", "import", str(DIVISIONS))
    assert (first["rows"], first["added"], first["refused"]) == (2191, 2191, 0)
    again = office.table("areas", "import", str(DIVISIONS))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2191)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_people_go_in_with_or_without_a_byte_order_mark(county: Office, encoding: str) -> None:
    file = write_table(county.folder / "people.csv", Invention(3).village(VILLAGE, people=40))
    file.write_text(file.read_text(encoding="utf-8"), encoding=encoding)
    assert county.table("people", "import", str(file), "--dry-run")["added"] == 40
    assert county.table("people", "import", str(file))["added"] == 40
    again = county.table("people", "import", str(file))
    assert (again["added"], again["unchanged"]) == (0, 40)


def test_a_list_with_a_tenth_broken_says_line_and_reason_and_takes_the_rest(county: Office) -> None:
    file = write_table(county.folder / "people.csv", Invention(4).village(VILLAGE, people=50))
    lines = file.read_text(encoding="utf-8").splitlines()
    for number in (5, 15, 25, 35, 45):
        lines[number] = lines[number].replace(VILLAGE, "999999999999")
    file.write_text("\n".join(lines), encoding="utf-8")
    answer = county.table("people", "import", str(file))
    assert (answer["added"], answer["refused"]) == (45, 5)
    assert [problem["line"] for problem in answer["problems"]] == [6, 16, 26, 36, 46]
    assert all("999999999999" in problem["reason"] for problem in answer["problems"])


def test_chinese_headers_are_understood(county: Office) -> None:
    file = county.folder / "名单.csv"
    file.write_text("姓名,手机号,区划代码,户号,标签\n林大山,13905780011,331102104218,1,独居老人\n", encoding="utf-8")
    assert county.table("people", "import", str(file))["added"] == 1


def test_shelters_go_in_and_a_missing_keeper_is_a_warning(county: Office) -> None:
    file = write_table(county.folder / "halls.csv", [Hall(name="文化礼堂", area_code=VILLAGE, keeper_phone="19900000001")])
    answer = county.table("shelters", "import", str(file))
    assert (answer["added"], answer["refused"]) == (1, 0)
    assert [problem["warning"] for problem in answer["problems"]] == [True]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xfe\x00", "not_text"), (b"who,where\n1,2\n", "columns_missing"), (b'name,area_code,household\n"a', "not_a_table")],
)
def test_what_is_no_list_is_refused_with_a_reason_and_changes_nothing(county: Office, content: bytes, code: str) -> None:
    file = county.folder / "people.csv"
    file.write_bytes(content)
    exit_code, _, err = county.run("people", "import", str(file))
    assert exit_code == 1
    assert f"[{code}]" in err


def test_a_house_that_was_not_made_is_an_absent_part(tmp_path: Path) -> None:
    code, _, err = Office(tmp_path).run("areas", "import", str(DIVISIONS))
    assert code == 3
    assert "mashang init" in err


def test_codes_are_listed_for_printing_and_the_listing_is_in_the_log(county: Office) -> None:
    file = write_table(county.folder / "people.csv", Invention(5).village(VILLAGE, people=3))
    county.table("people", "import", str(file))
    code, out, err = county.run("codes", "list", "--area", VILLAGE, "--json")
    assert code == 0, err
    cards = [json.loads(line) for line in out.splitlines()]
    assert len(cards) == 3
    assert all(card["text"].startswith("HTTPS://LS.EXAMPLE.ORG/S/") for card in cards)
    _, log, _ = county.run("audit", "verify")
    assert log


def test_a_workbook_goes_in_like_a_csv(county: Office) -> None:
    from openpyxl import Workbook

    made = Workbook()
    page = made.active
    assert page is not None
    for row in (["平乐村转移清单"], ["姓名", "手机号", "区划代码", "户号"], ["林大山", 13905780011, int(VILLAGE), 1], ["叶建国", 3.3e17, int(VILLAGE), 2]):
        page.append(row)
    file = county.folder / "名单.xlsx"
    made.save(file)
    answer = county.table("people", "import", str(file))
    assert (answer["rows"], answer["added"], answer["refused"]) == (2, 1, 1)
    assert [(problem["line"], problem["code"]) for problem in answer["problems"]] == [(4, "digits_lost")]


def test_a_header_that_was_explained_once_is_known_next_month(county: Office) -> None:
    file = county.folder / "名单.csv"
    file.write_bytes(f"群众,村码\n林大山,{VILLAGE}\n".encode("gb18030"))
    code, _, err = county.run("people", "import", str(file))
    assert (code, "[columns_missing]" in err) == (1, True)
    assert county.table("people", "import", str(file), "--map", "群众=name", "--map", "村码=area_code", "--dry-run")["added"] == 1
    assert county.run("people", "import", str(file))[0] == 1, "a dry run remembers nothing"
    assert county.table("people", "import", str(file), "--map", "群众=name", "--map", "村码=area_code")["added"] == 1
    assert county.table("people", "import", str(file))["unchanged"] == 1


def test_a_preview_shows_how_a_file_is_read_masked_and_stores_nothing(county: Office) -> None:
    file = county.folder / "名单.csv"
    file.write_text(f"姓名,手机号,村代码,爱好\n林大山,13905780011,{VILLAGE},下棋\n", encoding="utf-8")
    seen = county.table("people", "import", str(file), "--preview")
    assert (seen["left_out"], seen["missing"], seen["rows"]) == (["爱好"], [], 1)
    assert seen["first"] == [{"line": 2, "name": "林*山", "phone": "139****0011", "area_code": VILLAGE}]
    code, out, _ = county.run("people", "import", str(file), "--preview")
    assert (code, "林大山" in out, "爱好 -> left out" in out) == (0, False, True)
    assert county.table("people", "import", str(file))["added"] == 1


@pytest.mark.parametrize(("words", "code"), [(["--map", "姓名"], 2), (["--map", "姓名=who"], 1), (["--sheet", "x", "--map", "="], 1)])
def test_a_mapping_that_means_nothing_is_refused(county: Office, words: list[str], code: int) -> None:
    file = county.folder / "名单.csv"
    file.write_text(f"姓名,村代码\n林大山,{VILLAGE}\n", encoding="utf-8")
    assert county.run("people", "import", str(file), *words)[0] == code
