"""Background work is kept, named, heard when it fails, and ended with the house."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator

import pytest

from app.nursery import Nursery, NurseryClosed

Heard = list[tuple[str, str, BaseException]]


@pytest.fixture
def heard() -> Heard:
    return []


@pytest.fixture
async def nursery(heard: Heard) -> AsyncIterator[Nursery]:
    made = Nursery(reference=lambda: "R-7", failed=lambda *failure: heard.append(failure))
    yield made
    assert await made.close(within=5) == []


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_work_is_done_and_its_answer_kept(nursery: Nursery) -> None:
    async def work() -> int:
        return 7

    assert await nursery.spawn(work(), name="sums") == 7
    await turns()
    assert nursery.names() == []


async def test_work_that_nobody_else_holds_is_not_collected(nursery: Nursery) -> None:
    done = asyncio.Event()

    async def work() -> None:
        await asyncio.get_running_loop().run_in_executor(None, gc.collect)
        done.set()

    nursery.spawn(work(), name="loop")
    assert nursery.names() == ["loop"]
    gc.collect()
    async with asyncio.timeout(5):
        await done.wait()


async def test_a_failure_is_logged_once_with_a_reference_and_told(
    nursery: Nursery, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        raise ZeroDivisionError

    nursery.spawn(work(), name="delivery")
    await turns()
    assert [(name, reference, type(error)) for name, reference, error in heard] == [
        ("delivery", "R-7", ZeroDivisionError)
    ]
    (line,) = caplog.records
    assert (line.levelno, line.getMessage()) == (logging.ERROR, "task delivery failed, reference R-7")
    assert line.exc_info is not None
    assert nursery.names() == []


async def test_two_failures_have_two_references(caplog: pytest.LogCaptureFixture) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    nursery = Nursery()
    for name in ("a", "b"):
        nursery.spawn(fails(), name=name)
    await turns()
    assert len({line.getMessage().rpartition(" ")[2] for line in caplog.records}) == 2


async def test_a_failure_does_not_stop_the_others(nursery: Nursery, heard: Heard) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    nursery.spawn(asyncio.Event().wait(), name="patient")
    nursery.spawn(fails(), name="broken")
    await turns()
    assert len(heard) == 1
    assert nursery.names() == ["patient"]


async def test_closing_cancels_and_waits_for_the_tidying_up(heard: Heard) -> None:
    nursery = Nursery(reference=lambda: "R-7", failed=lambda *failure: heard.append(failure))
    tidied: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            tidied.append(name)

    for name in ("a", "b"):
        nursery.spawn(work(name), name=name)
    await turns()
    assert await nursery.close() == []
    assert sorted(tidied) == ["a", "b"]
    assert heard == []


async def test_a_closed_nursery_starts_nothing() -> None:
    nursery = Nursery()
    await nursery.close()
    with pytest.raises(NurseryClosed, match="late"):
        nursery.spawn(asyncio.sleep(0), name="late")


async def test_work_that_will_not_end_is_named(caplog: pytest.LogCaptureFixture) -> None:
    nursery = Nursery()
    enough = asyncio.Event()

    async def stubborn() -> None:
        while not enough.is_set():
            try:
                await enough.wait()
            except asyncio.CancelledError:
                continue

    task = nursery.spawn(stubborn(), name="stubborn")
    await turns()
    assert await nursery.close(within=0.01) == ["stubborn"]
    assert "stubborn did not end" in caplog.text
    enough.set()
    await task


async def test_a_task_may_close_the_house_it_lives_in() -> None:
    nursery = Nursery()
    nursery.spawn(asyncio.Event().wait(), name="other")
    closing = nursery.spawn(nursery.close(), name="signal")
    assert await closing == []
