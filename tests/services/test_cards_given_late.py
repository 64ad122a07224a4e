"""A blank card's giving that arrives after what was scanned with the card: each scan counts for whoever had the card at its own moment."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.issuing import Why as Reasoned
from domain.scans import Purpose
from domain.uploads import Taken
from services.actors import Actor
from services.codes import Card
from services.uploads import Answered
from tests import cast
from tests.gatehouse import MANAGER, UNTRAINED, a_gatehouse
from tests.houses import Town
from tests.phones import Phone, a_phone, an_admin
from tests.services.test_scans import not_yet_safe

MINUTE = timedelta(minutes=1)


def told(answered: Answered) -> list[tuple[Taken, str]]:
    return [(one.taken, one.reason) for one in answered.items]


class Door:
    """Two phones at one door, a blank card, and an order in force for five hours."""

    def __init__(self, town: Town, order: UUID, one: Phone, two: Phone, blank: Card) -> None:
        self.town, self.order, self.one, self.two, self.blank = town, order, one, two, blank

    def scan(self, phone: Phone, ago: int, **said: Any) -> dict[str, Any]:
        return phone.item(self.town.clock.now() - ago * MINUTE, **{"text": self.blank.text, "place": str(self.town.hall), **said})

    async def give(self, phone: Phone, ago: int, name: str, **said: Any) -> dict[str, Any]:
        return self.scan(phone, ago, person=str((await self.town.person(name)).id), **said)

    async def office(self) -> list[str]:
        """What the office still has to look at."""
        return [entry.reason for entry, _ in await self.town.house.services.uploads.disputes(by=await self.town.actor(cast.OFFICER))]

    async def stands(self, name: str) -> tuple[bool, str | None]:
        person = await self.town.person(name)
        async with self.town.house.works.read() as work:
            (member,) = await work.members.in_force([person.id])
        where = member.standing.whereabouts if member.standing else None
        return member.standing is not None and member.standing.safe, where.kind.value if where else None


@pytest.fixture
async def door(town: Town) -> Door:
    order = await town.order()
    (blank,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.OTHER)
    town.clock.go_on(hours=5)
    return Door(town, order.id, await a_phone(town, "one"), await a_phone(town, "two"), blank)


async def test_whoever_was_scanned_with_a_card_they_had_been_given_counts_also_when_the_giving_arrives_later(door: Door) -> None:
    given = await door.give(door.one, 180, "胡阿婆", purpose="relief", place=None)
    seen = door.scan(door.two, 60)
    assert told(await door.two.send([seen])) == [(Taken.CONFLICT, "blank_card")]
    assert (await door.stands("胡阿婆"), await door.office()) == ((False, None), ["blank_card"])
    await door.one.send([given])
    assert (await door.stands("胡阿婆"), await door.office()) == ((True, "at_shelter"), [])
    assert told(await door.two.send([seen])) == [(Taken.CONFLICT, "blank_card")], "what a phone was told it hears again"


async def test_a_card_scanned_after_its_second_giving_is_amber_also_when_that_giving_arrives_later(door: Door) -> None:
    await door.one.send([await door.give(door.one, 180, "胡阿婆", purpose="relief", place=None)])
    seen = door.scan(door.one, 60)
    assert told(await door.one.send([seen])) == [(Taken.ACCEPTED, "ok")]
    await door.two.send([await door.give(door.two, 120, "林大山")])
    assert (await door.stands("胡阿婆"), await door.stands("林大山")) == ((False, None), (True, "at_shelter"))
    assert await door.office() == ["card_shared"]
    assert told(await door.one.send([seen])) == [(Taken.DUPLICATE, "ok")]


@pytest.mark.parametrize("late", [False, True])
async def test_a_card_scanned_before_it_was_anybodys_counts_for_nobody_whichever_arrives_first(door: Door, late: bool) -> None:
    seen, given = door.scan(door.two, 180), await door.give(door.one, 60, "胡阿婆", purpose="relief", place=None)
    for phone, item in [(door.one, given), (door.two, seen)] if late else [(door.two, seen), (door.one, given)]:
        await phone.send([item])
    assert (await door.stands("胡阿婆"), await door.office()) == ((False, None), ["blank_card"])


@pytest.mark.parametrize("confirmed", [False, True])
async def test_once_an_official_says_whose_a_shared_card_is_what_was_scanned_with_it_counts_for_that_person(door: Door, confirmed: bool) -> None:
    before = await not_yet_safe(door.town, door.order)
    for phone, ago, name in ((door.one, 180, "胡阿婆"), (door.two, 120, "林大山")):
        await phone.send([await door.give(phone, ago, name, purpose="relief", place=None)])
    await door.one.send([door.scan(door.one, 60, confirmed=confirmed)])
    assert await not_yet_safe(door.town, door.order) == before - confirmed
    for name, other in (("林大山", "胡阿婆"), ("胡阿婆", "林大山"), ("林大山", "胡阿婆")):
        person = await door.town.person(name)
        await door.town.house.services.blanks.settle(door.blank.short, person.id, by=await door.town.actor(cast.OFFICER))
        assert (await door.stands(name), (await door.stands(other))[0]) == ((True, "at_shelter"), False)
    assert await door.office() == []


async def test_what_was_taken_back_stays_so_when_a_giving_arrives_afterwards(door: Door) -> None:
    seen = door.scan(door.two, 60)
    await door.two.send([seen, door.two.item(door.town.clock.now() - MINUTE, what="undo", annuls=seen["key"], place=str(door.town.hall))])
    await door.one.send([await door.give(door.one, 180, "胡阿婆", purpose="relief", place=None)])
    assert (await door.stands("胡阿婆"), await door.office()) == ((False, None), [])


async def test_a_scan_that_counted_was_amber_and_counted_again_can_still_be_taken_back(door: Door) -> None:
    hu, officer = await door.town.person("胡阿婆"), await door.town.actor(cast.OFFICER)
    await door.one.send([await door.give(door.one, 180, "胡阿婆", purpose="relief", place=None)])
    seen = door.scan(door.one, 60)
    await door.one.send([seen])
    await door.two.send([await door.give(door.two, 120, "林大山", purpose="relief", place=None)])
    await door.town.house.services.blanks.settle(door.blank.short, hu.id, by=officer)
    assert await door.stands("胡阿婆") == (True, "at_shelter")
    await door.one.send([door.one.item(door.town.clock.now() - MINUTE, what="undo", annuls=seen["key"], place=str(door.town.hall))])
    assert await door.stands("胡阿婆") == (False, None)


async def test_a_withdrawn_phones_scan_only_reports_whoever_turns_out_to_have_had_the_card(door: Door) -> None:
    seen = door.scan(door.two, 60)
    await door.two.send([seen])
    by = await an_admin(door.town)
    await door.town.house.services.devices.revoke(door.two.device.id, by=by, since=door.town.clock.now() - 120 * MINUTE)
    await door.one.send([await door.give(door.one, 180, "胡阿婆", purpose="relief", place=None)])
    assert (await door.stands("胡阿婆"))[0] is False


async def test_whoever_goes_through_a_gate_with_a_blank_card_is_inside_once_it_is_known_whose_it_is(town: Town) -> None:
    """And not, once two people have it: a guard cannot tell which of them went in."""
    gate = await a_gatehouse(town)
    (blank,) = await town.house.services.issuing.blanks(1, area=cast.VILLAGE.code, by=Actor.operator(), reason=Reasoned.OTHER)
    town.clock.go_on(hours=5)
    guard, keeper = await a_phone(town, "gate", of=MANAGER, purposes=(Purpose.SITE_GATE,), places=(gate.yard.id,)), await a_phone(town)
    worker, other = await town.person(UNTRAINED[0]), await town.person("胡阿婆")

    async def inside() -> list[UUID]:
        async with town.house.works.read() as work:
            return [stay.person for stay in await work.gates.inside(site=gate.yard.id)]

    at = {"text": blank.text, "purpose": "relief"}
    await guard.send([guard.item(town.clock.now() - 60 * MINUTE, text=blank.text, purpose="site_gate", place=str(gate.yard.id), way="in")])
    assert await inside() == []
    await keeper.send([keeper.item(town.clock.now() - 180 * MINUTE, person=str(worker.id), **at)])
    assert await inside() == [worker.id]
    await keeper.send([keeper.item(town.clock.now() - 120 * MINUTE, person=str(other.id), **at)])
    assert await inside() == []
    await town.house.services.blanks.settle(blank.short, worker.id, by=await town.actor(cast.OFFICER))
    assert await inside() == [worker.id]
