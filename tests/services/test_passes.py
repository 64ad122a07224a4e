"""Passes in the office: asked by one, decided by another, revoked for good; a code never outlives its pass."""

import asyncio
from dataclasses import replace
from uuid import uuid5

import pytest

from domain.access import NotYours, Role
from domain.codes import CodeStatus
from domain.deliveries import Subject
from domain.errors import Refusal
from domain.issuing import Why
from domain.passes import HOLDERS, MOST_A_DAY, OwnPass, PassDecided, PassNotInForce, PassOver, PassState, TooManyPasses
from domain.people import AreaUnknown
from services.actors import Actor
from services.passes import MOST
from tests import cast
from tests.houses import Town
from tests.relief import LEADER, Relief, a_relief, wish


@pytest.fixture
async def relief(town: Town) -> Relief:
    return await a_relief(town)


async def codes_of(relief: Relief, held: object) -> list[CodeStatus]:
    """What every code that was ever issued for this pass is worth now."""
    now = relief.town.clock.now()
    async with relief.town.house.works.read() as work:
        ctis = {scan.cti for scan in await work.scans.all() if scan.cti}
        found = await work.codes.with_cti(ctis)
        return [code.status(now=now) for code in found.values() if code.holder == held]


async def revoked(relief: Relief) -> list[bytes]:
    """What goes into the list of revoked codes."""
    async with relief.town.house.works.read() as work:
        return await work.codes.revoked(now=relief.town.clock.now())


async def told(relief: Relief, subject: Subject) -> set[str]:
    """Whom a message of this subject goes to."""
    async with relief.town.house.works.read() as work:
        rows = await work.deliveries.after(None, most=100)
        people = await work.people.many({row.person for row in rows if row.person is not None and row.message.subject is subject})
        return {person.name for person in people.values()}


async def test_a_pass_is_asked_granted_and_has_its_code_in_the_same_moment(relief: Relief) -> None:
    await relief.town.linked(cast.APPROVER)
    await relief.town.linked(LEADER)
    held = await relief.asked()
    assert (held.number, held.state) == ("T-0725-0001", PassState.ASKED)
    assert await told(relief, Subject.PASSES_ASKED) == {cast.APPROVER[0]}
    with pytest.raises(PassNotInForce):
        await relief.card(held)
    approver = await relief.town.actor(cast.APPROVER)
    granted = await relief.passes.decide(held.id, granted=True, by=approver)
    card = await relief.card(granted)
    assert (card.code.holder, card.code.scope, card.code.kind.value) == (held.id, cast.VILLAGE.code, "vehicle")
    assert card.code.expires_at == held.valid_to and card.code.cti == granted.cti
    assert await told(relief, Subject.PASSES_GRANTED) == {LEADER[0]}
    assert await relief.passes.decide(held.id, granted=True, by=approver) == granted, "a second tap changes nothing"
    assert (await relief.asked()).number == "T-0725-0002"


async def test_whoever_asks_does_not_decide(relief: Relief) -> None:
    officer = await relief.town.actor(cast.OFFICER)
    held = await relief.passes.ask(wish(), by=officer, key="own")
    with pytest.raises(OwnPass):
        await relief.passes.decide(held.id, granted=True, by=officer)
    with pytest.raises(NotYours):
        await relief.passes.decide(held.id, granted=True, by=await relief.town.actor(cast.OTHER_OFFICER))
    with pytest.raises(NotYours):
        await relief.passes.decide(held.id, granted=True, by=await relief.town.actor(LEADER))


async def test_two_who_decide_at_once_are_one_decision(relief: Relief) -> None:
    held = await relief.asked()
    both = [await relief.town.actor(cast.APPROVER), await relief.town.actor(cast.OFFICER)]
    answers = await asyncio.gather(
        relief.passes.decide(held.id, granted=True, by=both[0]),
        relief.passes.decide(held.id, granted=False, why="道路不通", by=both[1]),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(answer) for answer in answers].count(PassDecided) == 1


async def test_a_refusal_says_why_and_makes_no_code(relief: Relief) -> None:
    held = await relief.asked()
    approver = await relief.town.actor(cast.APPROVER)
    with pytest.raises(Refusal) as unsaid:
        await relief.passes.decide(held.id, granted=False, by=approver)
    assert unsaid.value.code == "pass_why_missing"
    refused = await relief.passes.decide(held.id, granted=False, why="桥已断", by=approver)
    assert (refused.state, refused.decided_why, refused.cti) == (PassState.REFUSED, "桥已断", None)
    with pytest.raises(PassDecided):
        await relief.passes.decide(held.id, granted=True, by=approver)
    with pytest.raises(PassDecided):
        await relief.revoked(held)


