"""The words of other people's tables: which of our columns a header means, and which code a word of a closed list stands for."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

TAIL = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]$|[*＊:：]+$|^[*＊]+")
WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
SPACES = dict.fromkeys((0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), " ")
INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202C, 0x202D, 0x2060, 0xFEFF))
PLAIN = {**WIDE, **SPACES, **INVISIBLE}
NUMBERS = frozenset({
    "phone", "id_number", "area_code", "code", "parent_code", "responsible_phone", "deputy_phone", "keeper_phone", "manager_phone", "owner_phone",
    "places_day", "places_night", "lat", "lon", "date", "trained_until", "opens", "closes", "longest_hours",
})  # fmt: skip
"""Columns in which full-width signs are signs as well, not only letters and digits."""
LONG_NUMBERS = frozenset({
    "phone", "id_number", "area_code", "code", "parent_code", "responsible_phone", "deputy_phone", "keeper_phone", "manager_phone", "owner_phone",
})  # fmt: skip
"""Columns of digits that a spreadsheet may have taken for a quantity."""
MASKED = LONG_NUMBERS
"""Columns in which a star says that this was taken from a masked export; in lists of people the name, too."""

AREA = {"code": "area_code", "area_code": "code"}
"""An area’s code is its own in a list of areas, and in any other list the code of where something is."""

SYNONYMS: Mapping[str, str] = {
    "群组": "group", "群组名称": "group", "组名": "group", "小组": "group", "组长电话": "owner_phone", "群主电话": "owner_phone", "组长手机": "owner_phone",
    "日期": "date", "节假日": "name", "节日": "name", "节假日名称": "name", "类型": "kind", "休或班": "kind",
    "代码": "code", "区划代码": "code", "行政区划代码": "code", "统计用区划代码": "code", "名称": "name", "区划名称": "name", "行政区划名称": "name",
    "级别": "level", "层级": "level", "上级代码": "parent_code", "上级区划代码": "parent_code",
    "姓名": "name", "人员姓名": "name", "转移人员姓名": "name", "转移对象": "name", "群众姓名": "name", "户主姓名": "household",
    "手机": "phone", "手机号": "phone", "手机号码": "phone", "电话": "phone", "电话号码": "phone", "联系电话": "phone", "联系方式": "phone",
    "本人电话": "phone", "本人手机": "phone",
    "身份证号": "id_number", "身份证": "id_number", "身份证号码": "id_number", "公民身份号码": "id_number", "证件号码": "id_number", "证件号": "id_number",
    "村代码": "area_code", "所在村代码": "area_code", "区域代码": "area_code", "村社代码": "area_code", "行政村代码": "area_code", "所属区划代码": "area_code",
    "户号": "household", "户主": "household", "户编号": "household", "家庭编号": "household", "户籍编号": "household",
    "住址": "address", "地址": "address", "详细地址": "address", "家庭住址": "address", "现住址": "address", "居住地址": "address", "居住地": "address",
    "门牌号": "address", "户籍地址": "address",
    "与户主关系": "relation", "关系": "relation", "家庭关系": "relation",
    "责任人电话": "responsible_phone", "责任人手机": "responsible_phone", "责任人手机号": "responsible_phone", "责任人联系电话": "responsible_phone",
    "包户责任人电话": "responsible_phone", "包保责任人电话": "responsible_phone", "转移责任人电话": "responsible_phone", "包保干部电话": "responsible_phone",
    "联系干部电话": "responsible_phone", "网格员电话": "responsible_phone", "a角电话": "responsible_phone",
    "副责任人电话": "deputy_phone", "副责任人手机": "deputy_phone", "副管理员电话": "deputy_phone", "b角电话": "deputy_phone",
    "标签": "tags", "人员类别": "tags", "人员类型": "tags", "特殊人群": "tags", "人群类别": "tags", "语言": "languages",
    "安置点名称": "name", "避灾点名称": "name", "避灾安置场所名称": "name", "安置点": "name", "场所": "name",
    "白天容纳人数": "places_day", "夜间容纳人数": "places_night", "可避灾人数": "places_night", "容纳人数": "places_night", "可容纳人数": "places_night",
    "可安置人数": "places_night",
    "管理员电话": "keeper_phone", "负责人电话": "keeper_phone", "避灾点管理员电话": "keeper_phone", "守点人电话": "keeper_phone",
    "纬度": "lat", "经度": "lon", "latitude": "lat", "longitude": "lon", "placesbyday": "places_day",
    "placesbynight": "places_night", "responsibleperson’sphone": "responsible_phone", "deputy’sphone": "deputy_phone", "keeper’sphone": "keeper_phone",
    "场所名称": "name", "工地名称": "name", "项目名称": "name", "企业": "firm", "企业名称": "firm", "单位": "firm", "单位名称": "firm", "所属企业": "firm",
    "所在单位": "firm", "工作单位": "firm", "用工单位": "firm", "劳务公司": "firm",
    "现场负责人电话": "manager_phone", "项目负责人电话": "manager_phone", "项目经理电话": "manager_phone",
    "须实名登记": "needs_registered", "须培训合格": "needs_trained",
    "开放时间": "opens", "关闭时间": "closes", "最长停留小时": "longest_hours",
    "培训合格": "trained", "已培训": "trained", "是否培训": "trained", "是否培训合格": "trained", "培训有效期至": "trained_until", "培训到期": "trained_until",
    "codeoftheareaabove": "parent_code", "manager’sphone": "manager_phone", "onlyregisteredpeople": "needs_registered",
    "onlytrainedpeople": "needs_trained", "longeststayinhours": "longest_hours", "phoneofthegroup’shead": "owner_phone", "作业场所": "sites",
    "准入场所": "sites", "可进场所": "sites",
}  # fmt: skip
"""Headers in Chinese as lists have them, without spaces."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "kind": {"休": "off", "放假": "off", "班": "work", "补班": "work", "上班": "work"},
    "level": {
        "市": "city", "市级": "city", "县": "county", "区": "county", "县级": "county", "乡镇": "township", "乡级": "township", "乡镇级": "township",
        "街道": "township", "村": "village", "村级": "village", "村社": "village", "社区": "village", "网格": "grid",
    },
    "tags": {
        "独居老人": "alone_old", "留守老人": "alone_old", "儿童": "child", "小孩": "child", "未成年人": "child", "残障": "disabled", "残疾人": "disabled",
        "残疾": "disabled", "外来人员": "outsider", "外来人口": "outsider", "孕妇": "pregnant", "孕产妇": "pregnant", "卧床": "bed_bound",
        "卧床病人": "bed_bound", "无手机": "no_phone",
    },
    "needs_registered": {"是": "yes", "需要": "yes", "否": "no", "不需要": "no"},
    "needs_trained": {"是": "yes", "需要": "yes", "否": "no", "不需要": "no"},
    "trained": {"是": "yes", "合格": "yes", "已培训": "yes", "否": "no", "不合格": "no", "未培训": "no"},
    "sites": {"无": "-"},
}  # fmt: skip


