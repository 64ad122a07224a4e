"""Telegram hears "received" only about what is durable."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from app.nursery import Nursery
from lab.simulator import tally
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from services.intake import Received
from storage.memory import MemoryWakeups
from tests.bot.conftest import MEI, SkippingClock
from tests.waiting import until

if TYPE_CHECKING:
    from aiogram import Bot


class Memory:
    """An intake in memory, which may fail so many times."""

    def __init__(self, *, fail: int = 0) -> None:
        self.fail = fail
        self.asked = 0
        self.stored: list[int] = []

    async def receive(self, bot: int, updates: list[Received]) -> int:
        self.asked += 1
        if self.fail:
            self.fail -= 1
            raise OSError("disk full")
        self.stored += [one.update_id for one in updates if one.update_id not in self.stored]
        return len(updates)


@asynccontextmanager
async def polling(bot: "Bot", memory: Memory, clock: SkippingClock, wakeups: MemoryWakeups | None = None) -> AsyncIterator[Any]:
    from bot.intake import Poller

    nursery = Nursery()
    updates: Any = memory
    poller = Poller(bot, updates=updates, allowed=["message"], wakeups=wakeups or MemoryWakeups(), clock=clock)
    running = nursery.spawn(poller.run(), name="updates")
    try:
        yield poller
        poller.stop()
        await asyncio.wait_for(running, 20)
    finally:
        await nursery.close()


async def test_an_update_is_confirmed_only_after_it_was_stored(bot: "Bot", lab: Remote, clock: SkippingClock) -> None:
    number = (await lab.start(MEI))["update_id"]
    memory = Memory(fail=1_000_000)
    async with polling(bot, memory, clock):
        await until(lambda: memory.asked >= 3)
        assert memory.stored == []
        assert tally.unconfirmed(await lab.log()) == [number]
        memory.fail = 0
        await until(lambda: memory.stored == [number])
    assert clock.slept[:3] == [1.0, 2.0, 4.0]


async def test_what_comes_during_a_poll_is_stored_at_once_and_rings(bot: "Bot", lab: Remote, simulator: Simulator, clock: SkippingClock) -> None:
    memory, wakeups = Memory(), MemoryWakeups()
    async with wakeups.subscribe("updates") as ticks, polling(bot, memory, clock, wakeups):
        await until(lambda: simulator.world.account(None).poll > 0)
        numbers = [(await lab.say(MEI, text))["update_id"] for text in ("/start", "two")]
        await asyncio.wait_for(anext(ticks), 60)
        await until(lambda: memory.stored == numbers)
        await until(lambda: not simulator.world.account(None).queue.pending())


async def test_it_begins_with_what_telegram_still_holds_and_asks_only_for_our_kinds(
    bot: "Bot", lab: Remote, simulator: Simulator, clock: SkippingClock
) -> None:
    number = (await lab.start(MEI))["update_id"]
    memory = Memory()
    async with polling(bot, memory, clock):
        await until(lambda: memory.stored == [number])
        await until(lambda: simulator.world.account(None).poll > 1)
        assert simulator.world.account(None).queue.allowed == {"message"}


@pytest.mark.parametrize("trouble", [{"kind": "error", "status": 502}, {"kind": "garbage"}, {"kind": "cut"}, {"kind": "retry_after", "seconds": 9}])
async def test_a_failing_telegram_is_asked_again_after_a_pause(bot: "Bot", lab: Remote, clock: SkippingClock, trouble: dict[str, Any]) -> None:
    await lab.fault(method="getUpdates", times=2, **trouble)
    number = (await lab.start(MEI))["update_id"]
    memory = Memory()
    async with polling(bot, memory, clock):
        await until(lambda: memory.stored == [number])
    assert clock.slept == ([9.0, 9.0] if trouble["kind"] == "retry_after" else [1.0, 2.0])


async def test_an_update_of_an_unknown_shape_does_not_stop_the_others(bot: "Bot", lab: Remote, simulator: Simulator, clock: SkippingClock) -> None:
    queue = simulator.world.account(None).queue
    queue.put("message", {"chat": {"id": MEI, "type": "telepathic"}, "thought": True}, chat_id=MEI)
    number = (await lab.start(MEI))["update_id"]
    memory = Memory()
    async with polling(bot, memory, clock):
        await until(lambda: number in memory.stored)
    assert memory.stored == [number - 1, number]


async def test_a_webhook_that_is_still_set_is_taken_away_without_dropping_anything(bot: "Bot", lab: Remote, clock: SkippingClock) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s3cret_-")
    number = (await lab.start(MEI))["update_id"]
    memory = Memory()
    async with polling(bot, memory, clock):
        await until(lambda: number in memory.stored)


async def test_a_token_that_is_nobodys_ends_the_loop_loudly(simulator: Simulator, clock: SkippingClock) -> None:
    from aiogram.exceptions import TelegramUnauthorizedError

    from bot.factory import make_bot
    from bot.intake import Poller

    stranger = make_bot("999:nobody", api_url=simulator.url)
    updates: Any = Memory()
    with pytest.raises(TelegramUnauthorizedError):
        await Poller(stranger, updates=updates, allowed=[], wakeups=MemoryWakeups(), clock=clock).run()
    await stranger.session.close()
