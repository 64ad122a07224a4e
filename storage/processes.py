"""The processes of one house, a row each; nothing of a person."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, Integer, Table, Text, delete, insert, select, update

from services.processes import Process
from storage.engine import Databases
from storage.metadata import Retention, kept, metadata
from storage.types import IdType, UtcTime

FORGOTTEN_AFTER = timedelta(days=1)

processes = Table(
    "processes",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("host", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("parts", Text, nullable=False),
    Column("degraded", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False, index=True),
    info=kept(Retention.TRANSIENT),
)


class SqlProcesses:
    """Each call is one short transaction."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def seen(self, process: Process) -> None:
        async with self._databases.write() as connection:
            told = await connection.execute(update(processes).where(processes.c.id == process.id).values(_row(process)))
            if not told.rowcount:
                await connection.execute(insert(processes).values(_row(process)))
            await connection.execute(delete(processes).where(processes.c.seen_at < process.seen_at - FORGOTTEN_AFTER))

    async def gone(self, process: UUID) -> None:
        async with self._databases.write() as connection:
            await connection.execute(delete(processes).where(processes.c.id == process))

    async def living(self, *, since: datetime) -> list[Process]:
        asked = select(processes).where(processes.c.seen_at >= since).order_by(processes.c.started_at, processes.c.id)
        async with self._databases.read() as connection:
            found = (await connection.execute(asked)).all()
        return [Process(row.id, row.host, row.number, _words(row.parts), _words(row.degraded), row.started_at, row.seen_at) for row in found]


def _row(process: Process) -> dict[str, object]:
    plain = {name: getattr(process, name) for name in ("id", "host", "number", "started_at", "seen_at")}
    return plain | {"parts": ",".join(process.parts), "degraded": ",".join(process.degraded)}


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))
