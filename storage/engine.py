"""Connections: one writer and several readers on SQLite, one pool on PostgreSQL, behind the same two doors."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from sqlalchemy import BINARY, URL, Connection, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.errors import Away

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}

LOCK_NOT_AVAILABLE = "55P03"


AWAY = ("08", "57P", "53300")
"""SQLSTATEs of a server that is not there, is being stopped, or takes nobody any more."""
CONNECT_SECONDS = 5.0
LONGER = 5.0
"""A statement may take so many seconds more than a lock may be waited for; then nobody is there to answer."""


class DatabaseAway(Away):
    """PostgreSQL does not answer, or the connection broke. What was under way may or may not have been written."""


class DatabaseBusy(Exception):
    """Somebody else held a lock for longer than we are willing to wait. Nothing was written."""


UNREACHED = (DatabaseAway, DatabaseBusy, NoConnectionLeft, ConnectionError, TimeoutError, socket.gaierror)
"""What a driver lets through as it is when there is nobody at the other end."""
OUT_OF_REACH = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}


def away(error: BaseException) -> bool:
    """Whether a fault means that the database cannot be reached or is held by others, rather than that our question was wrong."""
    if isinstance(error, DBAPIError):
        if isinstance(error.orig, sqlite3.Error):
            return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in OUT_OF_REACH
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, UNREACHED) or type(error) is OSError


def async_url(text: str | URL) -> URL:
    """The address with our driver. Accepts sqlite:///FILE and postgresql://…; ValueError for anything else."""
    url = make_url(text)
    if url.drivername not in DRIVERS:
        raise ValueError(f"a database is sqlite:///FILE or postgresql://…, not {url.drivername}")
    if url.drivername.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file: writer and readers are different connections")
    return url.set(drivername=DRIVERS[url.drivername])


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


class Databases:
    """Two doors to one database. Made by `open_databases`; nothing connects before the first door opens."""

    def __init__(self, url: URL, *, writer: AsyncEngine, reader: AsyncEngine, turn: asyncio.Lock | None) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader
        self._turn = turn
        self._writing: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: committed on a clean exit, rolled back on any error or cancellation.

        On SQLite writers of this process take turns in the order they came, and BEGIN IMMEDIATE waits for other
        processes; on PostgreSQL a statement waits for the rows it needs. DatabaseBusy after the busy time.
        A write inside a write of the same task is refused (RuntimeError), since it would wait for itself.
        """
        task = asyncio.current_task()
        assert task is not None
        if task in self._writing:
            raise RuntimeError("a write inside a write would wait for itself")
        self._writing.add(task)
        try:
            async with self._turns(), self._transaction(self._writer) as connection:
                yield connection
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise DatabaseBusy("a row or table stayed locked") from error
            raise
        finally:
            self._writing.discard(task)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot of what was committed, taken at the first statement. Writing through it fails on both databases."""
        async with self._transaction(self._reader) as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection and wait for the driver's threads to end."""
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """Committed on a clean exit, else rolled back; DatabaseAway when there is nobody to do either."""
        if is_sqlite(self.url):
            async with engine.begin() as connection:
                yield connection
            return
        try:
            async with engine.connect() as connection:
                transaction = await connection.begin()
                try:
                    yield connection
                    await transaction.commit()
                except BaseException as error:
                    # A rollback would wait for somebody who does not answer.
                    await (connection.invalidate() if is_away(error) else transaction.rollback())
                    raise
        except Exception as error:
            if is_away(error):
                raise DatabaseAway(type(error).__name__) from error
            raise

    @asynccontextmanager
    async def _turns(self) -> AsyncIterator[None]:
        if self._turn is None:
            yield
        else:
            async with self._turn:
                yield


def is_away(error: BaseException) -> bool:
    """Whether an error of PostgreSQL's driver says that nobody answers. Nothing else waits or connects inside a transaction."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None) or ""
        return error.connection_invalidated or state.startswith(AWAY) or isinstance(error, InterfaceError)
    return isinstance(error, OSError | TimeoutError | NoConnectionLeft)


def open_databases(url: str | URL, *, readers: int = 4, busy_seconds: float = 10.0) -> Databases:
    """The database at `url`; `readers` connections read at once (on PostgreSQL: twice as many connections in all).

    `busy_seconds` is how long a write waits for another process's write before it fails.
    """
    where = async_url(url)
    if is_sqlite(where):
        writer = sqlite_engine(where, connections=1, begin="BEGIN IMMEDIATE", busy_seconds=busy_seconds)
        reader = sqlite_engine(where, connections=readers, begin="BEGIN", busy_seconds=busy_seconds, query_only=True)
        return Databases(where, writer=writer, reader=reader, turn=asyncio.Lock())
    engine = postgres_engine(where, connections=2 * readers, busy_seconds=busy_seconds, longest=busy_seconds + LONGER)
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Databases(where, writer=engine, reader=snapshot, turn=None)


def sqlite_engine(
    url: URL, *, connections: int, begin: str, busy_seconds: float, query_only: bool = False, foreign_keys: bool = True
) -> AsyncEngine:
    """An engine of exactly so many connections (WAL, fsync at every commit) whose transactions start with `begin`."""
    engine = create_async_engine(url, pool_size=connections, max_overflow=0, hide_parameters=True)
    # Without this the dialect reads BINARY(16) back as NUMERIC, and a rebuilt table would be declared so.
    dialect = engine.dialect
    assert isinstance(dialect, SQLiteDialect)
    dialect.ischema_names = {**dialect.ischema_names, "BINARY": BINARY}
    settings = (
        f"PRAGMA busy_timeout={round(busy_seconds * 1000)}",
        "PRAGMA query_only=ON" if query_only else "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}",
    )

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for setting in settings:
            cursor.execute(setting)
        cursor.close()

    def begun(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        try:
            driver.run_async(lambda raw: raw.execute(begin))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise DatabaseBusy(f"the database was locked for more than {busy_seconds:g} s") from error
            raise

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "begin", begun)
    return engine


def postgres_engine(url: URL, *, connections: int, busy_seconds: float, longest: float | None = None) -> AsyncEngine:
    """An engine whose statements wait for a lock as long as SQLite would, and that survives a restart of the server.

    `longest` is how many seconds a statement may take before nobody is believed to be there; None for migrations.
    """
    asked = {"application_name": "mashang", "lock_timeout": str(round(busy_seconds * 1000)), "jit": "off"}
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=busy_seconds,
        hide_parameters=True,
        connect_args={"server_settings": asked, "timeout": CONNECT_SECONDS, "command_timeout": longest},
    )
