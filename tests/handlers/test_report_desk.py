"""The desk in chat: the list, the decisions, and who was first."""

from bot.keyboards import report_desk as keyboards
from bot.views import report_desk as views
from bot.views import reports as author_views
from domain.access import Role
from domain.reports import ReportDeed, ReportKind, ReportState, WordsMissing
from services.actors import Actor
from tests import cast
from tests.handlers.reporting import reports, sent
from tests.handlers.stage import Stage, words


async def test_the_list_shows_what_is_open_and_one_report_in_full_without_a_whole_name(stage: Stage) -> None:
    lin, officer = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER)
    await officer.says("/reports")
    await officer.hears(stage.say(views.NONE))
    for kind in (ReportKind.FLOOD, ReportKind.ROAD):
        await sent(stage, lin, kind=kind, text="请 <快> 来")
    await officer.says("/reports")
    listed = await officer.hears(stage.say(views.LIST, count=2))
    await officer.taps(listed, "rdo")
    card = words(await officer.hears("R-0725-0002"))
    assert "林*山" in card and "139****0011" in card and "请 <快> 来" in card
    assert cast.LIN[0] not in card


async def test_the_second_official_reads_who_was_first(stage: Stage) -> None:
    person = await stage.town.person(cast.MALLORY[0])
    await stage.town.house.services.grants.give(person.id, Role.INFORMANT, by=Actor.operator(), area=cast.TOWNSHIP.code)
    lin, officer, warden = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.WARDEN)
    informant = await stage.phone_of(cast.MALLORY)
    await sent(stage, lin)
    first, second = await officer.hears("R-0725-0001"), await informant.hears("R-0725-0001")
    await officer.taps(first, "rdv")
    await officer.hears("✔️")
    await informant.taps(second, "rdv")
    assert "周*班" in words(await informant.hears("⚠️"))
    await warden.says("/reports")
    await warden.hears("⛔")


async def test_a_warden_who_is_given_a_report_closes_it(stage: Stage) -> None:
    lin, officer, warden = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.WARDEN)
    await sent(stage, lin)
    await officer.taps(await officer.hears("R-0725-0001"), "rda")
    await officer.taps(await officer.hears(stage.say(views.WHO_GOES, number="R-0725-0001")), "陈*管")
    assert stage.say(views.ASSIGNED_TO, name="陈*管") in words(await officer.hears("✔️"))
    given = await warden.hears(stage.say(views.GIVEN, number="R-0725-0001"))
    await lin.hears(stage.say(author_views.STEPS[ReportDeed.ASSIGNED], number="R-0725-0001"))
    stage.town.clock.go_on(seconds=2)
    await warden.taps(given, stage.say(keyboards.CLOSE))
    await warden.hears(stage.say(views.HOW_CLOSED, number="R-0725-0001"))
    await warden.says("。。。")
    await warden.hears(stage.say(WordsMissing.text))
    await warden.says("已清理")
    await warden.hears("✔️")
    await lin.hears(stage.say(author_views.STEPS[ReportDeed.CLOSED], number="R-0725-0001", words="已清理"))
    assert (await reports(stage))[0].state is ReportState.CLOSED


async def test_photos_are_behind_a_link_to_our_own_page(stage: Stage) -> None:
    lin, officer = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER)
    await sent(stage, lin)
    await officer.taps(await officer.hears("R-0725-0001"), stage.say(keyboards.PHOTOS))
    linked = words(await officer.hears("https://ls.example.org/board/enter/"))
    assert linked.endswith("?report=R-0725-0001")


async def test_a_report_that_looks_like_another_says_so_and_is_put_to_it(stage: Stage) -> None:
    lin, ye, officer = await stage.phone_of(cast.LIN), await stage.phone_of(cast.YE), await stage.phone_of(cast.OFFICER)
    await sent(stage, lin)
    await officer.hears("R-0725-0001")
    await sent(stage, ye)
    second = await officer.hears("R-0725-0002")
    assert "R-0725-0001" in words(second)
    await officer.taps(second, stage.say(keyboards.SAME, number="R-0725-0001"))
    await officer.hears("✔️")
    await ye.hears(stage.say(author_views.STEPS[ReportDeed.DUPLICATE], number="R-0725-0002", first="R-0725-0001"))
    assert (await reports(stage))[0].state is ReportState.DUPLICATE


async def test_a_question_of_the_desk_has_a_way_out_that_changes_nothing(stage: Stage) -> None:
    lin, officer = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER)
    await sent(stage, lin)
    await officer.taps(await officer.hears("R-0725-0001"), stage.say(keyboards.REJECT))
    await officer.taps(await officer.hears(stage.say(views.WHY_REJECTED, number="R-0725-0001")), stage.say(keyboards.LET_BE))
    await officer.hears(stage.say(views.LEFT_AS_IT_IS))
    assert (await reports(stage))[0].state is ReportState.FILED


async def test_whoever_dealt_with_it_hears_that_it_is_open_again(stage: Stage) -> None:
    lin, officer, warden = await stage.phone_of(cast.LIN), await stage.phone_of(cast.OFFICER), await stage.phone_of(cast.WARDEN)
    await sent(stage, lin)
    await officer.taps(await officer.hears("R-0725-0001"), "rda")
    await officer.taps(await officer.hears(stage.say(views.WHO_GOES, number="R-0725-0001")), "陈*管")
    await warden.taps(await warden.hears(stage.say(views.GIVEN, number="R-0725-0001")), stage.say(keyboards.CLOSE))
    await warden.hears(stage.say(views.HOW_CLOSED, number="R-0725-0001"))
    await lin.hears(stage.say(author_views.STEPS[ReportDeed.ASSIGNED], number="R-0725-0001"))
    stage.town.clock.go_on(seconds=2)
    await warden.says("已清理")
    await lin.taps(await lin.hears("已清理"), "❗")
    stage.town.clock.go_on(seconds=2)
    await warden.hears(stage.say(views.YOURS_AGAIN, number="R-0725-0001"))
