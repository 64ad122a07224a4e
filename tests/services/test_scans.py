"""At the door: what a keeper is told, and what is kept."""

from uuid import UUID

import pytest

from domain.access import NotYours
from domain.codes import Holder
from domain.issuing import Why
from domain.rollcall import Happening
from domain.scans import Outcome, Purpose, Reason, Scan, Verdict, Via
from services.actors import Actor
from services.board import Column
from services.scans import Asked, Newcomer
from tests import cast
from tests.houses import HALL, Town, hall_row


async def scan(
    town: Town, *, key: str, text: str | None = None, by: Actor | None = None, purpose: Purpose = Purpose.SHELTER_IN, place: UUID | None = None, **more: object
) -> Verdict:
    keeper = by or await town.actor(cast.KEEPER)
    where = place or (town.hall if purpose in (Purpose.SHELTER_IN, Purpose.SHELTER_OUT) else None)
    return await town.house.services.scans.record(Asked(key, keeper, purpose, Via.CHAT, place=where, text=text, **more))  # type: ignore[arg-type]


async def card(town: Town, name: str) -> str:
    """The text in the QR of somebody's printed card."""
    person = await town.person(name)
    async with town.house.works.read() as work:
        code = (await work.codes.of([person.id]))[person.id]
    return town.house.services.codes.card(code).text


async def short_code(town: Town, name: str) -> str:
    person = await town.person(name)
    async with town.house.works.read() as work:
        return (await work.codes.of([person.id]))[person.id].short


async def kept(town: Town) -> list[Scan]:
    async with town.house.works.read() as work:
        return await work.scans.all()


async def not_yet_safe(town: Town, order: UUID) -> int:
    board = await town.house.services.board.order(order, by=await town.actor(cast.OFFICER))
    return board.total.not_yet_safe


async def test_a_scanned_card_takes_its_owner_off_the_list(town: Town) -> None:
    order = await town.order()
    before = await not_yet_safe(town, order.id)
    verdict = await scan(town, key="1", text=await card(town, "胡阿婆"))
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, Reason.OK)
    assert await not_yet_safe(town, order.id) == before - 1


async def test_the_same_scan_uploaded_twice_is_one_scan_with_one_answer(town: Town) -> None:
    await town.order()
    text = await card(town, "胡阿婆")
    first = await scan(town, key="1", text=text)
    town.clock.go_on(minutes=5)
    assert await scan(town, key="1", text=text) == first
    assert len(await kept(town)) == 1


async def test_the_same_key_with_another_body_is_kept_apart_and_counts_nobody(town: Town) -> None:
    order = await town.order()
    await scan(town, key="1", text=await card(town, "胡阿婆"))
    before = await not_yet_safe(town, order.id)
    verdict = await scan(town, key="1", text=await card(town, "林大山"))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, Reason.KEY_CONFLICT)
    assert len(await kept(town)) == 2
    assert await not_yet_safe(town, order.id) == before


async def test_a_card_shown_again_within_a_minute_is_kept_but_not_counted(town: Town) -> None:
    await town.order()
    text = await card(town, "胡阿婆")
    await scan(town, key="1", text=text)
    town.clock.go_on(seconds=30)
    again = await scan(town, key="2", text=text)
    assert (again.outcome, again.reason) == (Outcome.REPEAT, Reason.ALREADY_HERE)
    town.clock.go_on(seconds=61)
    assert (await scan(town, key="3", text=text)).outcome is Outcome.ACCEPTED


async def test_who_admits_somebody_in_spite_of_a_doubt_stands_in_the_log(town: Town) -> None:
    await town.order()
    typed = await short_code(town, "胡阿婆")
    await scan(town, key="1", text=typed)
    verdict = await scan(town, key="2", text=typed, confirmed=True)
    await scan(town, key="2", text=typed, confirmed=True)
    async with town.house.works.read() as work:
        rows = [row for row, _ in await work.audit.all() if row.action == "scans.confirmed"]
    (row,) = rows
    assert (row.actor, row.subject, row.facts) == ((await town.person(cast.KEEPER[0])).id, str(verdict.scan), {"reason": "name_not_checked"})


