"""The delivery loop: the urgent first, a chat's messages in order, nothing twice, nothing lost, and an end within seconds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.nursery import Nursery
from domain.chats import Chat, ChatKind
from domain.deliveries import Delivery, Lane, Message, Subject
from scheduler.outbox import Outbox, Told
from services.audience import Audience
from services.deliveries import LEASE, Result, Sent
from storage.writer import GroupCommit
from tests.houses import BOT, Town, a_town
from tests.waiting import until

OK = Result(Sent.OK, 1)
LATER = Result(Sent.LATER)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


class Telegram:
    """A messenger in whose place a test decides. `hold` keeps everything that is sent in flight."""

    def __init__(self, says: Callable[[Delivery], Result] = lambda _: OK) -> None:
        self.says = says
        self.sent: list[str] = []
        self.in_flight: set[str] = set()
        self.most = 0
        self.pause = 0.0
        self.rests: dict[str, float] = {}
        self.released = asyncio.Event()
        self.released.set()

    def hold(self) -> None:
        self.released = asyncio.Event()

    def paused(self) -> float:
        return self.pause

    def rest(self, delivery: Delivery) -> float:
        return self.rests.get(delivery.address, 0.0)

    async def send(self, delivery: Delivery) -> Result:
        self.sent.append(f"{delivery.message.fields['n']}@{delivery.address}")
        self.in_flight.add(delivery.address)
        self.most = max(self.most, len(self.in_flight))
        await self.released.wait()
        self.in_flight.discard(delivery.address)
        return self.says(delivery)


class Post:
    """The house's real deliveries, with messages to numbered chats."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.audience = Audience(clock=town.clock, ids=town.house.ids)
        self.chats: dict[int, UUID] = {}

    async def write(self, n: str, *chats: int, lane: Lane = Lane.BLUE) -> UUID:
        message = Message(self.town.house.ids.derived("m", n), Subject.ORDER_LIFTED, UUID(int=1), False, self.town.clock.now(), {"n": n})
        async with self.town.house.works.write() as work:
            for number in chats:
                if number not in self.chats:
                    self.chats[number] = self.town.house.ids.new()
                    await work.chats.add(Chat(self.chats[number], BOT, str(number), ChatKind.GUEST, "en"))
            await self.audience.post(work, message, [self.chats[number] for number in chats], lane=lane)
        self.town.house.wakeups.publish("deliveries")
        return message.id

    async def states(self, *messages: UUID) -> dict[str, int]:
        counted: dict[str, int] = {}
        async with self.town.house.works.read() as work:
            for tally in (await work.deliveries.tallies(messages)).values():
                for name in ("sent", "failed", "pending", "unknown"):
                    counted[name] = counted.get(name, 0) + getattr(tally, name)
        return {name: count for name, count in counted.items() if count}


@pytest.fixture
def post(town: Town) -> Post:
    return Post(town)


@asynccontextmanager
async def outbox(town: Town, telegram: Telegram, *, in_flight: int = 8, ahead: int = 30, drain: bool = True) -> AsyncIterator[Outbox]:
    """A loop at work; without `drain` it dies with everything it has in hand."""
    nursery, service = Nursery(), town.house.services.deliveries
    batches: list[int] = []

    async def settle(told: Sequence[Told]) -> list[None]:
        batches.append(len(told))
        await service.settle(told)
        return [None] * len(told)

    settling = GroupCommit(settle, spawn=nursery.spawn)
    made = Outbox(service, telegram, settling=settling, clock=town.clock, wakeups=town.house.wakeups, in_flight=in_flight, ahead=ahead)
    running = nursery.spawn(made.run(), name="outbox")
    try:
        yield made
        if drain:
            telegram.released.set()
            made.stop()
            await asyncio.wait_for(running, 60)
    finally:
        await nursery.close()


