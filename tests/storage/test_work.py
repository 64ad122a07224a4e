"""The tables of the first thread, on both databases: what is written is read back, once, sealed, and by nobody changed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.clock import SystemIds
from app.nursery import Nursery
from domain.audit import AuditRow
from domain.deliveries import DeliveryState, Lane, Message, Subject, Target
from domain.people import Contact, Household, Person
from domain.sessions import Ticket, TicketSpent
from services.audit import Audit
from services.deliveries import Settled
from services.intake import Received
from storage.dialogues import SqlDialogues
from storage.engine import Databases
from storage.metadata import metadata
from storage.migrations.run import differences, upgrade
from storage.sealing import Sealing
from storage.updates import SqlUpdates
from storage.work import SqlWorks
from storage.writer import GroupCommits
from tests import cast
from tests.databases import migrated
from tests.fakes.clock import FakeClock

BOT = 7000000001


class Store:
    """A migrated database with the pieces that stand on it."""

    def __init__(self, databases: Databases, *, nursery: Nursery) -> None:
        self.clock = FakeClock()
        self.ids = SystemIds(self.clock.now)
        self.databases = databases
        sealing = Sealing({1: bytes(range(32))}, index_key=bytes(32), random_bytes=self.ids.random_bytes)
        self.queues = GroupCommits(spawn=nursery.spawn)
        self.works = SqlWorks(databases, sealing)
        self.updates = SqlUpdates(databases, sealing, ids=self.ids, clock=self.clock, queues=self.queues)
        self.dialogues = SqlDialogues(databases, sealing)

    async def somebody(self) -> tuple[Person, Contact]:
        home = Household(self.ids.new(), cast.VILLAGE.code, "1", "平乐村 1 号")
        person = Person(self.ids.new(), "林大山", cast.VILLAGE.code, home.id, "+8613905780011", created_at=self.clock.now())
        contact = Contact(self.ids.new(), person.id, "telegram", BOT, "424242", "zh_CN")
        async with self.works.write() as work:
            await work.areas.put(cast.AREAS)
            await work.people.add_households([home])
            await work.people.add([person])
            await work.contacts.add(contact)
        return person, contact

    async def delivery(self, contact: Contact, *, lane: Lane = Lane.RED) -> UUID:
        message = Message(self.ids.new(), Subject.HELP_WANTED, self.ids.new(), True, self.clock.now(), {"note": "水进屋了"})
        delivery = self.ids.new()
        async with self.works.write() as work:
            await work.deliveries.add_message(message)
            await work.deliveries.add(message.id, [Target(delivery, lane, person=contact.person, contact=contact.id)], at=self.clock.now())
        return delivery

    async def claim(self, *, seconds: int = 30) -> list[UUID]:
        now = self.clock.now()
        async with self.works.write() as work:
            return [one.id for one in await work.deliveries.claim(now=now, until=now + timedelta(seconds=seconds), most=10)]


@pytest.fixture
async def store(database_url: str, databases: Databases) -> AsyncIterator[Store]:
    await migrated(database_url)
    nursery = Nursery()
    made = Store(databases, nursery=nursery)
    yield made
    await made.queues.close()
    await nursery.close()


async def test_the_migrations_lead_to_exactly_the_tables_of_the_house(database_url: str) -> None:
    await upgrade(database_url)
    assert await differences(database_url, models=metadata) == []


async def test_nothing_personal_lies_in_the_database_in_clear(store: Store) -> None:
    await store.somebody()
    await store.updates.receive(BOT, [Received(1, "424242", '{"update_id":1,"text":"林大山"}'.encode())])
    await store.dialogues.keep("424242", state="name", draft={"name": "林大山"}, update=1)
    said = ("林大山", "13905780011", "424242", "平乐村 1 号")
    async with store.databases.read() as connection:
        for table in metadata.sorted_tables:
            for row in (await connection.execute(sa.text(f'SELECT * FROM "{table.name}"'))).all():
                shown = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                assert not [word for word in said if word.encode() in shown], table.name


@pytest.mark.parametrize("deed", ["UPDATE audit SET action = 'x'", "DELETE FROM audit", "UPDATE audit_chain SET digest = digest", "DELETE FROM audit_chain"])
async def test_nobody_can_change_or_remove_a_row_of_the_audit_log(store: Store, deed: str) -> None:
    async with store.works.write() as work:
        await work.audit.add(AuditRow(store.ids.new(), store.clock.now(), None, "cli", "people.import", "3311", facts={"count": 5}))
    await Audit(store.works).chain()
    with pytest.raises(DBAPIError, match="append only"):
        async with store.databases.write() as connection:
            await connection.execute(sa.text(deed))
    assert await Audit(store.works).verify() is None


async def test_the_audit_chain_goes_on_where_it_stopped(store: Store) -> None:
    audit = Audit(store.works)
    for nth in range(3):
        async with store.works.write() as work:
            await work.audit.add(AuditRow(store.ids.new(), store.clock.now(), None, "cli", f"deed {nth}", "x"))
        assert await audit.chain() == 1
    assert (await audit.head())[0] == 3
    assert await audit.verify() is None


async def test_a_delivery_is_claimed_once_until_its_lease_runs_out(store: Store) -> None:
    _, contact = await store.somebody()
    delivery = await store.delivery(contact)
    assert await store.claim() == [delivery]
    assert await store.claim() == []
    store.clock.go_on(seconds=31)
    assert await store.claim() == [delivery]


async def test_the_most_urgent_lane_is_claimed_first(store: Store) -> None:
    _, contact = await store.somebody()
    slow = await store.delivery(contact, lane=Lane.BULK)
    fast = await store.delivery(contact, lane=Lane.RED)
    assert await store.claim() == [fast, slow]


async def test_a_claimed_delivery_says_whom_where_and_what(store: Store) -> None:
    person, contact = await store.somebody()
    await store.delivery(contact)
    now = store.clock.now()
    async with store.works.write() as work:
        (claimed,) = await work.deliveries.claim(now=now, until=now, most=1)
    assert (claimed.person, claimed.address, claimed.bot, claimed.attempt) == (person.id, "424242", BOT, 1)
    assert (claimed.message.fields, claimed.message.drill) == ({"note": "水进屋了"}, True)


async def test_what_was_sent_stays_sent_when_a_slower_sender_comes_with_less(store: Store) -> None:
    _, contact = await store.somebody()
    delivery = await store.delivery(contact)
    await store.claim()
    async with store.works.write() as work:
        await work.deliveries.settle([Settled(delivery, DeliveryState.SENT, message_id=7)])
    async with store.works.write() as work:
        await work.deliveries.settle([Settled(delivery, DeliveryState.FAILED, "blocked")])
    store.clock.go_on(seconds=3600)
    assert await store.claim() == []


async def test_a_put_off_delivery_waits_for_its_time(store: Store) -> None:
    _, contact = await store.somebody()
    delivery = await store.delivery(contact)
    await store.claim()
    later = store.clock.now() + timedelta(seconds=20)
    async with store.works.write() as work:
        await work.deliveries.settle([Settled(delivery, DeliveryState.PENDING, not_before=later)])
    assert await store.claim() == []
    store.clock.go_on(seconds=20)
    assert await store.claim() == [delivery]


async def test_an_update_that_comes_twice_is_one_row_and_is_answered_once(store: Store) -> None:
    update = Received(5, "424242", b'{"update_id":5}')
    assert await store.updates.receive(BOT, [update, update]) == 1
    assert await store.updates.receive(BOT, [update]) == 0
    (waiting,) = await store.updates.waiting(BOT, most=10)
    assert (waiting.update_id, waiting.body) == (5, b'{"update_id":5}')
    await store.updates.done(waiting.id)
    assert await store.updates.receive(BOT, [update]) == 0
    assert await store.updates.waiting(BOT, most=10) == []


async def test_updates_of_one_chat_share_a_lane_and_bots_do_not_mix(store: Store) -> None:
    await store.updates.receive(BOT, [Received(1, "a", b"{}"), Received(2, "b", b"{}"), Received(3, "a", b"{}")])
    await store.updates.receive(BOT + 1, [Received(1, "a", b"{}")])
    first, second, third = await store.updates.waiting(BOT, most=10)
    assert first.lane == third.lane != second.lane


async def test_the_third_fault_parks_an_update(store: Store) -> None:
    await store.updates.receive(BOT, [Received(1, "a", b"{}")])
    (waiting,) = await store.updates.waiting(BOT, most=1)
    assert [await store.updates.fault(waiting.id, reference="r") for _ in range(3)] == [1, 2, 3]
    assert await store.updates.waiting(BOT, most=1) == []
    assert await store.updates.parked(BOT) == 1


async def test_a_dialogue_goes_back_to_where_the_update_found_it(store: Store) -> None:
    await store.dialogues.keep("a", state="name", draft={}, update=1)
    await store.dialogues.keep("a", state="phone", draft={"name": "林"}, update=2)
    await store.dialogues.keep("a", state="village", draft={"name": "林", "phone": "1"}, update=2)
    await store.dialogues.rewind("a", update=2)
    assert await store.dialogues.load("a") == ("name", {})
    await store.dialogues.keep("a", state="phone", draft={"name": "林"}, update=2)
    await store.dialogues.rewind("a", update=3)
    assert await store.dialogues.load("a") == ("phone", {"name": "林"})


async def test_a_one_time_link_is_spent_by_one_of_two_who_come_together(store: Store) -> None:
    person, _ = await store.somebody()
    ticket = Ticket(store.ids.new(), b"digest", person.id, store.clock.now() + timedelta(minutes=2))
    async with store.works.write() as work:
        await work.sessions.add_ticket(ticket)
        await work.sessions.spend(ticket.id, at=store.clock.now())
    with pytest.raises(TicketSpent):
        async with store.works.write() as work:
            await work.sessions.spend(ticket.id, at=store.clock.now())


async def test_the_first_receipt_of_a_key_stands(store: Store) -> None:
    for order in ("first", "second"):
        async with store.works.write() as work:
            await work.receipts.keep("k", use_case="evacuations.approve", answer={"order": order}, at=store.clock.now())
    async with store.works.read() as work:
        assert await work.receipts.find("k") == {"order": "first"}
