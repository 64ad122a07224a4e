"""Deliveries under a lease: nobody else's while it runs, everybody's when its holder died."""

from services.deliveries import LEASE, Result, Sent
from tests import cast
from tests.houses import Town


async def test_what_a_dead_process_held_is_due_at_once_where_nobody_else_delivers(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.order()
    deliveries = town.house.services.deliveries
    held = await deliveries.claim()
    assert held
    assert await deliveries.claim() == []

    await deliveries.take_back()

    again = await deliveries.claim()
    assert [one.id for one in again] == [one.id for one in held]
    assert {one.attempt for one in again} == {2}


async def test_what_was_settled_is_not_taken_back(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.order()
    deliveries = town.house.services.deliveries
    await deliveries.settle([(one, Result(Sent.OK, message_id=number)) for number, one in enumerate(await deliveries.claim(), 1)])

    await deliveries.take_back()

    assert await deliveries.claim() == []


async def test_without_that_a_lease_ends_by_itself(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.order()
    held = await town.house.services.deliveries.claim()
    town.clock.go_on(seconds=LEASE.total_seconds() + 1)
    assert len(await town.house.services.deliveries.claim()) == len(held)
