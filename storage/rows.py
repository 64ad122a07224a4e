"""What every noun's tables share: many rows at a time, and columns that are sealed where they stand."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast, overload
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Executable, Row, Select, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import Sealing

CHUNK = 500

Found = Row[*tuple[Any, ...]]
Values = dict[str, Any]


class Rows:
    """The tables of one noun over one connection, inside somebody else's transaction."""

    def __init__(self, connection: AsyncConnection, sealing: Sealing) -> None:
        self._connection = connection
        self._sealing = sealing

    async def _fetch(self, statement: Executable) -> Sequence[Found]:
        return (await self._connection.execute(statement)).all()

    async def _first(self, statement: Executable) -> Found | None:
        return (await self._connection.execute(statement)).first()

    async def _number(self, statement: Executable) -> int:
        """The one number that the statement gives; 0 when it gives nothing."""
        return int((await self._connection.execute(statement)).scalar() or 0)

    async def _among(self, asked: Select[Any], column: ColumnElement[Any], values: Iterable[object]) -> list[Found]:
        """The rows whose column is one of these values. The statement's order holds within 500 values, not beyond."""
        wanted = list(dict.fromkeys(values))
        found: list[Found] = []
        for start in range(0, len(wanted), CHUNK):
            found += await self._fetch(asked.where(column.in_(wanted[start : start + CHUNK])))
        return found

    async def _run(self, statement: Executable) -> int:
        """How many rows the statement touched."""
        return (await self._connection.execute(statement)).rowcount

    async def _highest(self, column: ColumnElement[str], prefix: str) -> int:
        """The highest number that stands behind this prefix; 0 when none does."""
        asked = select(column).where(column.startswith(prefix, autoescape=True)).order_by(func.length(column).desc(), column.desc()).limit(1)
        found = (await self._connection.execute(asked)).scalar()
        return int(found.removeprefix(prefix)) if found is not None else 0

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT of this database's own kind, which knows ON CONFLICT."""
        return postgresql.insert(table) if self._connection.dialect.name == "postgresql" else sqlite.insert(table)

    async def _add(self, table: Table, rows: Sequence[Values]) -> None:
        if rows:
            await self._connection.execute(self._insert(table), rows)

    async def _add_once(self, table: Table, rows: Sequence[Values]) -> None:
        """A row that is there already, by any of its keys, stays as it is."""
        if rows:
            await self._connection.execute(self._insert(table).on_conflict_do_nothing(), rows)

    async def _put(self, table: Table, rows: Sequence[Values]) -> None:
        """A row with a primary key that is there already is replaced."""
        if not rows:
            return
        statement = self._insert(table)
        keys = [column.name for column in table.primary_key]
        fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), rows)

    async def _change(self, table: Table, rows: Sequence[Values]) -> None:
        """Each row found by its `id` takes the other values."""
        if not rows:
            return
        given = [{("this" if name == "id" else name): value for name, value in row.items()} for row in rows]
        await self._connection.execute(update(table).where(table.c.id == bindparam("this")), given)

    @overload
    def _sealed(self, column: Column[Any], row: UUID | str, clear: str | bytes) -> bytes: ...
    @overload
    def _sealed(self, column: Column[Any], row: UUID | str, clear: str | bytes | None) -> bytes | None: ...
    def _sealed(self, column: Column[Any], row: UUID | str, clear: str | bytes | None) -> bytes | None:
        """The value sealed for this column of this row; nothing stays nothing."""
        if clear is None:
            return None
        return self._sealing.seal(clear, table=table_of(column), column=column.name, row=row)

    @overload
    def _opened(self, column: Column[Any], row: UUID | str, sealed: bytes) -> str: ...
    @overload
    def _opened(self, column: Column[Any], row: UUID | str, sealed: bytes | None) -> str | None: ...
    def _opened(self, column: Column[Any], row: UUID | str, sealed: bytes | None) -> str | None:
        """The text that was sealed for this column of this row; nothing stays nothing. Raises SealBroken."""
        if sealed is None:
            return None
        return self._sealing.unseal_text(sealed, table=table_of(column), column=column.name, row=row)

    def _sealed_json(self, column: Column[Any], row: UUID | str, clear: Mapping[str, object]) -> bytes:
        said = json.dumps(dict(clear), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return self._sealed(column, row, said)

    def _opened_json(self, column: Column[Any], row: UUID | str, sealed: bytes) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads(self._opened(column, row, sealed)))

    def _index(self, field: str, value: str | None) -> bytes | None:
        return None if value is None else self._sealing.index(field, value)

    def _indexes(self, field: str, values: Collection[str]) -> list[bytes]:
        return [self._sealing.index(field, value) for value in values]


def table_of(column: Column[Any]) -> str:
    table = column.table
    assert isinstance(table, Table)
    return table.name
