"""Deliveries, chats, visits and pauses on both databases: each target once, claimed by the index, in the order of urgency."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from domain.chats import Chat, ChatKind, ChatState
from domain.deliveries import DOUBT, DeliveryState, Lane, Message, Miss, Subject, Tally, Target
from domain.people import Contact, Person
from domain.visits import Outcome, Visit
from services.deliveries import Settled
from storage import types
from storage.deliveries import _due, deliveries
from storage.engine import Databases
from storage.migrations import run
from storage.pauses import SqlPauses
from tests.storage.test_work import BOT, Store
from tests.storage.test_work import store as _store

store = _store
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is said in the same words to both; tests/services/test_deliveries_on_both_databases.py plays it on PostgreSQL."""


class Post:
    """A message, and somebody of every kind to send it to."""

    def __init__(self, store: Store, person: Person, contact: Contact, chat: Chat, message: Message) -> None:
        self.store, self.person, self.contact, self.chat, self.message = store, person, contact, chat, message

    async def add(self, *targets: Target, seconds: float = 0) -> None:
        async with self.store.works.write() as work:
            await work.deliveries.add(self.message.id, targets, at=self.store.clock.now() + timedelta(seconds=seconds))

    def to_contact(self, lane: Lane = Lane.RED) -> Target:
        return Target(self.store.ids.new(), lane, person=self.person.id, contact=self.contact.id)

    def to_chat(self, lane: Lane = Lane.RED) -> Target:
        return Target(self.store.ids.new(), lane, chat=self.chat.id)

    def to_nobody(self) -> Target:
        return Target(self.store.ids.new(), Lane.RED, person=self.person.id, missed=Miss.NO_CHAT)

    async def tally(self) -> Tally:
        async with self.store.works.read() as work:
            return (await work.deliveries.tallies([self.message.id]))[self.message.id]


@pytest.fixture
async def post(store: Store) -> Post:
    person, contact = await store.somebody()
    chat = Chat(store.ids.new(), BOT, "-1001", ChatKind.GROUP, "en")
    message = Message(store.ids.new(), Subject.HELP_WANTED, store.ids.new(), False, store.clock.now(), {"note": "水进屋了"})
    async with store.works.write() as work:
        await work.chats.add(chat)
        await work.deliveries.add_message(message)
    return Post(store, person, contact, chat, message)


async def test_each_contact_chat_and_unreachable_person_is_one_row(post: Post) -> None:
    for _ in range(2):
        await post.add(post.to_contact(), post.to_chat(), post.to_nobody())
    assert await post.tally() == Tally(failed=1, pending=2, reasons={"no_chat": 1})


@ON_SQLITE
async def test_a_group_is_claimed_with_its_number_and_language_and_without_a_person(post: Post) -> None:
    await post.add(post.to_chat(), post.to_nobody())
    now = post.store.clock.now()
    async with post.store.works.write() as work:
        (claimed,) = await work.deliveries.claim(now=now, until=now + timedelta(seconds=30), most=9)
    assert (claimed.bot, claimed.address, claimed.language) == (BOT, "-1001", "en")
    assert (claimed.chat, claimed.contact, claimed.person) == (post.chat.id, None, None)
    assert (claimed.attempt, claimed.tries, claimed.leased_until) == (1, 0, now + timedelta(seconds=30))
    assert claimed.message == post.message


async def test_what_was_due_first_goes_first_within_its_lane(post: Post) -> None:
    store = post.store
    late, early = post.to_contact(Lane.BLUE), post.to_chat(Lane.BLUE)
    await post.add(late, seconds=2)
    await post.add(early, seconds=1)
    urgent = await store.delivery(post.contact, lane=Lane.ORANGE)
    store.clock.go_on(seconds=5)
    assert await store.claim() == [urgent, early.id, late.id]


@ON_SQLITE
async def test_a_copy_that_somebody_held_when_he_died_is_in_doubt(post: Post) -> None:
    await post.add(post.to_contact())
    await post.store.claim()
    post.store.clock.go_on(seconds=31)
    now = post.store.clock.now()
    async with post.store.works.write() as work:
        (again,) = await work.deliveries.claim(now=now, until=now, most=9)
    assert (again.attempt, again.doubtful) == (2, True)


