"""A report on SQLite and on PostgreSQL: the same steps, the same desk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.reports import ReportDeed, ReportKind, ReportState
from tests import cast
from tests.databases import a_place_for_one
from tests.field import a_photo
from tests.houses import Town, a_town
from tests.services.test_reports import GUEST, a_draft, a_report, deeds


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def test_from_the_first_answer_to_the_last_word(town: Town) -> None:
    lin, officer = await town.linked(cast.LIN), await town.actor(cast.OFFICER)
    desk, reports, photos = town.house.services.report_desk, town.house.services.reports, town.house.services.report_photos
    draft = await a_draft(town, lin)
    assert await photos.add(draft.id, a_photo(), by=lin, key="photo") == 1
    assert await photos.add(draft.id, a_photo(), by=lin, key="photo") == 1
    report = (await reports.send(draft.id, by=lin, key="sent")).report
    second = await a_report(town, GUEST, key="guest")
    town.clock.go_on(seconds=1)
    unplaced = await a_report(town, GUEST, key="unplaced", place="桥边", kind=ReportKind.ROAD)
    assert (second.alike, unplaced.desk) == (report.id, "")
    listed = await desk.listing(by=officer)
    assert [each.number for each in listed.reports] == ["R-0725-0003", "R-0725-0002", "R-0725-0001"]
    assert (await desk.listing(by=officer, page=1, size=2)).reports[0].photos == 1
    await desk.mark_same(second.id, by=officer, key="same")
    await desk.verify(report.id, by=officer, key="v")
    await desk.close(report.id, "好了", by=officer, key="c")
    assert [each.number for each in (await desk.listing(by=officer)).reports] == ["R-0725-0003"]
    assert (await reports.reopen(report.id, by=lin, key="o"))[0].state is ReportState.VERIFIED
    assert await deeds(town, report.id) == [ReportDeed.FILED, ReportDeed.VERIFIED, ReportDeed.CLOSED, ReportDeed.REOPENED]
    sheet = await desk.show("R-0725-0001", by=officer)
    assert (await desk.photo("R-0725-0001", sheet.photos[0].id, by=officer)).startswith(b"\xff\xd8")
    assert [each.number for each in (await reports.mine(by=GUEST)).sent] == ["R-0725-0003", "R-0725-0002"]
    assert len(await desk.rows(by=officer)) == 2