async def test_a_cancelled_pass_never_leaves_a_usable_new_code(relief: Relief) -> None:
    """pretix#2467: cancelling made a new signed code that no list named. Here nothing can be made after, and all that was made before is listed."""
    held = await relief.granted()
    first = await relief.card(held)
    _, second = await relief.passes.replace(held.id, by=await relief.town.actor(LEADER))
    await relief.revoked(held)
    for card in (first, second):
        verdict = await relief.shows(card.text)
        assert verdict.outcome.value == "refused"
    assert set(await revoked(relief)) == {first.code.cti, second.code.cti}, "offline too: both stand in the list of revoked codes"
    with pytest.raises(PassNotInForce):
        await relief.passes.replace(held.id, by=await relief.town.actor(cast.APPROVER))
    with pytest.raises(PassNotInForce):
        await relief.card(held)
    assert set(await codes_of(relief, held.id)) == {CodeStatus.REVOKED, CodeStatus.REPLACED}


async def test_a_pass_with_two_living_codes_loses_both(relief: Relief) -> None:
    """Whoever issued the second, by whichever way: none outlives its pass."""
    held = await relief.granted()
    house, now = relief.town.house, relief.town.clock.now()
    async with house.works.write() as work:
        await house.services.passes._coded(work, held, by=Actor.operator(), now=now)
        assert len(await work.codes.standing(held.id, now=now)) == 2
    await relief.revoked(held)
    async with house.works.read() as work:
        assert await work.codes.of([held.id]) == {}
    assert len(await revoked(relief)) == 2


async def test_replacing_ends_the_old_code_at_once(relief: Relief) -> None:
    held = await relief.granted()
    old = await relief.card(held)
    _, fresh = await relief.passes.replace(held.id, by=await relief.town.actor(LEADER))
    assert (await relief.shows(old.text)).reason.value == "replaced"
    assert (await relief.shows(fresh.text)).outcome.value == "accepted"
    assert await revoked(relief) == [old.code.cti]


async def test_revocation_is_for_good_and_asking_again_makes_another_pass(relief: Relief) -> None:
    """it-dgc-verificaC19-android#180: revoked and valid again next day. Monotone here: every later list still has it, until it would have ended."""
    held = await relief.granted()
    card = await relief.card(held)
    await relief.revoked(held)
    for hours in (1, 10, 12):
        relief.later(hours=hours)
        assert card.code.cti in await revoked(relief)
    with pytest.raises(PassDecided):
        await relief.passes.decide(held.id, granted=True, by=await relief.town.actor(cast.OFFICER))
    again = await relief.granted()
    assert again.id != held.id and again.cti != card.code.cti and again.number != held.number
    assert (await relief.revoked(held)).revoked_why == "任务取消", "a second revocation changes nothing"
    assert (await relief.shows((await relief.card(again)).text)).outcome.value == "accepted"
    assert (await relief.shows(card.text)).outcome.value == "refused"


async def test_it_ends_by_itself(relief: Relief) -> None:
    held = await relief.granted()
    card = await relief.card(held)
    late = await relief.asked(hours=1)
    relief.later(hours=24, minutes=11)
    assert (await relief.shows(card.text)).reason.value == "expired"
    with pytest.raises(PassNotInForce):
        await relief.passes.replace(held.id, by=await relief.town.actor(LEADER))
    with pytest.raises(PassOver):
        await relief.passes.decide(late.id, granted=True, by=await relief.town.actor(cast.APPROVER))


async def test_nobody_asks_for_another_area_or_without_end(relief: Relief) -> None:
    leader = await relief.town.actor(LEADER)
    with pytest.raises(NotYours):
        await relief.passes.ask(wish(area=cast.OTHER_VILLAGE.code), by=leader, key="elsewhere")
    with pytest.raises(AreaUnknown):
        await relief.passes.ask(wish(area="331102999"), by=leader, key="nowhere")
    with pytest.raises(NotYours):
        await relief.passes.ask(wish(), by=await relief.town.actor(cast.WARDEN), key="warden")
    for number in range(MOST_A_DAY):
        await relief.passes.ask(wish(), by=leader, key=f"many {number}")
    assert (await relief.passes.ask(wish(), by=leader, key="many 1")).number == "T-0725-0002", "the same press again is the same pass"
    with pytest.raises(TooManyPasses):
        await relief.passes.ask(wish(), by=leader, key="one more")


