"""A report whose place may lie where this office has nobody: nothing is taken silently, and no report is without a desk."""

from domain.reports import ReportKind
from services.actors import Actor
from tests import cast
from tests.houses import Town

FAR = "331123107224"


async def with_another_county(town: Town) -> None:
    """A village two counties further, whose name is also a word of every day."""
    rows = [
        {"code": "331123", "name": "遂昌县", "level": "county", "parent_code": ""},
        {"code": "331123107", "name": "蔡源乡", "level": "township", "parent_code": "331123"},
        {"code": FAR, "name": "大桥村", "level": "village", "parent_code": "331123107"},
    ]  # fmt: skip
    await town.house.services.areas.import_rows(list(enumerate(rows, 2)), by=Actor.operator())


async def test_words_that_happen_to_name_a_village_of_another_county_are_asked_about(town: Town) -> None:
    await with_another_county(town)
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await reports.begin(for_self=True, by=lin, key="r")
    report, offered = await reports.put_place(draft.id, "大桥东头", by=lin)
    assert (report.area, [area.code for area in offered]) == (None, [FAR])


async def test_what_no_desk_covers_is_handled_by_the_county_that_is_told(town: Town) -> None:
    await with_another_county(town)
    officer, lin = await town.linked(cast.OFFICER), await town.linked(cast.LIN)
    reports = town.house.services.reports
    draft = await reports.begin(for_self=False, by=lin, key="r")
    await reports.choose_kind(draft.id, ReportKind.ROAD, by=lin)
    await reports.put_village(draft.id, FAR, by=lin)
    filed = await reports.send(draft.id, by=lin, key="s")
    assert (filed.told, filed.report.desk) == (1, "")
    assert (await town.house.services.report_desk.verify(draft.id, by=officer, key="v")).fresh
