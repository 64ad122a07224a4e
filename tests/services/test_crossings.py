"""At a checkpoint: each check is kept with its way, also the refused ones; who is inside is the last word of the log."""

from uuid import UUID

import pytest

from domain.access import May, NotYours
from domain.checkpoints import CheckpointClosed, CheckpointKnown, CheckpointUnknown
from domain.passes import PassState
from domain.scans import Outcome, Purpose, Reason, Scan, Via, Way
from services.actors import Actor
from tests import cast
from tests.houses import Town
from tests.relief import GUARD, LEADER, PLATE, ROAD, TEAM, Relief, a_relief


@pytest.fixture
async def relief(town: Town) -> Relief:
    return await a_relief(town)


async def scans(relief: Relief) -> list[Scan]:
    async with relief.town.house.works.read() as work:
        return await work.scans.all()


async def test_a_vehicle_goes_in_and_out(relief: Relief) -> None:
    card = await relief.card(held := await relief.granted())
    verdict = await relief.shows(card.text)
    assert (verdict.outcome, verdict.reason, verdict.held, verdict.way) == (Outcome.ACCEPTED, Reason.OK, held, Way.IN)
    (line,) = await relief.inside()
    assert (line.held.number, line.held.who, line.held.team, line.checkpoint.name, line.overdue) == (held.number, PLATE, TEAM, ROAD, False)
    relief.later(hours=2)
    await relief.shows(card.text, Way.OUT)
    assert await relief.inside() == []
    kept = await scans(relief)
    assert [(scan.purpose, scan.place, scan.way, scan.outcome) for scan in kept] == [
        (Purpose.CHECKPOINT, relief.road.id, way, Outcome.ACCEPTED) for way in (Way.IN, Way.OUT)
    ]
    assert all(scan.cti == card.code.cti and scan.operator is not None and scan.person is None for scan in kept)


async def test_the_refused_are_kept_and_change_nothing(relief: Relief) -> None:
    held = await relief.granted()
    card = await relief.card(held)
    away = await relief.town.house.services.checkpoints.add("青田卡口", cast.OTHER_VILLAGE.code, by=Actor.operator())
    guard = Actor(via="chat", person=(await relief.town.person(GUARD[0])).id, rights=frozenset({May.VERIFY_PASS}))
    person = await relief.town.house.services.codes.of_person((await relief.town.person(cast.YE[0])).id, by=await relief.town.actor(cast.WARDEN))
    assert (await relief.shows(card.text, at=away, by=guard)).reason is Reason.OUT_OF_AREA
    assert (await relief.shows("https://evil.example/S/ABC")).outcome is Outcome.REFUSED
    assert (await relief.shows(card.text[:-4] + "AAAA")).reason is Reason.FORGED
    assert (await relief.shows(person.text)).reason is Reason.RESIDENT
    await relief.revoked(held)
    assert (await relief.shows(card.text)).reason is Reason.REVOKED
    assert len(await scans(relief)) == 5 and await relief.inside() == []


async def test_a_typed_code_is_amber_until_the_guard_has_looked(relief: Relief) -> None:
    card = await relief.card(await relief.granted())
    doubt = await relief.shows(card.short, via=Via.TYPED)
    assert (doubt.outcome, doubt.reason) == (Outcome.CHECK, Reason.NAME_NOT_CHECKED) and await relief.inside() == []
    looked = await relief.shows(card.short, via=Via.TYPED, confirmed=True)
    assert looked.outcome is Outcome.ACCEPTED and len(await relief.inside()) == 1
    async with relief.town.house.works.read() as work:
        assert [row.action for row, _ in await work.audit.all()][-1] == "crossings.confirmed"


async def test_the_same_within_a_minute_is_recorded_already_and_not_twice(relief: Relief) -> None:
    card = await relief.card(await relief.granted())
    first = await relief.shows(card.text)
    relief.later(seconds=40)
    again = await relief.shows(card.text)
    assert (again.outcome, again.reason, again.first_at) == (Outcome.REPEAT, Reason.ALREADY_HERE, first.at)
    assert (await relief.shows(card.text, Way.OUT)).outcome is Outcome.ACCEPTED, "the other way is another crossing"


