"""A report from the first answer to the last word: whose it is, where it may lie, who decides, and who hears of it."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deliveries import Lane, Subject
from domain.pins import Pin
from domain.reports import (
    MOST_FILED,
    FirstIsOver,
    NothingAlike,
    NotYourReport,
    PeopleCountInvalid,
    PinNowhere,
    PinOutOfReach,
    ReopenTooLate,
    Report,
    ReportDeed,
    ReportedTooOften,
    ReportGone,
    ReportKind,
    ReportNotVerified,
    ReportState,
    ReportUnplaced,
    WordsMissing,
    WordsTooLong,
    stands_after,
)
from services.actors import Actor
from services.reports import Reports
from storage.media import MediaFiles
from tests import cast
from tests.field import a_photo
from tests.houses import BOT, Town, hall_row

GUEST = Actor(via="chat", bot=BOT, address="999001", language="en")
BRIDGE = Pin(28.4512, 119.9213)


async def a_draft(town: Town, by: Actor, *, key: str = "r", kind: ReportKind = ReportKind.FLOOD, own: bool = True, place: str = "平乐村 老桥头") -> Report:
    reports = town.house.services.reports
    draft = await reports.begin(for_self=own, by=by, key=key)
    await reports.choose_kind(draft.id, kind, by=by)
    report, _ = await reports.put_place(draft.id, place, by=by)
    return report


async def a_report(town: Town, by: Actor, *, key: str = "r", trapped: int = 0, **more: object) -> Report:
    draft = await a_draft(town, by, key=key, **more)  # type: ignore[arg-type]
    await town.house.services.reports.count_people(draft.id, by=by, trapped=trapped)
    return (await town.house.services.reports.send(draft.id, by=by, key=f"{key} sent")).report


async def deeds(town: Town, report: UUID) -> list[ReportDeed]:
    async with town.house.works.read() as work:
        return [event.kind for event in (await work.reports.events([report])).get(report, [])]


async def told(town: Town) -> list[tuple[Subject, str, Lane]]:
    """What waits to be sent: subject, chat and lane."""
    return [(each.message.subject, each.address, each.lane) for each in await town.house.services.deliveries.claim(most=50)]


async def with_coordinates(town: Town) -> None:
    """The hall gets its place on the map."""
    await town.house.services.shelters.import_rows([(2, hall_row() | {"lat": "28.4500", "lon": "119.9200"})], by=Actor.operator())


async def test_a_report_goes_to_the_desk_at_once_and_red_when_somebody_is_trapped(town: Town) -> None:
    await town.linked(cast.OFFICER)
    lin = await town.linked(cast.LIN)
    report = await a_report(town, lin, trapped=2)
    assert (report.number, report.state, report.desk, report.area) == ("R-0725-0001", ReportState.FILED, cast.VILLAGE.code, cast.VILLAGE.code)
    assert await told(town) == [(Subject.REPORT_FILED, f"chat {cast.OFFICER[0]}", Lane.RED)]
    await a_report(town, lin, key="another", kind=ReportKind.ROAD)
    assert [lane for _, _, lane in await told(town)] == [Lane.ORANGE]


async def test_the_same_step_again_gives_the_same_answer_and_writes_nothing_twice(town: Town) -> None:
    await town.linked(cast.OFFICER)
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await a_draft(town, lin)
    assert (await reports.begin(for_self=True, by=lin, key="r")).id == draft.id
    first = await reports.send(draft.id, by=lin, key="s")
    again = await reports.send(draft.id, by=lin, key="s")
    assert (again.report, again.told, again.fresh) == (first.report, first.told, True)
    assert not (await reports.send(draft.id, by=lin, key="another tap")).fresh
    assert await deeds(town, draft.id) == [ReportDeed.FILED]
    assert len(await told(town)) == 1


async def test_every_answer_given_twice_by_a_re_run_is_given_once(town: Town) -> None:
    await with_coordinates(town)
    reports = town.house.services.reports
    draft = await reports.begin(for_self=False, by=GUEST, key="r")
    answers: tuple[Callable[[], Awaitable[object]], ...] = (
        partial(reports.begin, for_self=False, by=GUEST, key="r"),
        partial(reports.choose_kind, draft.id, ReportKind.DYKE, by=GUEST),
        partial(reports.put_pin, draft.id, BRIDGE, by=GUEST, key="pin", words="老桥"),
        partial(reports.say_what_pin_is, draft.id, is_place=True, by=GUEST),
        partial(reports.put_place, draft.id, "上东村 晒谷场", by=GUEST),
        partial(reports.put_village, draft.id, cast.VILLAGE.code, by=GUEST),
        partial(reports.count_people, draft.id, by=GUEST, hurt=1),
        partial(reports.count_people, draft.id, by=GUEST, trapped=None),
        partial(reports.describe, draft.id, "坝体渗水", by=GUEST),
        partial(reports.add_words, draft.id, "看照片", by=GUEST, key="photo"),
        partial(reports.send, draft.id, by=GUEST, key="sent"),
    )
    for answer in answers:
        assert await answer() == await answer()
        stands = await reports.draft(draft.id, by=GUEST)
    assert (stands.text, stands.hurt, stands.trapped, stands.number) == ("坝体渗水 看照片", 1, None, "R-0725-0001")


async def test_a_strangers_report_without_a_village_reaches_the_county(town: Town) -> None:
    await town.linked(cast.OFFICER)
    report = await a_report(town, GUEST, place="桥边第三家")
    assert (report.area, report.desk, report.reporter) == (None, "", None)
    assert report.guest is not None
    assert [subject for subject, _, _ in await told(town)] == [Subject.REPORT_FILED]
    sheet = await town.house.services.report_desk.show("R-0725-0001", by=await town.actor(cast.OFFICER))
    assert (sheet.reporter, sheet.guest, sheet.unmasks) == (None, GUEST.address, False)


async def test_a_guest_hears_each_step_and_may_open_it_again(town: Town) -> None:
    officer = await town.linked(cast.OFFICER)
    report, desk = await a_report(town, GUEST), town.house.services.report_desk
    await told(town)
    await desk.verify(report.id, by=officer, key="v")
    assert await told(town) == [(Subject.REPORT_STEP, GUEST.address, Lane.YELLOW)]
    await desk.assign(report.id, by=officer, key="a", name="抢险一队")
    assert [subject for subject, _, _ in await told(town)] == [Subject.REPORT_STEP]
    await desk.close(report.id, "已排水", by=officer, key="c")
    assert [subject for subject, _, _ in await told(town)] == [Subject.REPORT_STEP]
    opened, fresh = await town.house.services.reports.reopen(report.id, by=GUEST, key="o")
    assert (fresh, opened.state, opened.assignee_name) == (True, ReportState.VERIFIED, "")
    assert [subject for subject, _, _ in await told(town)] == [Subject.REPORT_FILED]
    assert await town.house.services.reports.reopen(report.id, by=GUEST, key="o") == (opened, True)
    assert await town.house.services.reports.reopen(report.id, by=GUEST, key="second tap") == (opened, False)


async def test_nobody_writes_into_another_ones_report(town: Town) -> None:
    lin, ye, reports = await town.linked(cast.LIN), await town.linked(cast.YE), town.house.services.reports
    mine, theirs = await a_draft(town, lin), await a_draft(town, GUEST, key="guest")
    other = replace(GUEST, address="999002")
    for draft, thief in ((mine, ye), (mine, GUEST), (theirs, other), (theirs, lin), (theirs, Actor(via="web"))):
        for tried in (
            reports.draft(draft.id, by=thief), reports.choose_kind(draft.id, ReportKind.FIRE, by=thief), reports.put_place(draft.id, "别处", by=thief),
            reports.put_pin(draft.id, BRIDGE, by=thief, key="x"), reports.count_people(draft.id, by=thief, hurt=9), reports.describe(draft.id, "x", by=thief),
            reports.send(draft.id, by=thief, key="x"), reports.stop(draft.id, by=thief), reports.reopen(draft.id, by=thief, key="x"),
            reports.say_what_pin_is(draft.id, is_place=True, by=thief), reports.put_village(draft.id, "", by=thief),
            reports.add_words(draft.id, "x", by=thief, key="x"), town.house.services.report_photos.expect(draft.id, by=thief, key="x"),
        ):  # fmt: skip
            with pytest.raises(NotYourReport):
                await tried
        assert await reports.draft(draft.id, by=lin if draft is mine else GUEST) == draft


async def test_a_pin_far_away_is_refused_with_the_distance_and_that_is_written_down(town: Town) -> None:
    await with_coordinates(town)
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await reports.begin(for_self=True, by=lin, key="r")
    with pytest.raises(PinOutOfReach) as refused:
        await reports.put_pin(draft.id, Pin(30.5, 124.5), by=lin, key="sea")
    assert refused.value.fields == {"distance": 498, "place": f"{cast.COUNTY.name} {cast.VILLAGE.name}"}
    with pytest.raises(PinOutOfReach):
        await reports.put_pin(draft.id, Pin(30.5, 124.5), by=lin, key="sea")
    async with town.house.works.read() as work:
        (event,) = (await work.reports.events([draft.id]))[draft.id]
    assert (event.kind, event.reason) == (ReportDeed.REFUSED, "pin_out_of_reach")
    kept = await reports.put_pin(draft.id, BRIDGE, by=lin, key="near")
    assert (kept.pin, kept.pin_is_place, kept.area) == (BRIDGE, True, cast.TOWNSHIP.code)


async def test_without_any_coordinate_a_pin_outside_the_country_is_refused(town: Town) -> None:
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await reports.begin(for_self=True, by=lin, key="r")
    for number, pin in enumerate((Pin(48.85, 2.35), Pin(0, 0), Pin(-33.9, 151.2))):
        with pytest.raises(PinNowhere):
            await reports.put_pin(draft.id, pin, by=lin, key=f"far {number}")
    assert (await reports.put_pin(draft.id, BRIDGE, by=lin, key="near")).pin == BRIDGE


@pytest.mark.feature(14)
async def test_a_pin_sent_for_somebody_else_is_no_place_until_that_was_said(town: Town) -> None:
    await with_coordinates(town)
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await reports.begin(for_self=False, by=lin, key="r")
    await reports.choose_kind(draft.id, ReportKind.HOUSE, by=lin)
    report = await reports.put_pin(draft.id, BRIDGE, by=lin, key="pin")
    assert (report.pin_is_place, report.placed, report.area) == (False, False, None)
    with pytest.raises(ReportUnplaced):
        await reports.send(draft.id, by=lin, key="too early")
    report = await reports.say_what_pin_is(draft.id, is_place=False, by=lin)
    assert not report.placed
    report, _ = await reports.put_place(draft.id, "上东村 晒谷场", by=lin)
    assert (report.placed, report.area) == (True, cast.NEXT_VILLAGE.code)
    assert (await reports.say_what_pin_is(draft.id, is_place=True, by=lin)).area == cast.TOWNSHIP.code


async def test_words_that_name_several_villages_take_none_until_one_is_chosen(town: Town) -> None:
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await reports.begin(for_self=False, by=lin, key="r")
    report, found = await reports.put_place(draft.id, "平乐村和上东村之间的桥", by=lin)
    assert (report.area, [area.name for area in found]) == (None, ["平乐村", "上东村"])
    assert (await reports.put_village(draft.id, cast.VILLAGE.code, by=lin)).area == cast.VILLAGE.code
    assert (await reports.put_village(draft.id, "999999999999", by=lin)).area is None
    for wrong, refusal in (("", WordsMissing), ("。。。", WordsMissing), ("桥" * 121, WordsTooLong)):
        with pytest.raises(refusal):
            await reports.put_place(draft.id, wrong, by=lin)
    assert (await reports.draft(draft.id, by=lin)).place == "平乐村和上东村之间的桥"


async def test_ten_reports_an_hour_and_no_more(town: Town) -> None:
    lin = await town.linked(cast.LIN)
    for number in range(MOST_FILED):
        await a_report(town, lin, key=f"n{number}")
    with pytest.raises(ReportedTooOften):
        await town.house.services.reports.mine(by=lin)
    with pytest.raises(ReportedTooOften):
        await town.house.services.reports.begin(for_self=True, by=lin, key="one more")
    town.clock.go_on(minutes=61)
    assert (await a_report(town, lin, key="later")).number == "R-0725-0011"


async def test_drafts_may_wait_but_only_so_many_are_begun(town: Town) -> None:
    reports = town.house.services.reports
    for number in range(30):
        await reports.begin(for_self=True, by=GUEST, key=f"n{number}")
    with pytest.raises(ReportedTooOften):
        await reports.begin(for_self=True, by=GUEST, key="one more")


async def test_a_stopped_draft_is_gone_and_a_sent_report_cannot_be_stopped_or_rewritten(town: Town) -> None:
    lin, reports = await town.linked(cast.LIN), town.house.services.reports
    draft = await a_draft(town, lin)
    assert (await reports.mine(by=lin)).draft == draft
    await reports.stop(draft.id, by=lin)
    gone = await reports.draft(draft.id, by=lin)
    assert (gone.state, gone.place, (await reports.mine(by=lin)).draft) == (ReportState.DROPPED, "", None)
    with pytest.raises(ReportGone):
        await reports.choose_kind(draft.id, ReportKind.FIRE, by=lin)
    report = await a_report(town, lin, key="second")
    await reports.stop(report.id, by=lin)
    assert await reports.draft(report.id, by=lin) == report
    with pytest.raises(ReportGone):
        await reports.describe(report.id, "不是这样", by=lin)


async def test_a_kill_while_a_draft_is_thrown_away_leaves_none_of_its_photos(town: Town) -> None:
    """The update is run again after the kill, and then everything is gone."""
    lin, services, media = await town.linked(cast.LIN), town.house.services, town.house.settings.data_dir / "media"
    draft = await a_draft(town, lin)
    await services.report_photos.add(draft.id, a_photo(), by=lin, key="p")
    assert [path for path in media.rglob("*") if path.is_file()]

    class Killed(MediaFiles):
        async def drop(self, photos: Collection[UUID]) -> None:
            raise OSError("killed")

    known, files = services.reports, Killed(media, services.reports._works._sealing)  # type: ignore[attr-defined]
    dying = Reports(
        known._works, clock=town.clock, ids=known._ids, office=known._office, authors=known._authors, steps=known._steps, files=files,
        wakeups=known._wakeups,
    )  # fmt: skip
    with pytest.raises(OSError, match="killed"):
        await dying.stop(draft.id, by=lin)
    await services.reports.stop(draft.id, by=lin)
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert (await services.reports.draft(draft.id, by=lin)).photos == 0


@pytest.mark.parametrize("count", [-1, 1000, 2**40])
async def test_a_number_of_people_that_nobody_can_have_counted_is_refused(town: Town, count: int) -> None:
    """A forged button."""
    draft = await a_draft(town, GUEST)
    with pytest.raises(PeopleCountInvalid):
        await town.house.services.reports.count_people(draft.id, by=GUEST, trapped=count)


async def test_a_closed_report_is_opened_again_within_a_week_only(town: Town) -> None:
    officer, desk, reports = await town.actor(cast.OFFICER), town.house.services.report_desk, town.house.services.reports
    lin = await town.linked(cast.LIN)
    report = await a_report(town, lin)
    await desk.verify(report.id, by=officer, key="v")
    await desk.close(report.id, "好了", by=officer, key="c")
    town.clock.go_on(seconds=timedelta(days=8).total_seconds())
    with pytest.raises(ReopenTooLate):
        await reports.reopen(report.id, by=lin, key="o")


MOVES = st.lists(st.tuples(st.sampled_from(["verify", "assign", "close", "reject", "same", "reopen"]), st.booleans(), st.booleans()), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, number=st.integers(0, 10**12))
async def test_whatever_two_officials_and_the_reporter_do_the_history_is_a_legal_one(town: Town, moves: list[tuple[str, bool, bool]], number: int) -> None:
    """Each press may come twice; what was decided over another's head changes nothing."""
    desk, reports = town.house.services.report_desk, town.house.services.reports
    town.clock.go_on(hours=2)
    guest = replace(GUEST, address=str(number))
    officials = (await town.actor(cast.OFFICER), replace(await town.actor(cast.OFFICER), name="另一人"))
    report = await a_report(town, guest, key=f"{number} r {town.clock.now()}")
    for at, (move, who, twice) in enumerate(moves):
        by, key = officials[who], f"{report.id} {at}"
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "verify": partial(desk.verify, report.id, by=by, key=key),
            "assign": partial(desk.assign, report.id, by=by, key=key, name="一队"),
            "close": partial(desk.close, report.id, "好了", by=by, key=key),
            "reject": partial(desk.reject, report.id, "不是", by=by, key=key),
            "same": partial(desk.mark_same, report.id, by=by, key=key),
            "reopen": partial(reports.reopen, report.id, by=guest, key=key),
        }
        for _ in range(1 + twice):
            try:
                await calls[move]()
            except (ReportNotVerified, NothingAlike, FirstIsOver):
                break
    stands = await reports.draft(report.id, by=guest)
    history = await deeds(town, report.id)
    assert stands_after(history) is stands.state
    assert history[0] is ReportDeed.FILED and history.count(ReportDeed.FILED) == 1
