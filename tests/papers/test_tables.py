"""Lists as offices really send them: in any encoding and format, with titles above and spaces inside, and with what spreadsheets did to them."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from domain.errors import Refusal
from domain.lists import ColumnNotKnown, ListKind
from papers.tables import Table, laid_out, mapping_of, read_table
from papers.workbooks import LARGEST_UNPACKED

PEOPLE = ListKind.PEOPLE
CHINESE = "姓名,手机号,村代码,户号\n林大山,13905780011,331102001201,1\n"
ID_NUMBER = "331102199001010017"


def book(*rows: list[Any], sheets: tuple[str, ...] = ("名单",)) -> bytes:
    made = Workbook()
    page = made.active
    assert page is not None
    page.title = sheets[0]
    for row in rows:
        page.append(row)
    for name in sheets[1:]:
        made.create_sheet(name)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def only_row(table: Table) -> dict[str, str]:
    ((_, row),) = table.rows
    return row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_list_is_read_in_the_encoding_it_has(encoding: str) -> None:
    row = only_row(read_table(CHINESE.encode(encoding), PEOPLE))
    assert row == {"name": "林大山", "phone": "13905780011", "area_code": "331102001201", "household": "1"}


def test_a_rare_name_that_only_gb18030_can_write_arrives_whole() -> None:
    assert only_row(read_table(CHINESE.replace("林大山", "林㛃𠮷").encode("gb18030"), PEOPLE))["name"] == "林㛃𠮷"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_list_is_read_with_the_separator_it_has(separator: str) -> None:
    assert only_row(read_table(CHINESE.replace(",", separator).encode(), PEOPLE))["phone"] == "13905780011"


def test_utf8_with_one_broken_byte_is_refused_with_its_line_and_not_taken_for_another_encoding() -> None:
    text = "name,area_code\n" + "".join(f"林大山{n},331102001201\n" for n in range(40))
    body = text.encode().replace("林大山7,".encode(), "林大".encode() + b"\xe5\xb1" + b"7,")
    with pytest.raises(Refusal) as refused:
        read_table(body, PEOPLE)
    assert (refused.value.code, refused.value.fields) == ("not_text", {"line": 9})


def test_bytes_of_no_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(Refusal) as refused:
        read_table(CHINESE.encode("gbk") + b"\xff\xff\xff,1\n", PEOPLE)
    assert (refused.value.code, refused.value.fields) == ("not_text", {"line": 3})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7 ...", ".pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"), (b"<html><table>", ".html"), (b"\x89PNG\r\n", ".png"),
        (b"PK\x05\x06" + bytes(18), ".zip"),
    ],
)  # fmt: skip
def test_another_kind_of_file_is_known_by_its_content_whatever_it_is_called(tmp_path: Path, body: bytes, kind: str) -> None:
    file = tmp_path / "名单.xlsx"
    file.write_bytes(body)
    with pytest.raises(Refusal) as refused:
        read_table(file, PEOPLE)
    assert (refused.value.code, refused.value.fields) == ("of_another_kind", {"kind": kind})


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, body in members.items():
            pack.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return file.getvalue()


def test_a_word_document_is_no_list() -> None:
    with pytest.raises(Refusal) as refused:
        read_table(packed(word__document_xml=b"<w/>"), PEOPLE)
    assert refused.value.fields == {"kind": ".docx"}


def test_a_workbook_that_unpacks_to_far_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = packed(xl__workbook_xml=b"<x/>", xl__sheet_xml=bytes(20 * 1024 * 1024))
    assert len(bomb) < LARGEST_UNPACKED // 1000
    with pytest.raises(Refusal) as refused:
        read_table(bomb, PEOPLE)
    assert refused.value.code == "packs_too_much"


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_workbook_is_refused(cut: float) -> None:
    whole = book(["姓名", "村代码"], ["林大山", "331102001201"])
    with pytest.raises(Refusal) as refused:
        read_table(whole[: int(len(whole) * cut)], PEOPLE)
    assert refused.value.code == "not_a_table"


def test_the_header_is_found_below_titles_and_notes() -> None:
    titles: tuple[list[Any], ...] = (["平乐村人员转移清单"], ["填报单位：", "平乐村", None, "2026年"], [])
    table = read_table(book(*titles, ["序号", "姓 名", "手机号码*", "村代码（12位）"], [1, "林大山", "", "331102001201"]), PEOPLE)
    assert table.header_line == 4
    assert [(heading.header, heading.column) for heading in table.headings[:4]] == [
        ("序号", None), ("姓 名", "name"), ("手机号码*", "phone"), ("村代码（12位）", "area_code"),
    ]  # fmt: skip
    assert table.rows == [(5, {"name": "林大山", "phone": "", "area_code": "331102001201"})]


def test_a_phone_number_that_became_a_quantity_comes_back_whole() -> None:
    row = only_row(read_table(book(["姓名", "手机号", "村代码"], ["林大山", 13905780011.0, 331102001201]), PEOPLE))
    assert (row["phone"], row["area_code"]) == ("13905780011", "331102001201")


@pytest.mark.parametrize("typed", ["13905780011.0", "1.3905780011E+10", "１３９０５７８００１１", "139 0578 0011"])
def test_a_phone_number_in_text_comes_back_as_it_was_meant(typed: str) -> None:
    row = only_row(read_table(f"姓名,手机号,村代码\n林大山,{typed},331102001201\n".encode(), PEOPLE))
    assert row["phone"].replace(" ", "") == "13905780011"


@pytest.mark.parametrize("number", [3.3110219900101e17, 331102199001010017])
def test_an_id_number_that_lost_digits_is_refused_in_its_row_and_never_guessed(number: float) -> None:
    table = read_table(book(["姓名", "身份证号", "村代码"], ["林大山", number, "331102001201"], ["叶建国", ID_NUMBER, "331102001201"]), PEOPLE)
    assert [(line, row["id_number"]) for line, row in table.rows] == [(3, ID_NUMBER)]
    assert [(problem.line, problem.refusal.code) for problem in table.problems] == [(2, "digits_lost")]


@pytest.mark.parametrize("typed", ["1.39E+10", "3.3110219900101E+17"])
def test_a_rounded_number_in_csv_is_refused_in_its_row(typed: str) -> None:
    table = read_table(f"name,phone,area_code\n林大山,{typed},331102001201\n".encode(), PEOPLE)
    assert (table.rows, [problem.refusal.code for problem in table.problems]) == ([], ["digits_lost"])


def test_dates_and_formulas_are_read_as_the_values_they_show() -> None:
    table = read_table(book(["日期", "节日", "休或班"], [date(2027, 10, 1), "国庆节", "休"]), ListKind.HOLIDAYS)
    assert only_row(table) == {"date": "2027-10-01", "name": "国庆节", "kind": "off"}


def test_a_cell_that_holds_an_error_of_the_spreadsheet_is_refused_in_its_row() -> None:
    table = read_table(book(["姓名", "村代码"], ["#N/A", "331102001201"]), PEOPLE)
    assert [problem.refusal.code for problem in table.problems] == ["cell_broken"]


def test_another_sheet_can_be_asked_for_and_an_unknown_one_is_named() -> None:
    body = book(["姓名", "村代码"], ["林大山", "331102001201"], sheets=("第一页", "第二页"))
    assert read_table(body, PEOPLE, sheet="第一页").rows
    with pytest.raises(Refusal) as refused:
        read_table(body, PEOPLE, sheet="没有")
    assert refused.value.fields == {"sheet": "没有", "known": "第一页, 第二页"}


def test_a_header_that_nobody_knows_is_mapped_and_one_that_is_not_wanted_is_left_out() -> None:
    body = "姓名,村代码,责任干部号码,手机号\n林大山,331102001201,13805780001,13905780011\n".encode()
    asked = mapping_of(["责任干部号码=responsible_phone", "手机号=-"])
    table = read_table(body, PEOPLE, mapping=asked)
    assert only_row(table) == {"name": "林大山", "area_code": "331102001201", "responsible_phone": "13805780001"}
    assert table.left_out == ("手机号",)


def test_a_mapping_to_no_column_of_the_list_is_refused_with_those_it_has() -> None:
    with pytest.raises(ColumnNotKnown):
        read_table(CHINESE.encode(), PEOPLE, mapping={"手机号": "telephone"})


def test_a_preview_says_which_columns_are_missing_where_an_import_refuses() -> None:
    body = "叫什么,村代码\n林大山,331102001201\n".encode()
    assert laid_out(body, PEOPLE).missing == ("name",)
    with pytest.raises(Refusal) as refused:
        read_table(body, PEOPLE)
    assert refused.value.code == "columns_missing"


def test_of_two_columns_that_mean_the_same_the_first_that_says_something_counts() -> None:
    table = read_table("姓名,手机号,联系电话,村代码\n甲,,13905780011,331102001201\n乙,13905780012,13905780013,331102001201\n".encode(), PEOPLE)
    assert [row["phone"] for _, row in table.rows] == ["13905780011", "13905780012"]


def test_a_masked_export_is_not_taken_for_a_list() -> None:
    table = read_table("姓名,村代码\n林*山,331102001201\n".encode(), PEOPLE)
    assert [problem.refusal.code for problem in table.problems] == ["cell_masked"]
