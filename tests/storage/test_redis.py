"""Wake-ups through a real Redis: to every process, without a fact in them, and without Redis still inside this one."""

import os
from collections.abc import AsyncIterator

import pytest

from app.clock import SystemClock
from app.nursery import Nursery
from storage.redis import RedisWakeups
from tests.waiting import until

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def url() -> str:
    given = os.environ.get("MASHANG_TEST_REDIS_URL")
    if not given:
        pytest.skip("MASHANG_TEST_REDIS_URL is not set: no Redis to try this on")
    return given


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    made = Nursery()
    yield made
    await made.close()


def wakeups(url: str, nursery: Nursery, *, office: str = "T1") -> RedisWakeups:
    made = RedisWakeups(url, office=office, clock=SystemClock(), spawn=nursery.spawn)
    made.start()
    return made


async def test_what_one_process_publishes_the_other_hears(url: str, nursery: Nursery) -> None:
    one, other = wakeups(url, nursery), wakeups(url, nursery)
    heard = []

    async def listen() -> None:
        async with other.subscribe("board") as ticks:
            async for _ in ticks:
                heard.append("board")

    nursery.spawn(listen(), name="listening")

    def told() -> bool:
        one.publish("board")
        return bool(heard)

    await until(told)


async def test_offices_on_one_redis_do_not_wake_each_other(url: str, nursery: Nursery) -> None:
    one, same, other = wakeups(url, nursery), wakeups(url, nursery), wakeups(url, nursery, office="T2")
    heard: list[str] = []

    async def listen(to: RedisWakeups, name: str) -> None:
        async with to.subscribe("board") as ticks:
            async for _ in ticks:
                heard.append(name)

    nursery.spawn(listen(same, "same"), name="same")
    nursery.spawn(listen(other, "other"), name="other")

    def told() -> bool:
        one.publish("board")
        return heard.count("same") > 2

    await until(told)
    assert "other" not in heard


async def test_without_redis_this_process_still_wakes_itself_and_says_that_it_is_degraded(nursery: Nursery) -> None:
    alone = wakeups(NOBODY, nursery)
    async with alone.subscribe("board") as ticks:
        alone.publish("board")
        await anext(ticks)
    await until(lambda: alone.degraded)