async def test_everybody_is_written_to_once_eight_at_a_time(town: Town, post: Post) -> None:
    telegram = Telegram()
    telegram.hold()
    message = await post.write("a", *range(100))
    async with outbox(town, telegram):
        await until(lambda: len(telegram.in_flight) == 8)
        telegram.released.set()
        await until(lambda: len(telegram.sent) == 100)
    assert telegram.most == 8
    assert len(set(telegram.sent)) == 100
    assert await post.states(message) == {"sent": 100}


async def test_a_red_warning_passes_a_broadcast_that_waits(town: Town, post: Post) -> None:
    telegram = Telegram()
    telegram.hold()
    await post.write("blue", *range(200))
    async with outbox(town, telegram, in_flight=2):
        await until(lambda: len(telegram.in_flight) == 2)
        await post.write("red", *range(300, 310), lane=Lane.RED)
        telegram.released.set()
        await until(lambda: len(telegram.sent) == 210)
    last = max(place for place, said in enumerate(telegram.sent) if said.startswith("red"))
    assert last < 2 + 30 + 10


async def test_one_chats_messages_go_one_after_the_other_in_their_order(town: Town, post: Post) -> None:
    telegram = Telegram()
    for n in range(12):
        await post.write(f"{n:02}", 1, 2, 3)
        town.clock.go_on(seconds=0.01)
    telegram.hold()
    async with outbox(town, telegram):
        await until(lambda: len(telegram.in_flight) == 3)
        await asyncio.sleep(0.05)
        assert len(telegram.sent) == 3
        telegram.released.set()
        await until(lambda: len(telegram.sent) == 36)
    for chat in (1, 2, 3):
        assert [said for said in telegram.sent if said.endswith(f"@{chat}")] == [f"{n:02}@{chat}" for n in range(12)]


async def test_what_comes_after_a_message_that_was_put_off_goes_after_it(town: Town, post: Post) -> None:
    failed: set[str] = set()

    def says(delivery: Delivery) -> Result:
        first = delivery.message.fields["n"] == "1" and "1" not in failed
        failed.add(delivery.message.fields["n"])
        return LATER if first else OK

    telegram = Telegram(says)
    for n in range(1, 4):
        await post.write(str(n), 7)
        town.clock.go_on(seconds=0.01)
    await post.write("other", 8)
    async with outbox(town, telegram):
        await until(lambda: "other@8" in telegram.sent)
        assert telegram.sent == ["1@7", "other@8"]

        async def said(count: int) -> bool:
            town.clock.go_on(seconds=0.5)
            town.house.wakeups.publish("deliveries")
            return len(telegram.sent) >= count

        await until(lambda: said(5))
    assert [each for each in telegram.sent if each.endswith("@7")] == ["1@7", "1@7", "2@7", "3@7"]


async def test_a_red_warning_does_not_wait_for_a_blue_one_that_was_put_off(town: Town, post: Post) -> None:
    telegram = Telegram(lambda delivery: LATER if delivery.lane is Lane.BLUE else OK)
    async with outbox(town, telegram):
        await post.write("blue", 7)
        await until(lambda: telegram.sent == ["blue@7"])
        await post.write("red", 7, lane=Lane.RED)
        await until(lambda: telegram.sent == ["blue@7", "red@7"])


async def test_during_a_pause_nothing_is_held_and_no_try_is_used_up(town: Town, post: Post) -> None:
    telegram = Telegram()
    message = await post.write("a", *range(40))
    telegram.hold()
    async with outbox(town, telegram, in_flight=4):
        await until(lambda: len(telegram.in_flight) == 4)
        telegram.pause = 30.0
        telegram.says = lambda _: Result(Sent.LATER, after=timedelta(seconds=30))
        telegram.released.set()
        await until(lambda: held(town, 0))
        assert len(telegram.sent) == 4
        telegram.pause, telegram.says = 0.0, lambda _: OK
        town.clock.go_on(seconds=31)
        town.house.wakeups.publish("deliveries")
        await until(lambda: len(telegram.sent) == 44)
    async with town.house.works.read() as work:
        assert {row.tries for row in await work.deliveries.after(None, most=100)} == {0}
    assert await post.states(message) == {"sent": 40}