async def test_cancelling_stops_what_waits_and_admits_what_may_be_out(post: Post) -> None:
    doubtful, waiting = post.to_contact(), post.to_chat()
    await post.add(doubtful, waiting)
    now = post.store.clock.now()
    async with post.store.works.write() as work:
        await work.deliveries.settle([Settled(doubtful.id, DeliveryState.PENDING, DOUBT)])
        assert await work.deliveries.cancel(post.message.id, at=now) == 2
        assert await work.deliveries.cancel(post.message.id, at=now + timedelta(seconds=1)) == 0
        kept = await work.deliveries.message(post.message.id)
    assert kept == replace(post.message, cancelled_at=now)
    assert await post.tally() == Tally(failed=1, unknown=1, reasons={"cancelled": 1, "unknown": 1})
    assert await post.store.claim() == []


@ON_SQLITE
async def test_a_retraction_goes_to_whoever_has_it_or_may_have_it(post: Post) -> None:
    await post.add(post.to_contact(), post.to_nobody())
    async with post.store.works.read() as work:
        assert await work.deliveries.reached([post.message.id]) == (set(), set())
    await post.add(post.to_chat(), seconds=60)
    await post.store.claim()
    async with post.store.works.read() as work:
        assert await work.deliveries.reached([post.message.id]) == ({post.contact.id}, set())


@ON_SQLITE
async def test_whoever_no_copy_reached_is_listed_with_the_reason(post: Post) -> None:
    reached = post.to_contact()
    await post.add(reached, post.to_nobody())
    async with post.store.works.write() as work:
        assert await work.deliveries.failures(post.message.id) == []
        assert await work.deliveries.missed(post.message.id, [post.person.id]) == set()
        await work.deliveries.settle([Settled(reached.id, DeliveryState.FAILED, "blocked")])
        assert [person for person, _ in await work.deliveries.failures(post.message.id)] == [post.person.id]
        assert await work.deliveries.targeted(post.message.id, [post.person.id, post.chat.id]) == {post.person.id}


async def test_what_is_good_no_more_is_found_due_or_not(post: Post) -> None:
    store = post.store
    until = store.clock.now() + timedelta(minutes=5)
    message = replace(post.message, id=store.ids.new(), good_until=until)
    async with store.works.write() as work:
        await work.deliveries.add_message(message)
        await work.deliveries.add(message.id, [post.to_contact(), post.to_nobody()], at=until + timedelta(hours=1))
    await post.add(post.to_contact())
    store.clock.go_on(minutes=5)
    now = store.clock.now()
    async with store.works.write() as work:
        over = await work.deliveries.claim_over(now=now, until=now + timedelta(seconds=30), most=9)
        assert await work.deliveries.claim_over(now=now, until=now, most=9) == []
    assert [(one.message.id, one.contact) for one in over] == [(message.id, post.contact.id)]


@ON_SQLITE
async def test_the_next_rows_are_found_by_the_index_however_many_wait(databases: Databases, post: Post) -> None:
    """A million rows that are not due yet, or less urgent, cost nothing: every lane is a search, none a scan or a sort of rows."""
    due = _due(post.store.clock.now(), 300)
    statement = sa.update(deliveries).where(deliveries.c.id.in_(due)).values(attempt=1)
    async with databases.read() as connection:
        asked = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in await connection.execute(sa.text(f"EXPLAIN QUERY PLAN {asked}"))]
    searches = [step for step in plan if "deliveries" in step]
    assert sorted({step.partition(" USING ")[2] for step in searches}) == [
        "INDEX ix_deliveries_due (lane=? AND not_before<?)",
        "INDEX ix_deliveries_leased (leased_until<?)",
        "INDEX sqlite_autoindex_deliveries_1 (id=?)",
    ]
    assert len(searches) == len(Lane) + 2


@ON_SQLITE
async def test_one_active_chat_has_a_number_and_gives_it_up_when_it_retires(post: Post) -> None:
    twin = replace(post.chat, id=post.store.ids.new())
    with pytest.raises(IntegrityError):
        async with post.store.works.write() as work:
            await work.chats.add(twin)
    async with post.store.works.write() as work:
        await work.chats.set_state([post.chat.id], ChatState.RETIRED)
        await work.chats.add(twin)
        assert await work.chats.at(bot=BOT, address="-1001") == twin
        await work.chats.move(twin, address="-1002")
        assert await work.chats.at(bot=BOT, address="-1002") == replace(twin, address="-1002")
        assert await work.chats.at(bot=BOT, address="-1001") == replace(post.chat, state=ChatState.RETIRED)


