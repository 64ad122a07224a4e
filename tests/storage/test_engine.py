"""Two doors to one database: what a writer promises, what a reader sees, and who waits for whom."""

import asyncio
import sqlite3
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.engine import DatabaseBusy, Databases, async_url, is_sqlite, open_databases
from storage.types import IdType
from tests.waiting import until

facts = sa.MetaData()
orders = sa.Table("orders", facts, sa.Column("number", sa.BigInteger, primary_key=True), sa.Column("word", sa.Text))
members = sa.Table("members", facts, sa.Column("order", sa.ForeignKey("orders.number")), sa.Column("id", IdType))

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO orders VALUES (100, 'theirs')")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
connection.close()
"""


@pytest.fixture
async def made(databases: Databases) -> Databases:
    async with databases.write() as connection:
        await connection.run_sync(facts.create_all)
    return databases


async def put(databases: Databases, number: int, word: str = "ours") -> None:
    async with databases.write() as connection:
        await connection.execute(sa.insert(orders), {"number": number, "word": word})


async def numbers(databases: Databases) -> list[int]:
    async with databases.read() as connection:
        return list((await connection.execute(sa.select(orders.c.number).order_by(orders.c.number))).scalars())


@asynccontextmanager
async def another_process_writing(file: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program that holds the write lock until a line is written to it."""
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, file, stdin=PIPE, stdout=PIPE)
    assert program.stdin is not None and program.stdout is not None
    try:
        assert (await program.stdout.readline()).strip() == b"held"
        yield program
    finally:
        program.stdin.close()
        await program.wait()


async def test_a_clean_exit_commits(made: Databases) -> None:
    await put(made, 1)
    assert await numbers(made) == [1]


async def test_an_error_undoes_everything(made: Databases) -> None:
    with pytest.raises(ZeroDivisionError):
        async with made.write() as connection:
            await connection.execute(sa.insert(orders), {"number": 1})
            raise ZeroDivisionError
    assert await numbers(made) == []
    await put(made, 2)
    assert await numbers(made) == [2]


async def test_a_cancelled_write_is_undone_wherever_it_was(made: Databases) -> None:
    async def two(number: int, started: asyncio.Event) -> None:
        async with made.write() as connection:
            started.set()
            await connection.execute(sa.insert(orders), {"number": number})
            await connection.execute(sa.insert(orders), {"number": -number})

    for number in range(1, 31):
        started = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(two(number, started))
            await started.wait()
            for _ in range(number % 10):
                await asyncio.sleep(0)
            task.cancel()
    kept = await numbers(made)
    assert all(-number in kept for number in kept)
    await put(made, 1000)
    assert 1000 in await numbers(made)


async def test_a_reader_sees_one_moment_while_others_write(made: Databases) -> None:
    await put(made, 1)
    async with made.read() as connection:
        count = sa.select(sa.func.count()).select_from(orders)
        before = (await connection.execute(count)).scalar_one()
        await put(made, 2)
        after = (await connection.execute(count)).scalar_one()
    assert (before, after) == (1, 1)
    assert await numbers(made) == [1, 2]


async def test_a_reader_cannot_write(made: Databases) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"):
        async with made.read() as connection:
            await connection.execute(sa.insert(orders), {"number": 1})
    assert await numbers(made) == []


async def test_a_row_that_points_at_nothing_is_refused(made: Databases) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        async with made.write() as connection:
            await connection.execute(sa.insert(members), {"order": 404})


async def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(made: Databases) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        async with made.write(), made.write():
            pass
    await put(made, 1)


async def test_many_writers_at_once_all_come_through(made: Databases) -> None:
    await asyncio.gather(*(put(made, number) for number in range(40)))
    assert await numbers(made) == list(range(40))


async def test_more_readers_than_connections_take_turns(made: Databases) -> None:
    await put(made, 1)
    assert await asyncio.gather(*(numbers(made) for _ in range(20))) == [[1]] * 20


async def test_a_table_and_its_rows_come_together_or_not_at_all(databases: Databases) -> None:
    with pytest.raises(ZeroDivisionError):
        async with databases.write() as connection:
            await connection.run_sync(facts.create_all)
            await connection.execute(sa.insert(orders), {"number": 1})
            raise ZeroDivisionError
    async with databases.read() as connection:
        assert await connection.run_sync(lambda plain: sa.inspect(plain).get_table_names()) == []


