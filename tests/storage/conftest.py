"""Every storage test runs on SQLite, and on PostgreSQL where MASHANG_TEST_POSTGRES_URL names a server."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import Databases, async_url, open_databases


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of this test's own: a file, or a database that is made and dropped again."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'mashang.db'}"
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


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[Databases]:
    async with open_databases(database_url) as opened:
        yield opened


async def told(server: str, statement: str) -> None:
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
