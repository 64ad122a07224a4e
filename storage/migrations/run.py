"""Bringing a database to a revision, and asking it where it stands: for the app, the CLI and the tests alike.

Every walk is one transaction on both databases: it is done, or nothing happened, also after a kill. Two processes that walk
at once do it one after the other. In one process walk one database at a time: alembic keeps its context in a global.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import types
from storage.engine import async_url, is_sqlite, postgres_engine, sqlite_engine

HERE = Path(__file__).parent
VERSIONS = HERE / "versions"
BUSY_SECONDS = 30.0
ONE_WALK_AT_A_TIME = 0x6D61_7368_616E_67
OURS = (types.IdType, types.UtcTime, types.BlindIndex, types.Sealed)
OPTIONS: dict[str, Any] = {"render_as_batch": True, "transactional_ddl": True, "compare_type": True}


class ForeignKeyBroken(Exception):
    """A walk would have left rows that point at nothing; it was undone."""


async def upgrade(url: str | URL, revision: str = "head", *, versions: Path = VERSIONS) -> None:
    """Go up to the revision. Does nothing when the database is already there or further."""
    await walked(url, lambda config: command.upgrade(config, revision), versions=versions)


async def downgrade(url: str | URL, revision: str, *, versions: Path = VERSIONS) -> None:
    """Go down to the revision; "base" is the empty database, "-1" one step."""
    await walked(url, lambda config: command.downgrade(config, revision), versions=versions)


async def current(url: str | URL) -> str | None:
    """The revision this database stands at; None when it is empty or, for SQLite, not there yet (it is not made)."""
    where = async_url(url)
    if is_sqlite(where) and not Path(where.database or "").exists():
        return None
    async with connected(where, begin="BEGIN") as connection:
        return await connection.run_sync(lambda plain: MigrationContext.configure(plain).get_current_revision())


def newest(versions: Path = VERSIONS) -> str | None:
    """The revision this program was written for; None while there is none."""
    return ScriptDirectory.from_config(configured(versions)).get_current_head()


def steps(versions: Path = VERSIONS) -> list[str]:
    """Every revision, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(configured(versions)).walk_revisions()][::-1]


async def is_current(url: str | URL, *, versions: Path = VERSIONS) -> bool:
    """Whether the database stands exactly where this program expects it: neither behind nor ahead."""
    return await current(url) == newest(versions)


async def differences(url: str | URL, *, models: MetaData) -> list[object]:
    """What autogenerate would still change to make the database equal the models; empty when they agree."""

    def compared(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), models))

    async with connected(async_url(url), begin="BEGIN") as connection:
        return await connection.run_sync(compared)


async def revise(url: str | URL, message: str, *, models: MetaData, versions: Path = VERSIONS) -> Path:
    """Write the next revision, NNNN_message.py, from what the models have and this up-to-date database lacks. Read it through."""
    number = f"{len(steps(versions)) + 1:04d}"

    def written(config: Config) -> None:
        command.revision(config, message, autogenerate=True, rev_id=number)

    await walked(url, written, versions=versions, models=without_info(models))
    (made,) = versions.glob(f"{number}_*.py")
    return made


def without_info(models: MetaData) -> MetaData:
    """The same tables without what they say to us alone (a revision would try to write it down)."""
    bare = MetaData(naming_convention=models.naming_convention)
    for table in models.sorted_tables:
        table.to_metadata(bare).info.clear()
    return bare


def walk(context: ModuleType) -> None:
    """What env.py does: run the asked command on the connection that `walked` opened."""
    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"], target_metadata=attributes["models"], render_item=rendered, **OPTIONS
    )
    with context.begin_transaction():
        context.run_migrations()


async def walked(
    url: str | URL, walk: Callable[[Config], None], *, versions: Path, models: MetaData | None = None
) -> None:
    """One walk in one transaction, alone; undone when it fails or leaves a broken foreign key."""
    where = async_url(url)

    def here(connection: Connection) -> None:
        walk(configured(versions, connection=connection, models=models))

    async with connected(where) as connection:
        if not is_sqlite(where):
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_WALK_AT_A_TIME})"))
        await connection.run_sync(here)
        if is_sqlite(where):
            broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
            if broken:
                raise ForeignKeyBroken(f"{len(broken)} rows, the first in table {broken[0][0]}")


@asynccontextmanager
async def connected(where: URL, *, begin: str = "BEGIN IMMEDIATE") -> AsyncIterator[AsyncConnection]:
    """One transaction on a connection of its own. On SQLite foreign keys rest, since rebuilding a table drops it first."""
    if is_sqlite(where):
        engine = sqlite_engine(where, connections=1, begin=begin, busy_seconds=BUSY_SECONDS, foreign_keys=False)
    else:
        engine = postgres_engine(where, connections=1, busy_seconds=BUSY_SECONDS)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


def configured(versions: Path, *, connection: Connection | None = None, models: MetaData | None = None) -> Config:
    """Alembic's settings, without a file."""
    config = Config(attributes={"connection": connection, "models": models})
    for name, value in (
        ("script_location", str(HERE)),
        ("version_locations", str(versions)),
        ("path_separator", "newline"),
        ("file_template", "%(rev)s_%(slug)s"),
    ):
        config.set_main_option(name, value.replace("%", "%%"))
    return config


def rendered(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """How a revision writes our types: by name where the database type differs, else as the plain type they are stored as."""
    if kind != "type":
        return False
    if isinstance(item, OURS):
        return f"types.{type(item).__name__}()"
    return "sa.Text()" if isinstance(item, types.TextEnum | types.JsonText) else False
