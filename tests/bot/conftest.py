"""A real bot on loopback, a real house behind it, and a clock whose pauses take no time."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from app.nursery import Nursery
from lab.simulator.chats import BotProfile, Persona
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from services.intake import Received, Stored, Updates
from storage.memory import MemoryWakeups
from tests.fakes.clock import FakeClock
from tests.houses import Town, a_town
from tests.waiting import until

if TYPE_CHECKING:
    from aiogram import Bot, Dispatcher, Router

TOKEN = "4242:lab-token_A"
MEI = 1001
TOM = 1002
BOT_ID = 4242
HOLDER = UUID(int=7)
PERSONAS = (
    Persona(user_id=MEI, name="王小梅", language_code="zh-hans"),
    Persona(user_id=TOM, name="Tom", language_code="en"),
)


class SkippingClock(FakeClock):
    """Whoever sleeps moves the time and goes on at once; `slept` says for how long each time."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._at += timedelta(microseconds=math.ceil(seconds * 1e6))
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> SkippingClock:
    return SkippingClock()


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator({TOKEN: BotProfile(BOT_ID, "mashang_lab_bot", "码上")}, personas=PERSONAS)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def lab(simulator: Simulator) -> AsyncIterator[Remote]:
    async with aiohttp.ClientSession() as session:
        yield Remote(session, simulator.url)


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator["Bot"]:
    from bot.factory import make_bot

    made = make_bot(TOKEN, api_url=simulator.url, timeout=30.0)
    yield made
    await made.session.close()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with a_town(tmp_path) as town:
        yield town


class Watched:
    """An intake that may fail so many times; `hold_done` makes `done` hang, as a process that is killed there."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self.hold_done = False
        self.held = asyncio.Event()
        self.fail_waiting = 0
        self.fail_done = 0

    async def receive(self, bot: int, updates: Any) -> int:
        return await self._updates.receive(bot, updates)

    async def waiting(self, bot: int, *, most: int) -> list[Stored]:
        return await self._updates.waiting(bot, most=most)

    async def look(self, bot: int, *, most: int, holder: Any, now: Any) -> Any:
        if self.fail_waiting:
            self.fail_waiting -= 1
            raise OSError("no disk")
        return await self._updates.look(bot, most=most, holder=holder, now=now)

    async def take(self, bot: int, lanes: Any, **how: Any) -> list[Stored]:
        return await self._updates.take(bot, lanes, **how)

    async def release(self, lanes: Any, *, holder: Any) -> None:
        if not self.hold_done:
            await self._updates.release(lanes, holder=holder)

    async def done(self, update: Any, *, hand: Any = None, last: bool = False) -> None:
        if self.fail_done:
            self.fail_done -= 1
            raise OSError("disk full")
        if self.hold_done:
            self.held.set()
            await asyncio.Event().wait()
        await self._updates.done(update, hand=hand, last=last)

    async def fault(self, update: Any, *, reference: str, hand: Any = None) -> int:
        return await self._updates.fault(update, reference=reference, hand=hand)

    async def parked(self, bot: int) -> int:
        return await self._updates.parked(bot)


@dataclass
class Desk:
    """The plumbing over one house, driven step by step."""

    town: Town
    bot: "Bot"
    clock: SkippingClock
    updates: Watched
    wakeups: MemoryWakeups = field(default_factory=MemoryWakeups)

    def dispatcher(self, router: "Router") -> "Dispatcher":
        from bot.factory import Surface, make_dispatcher

        surface = Surface("https://ls.example.org", "short", "mashang_lab_bot", "https://t.me/mashang_lab_bot", ZoneInfo("Asia/Shanghai"))
        house = self.town.house
        return make_dispatcher(router, services=house.services, catalogues=house.catalogues, clock=self.clock, surface=surface, dialogues=house.dialogues)

    @asynccontextmanager
    async def answering(self, router: "Router", *, drain: bool = True, at_once: int = 32) -> AsyncIterator[Any]:
        """An answerer at work; without `drain` it dies with everything it has in hand."""
        from bot.intake import Answerer
        from bot.pacer import Pacer

        nursery = Nursery()
        answerer = Answerer(
            self.dispatcher(router), self.bot, updates=self.updates, dialogues=self.town.house.dialogues, catalogues=self.town.house.catalogues,
            pacer=Pacer(self.clock), clock=self.clock, wakeups=self.wakeups, spawn=nursery.spawn, holder=HOLDER, at_once=at_once,
        )  # fmt: skip
        running = nursery.spawn(answerer.run(), name="answers")
        try:
            yield answerer
            if drain:
                answerer.stop()
                await asyncio.wait_for(running, 60)
        finally:
            await nursery.close()

    async def fetch(self) -> None:
        """One look at Telegram: what is there goes into the intake."""
        import json

        from bot.polling import GetRawUpdates
        from services.updates_in import received

        raw = await self.bot(GetRawUpdates(timeout=0, allowed_updates=[]))
        await self.receive(*(received(json.dumps(update).encode()) for update in raw))
        if raw:
            await self.bot.get_updates(offset=raw[-1]["update_id"] + 1)

    async def receive(self, *updates: Received) -> None:
        await self.updates.receive(self.bot.id, updates)
        self.wakeups.publish("updates")

    async def answered(self, router: "Router") -> None:
        """Fetch, and answer until nothing waits any more."""
        await self.fetch()
        async with self.answering(router):
            await until(self.empty)

    async def empty(self) -> bool:
        return not await self.updates.waiting(self.bot.id, most=1)


@pytest.fixture
async def desk(town: Town, bot: "Bot", clock: SkippingClock) -> Desk:
    return Desk(town, bot, clock, Watched(town.house.updates))


def everybody() -> Any:
    from bot.rights import Open

    return Open.EVERYBODY


def routed(*handlers: tuple[Callable[..., Any], Any, Any]) -> "Router":
    """A router with these (handler, filter or None, right) on messages."""
    from aiogram import Router

    from bot.rights import on

    router = Router()
    for handler, wanted, may in handlers:
        on(router.message, handler, *([wanted] if wanted is not None else []), may=may)
    return router


async def texts(lab: Remote, user: int) -> list[str]:
    """What the bot said to somebody, in order."""
    seen = await lab.chat(user)
    return [each["message"].get("text", "") for each in seen["messages"] if each["message"]["from"]["is_bot"]]
