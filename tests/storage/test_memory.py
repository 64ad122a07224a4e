"""Who waits for a topic hears of it once, and hears nothing of others."""

import asyncio

import pytest

from storage.memory import MemoryWakeups, Ticks


async def heard(ticks: Ticks) -> bool:
    """Whether a tick is there already."""
    try:
        async with asyncio.timeout(0):
            await anext(ticks)
    except TimeoutError:
        return False
    return True


async def test_what_was_published_since_the_last_look_is_one_tick() -> None:
    wakeups = MemoryWakeups()
    async with wakeups.subscribe("board") as ticks:
        for _ in range(5):
            wakeups.publish("board")
        assert await heard(ticks)
        assert not await heard(ticks)
        wakeups.publish("board")
        assert await heard(ticks)


async def test_every_listener_of_a_topic_hears_and_no_other() -> None:
    wakeups = MemoryWakeups()
    async with wakeups.subscribe("a") as one, wakeups.subscribe("a") as two, wakeups.subscribe("b") as other:
        wakeups.publish("a")
        assert await heard(one)
        assert await heard(two)
        assert not await heard(other)


async def test_a_sleeping_listener_wakes() -> None:
    wakeups = MemoryWakeups()
    woken = 0
    async with wakeups.subscribe("board") as ticks, asyncio.TaskGroup() as group:
        group.create_task(published(wakeups, "board"))
        async for _ in ticks:
            woken += 1
            break
    assert woken == 1


async def test_who_left_hears_nothing_and_is_forgotten() -> None:
    wakeups = MemoryWakeups()
    async with wakeups.subscribe("board") as ticks:
        pass
    wakeups.publish("board")
    assert not await heard(ticks)


async def test_publishing_to_nobody_is_harmless() -> None:
    MemoryWakeups().publish("board")


async def test_what_is_published_before_listening_is_not_heard() -> None:
    wakeups = MemoryWakeups()
    wakeups.publish("board")
    ticks = wakeups.subscribe("board")
    wakeups.publish("board")
    async with ticks:
        assert not await heard(ticks)


@pytest.mark.parametrize("failing", [ValueError, asyncio.CancelledError])
async def test_a_listener_that_fails_is_forgotten_too(failing: type[BaseException]) -> None:
    wakeups = MemoryWakeups()
    with pytest.raises(failing):
        async with wakeups.subscribe("board") as ticks:
            raise failing
    wakeups.publish("board")
    assert not await heard(ticks)


async def published(wakeups: MemoryWakeups, topic: str) -> None:
    wakeups.publish(topic)
