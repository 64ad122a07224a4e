"""A report from the desk's side: who decides, who was first, to whom it is given, and which is the same as which."""

import pytest

from domain.deliveries import Lane, Subject
from domain.reports import FirstIsOver, NothingAlike, ReportDeed, ReportKind, ReportNotVerified, ReportState, WordsMissing, WordsTooLong
from services.actors import Actor
from tests import cast
from tests.houses import Town
from tests.services.test_reports import a_report, deeds, told


async def test_whoever_comes_second_hears_who_was_first(town: Town) -> None:
    officer, desk = await town.actor(cast.OFFICER), town.house.services.report_desk
    mallory = await an_informant(town)
    report = await a_report(town, await town.linked(cast.LIN))
    first = await desk.verify(report.id, by=officer, key="v1")
    second = await desk.verify(report.id, by=mallory, key="v2")
    assert (first.fresh, second.fresh, second.by, second.event) == (True, False, cast.OFFICER[0], first.event)
    assert (await desk.verify(report.id, by=officer, key="v1")).fresh
    seen = (await desk.show(report.id, by=officer)).seq
    assert (await desk.assign(report.id, by=mallory, key="a1", name="抢险一队", seen=seen)).fresh
    late = await desk.assign(report.id, by=officer, key="a2", name="抢险二队", seen=seen)
    assert (late.fresh, late.by, late.report.assignee_name) == (False, cast.MALLORY[0], "抢险一队")
    assert await deeds(town, report.id) == [ReportDeed.FILED, ReportDeed.VERIFIED, ReportDeed.ASSIGNED]


async def an_informant(town: Town) -> Actor:
    """Mallory collects reports in the township, for once."""
    from domain.access import Role

    person = await town.person(cast.MALLORY[0])
    await town.house.services.grants.give(person.id, Role.INFORMANT, by=Actor.operator(), area=cast.TOWNSHIP.code)
    return await town.actor(cast.MALLORY)


async def test_what_was_not_verified_is_not_closed_and_words_are_needed(town: Town) -> None:
    officer, desk = await town.actor(cast.OFFICER), town.house.services.report_desk
    report = await a_report(town, await town.linked(cast.LIN))
    with pytest.raises(ReportNotVerified):
        await desk.close(report.id, "好了", by=officer, key="c")
    with pytest.raises(WordsMissing):
        await desk.reject(report.id, "  ", by=officer, key="r")
    with pytest.raises(WordsTooLong):
        await desk.reject(report.id, "不" * 301, by=officer, key="r")
    assert (await desk.reject(report.id, "不在本县", by=officer, key="r")).report.state is ReportState.REJECTED
    assert not (await desk.verify(report.id, by=officer, key="v")).fresh


async def test_whoever_it_was_given_to_is_told_sees_it_and_closes_it(town: Town) -> None:
    officer, desk = await town.actor(cast.OFFICER), town.house.services.report_desk
    warden = await town.linked(cast.WARDEN)
    report = await a_report(town, await town.linked(cast.LIN))
    assert warden.person in {person.id for person in await desk.hands(report.id, by=officer)}
    await desk.assign(report.id, by=officer, key="a", to=warden.person)
    assert (Subject.REPORT_ASSIGNED, f"chat {cast.WARDEN[0]}", Lane.ORANGE) in await told(town)
    sheet = await desk.show(report.id, by=warden)
    assert (sheet.handles, sheet.assignee) == (False, cast.WARDEN[0])
    assert [each.id for each in (await desk.listing(by=warden)).reports] == [report.id]
    assert (await desk.close(report.id, "路已通", by=warden, key="c")).report.state is ReportState.CLOSED


async def test_two_reports_of_one_thing_are_shown_as_maybe_the_same_and_both_reporters_hear(town: Town) -> None:
    officer, desk = await town.linked(cast.OFFICER), town.house.services.report_desk
    lin, ye = await town.linked(cast.LIN), await town.linked(cast.YE)
    first = await a_report(town, lin)
    await a_report(town, lin, key="elsewhere", kind=ReportKind.FIRE)
    second = await a_report(town, ye, key="second")
    assert (first.alike, second.alike) == (None, first.id)
    with pytest.raises(NothingAlike):
        await desk.mark_same(first.id, by=officer, key="same")
    step = await desk.mark_same(second.id, by=officer, key="same")
    assert (step.report.state, step.report.duplicate_of) == (ReportState.DUPLICATE, first.id)
    await told(town)
    await desk.verify(first.id, by=officer, key="v")
    assert {address for _, address, _ in await told(town)} == {f"chat {cast.LIN[0]}", f"chat {cast.YE[0]}"}
    town.clock.go_on(hours=3)
    assert (await a_report(town, ye, key="third")).alike is None


async def test_a_report_is_not_laid_aside_for_one_that_is_over(town: Town) -> None:
    """Whoever sent the second would be told that the first is being worked on, and hear nothing for ever."""
    officer, desk = await town.actor(cast.OFFICER), town.house.services.report_desk
    first = await a_report(town, await town.linked(cast.LIN))
    second = await a_report(town, await town.linked(cast.YE), key="second")
    await desk.reject(first.id, "看错了", by=officer, key="r")
    with pytest.raises(FirstIsOver):
        await desk.mark_same(second.id, by=officer, key="same")
    assert await deeds(town, second.id) == [ReportDeed.FILED]


async def test_the_same_as_the_same_hears_what_becomes_of_the_first(town: Town) -> None:
    """Three in a row, an hour and a half apart: the third looks like the second only. Whichever is marked first."""
    officer, desk = await town.actor(cast.OFFICER), town.house.services.report_desk
    people = [await town.linked(who) for who in (cast.LIN, cast.YE, cast.GRANNY_HU, cast.LIN_WIFE)]
    sent = []
    for number, by in enumerate(people):
        sent.append(await a_report(town, by, key=f"{number}"))
        town.clock.go_on(minutes=90)
    assert [each.alike for each in sent] == [None, sent[0].id, sent[1].id, sent[2].id]
    for number in (2, 1, 3):
        await desk.mark_same(sent[number].id, by=officer, key=f"same {number}")
    await told(town)
    await desk.verify(sent[0].id, by=officer, key="v")
    assert {address for _, address, _ in await told(town)} == {by.address for by in people}


async def test_whole_names_are_for_who_may_unmask_and_that_is_written_down(town: Town) -> None:
    officer, desk = await town.actor(cast.OFFICER), town.house.services.report_desk
    report = await a_report(town, await town.linked(cast.LIN))
    assert (await desk.unmask(report.number or "", by=officer)).name == cast.LIN[0]
    async with town.house.works.read() as work:
        rows = [row for row, _ in await work.audit.all()]
    assert [row.action for row in rows if row.action.startswith("reports.")] == ["reports.filed", "reports.unmask"]
