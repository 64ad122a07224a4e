"""A backup: one file with everything that the database and the media folder held at one moment, of either kind of database.

Reading takes one snapshot, so it may be made while the house serves. What is sealed stays sealed; the keys are in it only when they were
asked for. How the file is built: storage/packs.py.
"""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic.runtime.migration import MigrationContext
from sqlalchemy import BINARY, BigInteger, Boolean, Column, Connection, Double, LargeBinary, Text, column, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from storage.engine import async_url, is_sqlite, postgres_engine, sqlite_engine
from storage.packs import COPIED, KEYS, MEDIA, Manifest, Office, Pack, TableOf, new_pack, seal
from storage.types import IdType

NOT_KEPT = frozenset({"alembic_version", "uploads", "sessions", "tickets", "logins", "processes", "leases"})
"""Tables whose rows are of the moment: who is signed in, files that wait half an hour, which processes live and what each has in hand."""
CHUNK = 500
KINDS: dict[str, TypeEngine[Any]] = {
    "id": IdType(), "int": BigInteger(), "bool": Boolean(), "real": Double(), "text": Text(), "bytes": LargeBinary(),
}  # fmt: skip


async def back_up(
    url: str, target: Path, *, media: Path, office: Office, now: datetime, keys: Path | None = None
) -> Manifest:
    """Write everything to a new file, readable by its owner alone; with `keys`, the office's secrets too. The file is whole or not there."""
    with new_pack(target, now=now) as pack:
        async with snapshot(url) as connection:
            revision = await connection.run_sync(lambda plain: MigrationContext.configure(plain).get_current_revision())
            layout = await connection.run_sync(laid_out)
            tables = [await put_table(pack, connection, name, columns) for name, columns in layout.items()]
            photos = await photo_ids(connection, layout)
        missing = put_photos(pack, media, photos)
        if keys is not None:
            put_keys(pack, keys)
        manifest = Manifest(
            "backup", office.issuer, office.mark, revision or "", now.isoformat(), async_url(url).get_backend_name(), tables,
            len(photos) - missing, missing, keys is not None, list(pack.members),
        )  # fmt: skip
        seal(pack, manifest, office)
    return manifest


def back_up_keys(target: Path, *, keys: Path, office: Office, now: datetime) -> Manifest:
    """Write the office's secrets alone to a new file, readable by its owner alone."""
    with new_pack(target, now=now) as pack:
        put_keys(pack, keys)
        manifest = Manifest("keys", office.issuer, office.mark, "", now.isoformat(), "", with_keys=True, members=list(pack.members))
        seal(pack, manifest, office)
    return manifest


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[AsyncConnection]:
    """One reading transaction of its own, beside whoever serves."""
    where = async_url(url)
    if is_sqlite(where):
        engine = sqlite_engine(where, connections=1, begin="BEGIN", busy_seconds=30, query_only=True)
    else:
        engine = postgres_engine(where, connections=1, busy_seconds=30).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        async with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        await engine.dispose()


def laid_out(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Every table with its columns and their kinds, as the database itself has them: it may be of an older version than this program."""
    here = inspect(connection)
    names = sorted(here.get_table_names())
    return {name: [(each["name"], kind_of(each["type"])) for each in here.get_columns(name)] for name in names if name != "alembic_version"}


def kind_of(stored: TypeEngine[Any]) -> str:
    """What a column of this type holds. LookupError for a type that no table of ours has."""
    name = type(stored).__name__.upper()
    if name == "UUID" or (isinstance(stored, BINARY) and stored.length == 16):
        return "id"
    for kind, names in (
        ("int", ("INTEGER", "BIGINT")), ("bool", ("BOOLEAN",)), ("real", ("DOUBLE", "DOUBLE_PRECISION", "FLOAT", "REAL")), ("text", ("TEXT", "VARCHAR")),
        ("bytes", ("BINARY", "BLOB", "BYTEA")),
    ):  # fmt: skip
        if name in names:
            return kind
    raise LookupError(f"no backup knows the type {name}")


async def put_table(pack: Pack, connection: AsyncConnection, name: str, columns: list[tuple[str, str]]) -> TableOf:
    """The rows of one table, one JSON array a line; sealed and hashed bytes in base64."""
    member, rows = f"tables/{name}.jsonl", 0
    with pack.open(member, packed=True) as write:
        if name not in NOT_KEPT:
            asked = select(*[typed(each, kind) for each, kind in columns]).select_from(table(name))
            async with connection.stream(asked, execution_options={"yield_per": CHUNK}) as found:
                async for some in found.partitions():
                    write("".join(json.dumps([said(value) for value in row], ensure_ascii=False, separators=(",", ":")) + "\n" for row in some).encode())
                    rows += len(some)
    return TableOf(name, member, columns, rows)


def typed(name: str, kind: str) -> Any:
    return column(name, KINDS[kind])


def said(value: object) -> object:
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode("ascii")
    return value.hex if isinstance(value, UUID) else value


async def photo_ids(connection: AsyncConnection, layout: dict[str, Any]) -> list[UUID]:
    if "media" not in layout:
        return []
    own: Column[UUID] = typed("id", "id")
    return [row.id for row in await connection.execute(select(own).select_from(table("media")).order_by(own))]


def put_photos(pack: Pack, media: Path, photos: list[UUID]) -> int:
    """The sealed files of these photos; how many are not there (somebody removed the photo after the snapshot was taken)."""
    missing = 0
    for photo in photos:
        name = f"{photo.hex[-2:]}/{photo.hex}.sealed"
        try:
            with (media / name).open("rb") as file:
                pack.put(MEDIA + name, iter(lambda file=file: file.read(COPIED), b""), packed=False)  # type: ignore[misc]
        except FileNotFoundError:
            missing += 1
    return missing


def put_keys(pack: Pack, keys: Path) -> None:
    for file in sorted(keys.iterdir()):
        if file.is_file():
            pack.put(KEYS + file.name, iter([file.read_bytes()]), packed=False)
