"""Databases of one test: a file, or on the server that MASHANG_TEST_POSTGRES_URL names one that is made and dropped again."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import async_url, is_sqlite
from storage.migrations.run import upgrade

FILE, SERVER = "mashang.db", "MASHANG_TEST_POSTGRES_URL"


@asynccontextmanager
async def an_empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of one; skips the test for `postgres` without a server. A server that is named and unreachable fails it."""
    async with a_place_for_one(kind, folder) as url:
        if not is_sqlite(async_url(url)):
            await told(f'CREATE DATABASE "{async_url(url).database}"')
        yield url


@asynccontextmanager
async def a_place_for_one(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database that is still to be made, as a copy of another; dropped at the end."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / FILE}"
        return
    if not os.environ.get(SERVER):
        pytest.skip("MASHANG_TEST_POSTGRES_URL is not set: no PostgreSQL to try this on")
    url = an_address()
    try:
        yield url
    finally:
        await drop(url)


def an_address() -> str:
    """Of a database on the server that nobody has made yet."""
    return async_url(os.environ[SERVER]).set(database=f"test_{uuid4().hex}").render_as_string(hide_password=False)


async def drop(url: str) -> None:
    await told(f'DROP DATABASE IF EXISTS "{async_url(url).database}" WITH (FORCE)')


async def a_model(url: str) -> str:
    """A new and empty database of the same kind as that at `url`, from which others are copied until this process ends."""
    if is_sqlite(async_url(url)):
        return f"sqlite:///{Path(mkdtemp(dir=shelf())) / FILE}"
    models().append(model := an_address())
    await told(f'CREATE DATABASE "{async_url(model).database}"')
    return model


async def copied(model: str, url: str) -> None:
    """The database at `url` is from now on what `model` is. Nobody may have either of them open."""
    if is_sqlite(async_url(url)):
        Path(str(async_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(async_url(model).database), str(async_url(url).database))
        return
    await drop(url)
    await told(f'CREATE DATABASE "{async_url(url).database}" TEMPLATE "{async_url(model).database}"')


async def migrated(url: str) -> None:
    """All tables of the house in an empty database; made once and copied."""
    kind = async_url(url).drivername
    if kind not in upgraded():
        model = await a_model(url)
        await upgrade(model)
        upgraded()[kind] = model
    await copied(upgraded()[kind], url)


@cache
def models() -> list[str]:
    """The databases on servers that this process keeps to copy from."""
    return []


@cache
def upgraded() -> dict[str, str]:
    """By kind of database: one that has all tables and no row."""
    return {}


@cache
def shelf() -> Path:
    """Where files lie that are copied from."""
    return Path(mkdtemp(prefix="mashang-models-"))


async def forget_models() -> None:
    """The process ends."""
    shutil.rmtree(shelf(), ignore_errors=True)
    for model in models():
        await drop(model)


async def told(statement: str) -> None:
    engine = create_async_engine(async_url(os.environ[SERVER]), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()