async def test_a_pass_that_goes_in_again_without_going_out_is_amber_until_the_guard_has_looked(relief: Relief) -> None:
    card = await relief.card(held := await relief.granted())
    first = await relief.shows(card.text)
    relief.later(minutes=10)
    copy = await relief.shows(card.text)
    assert (copy.outcome, copy.reason, copy.first_at, copy.held) == (Outcome.CHECK, Reason.INSIDE, first.at, held)
    relief.later(minutes=1)
    typed = await relief.shows(card.short, via=Via.TYPED)
    assert (typed.outcome, typed.reason, typed.first_at) == (Outcome.CHECK, Reason.NAME_NOT_CHECKED, first.at)
    looked = await relief.shows(card.text, confirmed=True)
    assert (looked.outcome, looked.reason) == (Outcome.ACCEPTED, Reason.INSIDE)
    relief.later(minutes=10)
    await relief.shows(card.text, Way.OUT)
    relief.later(minutes=10)
    assert (await relief.shows(card.text)).reason is Reason.OK, "it was out in between"


async def test_the_same_update_twice_is_one_crossing_and_another_text_under_its_key_counts_nothing(relief: Relief) -> None:
    card = await relief.card(await relief.granted())
    first = await relief.shows(card.text, key="k")
    assert (await relief.shows(card.text, key="k")).scan == first.scan
    assert (await relief.shows(card.short, key="k")).reason is Reason.KEY_CONFLICT
    assert [scan.outcome for scan in await scans(relief)] == [Outcome.ACCEPTED, Outcome.REFUSED]


async def test_whoever_stays_past_the_end_is_shown_apart_and_first(relief: Relief) -> None:
    short, long, gone = await relief.granted(hours=1), await relief.granted(hours=48), await relief.granted(hours=48)
    for held in (short, long, gone):
        await relief.shows((await relief.card(held)).text)
        relief.later(minutes=2)
    await relief.revoked(gone)
    relief.later(hours=1)
    assert [(line.held.number, line.standing, line.overdue) for line in await relief.inside()] == [
        (short.number, PassState.ENDED, True), (gone.number, PassState.REVOKED, True), (long.number, PassState.GRANTED, False),
    ]  # fmt: skip


async def test_a_new_code_of_the_same_pass_goes_out_what_the_old_one_brought_in(relief: Relief) -> None:
    held = await relief.granted()
    await relief.shows((await relief.card(held)).text)
    _, fresh = await relief.passes.replace(held.id, by=await relief.town.actor(LEADER))
    await relief.shows(fresh.text, Way.OUT)
    assert await relief.inside() == []


async def test_only_a_guard_of_this_checkpoint_checks_there(relief: Relief) -> None:
    services = relief.town.house.services
    card = await relief.card(await relief.granted())
    for who in (cast.WARDEN, cast.KEEPER, cast.OTHER_OFFICER, cast.GRANNY_HU):
        with pytest.raises(NotYours):
            await relief.shows(card.text, by=await relief.town.actor(who))
    with pytest.raises(CheckpointUnknown):
        await services.checkpoints.set_active(UUID(int=9), active=False, by=Actor.operator())
    with pytest.raises(CheckpointKnown):
        await services.checkpoints.add(ROAD, cast.VILLAGE.code, by=Actor.operator())
    await services.checkpoints.set_active(relief.road.id, active=False, by=Actor.operator())
    with pytest.raises(CheckpointClosed):
        await relief.shows(card.text)
    assert await services.checkpoints.posts(by=await relief.town.actor(GUARD)) == []
    assert await scans(relief) == []


async def test_a_resident_at_a_checkpoint_is_not_moved_on_the_roll_call(relief: Relief) -> None:
    """The log of a road says nothing about who is safe."""
    await relief.town.order()
    person = await relief.town.house.services.codes.of_person((await relief.town.person(cast.YE[0])).id, by=await relief.town.actor(cast.WARDEN))
    assert (await relief.shows(person.text, Way.OUT, confirmed=True)).outcome is Outcome.ACCEPTED
    officer = await relief.town.actor(cast.OFFICER)
    (order,) = await relief.town.house.services.board.orders(by=officer)
    assert (await relief.town.house.services.board.order(order.id, by=officer)).total.not_yet_safe == 5
