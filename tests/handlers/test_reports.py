"""A report in chat: by a resident, by a stranger, for somebody else; with photos, with nonsense, through kills."""

import pytest

from bot.keyboards import reports as keyboards
from bot.views import report_desk as desk_views
from bot.views import reports as views
from bot.views.fallback import OLD_ANSWER
from domain.reports import NotAPhoto, PeopleCountInvalid, PhotoKindUnknown, ReportDeed, ReportKind, ReportState, TooManyPhotos
from tests import cast
from tests.field import a_photo
from tests.handlers.reporting import begun, placed, reports, sent, to_photos
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


async def test_a_stranger_reports_in_english_by_text_alone_for_somebody_else(stage: Stage) -> None:
    anna, officer = await stage.stranger(language="en"), await stage.phone_of(cast.OFFICER)
    await anna.says("/report")
    await anna.hears("Report damage or danger")
    await anna.says("2")
    await anna.hears("What happened?")
    await anna.says("House damaged")
    await anna.hears("not where you are")
    await anna.says("三号房后面")
    await anna.hears("Which village")
    await anna.says("nowhere")
    await anna.hears("No village was found")
    await anna.says("上东")
    await anna.says("1")
    await anna.hears("Is anybody hurt?")
    await anna.says("many")
    await anna.hears("Please send a number of people")
    await anna.says("i do not know")
    await anna.hears("trapped")
    await anna.says("0")
    await anna.hears("What do you see?")
    await anna.says("skip it")
    await anna.hears("Photos?")
    await anna.says("no more")
    check = words(await anna.hears("Please check"))
    assert "Hurt: not known · trapped: 0" in check
    assert cast.NEXT_VILLAGE.name in check
    await anna.says("Send the report")
    await anna.hears("Report R-0725-0001")
    told = await officer.hears("R-0725-0001")
    assert stage.say(desk_views.GUEST_QUIET).partition("：")[0] in words(told)
    (report,) = await reports(stage)
    assert (report.for_self, report.hurt, report.trapped, report.area) == (False, None, 0, cast.NEXT_VILLAGE.code)


