"""One risk notice: who may say what to whom, and how it is taken back."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from domain.access import NotYours, Role
from domain.colours import Level
from domain.deliveries import Subject
from domain.errors import Refusal
from domain.groups import GroupUnknown
from domain.notices import (
    AudienceTooWide,
    NoticeCancelled,
    NoticeChanged,
    NoticeDecided,
    NoticeState,
    NoticeToNobody,
    NoticeTooLate,
    OwnNotice,
    Part,
    PartKind,
    RunState,
    Wording,
)
from domain.people import AreaUnknown
from domain.schedules import Repeat, Schedule, SchedulePast
from domain.visits import Outcome
from domain.workers import Worker
from services.actors import Actor
from services.deliveries import Sent
from tests import cast
from tests.announcing import DRAFT, VILLAGE, a_group, approved, delivered, drafted, stranger_of, to_group
from tests.houses import Town


@pytest.mark.feature(7)
async def test_the_wrong_area_cannot_be_hit_and_what_was_sent_is_taken_back_in_one_tap(town: Town) -> None:
    """Nobody is refused, a county by accident is refused, the count and the names are exact, red needs two, and the retraction goes to the same people."""
    await town.linked(cast.LIN)
    await town.linked(cast.YE)
    notices, officer, approver = town.house.services.notices, await town.actor(cast.OFFICER), await town.actor(cast.APPROVER)
    with pytest.raises(NoticeToNobody):
        await notices.foresee(replace(DRAFT, parts=(Part(PartKind.ROLE, cast.VILLAGE.code, role=Role.GUARD),)), by=officer)
    with pytest.raises(NotYours):
        await notices.foresee(replace(DRAFT, parts=(Part(PartKind.AREA, cast.OTHER_VILLAGE.code),)), by=officer)
    with pytest.raises(AudienceTooWide):
        await drafted(town, level=Level.RED, parts=(Part(PartKind.AREA, cast.COUNTY.code),))
    waiting = await drafted(town, level=Level.RED)
    assert waiting.state is NoticeState.WAITING
    preview = await notices.preview(waiting.id, by=approver)
    assert (preview.people, preview.audience.without_contact, preview.audience.languages, preview.before) == (5, 3, {"zh_CN": 2}, None)
    assert set(preview.audience.sample) == {"林大山", "王小娥", "林小山", "胡阿婆", "叶建国"}
    await approved(town, waiting)
    assert await town.house.services.notice_runs.release() == 1
    got = {one.address for one in await delivered(town) if one.message.subject is Subject.NOTICE}
    assert got == {"chat 林大山", "chat 叶建国"}
    await notices.cancel(waiting.id, by=officer, key="c")
    assert {one.address for one in await delivered(town) if one.message.subject is Subject.NOTICE_WITHDRAWN} == got
    again = await drafted(town, level=Level.RED, key="second")
    assert (await notices.preview(again.id, by=approver)).before == 5


async def test_a_county_goes_out_when_its_exact_number_was_typed(town: Town) -> None:
    county = (Part(PartKind.AREA, cast.COUNTY.code),)
    with pytest.raises(AudienceTooWide) as refused:
        await drafted(town, parts=county, sure=9)
    assert refused.value.fields == {"count": 10}
    assert (await drafted(town, parts=county, sure=10)).state is NoticeState.ACTIVE


async def test_a_part_that_is_not_there_is_refused(town: Town) -> None:
    group = await a_group(town, "林大山")
    for part, refusal in (
        (Part(PartKind.AREA, "331102999"), AreaUnknown), (Part(PartKind.GROUP, cast.VILLAGE.code, group=group), GroupUnknown),
    ):  # fmt: skip
        with pytest.raises(refusal):
            await drafted(town, parts=(part,))


async def test_somebody_elses_group_in_another_county_is_not_told(town: Town) -> None:
    group = await a_group(town, "林大山")
    with pytest.raises(NotYours):
        await drafted(town, by=cast.OTHER_OFFICER, parts=(to_group(group),))


async def test_parts_are_a_union_and_everybody_is_counted_once(town: Town) -> None:
    group = await a_group(town, "林大山", cast.KEEPER[0])
    roles = tuple(Part(PartKind.ROLE, cast.COUNTY.code, role=role) for role in (Role.WARDEN, Role.KEEPER))
    officer = await town.actor(cast.OFFICER)
    preview = await town.house.services.notices.foresee(replace(DRAFT, parts=(VILLAGE, to_group(group), *roles)), by=officer)
    assert preview.people == 5 + 2
    keepers = await town.house.services.notices.foresee(replace(DRAFT, parts=roles), by=officer)
    assert set(keepers.audience.sample) == {cast.WARDEN[0], cast.KEEPER[0]}


async def test_a_firm_is_its_workers_who_live_here_or_are_listed_at_a_site_here(town: Town) -> None:
    people = [(await town.person(name)).id for name in ("林大山", "叶建国", cast.OTHER_OFFICER[0])]
    async with town.house.works.write() as work:
        await work.workers.put([Worker(person, "丽水建工") for person in people])
    officer = await town.actor(cast.OFFICER)
    firm = replace(DRAFT, parts=(Part(PartKind.FIRM, cast.COUNTY.code, firm="丽水建工"),))
    assert (await town.house.services.notices.foresee(firm, by=officer)).people == 2
    offers = await town.house.services.notice_lists.offers("建工", by=officer)
    assert offers.firms == (("丽水建工", cast.COUNTY.code),)


async def test_what_was_not_shown_is_not_sent(town: Town) -> None:
    group = await a_group(town, "林大山")
    officer = await town.actor(cast.OFFICER)
    draft = replace(DRAFT, parts=(to_group(group),))
    preview = await town.house.services.notices.foresee(draft, by=officer)
    await town.house.services.groups.add(group, (await town.person("叶建国")).id, by=officer)
    for shown in (preview.shown[:16], "", "0" * 16):
        with pytest.raises(NoticeChanged):
            await town.house.services.notices.draft(draft, shown=shown, by=officer, key="x")


async def test_a_draft_in_the_past_is_refused(town: Town) -> None:
    with pytest.raises(SchedulePast):
        await drafted(town, schedule=Schedule(Repeat.ONCE, at=town.clock.now() - timedelta(minutes=1)))


async def test_nobody_approves_their_own_notice_nor_without_the_right(town: Town) -> None:
    notices, officer = town.house.services.notices, await town.actor(cast.OFFICER)
    waiting = await drafted(town, level=Level.ORANGE)
    shown = (await notices.preview(waiting.id, by=await town.actor(cast.APPROVER))).shown
    with pytest.raises(NotYours):
        await notices.approve(waiting.id, shown=shown, by=officer, key="1")
    await town.house.services.grants.give(officer.registered(), Role.APPROVER, by=Actor.operator(), area=cast.COUNTY.code)
    with pytest.raises(OwnNotice):
        await notices.approve(waiting.id, shown=shown, by=await town.actor(cast.OFFICER), key="2")


async def test_a_group_that_changed_after_it_was_shown_is_looked_at_again(town: Town) -> None:
    group = await a_group(town, "林大山")
    notices, officer, approver = town.house.services.notices, await town.actor(cast.OFFICER), await town.actor(cast.APPROVER)
    waiting = await drafted(town, level=Level.RED, parts=(to_group(group),))
    seen = await notices.preview(waiting.id, by=approver)
    await town.house.services.groups.add(group, (await town.person("叶建国")).id, by=officer)
    with pytest.raises(NoticeChanged):
        await notices.approve(waiting.id, shown=seen.shown, by=approver, key="1")
    again = await notices.preview(waiting.id, by=approver)
    assert (again.people, seen.people) == (2, 1)
    assert (await notices.approve(waiting.id, shown=again.shown, by=approver, key="2")).state is NoticeState.ACTIVE


async def test_who_joins_after_the_approval_gets_no_red_notice_but_a_blue_one(town: Town) -> None:
    for who in (cast.LIN, cast.YE):
        await town.linked(who)
    group = await a_group(town, "林大山", "胡阿婆")
    services, officer = town.house.services, await town.actor(cast.OFFICER)
    at = town.clock.now() + timedelta(minutes=30)
    for level, key in ((Level.RED, "red"), (Level.BLUE, "blue")):
        notice = await drafted(town, level=level, key=key, parts=(to_group(group),), schedule=Schedule(Repeat.ONCE, at=at))
        if level is Level.RED:
            await approved(town, notice)
    town.clock.go_on(minutes=5)
    await services.groups.add(group, (await town.person("叶建国")).id, by=officer)
    await services.groups.remove(group, (await town.person("胡阿婆")).id, by=officer)
    town.clock.go_on(minutes=25)
    assert await services.notice_runs.release() == 2
    lines = {line.notice.level: line for line in await services.notice_lists.listing(by=officer)}
    assert {level: line.last.people for level, line in lines.items() if line.last} == {Level.RED: 1, Level.BLUE: 2}


async def test_an_approval_comes_in_time_or_not_at_all(town: Town) -> None:
    at_once = await drafted(town, level=Level.RED, key="now")
    later = await drafted(town, level=Level.RED, key="later", schedule=Schedule(Repeat.ONCE, at=town.clock.now() + timedelta(hours=1)))
    town.clock.go_on(minutes=16)
    with pytest.raises(NoticeTooLate):
        await approved(town, at_once, key="1")
    town.clock.go_on(minutes=44)
    assert (await approved(town, later, key="2")).state is NoticeState.ACTIVE
    missed = await drafted(town, level=Level.RED, key="missed", schedule=Schedule(Repeat.ONCE, at=town.clock.now() + timedelta(hours=1)))
    town.clock.go_on(minutes=61)
    with pytest.raises(NoticeTooLate):
        await approved(town, missed, key="3")


async def test_an_approval_counts_once_however_often_the_button_is_pressed(town: Town) -> None:
    waiting = await drafted(town, level=Level.RED)
    first = await approved(town, waiting, key="same")
    assert await town.house.services.notices.approve(waiting.id, shown="0" * 16, by=await town.actor(cast.APPROVER), key="same") == first
    with pytest.raises(NoticeDecided):
        await approved(town, waiting, key="other")


async def test_the_drafter_hears_what_was_decided(town: Town) -> None:
    await town.linked(cast.OFFICER)
    await town.linked(cast.APPROVER)
    yes, no = await drafted(town, level=Level.RED, key="1"), await drafted(town, level=Level.ORANGE, key="2")
    asked = [one for one in await delivered(town) if one.message.subject is Subject.NOTICE_TO_APPROVE]
    assert {one.address for one in asked} == {"chat 吴审批"}
    await approved(town, yes)
    await town.house.services.notices.reject(no.id, by=await town.actor(cast.APPROVER), key="r")
    told = [one for one in await delivered(town) if one.message.subject is Subject.NOTICE_DECIDED]
    assert {(one.address, one.message.about) for one in told} == {("chat 周值班", yes.id), ("chat 周值班", no.id)}
    await town.house.services.notice_runs.release()
    assert {run.notice for run in await runs(town)} == {yes.id}


async def runs(town: Town, state: RunState = RunState.OUT) -> list:  # type: ignore[type-arg]
    async with town.house.works.read() as work:
        found = await work.notices.runs([notice.id for notice in await work.notices.all()])
    return [run for run in found if run.state is state]


async def test_a_notice_is_cancelled_once_and_by_any_official_of_the_area(town: Town) -> None:
    notices, approver = town.house.services.notices, await town.actor(cast.APPROVER)
    notice = await drafted(town, schedule=Schedule(Repeat.ONCE, at=town.clock.now() + timedelta(minutes=10)))
    with pytest.raises(NotYours):
        await notices.cancel(notice.id, by=await stranger_of(town), key="0")
    cancelled = await notices.cancel(notice.id, by=approver, key="1")
    assert await notices.cancel(notice.id, by=approver, key="1") == cancelled
    with pytest.raises(NoticeCancelled):
        await notices.cancel(notice.id, by=approver, key="2")
    town.clock.go_on(minutes=11)
    assert await town.house.services.notice_runs.release() == 0


async def test_a_retraction_goes_to_whoever_may_have_it_and_to_nobody_else(town: Town) -> None:
    for who in (cast.LIN, cast.YE):
        await town.linked(who)
    services = town.house.services
    notice = await drafted(town)
    await services.notice_runs.release()
    claimed = await services.deliveries.claim(most=1)
    await services.notices.cancel(notice.id, by=await town.actor(cast.OFFICER), key="c")
    (withdrawn,) = [one for one in await delivered(town) if one.message.subject is Subject.NOTICE_WITHDRAWN]
    assert withdrawn.address == claimed[0].address
    (line,) = await services.notice_lists.listing(by=await town.actor(cast.OFFICER))
    assert line.truth is not None
    assert line.truth.targets == 5
    assert line.truth.reasons["cancelled"] == 1


async def test_a_drill_reaches_only_the_enrolled(town: Town) -> None:
    with pytest.raises(NoticeToNobody):
        await drafted(town, drill=True)
    lin = await town.person("林大山")
    async with town.house.works.write() as work:
        await work.people.change([replace(lin, enrolled=True)])
    notice = await drafted(town, drill=True)
    await town.house.services.notice_runs.release()
    assert notice.drill
    assert [run.people for run in await runs(town)] == [1]


async def test_whoever_was_sent_to_doors_hears_that_it_is_withdrawn(town: Town) -> None:
    """One is on the way, one was told already and has to be told again."""
    warden = await town.linked(cast.WARDEN)
    services = town.house.services
    notice = await drafted(town)
    await services.notice_runs.release()
    first = (await services.visits.mine(by=warden))[0]
    await services.visits.done(first.visit.id, Outcome.TOLD, by=warden, key="d")
    town.clock.go_on(minutes=1)
    assert [one.message.subject for one in await delivered(town)] == [Subject.VISITS_WANTED]
    await services.notices.cancel(notice.id, by=await town.actor(cast.OFFICER), key="c")
    assert [(one.message.subject, one.person) for one in await delivered(town)] == [(Subject.NOTICE_WITHDRAWN, warden.person)]


async def test_whom_it_did_not_reach_is_named_with_the_reason_and_a_visit(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.linked(cast.YE)
    services, officer = town.house.services, await town.actor(cast.OFFICER)
    notice = await drafted(town)
    await services.notice_runs.release()
    (one, other) = [each for each in await services.deliveries.claim() if each.message.subject is Subject.NOTICE]
    from services.deliveries import Result

    await services.deliveries.settle([(one, Result(Sent.OK, 1)), (other, Result(Sent.BLOCKED))])
    story = await services.notice_lists.story(notice.id, by=officer)
    assert story.line.truth is not None
    assert (story.line.truth.sent, story.line.truth.failed, story.line.truth.pending, story.line.truth.unknown) == (1, 4, 0, 0)
    assert story.line.truth.reasons == {"no_chat": 3, "blocked": 1}
    assert (story.failed, story.visits_open) == (4, 4)
    assert {reason for _, reason in story.failures} == {"no_chat", "blocked"}
    with pytest.raises(NotYours):
        await services.notice_lists.story(notice.id, by=await stranger_of(town))
    assert await services.notice_lists.listing(by=await stranger_of(town)) == []


async def test_a_notice_that_is_refused_is_on_record_with_its_reason_and_without_its_words(town: Town) -> None:
    notices, officer = town.house.services.notices, await town.actor(cast.OFFICER)
    nobody = (Part(PartKind.ROLE, cast.VILLAGE.code, role=Role.GUARD),)
    long = replace(DRAFT, texts={**DRAFT.texts, "en": Wording("long " * 200, "Stay indoors")})
    never = replace(DRAFT, schedule=Schedule(Repeat.WEEKLY, clock=time(7, 30), weekdays=(1,), end=town.clock.now().date()))
    for refused in (replace(DRAFT, parts=nobody), long, never):
        with pytest.raises(Refusal):
            await notices.foresee(refused, by=officer)
    with pytest.raises(NoticeToNobody):
        await notices.counted(nobody, drill=False, by=officer)
    with pytest.raises(AudienceTooWide):
        await drafted(town, parts=(Part(PartKind.AREA, cast.COUNTY.code),))
    with pytest.raises(NotYours):
        await notices.foresee(replace(DRAFT, parts=(Part(PartKind.AREA, cast.OTHER_VILLAGE.code),)), by=officer)
    async with town.house.works.read() as work:
        rows = [row for row, _ in await work.audit.all() if row.action == "notices.refused"]
        assert not await work.notices.all()
    assert [row.subject for row in rows] == ["notice_to_nobody", "notice_too_long", "schedule_never_fires", "notice_to_nobody", "audience_too_wide"]
    assert {row.actor for row in rows} == {officer.person}
    assert not any(row.facts for row in rows)
