"""The shelters on the board: how many, as of when, where a number may be too small, and who was seen at two of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.devices import Scope
from domain.scans import Purpose
from services.actors import Actor
from services.board import Column, OrderBoard
from services.board_places import PlaceRow, by_place
from services.device_rows import Heard
from tests import cast
from tests.houses import HALL, Town, hall_row
from tests.phones import Phone, a_phone
from tests.services.test_scans import card

OTHER = "平乐小学"


async def school(town: Town) -> None:
    await town.house.services.shelters.import_rows([(2, hall_row(name=OTHER))], by=Actor.operator())


async def board(town: Town) -> OrderBoard:
    officer = await town.actor(cast.OFFICER)
    (order,) = await town.house.services.board.orders(by=officer)
    return await town.house.services.board.order(order.id, by=officer)


async def hall(town: Town) -> PlaceRow:
    (row,) = [row for row in (await board(town)).places if row.name == HALL]
    return row


async def comes(town: Town, phone: Phone, name: str, *, where: str = HALL) -> None:
    place = await town.house.services.shelters.named(where)
    await phone.send([phone.item(town.clock.now() - timedelta(seconds=1), text=await card(town, name), place=str(place))])


async def test_a_shelter_without_a_phone_is_as_of_now(town: Town) -> None:
    await town.order()
    row = await hall(town)
    assert (row.inside, row.places, row.devices, row.as_of, row.silent) == (0, 50, 0, None, False)
    assert (await board(town)).turns_at is None


async def test_a_number_is_as_of_the_phone_whose_news_is_oldest(town: Town) -> None:
    await town.order()
    first = town.clock.now()
    await a_phone(town, "east door")
    town.clock.go_on(minutes=5)
    west = await a_phone(town, "west door")
    await comes(town, west, cast.LIN[0])
    row = await hall(town)
    assert (row.inside, row.devices, row.as_of, row.silent) == (1, 2, first, False)
    assert (await board(town)).turns_at == first + timedelta(minutes=15)


async def test_a_phone_that_is_not_heard_of_for_a_quarter_of_an_hour_makes_its_number_doubtful_until_it_is(town: Town) -> None:
    await town.order()
    phone = await a_phone(town)
    town.clock.go_on(minutes=15)
    assert not (await hall(town)).silent
    town.clock.go_on(seconds=1)
    assert (await hall(town)).silent
    assert (await board(town)).turns_at == town.clock.now()
    await comes(town, phone, cast.LIN[0])
    assert not (await hall(town)).silent


async def test_nobody_waits_for_a_phone_that_was_withdrawn_or_is_for_something_else(town: Town) -> None:
    await town.order()
    phone = await a_phone(town)
    await a_phone(town, "goods", purposes=(Purpose.RELIEF,))
    await a_phone(town, "training", drill=True)
    await town.house.services.devices.revoke(phone.device.id, by=Actor.operator())
    town.clock.go_on(hours=1)
    row = await hall(town)
    assert (row.devices, row.silent) == (0, False)


def test_a_training_phone_counts_in_a_drill_and_nowhere_else() -> None:
    at, place = datetime(2026, 7, 25, tzinfo=UTC), UUID(int=1)
    heard = [Heard(Scope((Purpose.SHELTER_IN,), (place,), True, at), at)]
    assert by_place(heard, drill=True) == {place: [at]}
    assert not by_place(heard, drill=False)


async def test_nothing_is_doubtful_once_the_order_is_lifted(town: Town) -> None:
    order = await town.order()
    await a_phone(town)
    town.clock.go_on(hours=1)
    await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
    assert not (await hall(town)).silent


async def test_who_was_seen_at_two_shelters_counts_once_and_both_ask_to_verify(town: Town) -> None:
    order = await town.order()
    await school(town)
    other = await town.house.services.shelters.named(OTHER)
    officer = await town.actor(cast.OFFICER)
    east = await a_phone(town, "east door")
    west = await a_phone(town, "west door", of=cast.OFFICER, places=(other,))
    await comes(town, east, cast.LIN[0])
    town.clock.go_on(minutes=5)
    await comes(town, west, cast.LIN[0], where=OTHER)
    rows = {row.name: row for row in (await board(town)).places}
    assert sum(row.inside for row in rows.values()) == 1
    assert (rows[HALL].verify, rows[OTHER].verify) == (1, 1)
    (line,) = await town.house.services.board.people(order.id, by=officer, column=Column.VERIFY)
    assert set(line.places) == {HALL, OTHER}
