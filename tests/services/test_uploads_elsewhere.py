"""What phones recorded at checkpoints and gates, with cards that had no owner, and of whole households."""

from datetime import timedelta
from typing import Any

import pytest

from domain.access import Role
from domain.issuing import Why as Reasoned
from domain.scans import Outcome, Purpose
from domain.uploads import Taken
from services.actors import Actor
from services.codes import Card
from services.uploads import MOST_LISTED
from tests import cast
from tests.gatehouse import MANAGER, UNTRAINED, a_gatehouse
from tests.houses import Town
from tests.phones import a_phone, an_admin
from tests.relief import GUARD, a_relief
from tests.services.test_scans import card, kept, not_yet_safe
from tests.services.test_uploads import MINUTE, told


async def test_a_pass_crosses_without_a_network_and_is_inside_once_it_arrives(town: Town) -> None:
    relief = await a_relief(town)
    held = await relief.granted()
    phone = await a_phone(town, of=GUARD, purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
    town.clock.go_on(hours=2)
    text, at = (await relief.card(held)).text, {"place": str(relief.road.id), "purpose": "checkpoint"}
    way_in = phone.item(town.clock.now() - 60 * MINUTE, text=text, way="in", **at)
    assert told(await phone.send([way_in])) == [(Taken.ACCEPTED, "ok")]
    assert [one.held.number for one in await relief.inside()] == [held.number]
    await phone.send([phone.item(town.clock.now() - 30 * MINUTE, text=text, way="out", **at)])
    assert await relief.inside() == []


async def test_a_pass_that_was_revoked_before_it_was_shown_is_a_matter_for_the_office(town: Town) -> None:
    """The scanner's list was old: the guard saw green."""
    relief = await a_relief(town)
    held = await relief.granted()
    text = (await relief.card(held)).text
    town.clock.go_on(hours=1)
    await relief.revoked(held)
    town.clock.go_on(hours=1)
    phone = await a_phone(town, of=GUARD, purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
    at = {"place": str(relief.road.id), "purpose": "checkpoint", "way": "in", "text": text}
    before, after = phone.item(town.clock.now() - 90 * MINUTE, **at), phone.item(town.clock.now() - 30 * MINUTE, **at)
    assert told(await phone.send([before, after])) == [(Taken.ACCEPTED, "ok"), (Taken.CONFLICT, "revoked")]
    scans = sorted(await kept(town), key=lambda scan: scan.at_effective)
    assert [scan.outcome for scan in scans] == [Outcome.ACCEPTED, Outcome.REFUSED]


@pytest.mark.parametrize("turned", [False, True])
async def test_a_blank_card_given_to_two_people_by_two_phones_is_amber_and_both_are_counted(town: Town, turned: bool) -> None:
    order = await town.order()
    (blank,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.OTHER)
    town.clock.go_on(hours=2)
    phones = [await a_phone(town, "one"), await a_phone(town, "two")]
    before, people = await not_yet_safe(town, order.id), [await town.person(name) for name in ("胡阿婆", "林大山")]
    sent = [
        (phone, phone.item(town.clock.now() - n * MINUTE, text=blank.text, person=str(person.id), place=str(town.hall)))
        for n, (phone, person) in enumerate(zip(phones, people, strict=True), 20)
    ]  # fmt: skip
    for phone, item in reversed(sent) if turned else sent:
        assert told(await phone.send([item]))[0][0] is Taken.ACCEPTED
    assert await not_yet_safe(town, order.id) == before - 2
    async with town.house.works.read() as work:
        (code,) = (await work.codes.with_cti([blank.code.cti])).values()
    assert (code.shared, code.holder) == (True, people[1].id)


async def test_a_blank_card_shown_without_a_name_is_left_to_the_office(town: Town) -> None:
    await town.order()
    (blank,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.OTHER)
    phone = await a_phone(town)
    town.clock.go_on(hours=1)
    assert told(await phone.send([phone.item(town.clock.now() - MINUTE, text=blank.text, place=str(town.hall))])) == [(Taken.CONFLICT, "blank_card")]


async def test_of_a_household_those_who_were_there_are_counted_by_their_numbers(town: Town) -> None:
    order = await town.order()
    cards = await town.house.services.issuing.households(cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.PRINTED)
    lin = await town.person("林大山")
    (home,) = [one for one in cards if one.code.holder == lin.household]
    async with town.house.works.read() as work:
        numbers = sorted(person.number for person in await work.people.in_households([lin.household]))
    assert numbers == [1, 2, 3]
    phone, before = await a_phone(town), await not_yet_safe(town, order.id)
    town.clock.go_on(hours=1)
    item = phone.item(town.clock.now() - MINUTE, text=home.text, place=str(town.hall), members=[1, 3])
    assert told(await phone.send([item])) == [(Taken.ACCEPTED, "ok")]
    assert await not_yet_safe(town, order.id) == before - 2
    strange = phone.item(town.clock.now() - MINUTE, text=home.text, place=str(town.hall), members=[9])
    assert told(await phone.send([strange])) == [(Taken.CONFLICT, "member_unknown")]
    await phone.send([phone.item(town.clock.now() - MINUTE, what="undo", place=str(town.hall), annuls=item["key"])])
    assert await not_yet_safe(town, order.id) == before


async def test_a_worker_at_the_gate_is_inside_from_the_moment_of_the_scan(town: Town) -> None:
    gate = await a_gatehouse(town)
    phone = await a_phone(town, of=MANAGER, purposes=(Purpose.SITE_GATE,), places=(gate.yard.id,))
    town.clock.go_on(hours=2)
    at = {"purpose": "site_gate", "place": str(gate.yard.id), "text": await card(town, UNTRAINED[0])}
    await phone.send([phone.item(town.clock.now() - 30 * MINUTE, way="out", **at)])
    await phone.send([phone.item(town.clock.now() - 60 * MINUTE, way="in", **at)])
    async with town.house.works.read() as work:
        (stay,) = [one for one in await work.gates.stays() if one.site == gate.yard.id]
    assert (stay.entered_at, stay.left_at) == (town.clock.now() - 60 * MINUTE, town.clock.now() - 30 * MINUTE)


@pytest.mark.parametrize("first", ["scan", "undo"])
async def test_who_was_scanned_out_of_a_site_by_mistake_is_inside_again_once_it_is_taken_back(town: Town, first: str) -> None:
    """A headcount that misses somebody is a search that nobody starts."""
    gate = await a_gatehouse(town)
    phone = await a_phone(town, of=MANAGER, purposes=(Purpose.SITE_GATE,), places=(gate.yard.id,))
    town.clock.go_on(hours=2)
    at = {"purpose": "site_gate", "place": str(gate.yard.id)}
    text = await card(town, UNTRAINED[0])
    await phone.send([phone.item(town.clock.now() - 60 * MINUTE, way="in", text=text, **at)])
    out = phone.item(town.clock.now() - 30 * MINUTE, way="out", text=text, **at)
    undo = phone.item(town.clock.now() - 29 * MINUTE, what="undo", annuls=out["key"], **at)
    for one in [out, undo] if first == "scan" else [undo, out]:
        await phone.send([one])
    await phone.send([out, undo])
    async with town.house.works.read() as work:
        (stay,) = await work.gates.inside(site=gate.yard.id)
    assert (stay.entered_at, stay.left_at) == (town.clock.now() - 60 * MINUTE, None)


async def test_a_passing_under_a_key_that_came_with_two_contents_puts_nobody_in_or_out(town: Town) -> None:
    gate = await a_gatehouse(town)
    phone = await a_phone(town, of=MANAGER, purposes=(Purpose.SITE_GATE,), places=(gate.yard.id,))
    town.clock.go_on(hours=2)
    at = {"purpose": "site_gate", "place": str(gate.yard.id), "text": await card(town, UNTRAINED[0]), "key": "the key"}
    await phone.send([phone.item(town.clock.now() - 60 * MINUTE, way="in", **at)])
    assert told(await phone.send([phone.item(town.clock.now() - 60 * MINUTE, way="out", **at)])) == [(Taken.CONFLICT, "key_conflict")]
    async with town.house.works.read() as work:
        assert await work.gates.inside(site=gate.yard.id) == []


async def test_a_stranger_is_given_a_blank_card_at_the_door_and_it_is_theirs(town: Town) -> None:
    order = await town.order()
    (blank,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.OTHER)
    town.clock.go_on(hours=1)
    phone = await a_phone(town)
    said: dict[str, Any] = {"walk_in": {"name": "过路客"}, "text": blank.code.short, "via": "name", "place": str(town.hall), "confirmed": True}
    assert told(await phone.send([phone.item(town.clock.now() - MINUTE, **said)])) == [(Taken.ACCEPTED, "walk_in")]
    async with town.house.works.read() as work:
        (code,) = (await work.codes.with_cti([blank.code.cti])).values()
        assert code.holder is not None
        person = await work.people.get(code.holder)
    assert person is not None and person.name == "过路客"
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert board.total.walk_ins == 1


async def test_a_card_that_is_somebodys_is_not_given_to_a_stranger_and_counts_for_nobody(town: Town) -> None:
    order = await town.order()
    town.clock.go_on(hours=1)
    phone, before = await a_phone(town), await not_yet_safe(town, order.id)
    said: dict[str, Any] = {"walk_in": {"name": "过路客"}, "text": await card(town, "胡阿婆"), "place": str(town.hall), "confirmed": True}
    assert told(await phone.send([phone.item(town.clock.now() - MINUTE, **said)])) == [(Taken.CONFLICT, "not_blank")]
    assert await not_yet_safe(town, order.id) == before


async def test_nobody_from_another_county_says_that_somebody_here_is_with_relatives(town: Town) -> None:
    """In chat they may not; with a phone in their hand they are no nearer."""
    order = await town.order()
    admin = await town.person(cast.MALLORY[0])
    await an_admin(town)
    await town.house.services.grants.give(admin.id, Role.ADMIN, by=Actor.operator(), area=cast.OTHER_COUNTY.code)
    strange, near = await a_phone(town, "strange", of=cast.OTHER_OFFICER, places=()), await a_phone(town, "near")
    town.clock.go_on(hours=2)
    before = await not_yet_safe(town, order.id)
    said: dict[str, Any] = {"purpose": "to_relatives", "note": "小舟村表哥家", "text": await card(town, "胡阿婆")}
    assert told(await strange.send([strange.item(town.clock.now() - MINUTE, **said)])) == [(Taken.REJECTED, "not_yours")]
    assert await not_yet_safe(town, order.id) == before
    assert told(await near.send([near.item(town.clock.now() - MINUTE, **said)])) == [(Taken.ACCEPTED, "ok")]


async def test_what_another_countys_phones_send_in_heaps_hides_nothing_from_the_office_here(town: Town) -> None:
    await an_admin(town)
    admin = await town.person(cast.MALLORY[0])
    await town.house.services.grants.give(admin.id, Role.ADMIN, by=Actor.operator(), area=cast.OTHER_COUNTY.code)
    strange, ours = await a_phone(town, "strange", of=cast.OTHER_OFFICER, places=()), await a_phone(town, "ours")
    await ours.send([ours.item(town.clock.now(), place=str(town.hall), key="ours")])
    town.clock.go_on(minutes=1)
    for n in range(0, MOST_LISTED, 100):
        await strange.send([strange.item(town.clock.now(), key=f"strange {n + m}") for m in range(100)])
    ((entry, device),) = await town.house.services.uploads.disputes(by=await town.actor(cast.OFFICER))
    assert (entry.reason, device.id) == ("name_missing", ours.device.id)


async def test_who_was_scanned_before_the_order_was_lifted_counts_in_it_also_when_the_phone_was_late(town: Town) -> None:
    order = await town.order()
    phone = await a_phone(town)
    before = await not_yet_safe(town, order.id)
    town.clock.go_on(hours=3)
    await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
    town.clock.go_on(hours=1)
    here = {"place": str(town.hall)}
    late, after = phone.item(town.clock.now() - 61 * MINUTE, text=await card(town, "胡阿婆"), **here), phone.item(
        town.clock.now() - 60 * MINUTE, text=await card(town, "林大山"), **here
    )  # fmt: skip
    assert told(await phone.send([late, after])) == [(Taken.ACCEPTED, "ok"), (Taken.CONFLICT, "no_order")]
    assert await not_yet_safe(town, order.id) == before - 1


async def test_who_stood_at_the_shelter_under_the_last_order_is_not_therefore_safe_under_the_next(town: Town) -> None:
    """They went home in between; the phone that saw them was in a valley without a network."""
    first = await town.order(key="first")
    phone = await a_phone(town)
    town.clock.go_on(hours=3)
    await town.house.services.evacuations.lift(first.id, by=await town.actor(cast.APPROVER))
    town.clock.go_on(hours=5)
    second = await town.order(key="second")
    before = await not_yet_safe(town, first.id), await not_yet_safe(town, second.id)
    town.clock.go_on(hours=1)
    item = phone.item(town.clock.now() - timedelta(hours=8), text=await card(town, "胡阿婆"), place=str(town.hall))
    assert told(await phone.send([item])) == [(Taken.ACCEPTED, "ok")]
    assert (await not_yet_safe(town, first.id), await not_yet_safe(town, second.id)) == (before[0] - 1, before[1])


async def test_a_warden_ticks_without_a_network_who_went_home_once_they_may(town: Town) -> None:
    order, hu = await town.order(), await town.person("胡阿婆")
    phone = await a_phone(town, of=cast.WARDEN, places=())
    before = await not_yet_safe(town, order.id)
    town.clock.go_on(hours=3)
    await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
    town.clock.go_on(hours=2)
    said: dict[str, Any] = {"what": "tick", "purpose": "to_relatives", "person": str(hu.id), "standing": "returned", "means": "saw", "confirmed": True}
    assert told(await phone.send([phone.item(town.clock.now() - 60 * MINUTE, **said)])) == [(Taken.ACCEPTED, "ok")]
    assert await not_yet_safe(town, order.id) == before - 1


async def a_blank(town: Town) -> Card:
    (blank,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.OTHER)
    return blank


@pytest.mark.parametrize("together", ["in turn", "turned", ""])
async def test_a_card_given_in_the_morning_is_known_at_noon_also_when_both_arrive_in_one_batch(town: Town, together: str) -> None:
    order, blank = await town.order(), await a_blank(town)
    town.clock.go_on(hours=5)
    phone, hu, before = await a_phone(town), await town.person("胡阿婆"), await not_yet_safe(town, order.id)
    at = {"text": blank.text, "place": str(town.hall)}
    given = phone.item(town.clock.now() - 180 * MINUTE, person=str(hu.id), **at)
    out = phone.item(town.clock.now() - 60 * MINUTE, purpose="shelter_out", **at)
    batch = [out, given] if together == "turned" else [given, out]
    answers = told(await phone.send(batch)) if together else [*told(await phone.send([given])), *told(await phone.send([out]))]
    assert answers == [(Taken.ACCEPTED, "ok")] * 2
    assert await not_yet_safe(town, order.id) == before, "in and out again"


@pytest.mark.parametrize("turned", [False, True])
async def test_a_card_is_amber_from_its_second_giving_on_and_not_before_it(town: Town, turned: bool) -> None:
    await town.order()
    blank = await a_blank(town)
    town.clock.go_on(hours=5)
    one, two = await a_phone(town, "one"), await a_phone(town, "two")
    at = {"text": blank.text, "place": str(town.hall)}
    hu, lin = [str((await town.person(name)).id) for name in ("胡阿婆", "林大山")]
    await one.send([one.item(town.clock.now() - 180 * MINUTE, person=hu, **at)])
    between, second = one.item(town.clock.now() - 120 * MINUTE, purpose="shelter_out", **at), two.item(town.clock.now() - 60 * MINUTE, person=lin, **at)
    for phone, item in [(two, second), (one, between)] if turned else [(one, between), (two, second)]:
        assert told(await phone.send([item])) == [(Taken.ACCEPTED, "ok")]
    after = one.item(town.clock.now() - 30 * MINUTE, **at)
    assert told(await one.send([after])) == [(Taken.CONFLICT, "card_shared")]


@pytest.mark.parametrize("named", [True, False])
async def test_a_withdrawn_blank_card_is_given_to_nobody_and_who_was_named_at_the_door_counts(town: Town, named: bool) -> None:
    """A pile of blank cards was stolen and withdrawn; the phone did not know."""
    await town.order()
    blank, hu = await a_blank(town), await town.person("胡阿婆")
    await town.house.services.codes.revoke(blank.short, by=Actor.operator())
    town.clock.go_on(hours=5)
    phone = await a_phone(town)
    said: dict[str, Any] = {"person": str(hu.id)} if named else {"walk_in": {"name": "过路客"}}
    item = phone.item(town.clock.now() - MINUTE, text=blank.text, place=str(town.hall), confirmed=True, **said)
    assert told(await phone.send([item])) == [(Taken.ACCEPTED, "revoked")]
    async with town.house.works.read() as work:
        (code,) = (await work.codes.with_cti([blank.code.cti])).values()
    assert code.holder is None


async def test_who_is_no_keeper_any_more_takes_nobody_back(town: Town) -> None:
    order = await town.order()
    phone, before = await a_phone(town), await not_yet_safe(town, order.id)
    town.clock.go_on(hours=2)
    item = phone.item(town.clock.now() - 30 * MINUTE, text=await card(town, "胡阿婆"), place=str(town.hall))
    await phone.send([item])
    for grant in (await town.actor(cast.KEEPER)).grants:
        await town.house.services.grants.revoke(grant.id, by=Actor.operator())
    undo = phone.item(town.clock.now() - MINUTE, what="undo", annuls=item["key"], place=str(town.hall))
    assert told(await phone.send([undo])) == [(Taken.REJECTED, "not_yours")]
    assert await not_yet_safe(town, order.id) == before - 1
