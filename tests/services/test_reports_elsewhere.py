"""A report whose place may lie where this office has nobody: nothing is taken silently, and no report is without a desk."""

from domain.access import Role
from domain.reports import ReportKind
from services.actors import Actor
from tests import cast
from tests.houses import BOT, Town

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


async def test_in_an_office_of_townships_only_no_report_stands_where_nobody_can_open_it(town: Town) -> None:
    """A stranger who names no village: whoever is told can deal with it."""
    services, operator = town.house.services, Actor.operator()
    officer = await town.actor(cast.OFFICER)
    for who in (cast.OFFICER, cast.OTHER_OFFICER):
        for grant in (await town.actor(who)).grants:
            await services.grants.revoke(grant.id, by=operator)
    await services.grants.give(officer.registered(), Role.DUTY_OFFICER, by=operator, area=cast.TOWNSHIP.code)
    officer = await town.linked(cast.OFFICER)
    guest = Actor(via="chat", bot=BOT, address="999001", language="en")
    draft = await services.reports.begin(for_self=False, by=guest, key="r")
    await services.reports.choose_kind(draft.id, ReportKind.FIRE, by=guest)
    await services.reports.put_place(draft.id, "桥边第三家", by=guest)
    assert (await services.reports.send(draft.id, by=guest, key="s")).told == 1
    assert [each.id for each in (await services.report_desk.listing(by=officer)).reports] == [draft.id]
    assert (await services.report_desk.verify(draft.id, by=officer, key="v")).fresh
