"""Every storage test runs on SQLite, and on PostgreSQL where MASHANG_TEST_POSTGRES_URL names a server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine import Databases, open_databases
from tests.databases import an_empty_database


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of this test's own."""
    async with an_empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def databases(database_url: str) -> AsyncIterator[Databases]:
    async with open_databases(database_url) as opened:
        yield opened
