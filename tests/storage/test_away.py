"""PostgreSQL goes away, also without a word, and comes back: who asks is told within seconds, and the next one is served as if nothing had been."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.nursery import Nursery
from storage.engine import DatabaseAway, Databases, async_url, open_databases
from storage.writer import GroupCommit
from tests.databases import an_empty_database
from tests.waiting import until
from tests.wire import Wire, a_wire

BUSY = 0.5


@pytest.fixture
async def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Wire, Databases]]:
    monkeypatch.setattr("storage.engine.CONNECT_SECONDS", 1.0)
    monkeypatch.setattr("storage.engine.LONGER", 0.5)
    async with an_empty_database("postgres", tmp_path) as url, AsyncExitStack() as stack:
        where = async_url(url)
        wire = await stack.enter_async_context(a_wire(where.host or "127.0.0.1", where.port or 5432))
        databases = await stack.enter_async_context(open_databases(where.set(host="127.0.0.1", port=wire.port), busy_seconds=BUSY))
        async with databases.write() as connection:
            await connection.execute(sa.text("CREATE TABLE kept (number integer PRIMARY KEY)"))
        yield wire, databases


async def put(databases: Databases, number: int) -> None:
    async with databases.write() as connection:
        await connection.execute(sa.text("INSERT INTO kept VALUES (:number) ON CONFLICT DO NOTHING"), {"number": number})


async def count(databases: Databases) -> int:
    async with databases.read() as connection:
        return int((await connection.execute(sa.text("SELECT count(*) FROM kept"))).scalar_one())


async def test_a_server_that_refuses_is_away_at_once_and_back_at_once(wired: tuple[Wire, Databases]) -> None:
    wire, databases = wired
    await put(databases, 1)
    await wire.cut()
    for ask in (put(databases, 2), count(databases)):
        with pytest.raises(DatabaseAway):
            await asyncio.wait_for(ask, 20)
    await wire.mend()
    await put(databases, 3)
    assert await count(databases) == 2


async def test_a_server_that_says_nothing_any_more_is_away_within_seconds(wired: tuple[Wire, Databases]) -> None:
    wire, databases = wired
    await put(databases, 1)
    wire.silence()
    asked = [put(databases, 2), count(databases), *(count(databases) for _ in range(10))]
    told = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 30)
    assert {type(each) for each in told} == {DatabaseAway}
    await wire.mend()
    await put(databases, 3)
    assert await count(databases) >= 2


async def test_a_connection_that_breaks_in_the_middle_of_a_transaction_is_away_and_not_a_fault(wired: tuple[Wire, Databases]) -> None:
    wire, databases = wired
    with pytest.raises(DatabaseAway):
        async with databases.write() as connection:
            await connection.execute(sa.text("INSERT INTO kept VALUES (5)"))
            await wire.cut()
            await connection.execute(sa.text("INSERT INTO kept VALUES (6)"))
    await wire.mend()
    assert await count(databases) == 0


async def test_what_waits_for_one_commit_is_told_together_and_not_tried_one_by_one(wired: tuple[Wire, Databases]) -> None:
    wire, databases = wired
    runs: list[int] = []

    async def write(numbers: object) -> list[None]:
        runs.append(len(list(numbers)))  # type: ignore[call-overload]
        for number in numbers:  # type: ignore[attr-defined]
            await put(databases, number)
        return [None] * runs[-1]

    nursery = Nursery()
    together: GroupCommit[int, None] = GroupCommit(write, spawn=nursery.spawn)
    await wire.cut()
    told = await asyncio.gather(*(together.submit(number) for number in range(20)), return_exceptions=True)
    assert {type(each) for each in told} == {DatabaseAway}
    assert sum(runs) == 20
    await wire.mend()
    await together.submit(1)
    await until(lambda: count(databases))
    await nursery.close()