def header_of(cell: str) -> str:
    """A header to compare by: half-width, lower case, without spaces, stars and what stands in brackets at its end."""
    said = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell).translate(INVISIBLE)).lower()
    while said and (short := TAIL.sub("", said)) != said and short:
        said = short
    return said


def named(cell: str, columns: Sequence[str], *, mapping: Mapping[str, str] | None = None) -> str | None:
    """The column of this list that a header means: as it was mapped, else in either language; None when it means none.

    Some words depend on the list: 区划代码 is an area's own code, or where a person lives; 负责人电话 a shelter's keeper, or a site's manager.
    """
    said = header_of(cell)
    if mapping and said in mapping:
        return mapping[said] if mapping[said] in columns else None
    underlined = re.sub(r"[\s-]+", "_", unicodedata.normalize("NFKC", cell).translate(INVISIBLE).strip().lower())
    name = SYNONYMS.get(said, underlined)
    if name == "keeper_phone" and "keeper_phone" not in columns and "manager_phone" in columns:
        name = "manager_phone"
    if name in AREA and name not in columns:
        name = AREA[name]
    return name if name in columns else None


def tidy(column: str | None, cell: str) -> str:
    """A cell with full-width letters, digits and spaces made plain, and everything invisible gone; signs too where the column holds numbers."""
    text = cell.translate(PLAIN).strip(" \r\n\t")
    return unicodedata.normalize("NFKC", text) if column in NUMBERS else text


def valued(column: str, cell: str) -> str:
    """A cell with Chinese words of closed lists turned into their codes; everything else as it is."""
    words = VALUES.get(column)
    if words is None:
        return cell
    parts = [part.strip() for part in cell.replace("；", ";").replace("、", ";").replace("，", ";").split(";")]
    return ";".join(words.get(part, part) for part in parts)