async def test_a_row_that_somebody_holds_too_long_is_busy(database_url: str) -> None:
    async with open_databases(database_url, busy_seconds=0.1) as ours, open_databases(database_url) as theirs:
        async with ours.write() as connection:
            await connection.run_sync(facts.create_all)
        await put(ours, 1)
        change = sa.update(orders).values(word="changed")
        async with theirs.write() as other:
            await other.execute(change)
            with pytest.raises(DatabaseBusy):
                async with ours.write() as connection:
                    await connection.execute(change)
        async with ours.write() as connection:
            await connection.execute(change)


async def test_closing_ends_every_thread_of_the_driver(database_url: str) -> None:
    before = set(threading.enumerate())
    async with open_databases(database_url) as databases:
        async with databases.write() as connection:
            await connection.run_sync(facts.create_all)
        await asyncio.gather(*(numbers(databases) for _ in range(8)))
        if is_sqlite(databases.url):
            assert set(threading.enumerate()) > before
    await until(lambda: set(threading.enumerate()) <= before)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A SQLite file with the tables in it."""
    path = str(tmp_path / "mashang.db")
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE orders (number INTEGER PRIMARY KEY, word TEXT)")
    connection.close()
    return path


async def test_sqlite_survives_a_power_cut_and_checks_references(file: str) -> None:
    async with open_databases(f"sqlite:///{file}") as databases, databases.write() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "query_only")
        said = [(await connection.execute(sa.text(f"PRAGMA {name}"))).scalar_one() for name in names]
    assert said == ["wal", 2, 1, 0]


async def test_a_command_beside_a_running_service_waits_for_its_turn(file: str) -> None:
    async with open_databases(f"sqlite:///{file}") as databases, another_process_writing(file) as program:
        async with asyncio.TaskGroup() as group:
            ours = group.create_task(put(databases, 1))
            assert await numbers(databases) == []
            assert not ours.done()
            assert program.stdin is not None
            program.stdin.write(b"enough\n")
        assert await numbers(databases) == [1, 100]


async def test_a_process_that_never_lets_go_makes_us_busy_and_nothing_is_written(file: str) -> None:
    async with open_databases(f"sqlite:///{file}", busy_seconds=0.05) as databases, another_process_writing(file):
        with pytest.raises(DatabaseBusy, match=r"0\.05 s"):
            await put(databases, 1)
        assert await numbers(databases) == []


async def test_writers_of_one_process_go_in_the_order_they_came(file: str) -> None:
    made = "CREATE TABLE came (at INTEGER PRIMARY KEY, number INTEGER)"
    noted = "CREATE TRIGGER noted AFTER INSERT ON orders BEGIN INSERT INTO came (number) VALUES (new.number); END"
    async with open_databases(f"sqlite:///{file}") as databases:
        async with databases.write() as connection:
            await connection.execute(sa.text(made))
            await connection.execute(sa.text(noted))
        async with asyncio.TaskGroup() as group:
            for number in (5, 3, 8, 1, 9, 2, 7, 0, 6, 4):
                group.create_task(put(databases, number))
        async with databases.read() as connection:
            came = list((await connection.execute(sa.text("SELECT number FROM came ORDER BY at"))).scalars())
    assert came == [5, 3, 8, 1, 9, 2, 7, 0, 6, 4]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("sqlite:///var/mashang.db", "sqlite+aiosqlite:///var/mashang.db"),
        ("sqlite+aiosqlite:////var/mashang.db", "sqlite+aiosqlite:////var/mashang.db"),
        ("postgresql://user@host/name", "postgresql+asyncpg://user@host/name"),
        ("postgres://user@host/name", "postgresql+asyncpg://user@host/name"),
    ],
)
def test_an_address_gets_our_driver(asked: str, given: str) -> None:
    assert async_url(asked).render_as_string() == given


@pytest.mark.parametrize(
    "asked", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg2://host/name", "words"]
)
def test_an_address_that_we_cannot_serve_is_refused(asked: str) -> None:
    with pytest.raises((ValueError, sa.exc.ArgumentError)):
        async_url(asked)