async def held(town: Town, count: int) -> bool:
    async with town.house.works.read() as work:
        return sum(row.state.value == "leased" for row in await work.deliveries.after(None, most=1000)) == count


async def test_a_chat_that_must_rest_holds_up_nobody_and_is_given_back(town: Town, post: Post) -> None:
    telegram = Telegram()
    telegram.rests = {"1": 45.0, "2": 0.5}
    await post.write("a", 1, 2, 3)
    async with outbox(town, telegram):
        await until(lambda: telegram.sent == ["a@3"])
        await until(lambda: held(town, 1))
        telegram.rests = {"1": 44.0}
        town.clock.go_on(seconds=0.5)
        await until(lambda: telegram.sent == ["a@3", "a@2"])
        telegram.rests = {}
        town.clock.go_on(seconds=45)
        town.house.wakeups.publish("deliveries")
        await until(lambda: telegram.sent == ["a@3", "a@2", "a@1"])


async def test_who_dies_loses_at_most_eight_answers_and_all_it_held_to_the_next_one(town: Town, post: Post) -> None:
    telegram = Telegram()
    telegram.hold()
    message = await post.write("a", *range(60))
    async with outbox(town, telegram, drain=False):
        await until(lambda: len(telegram.in_flight) == 8)
    first = list(telegram.sent)
    telegram = Telegram()
    town.clock.go_on(seconds=LEASE.total_seconds() + 1)
    async with outbox(town, telegram):
        await until(lambda: len(telegram.sent) == 60)
    assert len(first) == 8
    assert set(first) <= set(telegram.sent)
    assert await post.states(message) == {"sent": 60}


async def test_a_stop_finishes_what_is_in_flight_and_gives_back_the_rest(town: Town, post: Post) -> None:
    telegram = Telegram()
    telegram.hold()
    message = await post.write("a", *range(60))
    async with outbox(town, telegram) as made:
        await until(lambda: len(telegram.in_flight) == 8)
        made.stop()
        await asyncio.sleep(0.05)
        assert await post.states(message) == {"pending": 60}
    assert len(telegram.sent) == 8
    assert await post.states(message) == {"sent": 8, "pending": 52}
    assert await held(town, 0)


async def test_what_is_too_old_to_be_answered_in_time_is_given_back(town: Town, post: Post) -> None:
    telegram = Telegram()
    telegram.hold()
    await post.write("a", *range(4))
    async with outbox(town, telegram, in_flight=1):
        await until(lambda: len(telegram.in_flight) == 1)
        town.clock.go_on(seconds=LEASE.total_seconds() - 5)
        telegram.released.set()
        await until(lambda: len(telegram.sent) == 4)
    assert sorted(telegram.sent) == [f"a@{n}" for n in range(4)]


async def test_a_database_that_is_busy_for_a_while_loses_nothing(town: Town, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram, service = Telegram(), town.house.services.deliveries
    failures = iter([True, True, True])
    honest = service.settle

    async def settle(results: Sequence[Told]) -> None:
        if next(failures, False):
            raise OSError("disk full")
        await honest(results)

    monkeypatch.setattr(service, "settle", settle)
    message = await post.write("a", 1, 2, 3)
    async with outbox(town, telegram):

        async def all_sent() -> bool:
            town.clock.go_on(seconds=1)
            return await post.states(message) == {"sent": 3}

        await until(all_sent)
    assert sorted(telegram.sent) == ["a@1", "a@2", "a@3"]


async def test_two_loops_on_one_table_share_the_work(town: Town, post: Post) -> None:
    one, other = Telegram(), Telegram()
    message = await post.write("a", *range(80))
    async with outbox(town, one, ahead=10), outbox(town, other, ahead=10):
        await until(lambda: len(one.sent) + len(other.sent) == 80)
    assert one.sent and other.sent
    assert len({*one.sent, *other.sent}) == 80
    assert await post.states(message) == {"sent": 80}
