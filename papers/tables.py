"""Tables in: CSV as offices really write it, with Chinese or English headers, to rows that services understand."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from domain.errors import Invalid
from domain.text import N_

LARGEST = 50 * 1024 * 1024

AREAS = ("code", "name", "level", "parent_code")
PEOPLE = (
    "name", "phone", "id_number", "area_code", "household", "address", "relation", "responsible_phone", "deputy_phone", "tags", "languages",
)  # fmt: skip
SHELTERS = ("name", "level", "area_code", "address", "places_day", "places_night", "keeper_phone", "deputy_phone", "lat", "lon")
SITES = (
    "name", "area_code", "firm", "address", "manager_phone", "needs_registered", "needs_trained", "opens", "closes", "longest_hours",
)  # fmt: skip
WORKERS = ("name", "phone", "id_number", "firm", "area_code", "trained", "trained_until", "sites")
GROUPS = ("group", "area_code", "owner_phone", "name", "phone", "id_number")
HOLIDAYS = ("date", "name", "kind")
REQUIRED = {AREAS: ("code", "name"), PEOPLE: ("name", "area_code"), SHELTERS: ("name", "level", "area_code", "places_night")}
REQUIRED |= {GROUPS: ("group", "area_code"), HOLIDAYS: ("date", "kind")}
REQUIRED |= {SITES: ("name", "area_code", "firm"), WORKERS: ("name", "firm", "area_code")}

SYNONYMS: Mapping[str, str] = {
    "群组": "group", "组名": "group", "组长电话": "owner_phone", "日期": "date", "节假日": "name", "类型": "kind",
    "代码": "code", "区划代码": "code", "行政区划代码": "code", "名称": "name", "级别": "level", "上级代码": "parent_code",
    "姓名": "name", "手机": "phone", "手机号": "phone", "手机号码": "phone", "电话": "phone", "联系电话": "phone", "身份证号": "id_number",
    "身份证": "id_number", "身份证号码": "id_number", "村代码": "area_code", "所在村代码": "area_code", "区域代码": "area_code", "户号": "household",
    "户主": "household", "户编号": "household", "住址": "address", "地址": "address", "详细地址": "address", "与户主关系": "relation", "关系": "relation",
    "责任人电话": "responsible_phone", "包户责任人电话": "responsible_phone", "a角电话": "responsible_phone", "副责任人电话": "deputy_phone",
    "b角电话": "deputy_phone", "标签": "tags", "人员类别": "tags", "语言": "languages", "安置点名称": "name", "白天容纳人数": "places_day",
    "夜间容纳人数": "places_night", "可避灾人数": "places_night", "管理员电话": "keeper_phone", "负责人电话": "keeper_phone",
    "副管理员电话": "deputy_phone", "纬度": "lat", "经度": "lon",
    "场所名称": "name", "工地名称": "name", "企业": "firm", "企业名称": "firm", "单位": "firm", "单位名称": "firm", "所属企业": "firm", "所在单位": "firm",
    "现场负责人电话": "manager_phone", "项目负责人电话": "manager_phone", "须实名登记": "needs_registered", "须培训合格": "needs_trained",
    "开放时间": "opens", "关闭时间": "closes", "最长停留小时": "longest_hours", "培训合格": "trained", "已培训": "trained", "培训有效期至": "trained_until",
    "准入场所": "sites", "可进场所": "sites",
}  # fmt: skip

VALUES: Mapping[str, Mapping[str, str]] = {
    "kind": {"休": "off", "放假": "off", "班": "work", "补班": "work", "上班": "work"},
    "level": {
        "市": "city", "县": "county", "区": "county", "县级": "county", "乡镇": "township", "乡级": "township", "街道": "township",
        "村": "village", "村级": "village", "网格": "grid",
    },
    "tags": {
        "独居老人": "alone_old", "留守老人": "alone_old", "儿童": "child", "小孩": "child", "残障": "disabled", "残疾人": "disabled", "外来人员": "outsider",
        "孕妇": "pregnant", "卧床": "bed_bound", "无手机": "no_phone",
    },
    "needs_registered": {"是": "yes", "需要": "yes", "否": "no", "不需要": "no"},
    "needs_trained": {"是": "yes", "需要": "yes", "否": "no", "不需要": "no"},
    "trained": {"是": "yes", "合格": "yes", "已培训": "yes", "否": "no", "不合格": "no", "未培训": "no"},
    "sites": {"无": "-"},
}  # fmt: skip


class FileMissing(Invalid):
    code = "file_missing"
    text = N_("There is no file {file}.")


class FileTooLarge(Invalid):
    code = "file_too_large"
    text = N_("The file is larger than {most} MB.")


class NotUtf8(Invalid):
    code = "not_utf8"
    text = N_("The file is not UTF-8 text. Save it as “CSV UTF-8” and try again.")


class NotATable(Invalid):
    code = "not_a_table"
    text = N_("The file is not a CSV table: {why}")


class ColumnsMissing(Invalid):
    code = "columns_missing"
    text = N_("The table lacks these columns: {columns}.")


def read_csv(file: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a UTF-8 CSV file (BOM or not) as (line number in the file, row); only the known columns, headers in either language.

    Refuses a file that is missing, larger than 50 MB, not UTF-8, not CSV, or without the columns that matter.
    """
    if not file.is_file():
        raise FileMissing(file=file.name)
    if file.stat().st_size > LARGEST:
        raise FileTooLarge(most=LARGEST // 1024 // 1024)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8() from None
    return parsed(text, columns)


def parsed(text: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV text; see `read_csv`. Empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [named(cell, columns) for cell in next(reader, [])]
        missing = [column for column in REQUIRED[tuple(columns)] if column not in header]
        if missing:
            raise ColumnsMissing(columns=", ".join(missing))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row = {name: cell for name, cell in zip(header, cells, strict=False) if name in columns}
                rows.append((reader.line_num, {name: valued(name, cell) for name, cell in row.items()}))
    except csv.Error as error:
        raise NotATable(why=f"{reader.line_num}: {error}") from None
    return rows


def named(cell: str, columns: Sequence[str]) -> str:
    """The column of this table that a header means, in either language: 区划代码 is an area's own code, or where a person lives."""
    said = cell.strip().lower()
    name = SYNONYMS.get(said, said)
    if name == "keeper_phone" and "keeper_phone" not in columns and "manager_phone" in columns:
        return "manager_phone"
    return "area_code" if name == "code" and "code" not in columns and "area_code" in columns else name


def valued(column: str, cell: str) -> str:
    """A cell with Chinese words of closed lists turned into their codes; everything else as it is."""
    words = VALUES.get(column)
    if words is None:
        return cell
    parts = [part.strip() for part in cell.replace("；", ";").replace("、", ";").split(";")]
    return ";".join(words.get(part, part) for part in parts)