async def test_a_typed_code_is_counted_only_after_the_name_was_checked(town: Town) -> None:
    order = await town.order()
    before = await not_yet_safe(town, order.id)
    typed = (await short_code(town, "胡阿婆")).lower()
    asked = await scan(town, key="1", text=typed)
    assert (asked.outcome, asked.reason) == (Outcome.CHECK, Reason.NAME_NOT_CHECKED)
    assert await not_yet_safe(town, order.id) == before
    assert (await scan(town, key="2", text=typed, confirmed=True)).outcome is Outcome.ACCEPTED
    assert await not_yet_safe(town, order.id) == before - 1


async def test_a_picked_name_is_admitted(town: Town) -> None:
    await town.order()
    person = await town.person("叶建国")
    assert (await scan(town, key="1", person=person.id)).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("你好", Reason.NOT_A_CODE),
        ("https://evil.example/S/ABC", Reason.FOREIGN),
        ("<script>alert(1)</script>", Reason.NOT_A_CODE),
        ("A" * 3_000_000, Reason.TOO_LONG),
    ],
)
async def test_what_is_no_code_is_refused_and_recorded_and_offered_as_a_walk_in(town: Town, text: str, reason: Reason) -> None:
    order = await town.order()
    before = await not_yet_safe(town, order.id)
    verdict = await scan(town, key="1", text=text)
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, reason)
    assert verdict.offers_walk_in
    assert [one.reason for one in await kept(town)] == [reason]
    assert await not_yet_safe(town, order.id) == before


async def test_a_forged_code_is_refused_and_recorded(town: Town) -> None:
    await town.order()
    text = await card(town, "胡阿婆")
    forged = text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:]
    verdict = await scan(town, key="1", text=forged)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.reason in (Reason.FORGED, Reason.UNREADABLE)
    assert len(await kept(town)) == 1


async def test_a_withdrawn_card_at_the_door_is_amber_and_its_owner_is_admitted_by_name(town: Town) -> None:
    await town.order()
    text = await card(town, "胡阿婆")
    await town.house.services.issuing.replace(Holder.PERSON, (await town.person("胡阿婆")).id, by=await town.actor(cast.WARDEN), reason=Why.LOST)
    asked = await scan(town, key="1", text=text)
    assert (asked.outcome, asked.reason) == (Outcome.CHECK, Reason.REPLACED)
    assert (await scan(town, key="2", text=text, confirmed=True)).outcome is Outcome.ACCEPTED
    assert [one.reason for one in await kept(town)] == [Reason.REPLACED, Reason.REPLACED]


async def test_an_expired_card_at_the_door_is_amber(town: Town) -> None:
    text = await card(town, "胡阿婆")
    town.clock.go_on(days=4 * 365)
    await town.order()
    assert (await scan(town, key="1", text=text)).reason is Reason.EXPIRED


async def test_a_full_shelter_refuses_and_records_the_attempt(town: Town) -> None:
    await town.house.services.shelters.import_rows([(2, hall_row(places=1))], by=Actor.operator())
    order = await town.order()
    await scan(town, key="1", text=await card(town, "胡阿婆"))
    before = await not_yet_safe(town, order.id)
    verdict = await scan(town, key="2", text=await card(town, "叶建国"))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, Reason.SHELTER_FULL)
    assert verdict.fields == {"shelter": HALL, "places": "1"}
    assert len(await kept(town)) == 2
    assert await not_yet_safe(town, order.id) == before


async def test_a_place_is_free_again_when_somebody_scanned_out(town: Town) -> None:
    await town.house.services.shelters.import_rows([(2, hall_row(places=1))], by=Actor.operator())
    order = await town.order()
    await scan(town, key="1", text=await card(town, "胡阿婆"))
    town.clock.go_on(seconds=61)
    left = await scan(town, key="2", text=await card(town, "胡阿婆"), purpose=Purpose.SHELTER_OUT)
    assert left.outcome is Outcome.ACCEPTED
    assert (await scan(town, key="3", text=await card(town, "叶建国"))).outcome is Outcome.ACCEPTED
    assert await not_yet_safe(town, order.id) == 4


