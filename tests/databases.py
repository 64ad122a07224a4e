"""An empty database for one test: a file, or on the server that MASHANG_TEST_POSTGRES_URL names one that is made and dropped again."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import async_url


@asynccontextmanager
async def an_empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of one; skips the test for `postgres` without a server. A server that is named and unreachable fails it."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'mashang.db'}"
        return
    server = os.environ.get("MASHANG_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("MASHANG_TEST_POSTGRES_URL is not set: no PostgreSQL to try this on")
    name = f"test_{uuid4().hex}"
    await told(server, f'CREATE DATABASE "{name}"')
    try:
        yield async_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        await told(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def told(server: str, statement: str) -> None:
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