@ON_SQLITE
async def test_a_visit_is_kept_once_with_what_was_noted_at_the_door(post: Post) -> None:
    store = post.store
    visit = Visit(store.ids.new(), post.message.id, post.person.id, None, False, "no_chat", store.clock.now())
    seen = replace(visit, outcome=Outcome.NOT_FOUND, note="在女儿家", tries=1, tried_at=store.clock.now())
    async with store.works.write() as work:
        await work.visits.add([visit])
        await work.visits.add([replace(visit, id=store.ids.new())])
        await work.visits.change([seen])
        assert await work.visits.get(visit.id) == seen
        assert await work.visits.open_in([post.person.area[:6]]) == await work.visits.open_for(post.person.id) == [seen]
        assert await work.visits.open_in(["331121"]) == await work.visits.open_in([]) == []
        assert await work.visits.close(post.message.id, people=[store.ids.new()], outcome=Outcome.REACHED, at=store.clock.now()) == 0
        assert await work.visits.close(post.message.id, people=None, outcome=Outcome.WITHDRAWN, at=store.clock.now()) == 1
        assert await work.visits.open_for(post.person.id) == []
        assert [one.outcome for one in await work.visits.after(None, most=9)] == [Outcome.WITHDRAWN]


async def test_the_longest_pause_wins_and_is_forgotten_when_it_is_over(store: Store) -> None:
    pauses = SqlPauses(store.databases, store.works._sealing, clock=store.clock)
    now = store.clock.now()
    for chat, seconds in ((None, 30), (None, 10), (-1001, 60), (77, 5)):
        await pauses.keep(BOT, chat, now + timedelta(seconds=seconds))
    await pauses.keep(BOT + 1, None, now + timedelta(seconds=99))
    assert sorted(await pauses.load(BOT), key=str) == sorted(
        [(None, now + timedelta(seconds=30)), (-1001, now + timedelta(seconds=60)), (77, now + timedelta(seconds=5))], key=str
    )
    store.clock.go_on(seconds=31)
    assert await pauses.load(BOT) == [(-1001, now + timedelta(seconds=60))]
    await pauses.keep(BOT, None, store.clock.now() + timedelta(seconds=1))
    async with store.databases.read() as connection:
        assert (await connection.execute(sa.text("SELECT count(*) FROM pauses"))).scalar_one() == 3


async def test_copies_of_the_first_thread_know_their_person_after_the_step(database_url: str, databases: Databases) -> None:
    await run.upgrade(database_url, "0002")
    person, delivery = await an_old_delivery(databases)
    await run.upgrade(database_url, "0003")
    async with databases.read() as connection:
        asked = sa.text("SELECT person, tries, chat FROM deliveries WHERE id = :id").bindparams(sa.bindparam("id", delivery, types.IdType()))
        row = (await connection.execute(asked.columns(person=types.IdType(), tries=sa.Integer(), chat=types.IdType()))).one()
    assert tuple(row) == (person, 0, None)
    await run.downgrade(database_url, "0002")


async def an_old_delivery(databases: Databases) -> tuple[UUID, UUID]:
    """One person, one contact, one message and one copy of it, as the tables stood then."""
    ids = {name: UUID(int=number) for number, name in enumerate(("home", "person", "contact", "message", "delivery"), 1)}
    sealed, blind = bytes(29), bytes(32)
    tables: dict[str, dict[str, object]] = {
        "areas": {"code": "3311", "name": "x", "level": "city"},
        "households": {"id": ids["home"], "area": "3311", "number": "1", "address": sealed},
        "people": {
            "id": ids["person"], "name": sealed, "area": "3311", "household": ids["home"], "relation": "", "tags": "[]", "languages": "[]",
            "confirmed": True, "enrolled": False,
        },
        "contacts": {
            "id": ids["contact"], "person": ids["person"], "channel": "telegram", "bot": BOT, "address": sealed, "address_index": blind, "language": "en",
            "state": "active",
        },
        "messages": {"id": ids["message"], "subject": "order_lifted", "about": ids["home"], "drill": False, "made_at": 0, "fields": sealed},
        "deliveries": {
            "id": ids["delivery"], "message": ids["message"], "drill": False, "contact": ids["contact"], "lane": 1, "state": "pending", "attempt": 0,
            "not_before": 0,
        },
    }  # fmt: skip
    async with databases.write() as connection:
        for table, values in tables.items():
            given = [sa.bindparam(name, value, types.IdType() if isinstance(value, UUID) else None) for name, value in values.items()]
            marks = ", ".join(f":{name}" for name in values)
            await connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})").bindparams(*given))
    return ids["person"], ids["delivery"]
