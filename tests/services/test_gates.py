"""At a gate: who comes in, who is told why not, who is out; every attempt is kept, and nobody is in two places."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.access import NotYours
from domain.gates import Direction, GateEvent, GateOutcome, GateReason, LeftTimeOutsideStay, Passed
from domain.scans import Via
from domain.sites import SiteState, SiteUnknown
from services.actors import Actor
from services.audit import Trail
from services.gates import Gates, Passing
from tests import cast
from tests.databases import a_place_for_one
from tests.gatehouse import EXPIRED, FIRM, MANAGER, NO_PHONE, QUARRY, TRAINED, UNTRAINED, YARD, Gatehouse, a_gatehouse, worker_row
from tests.houses import Town, a_town

OUT, STILL = Direction.OUT, Direction.STILL


@pytest.fixture
async def gate(town: Town) -> Gatehouse:
    return await a_gatehouse(town)


async def events(gate: Gatehouse) -> list[GateEvent]:
    async with gate.town.house.works.read() as work:
        return await work.gates.all()


async def test_a_trained_worker_goes_in_and_out_and_hears_for_how_long(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    inside = await gate.attempt(worker, "in")
    assert (inside.outcome, inside.site.name, inside.at) == (GateOutcome.ACCEPTED, YARD, gate.town.clock.now())
    assert await gate.inside() == [worker.person]
    gate.town.clock.go_on(hours=3, minutes=12)
    out = await gate.attempt(worker, "out", direction=OUT)
    assert out.outcome is GateOutcome.ACCEPTED and out.since is not None
    assert out.at - out.since == timedelta(hours=3, minutes=12)
    assert await gate.inside() == []


@pytest.mark.parametrize(("who", "reason"), [(UNTRAINED, GateReason.NOT_TRAINED), (EXPIRED, GateReason.TRAINING_EXPIRED)])
async def test_an_untrained_worker_is_refused_and_the_attempt_is_kept(gate: Gatehouse, who: tuple[str, str | None], reason: GateReason) -> None:
    verdict = await gate.attempt(await gate.worker(who), "in")
    assert (verdict.outcome, verdict.reason, verdict.missing) == (GateOutcome.REFUSED, reason, (reason,))
    assert verdict.manager is not None and verdict.manager.name == MANAGER[0]
    assert (verdict.until is not None) == (who is EXPIRED)
    assert [event.reason for event in await events(gate)] == [reason]
    assert await gate.inside() == []


async def test_a_stranger_is_refused_and_the_attempt_is_kept(gate: Gatehouse) -> None:
    verdict = await gate.attempt(Actor(via="chat", bot=1, address="5"), "in")
    assert (verdict.outcome, verdict.reason) == (GateOutcome.REFUSED, GateReason.STRANGER)
    assert [event.person for event in await events(gate)] == [None]


async def test_a_resident_who_is_no_worker_hears_everything_that_is_missing(gate: Gatehouse) -> None:
    verdict = await gate.attempt(await gate.worker(cast.GRANNY_HU), "in")
    assert verdict.missing == (GateReason.NOT_REGISTERED, GateReason.NOT_TRAINED)


async def test_a_site_with_a_list_takes_only_those_who_are_on_it(gate: Gatehouse) -> None:
    await gate.town.house.services.workers.import_rows([(2, worker_row(NO_PHONE, sites=YARD, trained=""))], by=Actor.operator())
    assert (await gate.attempt(await gate.worker(TRAINED), "1")).missing == (GateReason.NOT_ON_LIST,)
    assert (await gate.attempt(await gate.worker(NO_PHONE), "2")).outcome is GateOutcome.ACCEPTED


async def test_a_list_that_everybody_was_taken_off_takes_nobody(gate: Gatehouse) -> None:
    """Taking the last name off is no invitation to everybody, least of all to who was just taken off."""
    workers = gate.town.house.services.workers
    await workers.import_rows([(2, worker_row(TRAINED, sites=YARD))], by=Actor.operator())
    assert (await gate.attempt(await gate.worker(TRAINED), "1")).outcome is GateOutcome.ACCEPTED
    await gate.attempt(await gate.worker(TRAINED), "2", direction=Direction.OUT)
    await workers.import_rows([(2, worker_row(TRAINED, sites="-"))], by=Actor.operator())
    gate.town.clock.go_on(minutes=5)
    assert (await gate.attempt(await gate.worker(TRAINED), "3")).missing == (GateReason.NOT_ON_LIST,)


async def test_a_closed_site_and_a_closed_gate_let_nobody_in_and_everybody_out(town: Town) -> None:
    gate = await a_gatehouse(town, opens="06:00", closes="12:00")
    worker, services = await gate.worker(TRAINED), gate.town.house.services
    await gate.attempt(worker, "in")
    await services.sites.set_state(gate.yard.id, SiteState.CLOSED, by=Actor.operator())
    gate.town.clock.go_on(minutes=5)
    assert (await gate.attempt(await gate.worker(NO_PHONE), "2")).reason is GateReason.SITE_CLOSED
    assert (await gate.attempt(worker, "out", direction=OUT)).outcome is GateOutcome.ACCEPTED
    await services.sites.set_state(gate.yard.id, SiteState.OPEN, by=Actor.operator())
    gate.town.clock.go_on(hours=2)
    assert (await gate.attempt(worker, "3")).reason is GateReason.OUTSIDE_HOURS


async def test_a_second_scan_at_once_is_a_repeat_and_a_later_one_asks_and_never_puts_out(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    first = await gate.attempt(worker, "1")
    gate.town.clock.go_on(seconds=59)
    again = await gate.attempt(worker, "2")
    assert (again.outcome, again.since) == (GateOutcome.REPEAT, first.at)
    gate.town.clock.go_on(seconds=1)
    asked = await gate.attempt(worker, "3")
    assert (asked.outcome, asked.reason, asked.since) == (GateOutcome.ASK, GateReason.ALREADY_IN, first.at)
    assert await gate.inside() == [worker.person]
    assert [event.outcome for event in await events(gate)] == [GateOutcome.ACCEPTED, GateOutcome.REPEAT, GateOutcome.ASK]


async def test_going_in_at_another_site_signs_out_of_the_first_and_says_so(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    await gate.attempt(worker, "1")
    gate.town.clock.go_on(hours=1)
    moved = await gate.attempt(worker, "2", site=gate.quarry)
    assert (moved.outcome, moved.reason) == (GateOutcome.ACCEPTED, GateReason.MOVED)
    assert moved.before is not None and moved.before.name == YARD
    assert (await gate.inside(), await gate.inside(gate.quarry)) == ([], [worker.person])
    count = await gate.town.house.services.presence.on_site(gate.yard.id, by=await gate.manager())
    assert [line.stay.left_how for line in count.elsewhere] == [Passed.ENTERED_ELSEWHERE]


async def test_who_is_refused_at_another_site_stays_at_the_first(gate: Gatehouse) -> None:
    worker = await gate.worker(UNTRAINED)
    await gate.attempt(worker, "1", site=gate.quarry)
    gate.town.clock.go_on(hours=1)
    assert (await gate.attempt(worker, "2")).outcome is GateOutcome.REFUSED
    assert await gate.inside(gate.quarry) == [worker.person]


async def test_the_same_update_again_gives_the_same_answer_and_counts_nothing(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    first = await gate.attempt(worker, "1")
    gate.town.clock.go_on(minutes=10)
    assert await gate.attempt(worker, "1") == first
    out = await gate.attempt(worker, "2", direction=OUT)
    gate.town.clock.go_on(minutes=10)
    assert await gate.attempt(worker, "2", direction=OUT) == out
    assert len(await events(gate)) == 2


async def test_the_same_key_with_other_contents_is_a_conflict_and_both_are_kept(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    await gate.attempt(worker, "1")
    conflict = await gate.attempt(worker, "1", site=gate.quarry)
    assert (conflict.outcome, conflict.reason) == (GateOutcome.REFUSED, GateReason.KEY_CONFLICT)
    assert await gate.inside() == [worker.person]
    assert len(await events(gate)) == 2


async def test_a_manager_records_somebody_without_a_phone_after_checking_the_name(gate: Gatehouse) -> None:
    manager, person = await gate.manager(), await gate.town.person(NO_PHONE[0])
    check = await gate.attempt(manager, "1", site=gate.yard, person=person.id, via=Via.NAME)
    assert (check.outcome, check.by_guard) == (GateOutcome.CHECK, True)
    assert await gate.inside() == []
    done = await gate.attempt(manager, "2", site=gate.yard, person=person.id, confirmed=True, via=Via.NAME)
    assert done.outcome is GateOutcome.ACCEPTED
    out = await gate.attempt(manager, "3", direction=OUT, person=person.id, confirmed=True, via=Via.NAME)
    assert out.outcome is GateOutcome.ACCEPTED
    assert [(event.by, event.how) for event in (await events(gate))[1:]] == [(manager.person, Passed.GUARD)] * 2


async def test_a_card_that_was_scanned_needs_no_name_and_one_that_was_typed_does(gate: Gatehouse) -> None:
    manager, person = await gate.manager(), await gate.town.person(NO_PHONE[0])
    card = await gate.town.house.services.codes.of_person(person.id, by=await gate.town.actor(cast.OFFICER))
    typed = await gate.attempt(manager, "1", site=gate.yard, card=card.short, via=Via.TYPED)
    assert (typed.outcome, typed.reason) == (GateOutcome.CHECK, GateReason.NAME_NOT_CHECKED)
    scanned = await gate.attempt(manager, "2", site=gate.yard, card=card.text)
    assert scanned.outcome is GateOutcome.ACCEPTED


@pytest.mark.parametrize("text", ["XXXX", "", "A" * 5000, "https://ls.example.org/S/XYZ"])
async def test_what_is_no_persons_card_is_refused_and_kept(gate: Gatehouse, text: str) -> None:
    verdict = await gate.attempt(await gate.manager(), "1", site=gate.yard, card=text)
    assert (verdict.outcome, verdict.reason) == (GateOutcome.REFUSED, GateReason.NOT_A_PERSONS_CODE)
    assert len(await events(gate)) == 1


async def test_nobody_records_somebody_else_without_the_right_to_muster_there(gate: Gatehouse) -> None:
    person = (await gate.town.person(NO_PHONE[0])).id
    manager = await gate.manager()
    grants = tuple(replace(grant, place=gate.quarry.id) for grant in manager.grants)
    for intruder in (await gate.worker(TRAINED), await gate.town.actor(cast.OTHER_OFFICER), replace(manager, grants=grants)):
        with pytest.raises(NotYours):
            await gate.attempt(intruder, "1", site=gate.yard, person=person, confirmed=True)
    assert await events(gate) == []


async def test_a_code_that_is_no_sites_is_refused_and_changes_nothing(gate: Gatehouse) -> None:
    hall = await gate.town.house.services.codes.of_place(gate.town.hall, by=await gate.town.actor(cast.KEEPER))
    for text in (hall.text, "nonsense", "0" * 12):
        with pytest.raises(SiteUnknown):
            await gate.attempt(await gate.worker(TRAINED), "1", poster=text)
    with pytest.raises(SiteUnknown):
        await gate.attempt(await gate.worker(TRAINED), "1", direction=OUT, site=replace(gate.yard, id=UUID(int=3)))
    assert await events(gate) == []


async def test_a_withdrawn_poster_lets_nobody_in_and_the_next_one_does(gate: Gatehouse) -> None:
    services, worker = gate.town.house.services, await gate.worker(TRAINED)
    old = await gate.card(gate.yard)
    await services.codes.revoke(old.short, by=await gate.town.actor(cast.OFFICER))
    assert (await gate.attempt(worker, "1", poster=old.text)).reason is GateReason.POSTER_OLD
    fresh = await gate.card(gate.yard)
    assert fresh.short != old.short
    assert (await gate.attempt(worker, "2", poster=fresh.text)).outcome is GateOutcome.ACCEPTED


async def test_a_button_lets_nobody_in_who_did_not_scan(gate: Gatehouse) -> None:
    """An old or a forged button names the site, and that is not enough."""
    verdict = await gate.attempt(await gate.worker(TRAINED), "1", confirmed=True)
    assert (verdict.outcome, verdict.reason) == (GateOutcome.REFUSED, GateReason.SCAN_FIRST)


async def test_who_is_not_inside_is_not_put_out(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    assert (await gate.attempt(worker, "1", direction=OUT)).reason is GateReason.NOT_IN
    assert (await gate.attempt(worker, "2", direction=STILL)).reason is GateReason.NOT_IN
    await gate.attempt(worker, "3")
    gate.town.clock.go_on(minutes=5)
    await gate.attempt(worker, "4", direction=OUT)
    assert (await gate.attempt(worker, "5", direction=OUT)).outcome is GateOutcome.REPEAT
    gate.town.clock.go_on(minutes=2)
    assert (await gate.attempt(worker, "6", direction=OUT)).reason is GateReason.NOT_IN


async def test_left_some_time_ago_is_kept_with_that_time_and_only_inside_the_stay(gate: Gatehouse) -> None:
    worker, began = await gate.worker(TRAINED), gate.town.clock.now()
    await gate.attempt(worker, "1")
    gate.town.clock.go_on(hours=8)
    for wrong in (began, began - timedelta(minutes=1), gate.town.clock.now() + timedelta(minutes=1)):
        with pytest.raises(LeftTimeOutsideStay):
            await gate.attempt(worker, "2", direction=OUT, at=wrong)
    out = await gate.attempt(worker, "3", direction=OUT, at=began + timedelta(hours=7))
    assert out.at == began + timedelta(hours=7)
    assert len(await events(gate)) == 2


async def test_in_a_drill_office_everything_at_the_gate_is_drill(gate: Gatehouse) -> None:
    house = gate.town.house
    office = replace(house.services.office, drill_only=True)
    gates = Gates(house.works, clock=house.clock, ids=house.ids, trail=Trail(house.ids), office=office, press=house.press)
    passing = Passing(Direction.IN, Via.LINK, poster=(await gate.card(gate.yard)).text)
    assert (await gates.pass_gate(passing, by=await gate.worker(TRAINED), key="1")).drill
    assert [event.drill for event in await events(gate)] == [True]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_a_day_at_two_gates_is_the_same_on_both_databases(database: str, tmp_path: Path) -> None:
    async with a_place_for_one(database, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        gate = await a_gatehouse(town)
        worker, presence = await gate.worker(TRAINED), town.house.services.presence
        await gate.attempt(worker, "1")
        town.clock.go_on(hours=2)
        await gate.attempt(worker, "2", site=gate.quarry)
        town.clock.go_on(hours=11)
        assert await presence.look_after() == 1
        town.clock.go_on(hours=1)
        assert await presence.look_after() == 1
        async with town.house.works.read() as work:
            before = await work.gates.stays()
        assert [(stay.site, stay.left_how) for stay in before] == [(gate.yard.id, Passed.ENTERED_ELSEWHERE), (gate.quarry.id, Passed.AUTO_CLOSED)]
        await presence.rebuild(by=Actor.operator())
        async with town.house.works.read() as work:
            assert await work.gates.stays() == before
        exported = [line async for line in town.house.services.exports.events(by=Actor.operator())]
        assert {"presence", "gate"} <= {line["type"] for line in exported}
        assert not any(TRAINED[0] in str(line) or FIRM in str(line) or QUARRY in str(line) for line in exported)


