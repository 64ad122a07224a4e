"""Several processes answer one bot: a chat is in one hand at a time, in order, and what a dead one held is answered by another."""

import asyncio
import contextlib
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.clock import SystemClock
from app.nursery import Nursery
from bot.hands import Hands
from services.intake import Hand, Received
from storage.updates import LANE
from tests.bot.conftest import BOT_ID, HOLDER, Desk, everybody, routed
from tests.databases import an_empty_database
from tests.fakes.clock import FakeClock
from tests.houses import a_town
from tests.waiting import until

LEASE = timedelta(seconds=2.5)
"""Long enough for a machine that is busy with other tests to renew in time."""
ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with an_empty_database(request.param, tmp_path) as url:
        yield url


@dataclass
class Stage:
    """What is answered at this moment, over all processes, and what came to a good end."""

    rng: random.Random
    running: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    begun: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    together: int = 0

    async def tells(self, message: Any) -> None:
        chat, number = message.chat.id, int(message.text)
        self.running[chat] += 1
        self.together = max(self.together, self.running[chat])
        self.begun[chat].append(number)
        try:
            await asyncio.sleep(self.rng.random() * 0.04)
        finally:
            self.running[chat] -= 1


def written(number: int, *, chat: int) -> Received:
    who = {"id": chat, "is_bot": False, "first_name": "梅"}
    said = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private", "first_name": "梅"}, "from": who, "text": str(number)}
    return Received(number, str(chat), json.dumps({"update_id": number, "message": said}).encode())


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_chat_is_answered_by_one_at_a_time_in_order_and_nothing_is_lost_when_one_of_three_is_killed(
    url: str, tmp_path: Path, bot: Any, seed: int
) -> None:
    """Three processes; one is killed mid-way with all it has in hand, another is told to stop. Rows come while they answer."""
    rng = random.Random(seed)
    stage = Stage(rng)
    async with contextlib.AsyncExitStack() as stack:
        towns = [await stack.enter_async_context(a_town(tmp_path / "town", database_url=url, clock=FakeClock()))]
        desks = [Desk(towns[0], bot, SystemClock(), UpdatesOf(towns[0])) for _ in range(3)]  # type: ignore[arg-type]
        answerers = [await stack.enter_async_context(at_work(desk, stage, UUID(int=n))) for n, desk in enumerate(desks, 1)]
        numbers = list(range(1, 91))
        chats = {number: rng.randint(1, 8) for number in numbers}
        for start in range(0, 90, 15):
            await desks[0].updates.receive(BOT_ID, [written(number, chat=chats[number]) for number in numbers[start : start + 15]])
            for desk in desks:
                desk.wakeups.publish("updates")
            await asyncio.sleep(rng.random() * 0.1)
            if start == 30:
                await answerers[0].kill()
            if start == 60:
                answerers[1].answerer.stop()
        await until(lambda: ring_until_empty(desks))
    assert stage.together == 1
    for chat, begun in stage.begun.items():
        assert sorted(set(begun)) == [number for number in numbers if chats[number] == chat]
        assert begun == sorted(begun), f"chat {chat} out of order: {begun}"


async def ring_until_empty(desks: list[Desk]) -> bool:
    for desk in desks:
        desk.wakeups.publish("updates")
    return await desks[0].empty()


class UpdatesOf:
    """The intake of a town, as a desk wants it."""

    def __init__(self, town: Any) -> None:
        self._updates = town.house.updates

    def __getattr__(self, name: str) -> Any:
        return getattr(self._updates, name)


@dataclass
class AtWork:
    answerer: Any
    nursery: Nursery
    hands: Hands

    async def kill(self) -> None:
        """As if the process were gone: nothing is released, nothing renewed."""
        self.answerer._updates = Dead()
        self.hands._leases = Dead()
        await self.nursery.close()


class Dead:
    def __getattr__(self, name: str) -> Any:
        async def nothing(*_: Any, **__: Any) -> None:
            raise OSError("dead")

        return nothing


@contextlib.asynccontextmanager
async def at_work(desk: Desk, stage: Stage, holder: UUID) -> AsyncIterator[AtWork]:
    from bot.intake import Answerer
    from bot.pacer import Pacer

    nursery, house, clock = Nursery(), desk.town.house, SystemClock()
    answerer = Answerer(
        desk.dispatcher(routed((stage.tells, None, everybody()))), desk.bot, updates=house.updates, dialogues=house.dialogues,
        catalogues=house.catalogues, pacer=Pacer(clock), clock=clock, wakeups=desk.wakeups, spawn=nursery.spawn, holder=holder, lease=LEASE, at_once=4,
    )  # fmt: skip
    hands = Hands(answerer, house.leases, prefix=LANE, holder=holder, lease=LEASE, clock=clock)
    nursery.spawn(answerer.run(), name="answers")
    nursery.spawn(hands.run(), name="hands")
    try:
        yield AtWork(answerer, nursery, hands)
    finally:
        await nursery.close()


async def test_who_lost_a_chat_settles_nothing_in_it_any_more(desk: Desk) -> None:
    now = desk.clock.now()
    await desk.receive(written(1, chat=5), written(2, chat=5))
    seen = await desk.updates.look(BOT_ID, most=9, holder=ONE, now=now)
    first, second = await desk.updates.take(BOT_ID, seen.lanes, holder=ONE, now=now, until=now + LEASE, most=9)
    assert await desk.updates.take(BOT_ID, seen.lanes, holder=OTHER, now=now, until=now + LEASE, most=9) == []
    assert (await desk.updates.look(BOT_ID, most=9, holder=OTHER, now=now)).lanes == []
    later = now + LEASE
    assert (await desk.updates.look(BOT_ID, most=9, holder=OTHER, now=later)).lanes == seen.lanes
    assert len(await desk.updates.take(BOT_ID, seen.lanes, holder=OTHER, now=later, until=later + LEASE, most=9)) == 2
    await desk.updates.done(first.id, hand=Hand(ONE, first.lane), last=True)
    for _ in range(3):
        await desk.updates.fault(second.id, reference="late", hand=Hand(ONE, second.lane))
    assert [(row.update_id, row.faults) for row in await desk.updates.waiting(BOT_ID, most=9)] == [(1, 0), (2, 0)]
    await desk.updates.done(first.id, hand=Hand(OTHER, first.lane))
    assert [row.update_id for row in await desk.updates.waiting(BOT_ID, most=9)] == [2]


async def test_a_handler_whose_chat_was_taken_over_is_ended(desk: Desk) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow(message: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await desk.receive(written(1, chat=5))
    async with desk.answering(routed((slow, None, everybody()))) as answerer:
        await asyncio.wait_for(begun.wait(), 60)
        hands = Hands(answerer, desk.town.house.leases, prefix=LANE, holder=HOLDER, lease=LEASE, clock=desk.clock)
        await hands.renew()
        assert not ended.is_set()
        [lane], later = answerer.in_hand(), desk.clock.now() + timedelta(days=1)
        answerer.stop()
        assert await desk.updates.take(BOT_ID, [lane], holder=OTHER, now=later, until=later + LEASE, most=9)
        await hands.renew()
        await asyncio.wait_for(ended.wait(), 60)
    assert not await desk.empty()
