"""What waits is counted the same on both databases."""

from datetime import timedelta

from domain.audit import AuditRow
from domain.deliveries import Lane
from domain.watch import Backlog, Waiting
from services.audit import Audit
from services.intake import FAULTS_BEFORE_PARKING, Received
from tests.storage.test_work import BOT, Store, store

__all__ = ["store"]


async def looked(store: Store) -> Backlog:
    async with store.works.read() as work:
        return await work.watch.backlog(now=store.clock.now())


async def test_an_empty_house_waits_for_nothing(store: Store) -> None:
    found = await looked(store)
    assert (found.intake.count, found.parked, found.audit.count, dict(found.lanes), found.last_update) == (0, 0, 0, {}, None)


async def test_what_waits_is_counted_with_its_oldest(store: Store) -> None:
    began = store.clock.now()
    _, contact = await store.somebody()
    for number in range(3):
        await store.updates.receive(BOT, [Received(number, "424242", b'{"update_id":1}')])
        store.clock.go_on(seconds=10)
    first, second, _ = await store.updates.waiting(BOT, most=5)
    await store.updates.done(first.id)
    for _ in range(FAULTS_BEFORE_PARKING):
        await store.updates.fault(second.id, reference="U1")
    await store.delivery(contact)
    async with store.works.write() as work:
        await work.audit.add(AuditRow(store.ids.new(), store.clock.now(), None, "cli", "people.import", "3311"))
    store.clock.go_on(seconds=5)
    found = await looked(store)
    assert found.intake == Waiting(1, began + timedelta(seconds=20))
    assert (found.parked, found.last_update) == (1, began + timedelta(seconds=20))
    assert found.audit == Waiting(1, began + timedelta(seconds=30))
    assert found.lanes == {Lane.RED: Waiting(1, began + timedelta(seconds=30))}
    assert found.age(frozenset(Lane)) == timedelta(seconds=5)
    await store.claim()
    await Audit(store.works).chain()
    found = await looked(store)
    assert (found.audit.count, dict(found.lanes)) == (0, {})
