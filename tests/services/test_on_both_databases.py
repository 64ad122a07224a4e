"""The evening on SQLite and on PostgreSQL: the same order, the same door, the same board."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.access import May
from domain.rollcall import Happening, How
from domain.scans import Outcome, Purpose, Reason, Via
from services.actors import Actor
from services.scans import Asked, Newcomer
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import Town, a_town, hall_row
from tests.services.test_large_orders import board, evacuations, issued


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def at_the_door(town: Town, name: str, *, key: str) -> Asked:
    keeper = await town.actor(cast.KEEPER)
    person = await town.person(name)
    async with town.house.works.read() as work:
        code = (await work.codes.of([person.id]))[person.id]
    return Asked(key, keeper, Purpose.SHELTER_IN, Via.CAMERA, place=town.hall, text=town.house.services.codes.card(code).text)


@pytest.mark.feature(2)
async def test_from_list_to_board_and_every_number_opens(town: Town) -> None:
    services = town.house.services
    order = await town.order()
    resident = await town.linked(cast.LIN)
    await services.scans.record(await at_the_door(town, "胡阿婆", key="1"))
    await services.rollcall.answer(Happening.WITH_RELATIVES, by=resident, key="2", note="碧湖镇 姐姐家")
    await services.rollcall.ask_help(by=resident, key="3", note="水进屋了")
    warden = await town.actor(cast.WARDEN)
    await services.rollcall.tick([(await town.person("叶建国")).id], Happening.SAFE_ELSEWHERE, How.HEARD, by=warden, key="4", note="县城")
    keeper = await town.actor(cast.KEEPER)
    await services.scans.record(Asked("5", keeper, Purpose.SHELTER_IN, Via.NAME, place=town.hall, newcomer=Newcomer("过路客")))

    official = await town.actor(cast.OFFICER)
    board = await services.board.order(order.id, by=official)
    total = board.total
    assert (total.listed, total.proven, total.not_yet_safe, total.reported, total.needs_help, total.walk_ins) == (5, 1, 4, 1, 1, 1)
    assert {line.name for line in await services.board.people(order.id, by=official)} == {"林大山", "王小娥", "林小山", "叶建国"}
    assert await services.board.rebuild(by=Actor.operator()) == 0


async def test_forty_keepers_at_one_door_fill_exactly_the_places_there_are(town: Town) -> None:
    await town.house.services.shelters.import_rows([(2, hall_row(places=3))], by=Actor.operator())
    await town.order()
    names = ("林大山", "王小娥", "林小山", "胡阿婆", "叶建国")
    asked = [await at_the_door(town, name, key=f"{name} {turn}") for turn in range(8) for name in names]
    verdicts = await asyncio.gather(*(town.house.services.scans.record(one) for one in asked))
    assert sum(verdict.outcome is Outcome.ACCEPTED for verdict in verdicts) == 3
    assert {verdict.reason for verdict in verdicts} == {Reason.OK, Reason.ALREADY_HERE, Reason.SHELTER_FULL}
    async with town.house.works.read() as work:
        assert await work.shelters.inside([town.hall], drill=False) == {town.hall: 3}
        assert len(await work.scans.all()) == 40


async def test_deliveries_are_claimed_settled_and_counted_to_the_last_one(town: Town) -> None:
    from services.deliveries import Result, Sent

    await town.linked(cast.LIN)
    order = await town.order()
    deliveries = town.house.services.deliveries
    sent = []
    while claimed := await deliveries.claim():
        sent += [one for one in claimed if one.message.about == order.id]
        await deliveries.settle([(one, Result(Sent.OK, message_id=number)) for number, one in enumerate(claimed, 1)])
    (lin,) = sent
    assert lin.address == "chat 林大山"
    town.clock.go_on(seconds=timedelta(hours=1).total_seconds())
    assert await deliveries.claim() == []


async def test_two_who_approve_at_once_issue_one_order(town: Town) -> None:
    from domain.evacuations import Destination

    services = town.house.services
    draft = await services.evacuations.draft(
        [cast.VILLAGE.code], Destination(town.hall, "礼堂", "过桥"), by=await town.actor(cast.OFFICER), key="d"
    )
    approver = await town.actor(cast.APPROVER)
    assert approver.can(May.APPROVE_ORDER, now=town.clock.now(), area=cast.VILLAGE.code)
    both = (services.evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=approver, key=key) for key in ("a", "b"))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(result, Exception) for result in results) == 1
    async with town.house.works.read() as work:
        assert len(await work.members.of(draft.id)) == 5


async def test_a_large_list_is_filled_to_the_last_person_while_people_arrive(town: Town) -> None:
    order = await issued(town, area=cast.TOWNSHIP.code)
    await evacuations(town).fill()
    asked = [await at_the_door(town, who[0], key=who[0]) for who in (cast.YE, cast.LIN, cast.GRANNY_HU)]
    await asyncio.gather(*(town.house.services.scans.record(one) for one in asked))
    await asyncio.gather(evacuations(town).fill(), evacuations(town).fill())
    while await evacuations(town).fill():
        town.clock.go_on(seconds=1)
    seen = await board(town, order)
    assert (seen.waiting, seen.total.listed, seen.total.not_yet_safe, seen.total.walk_ins) == (0, 10, 7, 0)