async def test_what_is_only_asked_for_may_be_taken_back_by_whoever_asked(relief: Relief) -> None:
    held = await relief.asked()
    leader = await relief.town.actor(LEADER)
    assert (await relief.passes.revoke(held.id, "不用了", by=leader)).state is PassState.REVOKED
    granted = await relief.granted()
    with pytest.raises(NotYours):
        await relief.passes.revoke(granted.id, "不用了", by=leader)


async def test_each_sees_their_own_and_those_they_decide_on(relief: Relief) -> None:
    held = await relief.asked()
    (mine,) = await relief.passes.listing(by=await relief.town.actor(LEADER))
    assert (mine.held.id, mine.decides, mine.revokes, mine.asker) == (held.id, False, True, LEADER[0])
    (theirs,) = await relief.passes.listing(by=await relief.town.actor(cast.APPROVER))
    assert (theirs.decides, theirs.replaces) == (True, False)
    assert await relief.passes.listing(by=await relief.town.actor(cast.OTHER_OFFICER)) == []


async def test_what_names_somebody_lies_sealed(relief: Relief) -> None:
    held = await relief.granted(who="王小明", reason="接产妇")
    stored = (relief.town.house.settings.data_dir / "mashang.db").read_bytes()
    stored += (relief.town.house.settings.data_dir / "mashang.db-wal").read_bytes()
    assert held.number.encode() in stored and "王小明".encode() not in stored and "接产妇".encode() not in stored


async def test_a_role_at_a_checkpoint_is_a_role_there(relief: Relief) -> None:
    services = relief.town.house.services
    other = await services.checkpoints.add("县界卡口", cast.OTHER_COUNTY.code, by=Actor.operator())
    admin = (await relief.town.person(cast.MALLORY[0])).id
    await services.grants.give(admin, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    guard = (await relief.town.person(cast.LIN_WIFE[0])).id
    given = await services.grants.give(guard, Role.GUARD, by=await relief.town.actor(cast.MALLORY), place=relief.road.id)
    assert given.place == relief.road.id
    with pytest.raises(NotYours):
        await services.grants.give(guard, Role.GUARD, by=await relief.town.actor(cast.MALLORY), place=other.id)


async def test_as_many_passes_as_another_county_may_have_hide_none_that_waits_here(relief: Relief) -> None:
    asked = await relief.asked()
    relief.later(minutes=1)
    now, elsewhere = relief.town.clock.now(), cast.OTHER_VILLAGE.code
    async with relief.town.house.works.write() as work:
        for n in range(MOST):
            await work.passes.add(replace(asked, id=uuid5(asked.id, str(n)), number=f"T-9999-{n:04}", area=elsewhere, valid_from=now))
    lines = await relief.passes.listing(by=await relief.town.actor(cast.APPROVER))
    assert [line.held.number for line in lines if line.decides] == [asked.number]
    assert len(await relief.passes.everything(by=Actor.operator())) == MOST + 1


async def test_a_pass_whose_code_was_replaced_in_the_register_shows_the_new_one(relief: Relief) -> None:
    held = await relief.granted()
    old, issuing = await relief.card(held), relief.town.house.services.issuing
    relief.later(hours=1, microseconds=123_457)
    with pytest.raises(NotYours):
        await issuing.replace_short(old.short, by=await relief.town.actor(cast.WARDEN), reason=Why.LOST)
    new = await issuing.replace_short(old.short, by=await relief.town.actor(cast.OFFICER), reason=Why.LOST)
    assert (await relief.card(held)).short == new.short
    assert (await relief.shows(new.text)).outcome.value == "accepted"
    await relief.revoked(held)
    assert set(await revoked(relief)) == {old.code.cti, new.code.cti}


async def test_nobody_makes_a_code_for_a_pass_that_was_taken_back_or_never_granted(relief: Relief) -> None:
    """Also not the operator by its id: a phone without a network would be green."""
    issuing, over = relief.town.house.services.issuing, await relief.granted()
    await relief.revoked(over)
    for held in (over, await relief.asked()):
        with pytest.raises(PassNotInForce):
            await issuing.issue(HOLDERS[held.kind], [held.id], by=Actor.operator(), reason=Why.OTHER, area=held.area)
        async with relief.town.house.works.read() as work:
            assert await work.codes.standing(held.id, now=relief.town.clock.now()) == []
