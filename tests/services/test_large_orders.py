"""An order over more people than one transaction takes: the list fills up in chunks while people already arrive."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from domain.deliveries import DeliveryState
from domain.evacuations import Destination, Order
from domain.people import Person
from domain.rollcall import Happening, How
from domain.scans import Purpose, Via
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.board import OrderBoard
from services.evacuations import Evacuations
from services.office import CONSENT_VERSION
from services.people import Registration
from services.people_import import ListBeingFilled
from services.scans import Asked, Newcomer
from tests import cast
from tests.houses import Town, people_rows

VILLAGERS = 5


def evacuations(town: Town) -> Evacuations:
    """As in the house, but already three people are many."""
    house = town.house
    return Evacuations(
        house.works, clock=house.clock, ids=house.ids, trail=Trail(house.ids), office=house.services.office,
        audience=Audience(clock=house.clock, ids=house.ids), wakeups=house.wakeups, at_once=2, chunk=2,
    )  # fmt: skip


async def issued(town: Town, *, area: str = cast.VILLAGE.code) -> Order:
    service = evacuations(town)
    where = Destination(town.hall, "平乐村文化礼堂", "沿村道向东")
    draft = await service.draft([area], where, by=await town.actor(cast.OFFICER), key="large")
    town.clock.go_on(minutes=1)
    return await service.approve(draft.id, fingerprint=draft.fingerprint, by=await town.actor(cast.APPROVER), key="large approved")


async def filled(town: Town) -> None:
    """Until nothing more is taken in; an endless job fails here."""
    for _ in range(VILLAGERS + 1):
        if not await evacuations(town).fill():
            return
        town.clock.go_on(seconds=1)
    raise AssertionError("the list is filled again and again")


async def villagers(town: Town) -> list[Person]:
    async with town.house.works.read() as work:
        people = await work.people.inside([cast.VILLAGE.code])
    return sorted(people, key=lambda person: person.id.bytes)


async def board(town: Town, order: Order, *, by: tuple[str, str | None] = cast.OFFICER) -> OrderBoard:
    return await town.house.services.board.order(order.id, by=await town.actor(by))


async def arrive(town: Town, people: Sequence[UUID]) -> None:
    keeper = await town.actor(cast.KEEPER)
    for person in people:
        await town.house.services.scans.record(Asked(f"arrives {person}", keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, person=person))


@pytest.mark.parametrize("arrived", [[-1], [0], [0, 1], [-2, -1], [0, 1, 2, 3, 4]])
async def test_who_arrives_before_the_list_is_filled_hides_nobody(town: Town, arrived: list[int]) -> None:
    order = await issued(town)
    people = await villagers(town)
    await arrive(town, [people[at].id for at in arrived])
    before = await board(town, order)
    assert (before.total.listed, before.total.not_yet_safe) == (VILLAGERS, VILLAGERS - len(arrived))
    await filled(town)
    after = await board(town, order)
    assert (after.waiting, after.total.listed, after.total.not_yet_safe, after.total.walk_ins) == (0, VILLAGERS, VILLAGERS - len(arrived), 0)
    async with town.house.works.read() as work:
        assert {member.person for member in await work.members.of(order.id)} == {person.id for person in people}


async def test_arrivals_in_the_middle_of_the_filling_hide_nobody(town: Town) -> None:
    order = await issued(town)
    people = await villagers(town)
    await evacuations(town).fill()
    await arrive(town, [people[-1].id])
    await filled(town)
    assert (await board(town, order)).waiting == 0


async def test_nobody_who_came_later_takes_a_place_on_the_list(town: Town) -> None:
    order = await issued(town)
    town.clock.go_on(seconds=5)
    keeper = await town.actor(cast.KEEPER)
    for number in range(3):
        asked = Asked(f"door {number}", keeper, Purpose.SHELTER_IN, Via.CHAT, place=town.hall, newcomer=Newcomer(f"过路人{'甲乙丙'[number]}"))
        await town.house.services.scans.record(asked)
        stranger = Actor(via="chat", bot=1, address=f"new {number}")
        asked_in = Registration(CONSENT_VERSION, "zh_CN", f"新来{'甲乙丙'[number]}", None, cast.VILLAGE.code)
        await town.house.services.people.register(asked_in, by=stranger, key=f"new {number}")
    await filled(town)
    total = (await board(town, order)).total
    assert (total.listed, total.not_yet_safe, total.walk_ins, total.walk_ins_safe) == (VILLAGERS, VILLAGERS, 3, 3)


async def test_nobody_moves_to_another_village_while_the_list_is_filled(town: Town) -> None:
    order = await issued(town)
    rows = [row for row in people_rows() if row["name"] in ("胡阿婆", "叶建国", "马洛瑞")]
    for row in rows:
        row["area_code"] = cast.VILLAGE.code if row["area_code"] == cast.NEXT_VILLAGE.code else cast.NEXT_VILLAGE.code
        row["id_number"] = ""
    rows[0]["phone"] = "13905780044" if not rows[0]["phone"] else rows[0]["phone"]
    moved = [row for row in rows if row["name"] in ("叶建国", "马洛瑞")]
    report = await town.house.services.people_import.import_rows(list(enumerate(moved, 2)), by=Actor.operator())
    assert [type(problem.refusal) for problem in report.problems] == [ListBeingFilled, ListBeingFilled]
    await filled(town)
    assert ((await board(town, order)).waiting, (await board(town, order)).total.listed) == (0, VILLAGERS)
    report = await town.house.services.people_import.import_rows(list(enumerate(moved, 2)), by=Actor.operator())
    assert (report.changed, report.problems) == (2, ())
    assert (await board(town, order)).total.listed == VILLAGERS


async def test_a_warden_ticks_a_listed_household_that_is_not_filled_in_yet(town: Town) -> None:
    order = await issued(town)
    hu = await town.person("胡阿婆")
    warden = await town.actor(cast.WARDEN)
    (member,) = await town.house.services.rollcall.tick([hu.id], Happening.WITH_RELATIVES, How.SAW, by=warden, key="tick", note="青田女儿家")
    assert not member.walk_in
    assert (await board(town, order)).total.not_yet_safe == VILLAGERS - 1


async def test_a_warden_sees_how_many_of_the_own_village_are_not_filled_in_yet(town: Town) -> None:
    order = await issued(town, area=cast.TOWNSHIP.code)
    for _ in range(6):
        seen = await board(town, order, by=cast.WARDEN)
        assert (seen.total.listed, seen.total.not_yet_safe) == (VILLAGERS, VILLAGERS)
        await evacuations(town).fill()
    assert (await board(town, order, by=cast.WARDEN)).waiting == 0
    assert (await board(town, order)).total.not_yet_safe == 2 * VILLAGERS


async def test_a_list_is_filled_to_the_end_also_after_the_lift_and_nobody_is_told_to_move_then(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.linked(cast.YE)
    order = await issued(town)
    await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
    await filled(town)
    assert ((await board(town, order)).waiting, (await board(town, order)).total.listed) == (0, VILLAGERS)
    message = town.house.ids.derived(str(order.id), "order_issued")
    async with town.house.works.read() as work:
        assert sum((await work.deliveries.tally(message)).values()) == 0
        assert DeliveryState.SENT not in await work.deliveries.tally(message)