async def test_somebody_at_the_door_without_a_card_is_in_within_one_step(town: Town) -> None:
    order = await town.order()
    before = await not_yet_safe(town, order.id)
    verdict = await scan(town, key="1", newcomer=Newcomer("过路客"))
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, Reason.WALK_IN)
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert board.total.walk_ins == 1
    assert board.total.not_yet_safe == before


async def test_a_walk_in_asked_twice_by_a_re_run_is_one_person(town: Town) -> None:
    order = await town.order()
    first = await scan(town, key="1", newcomer=Newcomer("过路客"))
    assert await scan(town, key="1", newcomer=Newcomer("过路客")) == first
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert board.total.walk_ins == 1


async def test_a_listed_neighbour_from_another_village_is_a_walk_in_here(town: Town) -> None:
    await town.order()
    verdict = await scan(town, key="1", text=await card(town, "马洛瑞"))
    assert (verdict.outcome, verdict.reason) == (Outcome.ACCEPTED, Reason.WALK_IN)


async def test_with_no_order_in_force_nobody_is_counted_but_the_scan_is_kept(town: Town) -> None:
    verdict = await scan(town, key="1", text=await card(town, "胡阿婆"))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, Reason.NO_ORDER)
    assert len(await kept(town)) == 1


async def test_mallory_may_not_admit_anybody(town: Town) -> None:
    await town.order()
    with pytest.raises(NotYours):
        await scan(town, key="1", text=await card(town, "胡阿婆"), by=await town.actor(cast.MALLORY))
    assert await kept(town) == []


async def test_who_goes_to_relatives_is_counted_like_who_goes_to_a_shelter(town: Town) -> None:
    order = await town.order()
    before = await not_yet_safe(town, order.id)
    verdict = await scan(town, key="1", text=await card(town, "胡阿婆"), purpose=Purpose.TO_RELATIVES, note="上东村女儿家")
    assert verdict.outcome is Outcome.ACCEPTED
    assert await not_yet_safe(town, order.id) == before - 1


async def test_what_an_unknown_person_reports_is_shown_beside_and_counts_nobody(town: Town) -> None:
    order = await town.order()
    before = await not_yet_safe(town, order.id)
    stranger = Actor(via="web")
    verdict = await scan(town, key="1", text=await card(town, "胡阿婆"), by=stranger, purpose=Purpose.REPORTED_SAFE, note="在我家")
    assert verdict.outcome is Outcome.ACCEPTED
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert (board.total.not_yet_safe, board.total.reported) == (before, 1)


async def test_who_arrives_together_is_decided_together_and_sees_each_other(town: Town) -> None:
    """The last free place goes to one of two who arrive in the same batch."""
    await town.house.services.shelters.import_rows([(2, hall_row(places=1))], by=Actor.operator())
    await town.order()
    keeper = await town.actor(cast.KEEPER)
    asked = [
        Asked(str(n), keeper, Purpose.SHELTER_IN, Via.CHAT, place=town.hall, text=await card(town, name)) for n, name in enumerate(("胡阿婆", "叶建国"))
    ]
    first, second = await town.house.services.scans.record_many(asked)
    assert isinstance(first, Verdict)
    assert isinstance(second, Verdict)
    assert (first.outcome, second.reason) == (Outcome.ACCEPTED, Reason.SHELTER_FULL)


async def test_a_place_code_is_not_a_person(town: Town) -> None:
    await town.order()
    poster = await town.house.services.codes.of_place(town.hall, by=await town.actor(cast.KEEPER))
    assert (await scan(town, key="1", text=poster.text)).reason is Reason.WRONG_KIND


async def test_every_admission_has_who_when_and_how_in_its_timeline(town: Town) -> None:
    order = await town.order()
    await scan(town, key="1", text=await card(town, "胡阿婆"))
    officer = await town.actor(cast.OFFICER)
    (line,) = [one for one in await town.house.services.board.people(order.id, by=officer, column=Column.PROVEN) if one.name == "胡阿婆"]
    timeline = await town.house.services.board.timeline(line.line.member, by=officer)
    (arrival,) = [moment for moment in timeline.moments if moment.event.kind is Happening.AT_SHELTER]
    assert (arrival.by, arrival.place, arrival.stands) == ("李守站", HALL, True)
