"""A report in chat: by a resident, by a stranger, for somebody else; with photos, with nonsense, through kills."""

import pytest

from bot.keyboards import reports as keyboards
from bot.views import report_desk as desk_views
from bot.views import reports as views
from domain.reports import NotAPhoto, PeopleCountInvalid, PhotoKindUnknown, ReportDeed, ReportKind, ReportState, TooManyPhotos
from tests import cast
from tests.handlers.reporting import a_photo, begun, placed, reports, sent, to_photos
from tests.handlers.stage import Stage, words


@pytest.mark.feature(14)
async def test_a_resident_reports_a_flood_with_photos_and_hears_the_number(stage: Stage) -> None:
    lin, officer = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER)
    photos = await to_photos(stage, lin, text="路面积水 <b>1</b> 米")
    await stage.lab.photos(lin.user, [a_photo("navy"), a_photo("teal"), a_photo("grey")])
    await lin.hears(stage.say(views.ALBUM_KEPT))
    await lin.taps(photos, stage.say(keyboards.DONE))
    check = await lin.hears(stage.say(views.CHECK))
    assert "平乐村 老桥头" in words(check)
    assert "<b>1</b>" in words(check)
    assert stage.say(views.LINE_PHOTOS, count=3) in words(check)
    await lin.taps(check, stage.say(keyboards.SEND))
    await lin.hears("R-0725-0001")
    told = await officer.hears("R-0725-0001")
    assert cast.VILLAGE.name in words(told)
    assert "林*山" in words(told)
    assert cast.LIN[1] not in words(told)
    (report,) = await reports(stage)
    assert (report.kind, report.for_self, report.state, report.photos, report.area) == (ReportKind.FLOOD, True, ReportState.FILED, 3, cast.VILLAGE.code)