@pytest.mark.feature(14)
async def test_a_pin_for_somebody_else_is_asked_about_once_and_never_taken_for_the_place(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await begun(stage, lin, own=False, kind=ReportKind.HOUSE)
    await stage.lab.place(lin.user, 28.45, 119.92)
    await lin.taps(await lin.hears(stage.say(views.PIN)), stage.say(keyboards.WHERE_I_STAND))
    await lin.hears(stage.say(views.PLACE_THERE))
    await lin.says("上东村 晒谷场")
    await lin.hears(stage.say(views.HURT))
    async with stage.town.house.works.read() as work:
        (report,) = await work.reports.by_author(reporter=(await stage.town.person(cast.LIN[0])).id, guest=None, since=stage.town.clock.now().replace(hour=0))
    assert (report.pin is not None, report.pin_is_place, report.area) == (True, False, cast.NEXT_VILLAGE.code)


async def test_people_trapped_are_told_whom_to_call_and_the_report_goes_out_at_once_with_photos_after(stage: Stage) -> None:
    ye, officer = await stage.phone_of(cast.YE), await stage.phone_of(cast.OFFICER)
    await placed(stage, ye, kind=ReportKind.PEOPLE)
    await ye.says("1")
    await ye.hears(stage.say(views.TRAPPED))
    await ye.says("两人")
    asked = await ye.hears(stage.say(views.CALL_NOW))
    await ye.taps(asked, stage.say(keyboards.SEND_NOW))
    await ye.hears("R-0725-0001")
    await officer.hears("🚨")
    done = await ye.hears(stage.say(views.PHOTOS_AFTER))
    await stage.lab.photos(ye.user, [a_photo()])
    await ye.hears(stage.say(views.PHOTO_KEPT, count=1, most=10))
    await ye.taps(done, stage.say(keyboards.DONE))
    await ye.hears(stage.say(views.PHOTOS_ADDED, number="R-0725-0001", count=1))
    (report,) = await reports(stage)
    assert (report.hurt, report.trapped, report.photos, report.text) == (1, 2, 1, "")


async def test_back_and_stop_lead_where_they_say(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await placed(stage, lin)
    await lin.says("随便")
    question = await lin.hears(stage.say(PeopleCountInvalid.text, most=999))
    await lin.says("1")
    trapped = await lin.hears(stage.say(views.TRAPPED))
    await lin.taps(trapped, stage.say(keyboards.BACK))
    hurt = await lin.hears(stage.say(views.HURT))
    await lin.taps(hurt, stage.say(keyboards.BACK))
    await lin.hears(stage.say(views.PLACE_HERE))
    await lin.says(keyboards.back(stage.town.house.catalogues.of("zh_CN")))
    kind = await lin.hears(stage.say(views.KIND))
    await lin.taps(kind, stage.say(keyboards.STOP))
    await lin.hears(stage.say(views.STOPPED))
    assert await reports(stage) == []
    await lin.says("/report")
    first = await lin.hears(stage.say(views.WHO))
    assert keyboards.RESUME not in str(first) and stage.say(keyboards.RESUME) not in str(first)
    assert question


async def test_a_report_left_for_a_call_for_help_is_gone_on_with(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await placed(stage, lin)
    await lin.says("/help")
    await lin.hears("🆘")
    await lin.says("/report")
    await lin.taps(await lin.hears(stage.say(views.WHO)), stage.say(keyboards.RESUME_KIND, kind=stage.say(keyboards.KINDS[ReportKind.FLOOD][1])))
    hurt = await lin.hears(stage.say(views.SO_FAR))
    assert stage.say(views.HURT) in words(hurt)
    await lin.says("0")
    await lin.hears(stage.say(views.TRAPPED))
    await lin.taps(hurt, stage.say(keyboards.BACK))
    await lin.hears(stage.say(OLD_ANSWER))


async def test_whoever_cancels_hears_that_it_is_kept_and_goes_on_where_it_was(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await placed(stage, lin)
    await lin.says("2")
    await lin.hears(stage.say(views.TRAPPED))
    await lin.says("/cancel")
    await lin.hears(stage.say(views.PAUSED))
    await lin.says("/report")
    await lin.taps(await lin.hears(stage.say(views.WHO)), "▶️")
    trapped = await lin.hears(stage.say(views.SO_FAR))
    assert stage.say(views.TRAPPED) in words(trapped)
    await lin.taps(trapped, stage.say(keyboards.BACK))
    await lin.hears(stage.say(views.HURT))


async def test_eleven_photos_a_video_and_a_text_called_jpg_cost_nothing_of_the_report(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    done = await to_photos(stage, lin)
    await stage.lab.pretend(lin.user, filename="洪水.mp4", size=200 * 1024 * 1024, kind="video", mime_type="video/mp4", duration=60, width=1920, height=1080)
    await lin.hears(stage.say(NotAPhoto.text))
    await stage.lab.document(lin.user, b"this is no picture", filename="a.jpg")
    await lin.hears(stage.say(PhotoKindUnknown.text))
    await stage.lab.pretend(lin.user, filename="大图.jpg", size=30 * 1024 * 1024, mime_type="image/jpeg")
    await lin.hears("30")
    await stage.lab.document(lin.user, a_photo(form="PNG"), filename="积水.png")
    await lin.hears(stage.say(views.PHOTO_KEPT, count=1, most=10))
    await stage.lab.photos(lin.user, [a_photo(colour) for colour in ("red", "green", "blue", "navy", "teal", "grey", "pink", "gold", "black", "white")])
    await lin.hears(stage.say(views.ALBUM_KEPT))
    await lin.hears(stage.say(TooManyPhotos.text, most=10))
    await lin.taps(done, stage.say(keyboards.DONE))
    check = await lin.hears(stage.say(views.CHECK))
    assert stage.say(views.LINE_PHOTOS, count=10) in words(check)
    await lin.taps(check, stage.say(keyboards.SEND))
    await lin.hears("R-0725-0001")
    (report,) = await reports(stage)
    async with stage.town.house.works.read() as work:
        events = (await work.reports.events([report.id]))[report.id]
    refused = [event.reason for event in events if event.kind is ReportDeed.REFUSED]
    assert refused == ["not_a_photo", "photo_kind_unknown", "photo_too_large", "too_many_photos"]


async def test_a_photo_with_words_at_an_earlier_question_is_kept_with_its_words(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await placed(stage, lin)
    await stage.lab.photos(lin.user, [a_photo()], caption="桥面塌了一半")
    await lin.hears(stage.say(views.HURT))
    await lin.says("/report")
    await lin.hears(stage.say(views.WHO))
    async with stage.town.house.works.read() as work:
        (report,) = await work.reports.by_author(reporter=(await stage.town.person(cast.LIN[0])).id, guest=None, since=stage.town.clock.now().replace(hour=0))
    assert (report.photos, report.text) == (1, "桥面塌了一半")


async def test_telegram_failing_while_a_photo_is_fetched_loses_nothing(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await to_photos(stage, lin)
    await stage.lab.fault(kind="error", method="getFile", times=7, status=502)
    await stage.lab.photos(lin.user, [a_photo()])
    await lin.hears(stage.say(views.PHOTO_KEPT, count=1, most=10))


async def test_the_reporter_hears_each_step_and_may_say_that_it_is_not_solved(stage: Stage) -> None:
    lin, officer = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER)
    report = await sent(stage, lin)
    told = await officer.hears("R-0725-0001")
    await officer.taps(told, "rdv")
    await lin.hears(stage.say(views.STEPS[ReportDeed.VERIFIED], number=report.number))
    decided = await officer.hears("✔️")
    await officer.taps(decided, "rda")
    await officer.hears(stage.say(desk_views.WHO_GOES, number=report.number))
    await officer.says("抢险一队")
    closing = await officer.hears("✔️")
    await lin.hears(stage.say(views.STEPS[ReportDeed.ASSIGNED], number=report.number))
    await officer.taps(closing, "rdc")
    await officer.hears(stage.say(desk_views.HOW_CLOSED, number=report.number))
    await officer.says("已排水 <完>")
    await officer.hears("✔️")
    closed = await lin.hears(stage.say(views.STEPS[ReportDeed.CLOSED], number=report.number, words="已排水 <完>"))
    await lin.taps(closed, stage.say(keyboards.NOT_SOLVED))
    await lin.hears(stage.say(views.REOPENED, number=report.number))
    await officer.hears("❗")
    assert (await reports(stage))[0].state is ReportState.VERIFIED
