"""Whoever is recorded twice is told at the door that hears of it: where else, when, and by which code; with no name."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.doubles import Twice
from domain.scans import Purpose
from domain.uploads import Taken
from services.actors import Actor
from services.doubles import Beside
from services.uploads import Answered
from tests import cast
from tests.houses import HALL, Town, hall_row
from tests.phones import a_phone
from tests.relief import GUARD, ROAD, a_relief
from tests.services.test_scans import card
from tests.services.test_uploads import MINUTE
from tests.web.scanner.scanners import household_code

SCHOOL = "上东村学校"


async def a_school(town: Town) -> UUID:
    await town.house.services.shelters.import_rows([(2, hall_row(name=SCHOOL))], by=Actor.operator())
    return await town.house.services.shelters.named(SCHOOL)


def beside(answered: Answered) -> list[Beside]:
    return [other for one in answered.items for other in one.beside]


@pytest.mark.parametrize("turned", [False, True])
async def test_somebody_at_two_shelters_is_told_at_the_door_whose_news_comes_second(town: Town, turned: bool) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    school = await a_school(town)
    hall, other = await a_phone(town, "hall"), await a_phone(town, "school", places=(school,))
    text, now = await card(town, "胡阿婆"), town.clock.now()
    first, later = hall.item(now - 8 * MINUTE, text=text, place=str(town.hall)), other.item(now - 3 * MINUTE, text=text, place=str(school))
    if turned:
        assert beside(await other.send([later])) == []
        told = await hall.send([first])
        assert beside(told) == [Beside(Twice.ELSEWHERE, now - 3 * MINUTE, SCHOOL)]
    else:
        assert beside(await hall.send([first])) == []
        told = await other.send([later])
        assert beside(told) == [Beside(Twice.ELSEWHERE, now - 8 * MINUTE, HALL)]
    (one,) = told.items
    async with town.house.works.read() as work:
        (code,) = [code for code in (await work.codes.with_short({one.short})).values()]
    assert code.holder == (await town.person("胡阿婆")).id


async def test_an_answer_that_was_lost_says_it_again(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    school = await a_school(town)
    hall, other = await a_phone(town, "hall"), await a_phone(town, "school", places=(school,))
    text, now = await card(town, "胡阿婆"), town.clock.now()
    await hall.send([hall.item(now - 8 * MINUTE, text=text, place=str(town.hall))])
    later = [other.item(now - 3 * MINUTE, text=text, place=str(school))]
    heard = beside(await other.send(later))
    (again,) = (await other.send(later)).items
    assert (again.taken, list(again.beside)) == (Taken.DUPLICATE, heard)
    assert len(heard) == 1


async def test_who_went_on_to_another_shelter_later_or_left_the_first_is_no_double(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    school = await a_school(town)
    hall, other = await a_phone(town, "hall"), await a_phone(town, "school", places=(school,))
    hu, lin, now = await card(town, "胡阿婆"), await card(town, "林大山"), town.clock.now()
    await hall.send([
        hall.item(now - 30 * MINUTE, text=hu, place=str(town.hall)), hall.item(now - 8 * MINUTE, text=lin, place=str(town.hall)),
        hall.item(now - 6 * MINUTE, text=lin, place=str(town.hall), purpose="shelter_out"),
    ])  # fmt: skip
    told = await other.send([other.item(now - 3 * MINUTE, text=text, place=str(school)) for text in (hu, lin)])
    assert beside(told) == []


async def test_goods_given_twice_are_told_with_their_time_and_never_because_of_a_drill(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    one, two, training = await a_phone(town, "one"), await a_phone(town, "two"), await a_phone(town, "training", drill=True)
    text, now = await card(town, "胡阿婆"), town.clock.now()
    assert beside(await training.send([training.item(now - 50 * MINUTE, purpose="relief", text=text, drill=True)])) == []
    assert beside(await one.send([one.item(now - 40 * MINUTE, purpose="relief", text=text, place=str(town.hall))])) == []
    assert beside(await two.send([two.item(now - 20 * MINUTE, purpose="relief", text=text)])) == [Beside(Twice.GIVEN, now - 40 * MINUTE, HALL)]


async def test_two_phones_at_one_door_hear_of_each_other_within_a_minute_and_one_phone_not_of_itself(town: Town) -> None:
    await town.order()
    town.clock.go_on(hours=5)
    east, west = await a_phone(town, "east"), await a_phone(town, "west")
    text, now, at = await card(town, "胡阿婆"), town.clock.now(), {"place": str(town.hall)}
    await east.send([east.item(now - 8 * MINUTE, text=text, **at)])
    assert beside(await east.send([east.item(now - 8 * MINUTE + timedelta(seconds=9), text=text, **at)])) == []
    assert beside(await west.send([west.item(now - 8 * MINUTE + timedelta(seconds=30), text=text, **at)])) == [Beside(Twice.HERE, now - 8 * MINUTE, HALL)]


async def test_of_a_household_the_number_on_the_card_is_told(town: Town) -> None:
    await town.order()
    school = await a_school(town)
    text = await household_code(town, cast.LIN[0])
    town.clock.go_on(hours=5)
    hall, other = await a_phone(town, "hall"), await a_phone(town, "school", places=(school,))
    now = town.clock.now()
    await hall.send([hall.item(now - 8 * MINUTE, text=text, place=str(town.hall), members=[1, 2])])
    told = await other.send([other.item(now - 3 * MINUTE, text=text, place=str(school), members=[2, 3])])
    assert beside(told) == [Beside(Twice.ELSEWHERE, now - 8 * MINUTE, HALL, 2)]


@pytest.mark.parametrize("turned", [False, True])
async def test_a_pass_that_goes_in_twice_without_going_out_is_told_and_both_crossings_stand(town: Town, turned: bool) -> None:
    relief = await a_relief(town)
    held = await relief.granted()
    text = (await relief.card(held)).text
    east = await a_phone(town, "east", of=GUARD, purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
    west = await a_phone(town, "west", of=GUARD, purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
    town.clock.go_on(hours=2)
    now, at = town.clock.now(), {"place": str(relief.road.id), "purpose": "checkpoint", "text": text}
    await east.send([east.item(now - 90 * MINUTE, way="in", **at), east.item(now - 80 * MINUTE, way="out", **at)])
    one, two = [east.item(now - 60 * MINUTE, way="in", **at)], [west.item(now - 30 * MINUTE, way="in", **at)]
    if turned:
        assert beside(await west.send(two)) == []
        assert beside(await east.send(one)) == [Beside(Twice.INSIDE, now - 30 * MINUTE, ROAD)]
    else:
        assert beside(await east.send(one)) == []
        assert beside(await west.send(two)) == [Beside(Twice.INSIDE, now - 60 * MINUTE, ROAD)]
    assert beside(await west.send([west.item(now - 10 * MINUTE, way="out", **at)])) == []
    assert await relief.inside() == []
