"""What one process at a time has in hand: a row per name, taken by a conditional write, let go by time when its holder dies."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Table, Text, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Databases
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.sealing import Sealing
from storage.types import IdType, UtcTime

leases = Table(
    "leases",
    metadata,
    Column("what", Text, primary_key=True),
    Column("holder", IdType, nullable=False),
    Column("until", UtcTime, nullable=False),
    info=kept(Retention.TRANSIENT),
)


class LeaseRows(Rows):
    """The table inside somebody's transaction. A lease that ran out is still its holder's until somebody takes it."""

    def __init__(self, connection: AsyncConnection, sealing: Sealing) -> None:
        super().__init__(connection, sealing)

    async def take(self, names: Collection[str], *, holder: UUID, now: datetime, until: datetime) -> set[str]:
        if not names:
            return set()
        # In order of names, so that two who want the same ones do not wait for each other.
        rows = [{"what": name, "holder": holder, "until": until} for name in sorted(set(names))]
        fresh = self._insert(leases).values(rows)
        mine = or_(leases.c.until <= now, leases.c.holder == holder)
        taken = fresh.on_conflict_do_update(index_elements=["what"], set_={"holder": holder, "until": until}, where=mine)
        return {row.what for row in await self._fetch(taken.returning(leases.c.what))}

    async def free(self, names: Collection[str], *, holder: UUID) -> set[str]:
        """Those of the holder's that nobody else is writing at this moment; they stay locked until the transaction ends."""
        asked = select(leases.c.what).where(leases.c.what.in_(sorted(names)), leases.c.holder == holder).with_for_update(skip_locked=True)
        return {row.what for row in await self._fetch(asked)} if names else set()

    async def renew(self, names: Collection[str], *, holder: UUID, until: datetime) -> set[str]:
        renewed = update(leases).where(leases.c.what.in_(sorted(names)), leases.c.holder == holder).values(until=until)
        return {row.what for row in await self._fetch(renewed.returning(leases.c.what))} if names else set()

    async def release(self, names: Collection[str], *, holder: UUID) -> None:
        if names:
            await self._run(delete(leases).where(leases.c.what.in_(sorted(names)), leases.c.holder == holder))

    async def with_others(self, prefix: str, *, holder: UUID, now: datetime) -> set[str]:
        """Names that begin so and are in the hand of somebody else."""
        asked = select(leases.c.what).where(leases.c.what.startswith(prefix, autoescape=True), leases.c.holder != holder, leases.c.until > now)
        return {row.what for row in await self._fetch(asked)}


class SqlLeases:
    """Each call is one short transaction (services/processes.py)."""

    def __init__(self, databases: Databases, sealing: Sealing) -> None:
        self._databases = databases
        self._sealing = sealing

    async def take(self, names: Collection[str], *, holder: UUID, now: datetime, until: datetime) -> set[str]:
        async with self._databases.write() as connection:
            return await LeaseRows(connection, self._sealing).take(names, holder=holder, now=now, until=until)

    async def renew(self, names: Collection[str], *, holder: UUID, until: datetime) -> set[str]:
        """Never waits for one while it holds others: the intake takes and releases many in one transaction, in the order in which they come."""
        async with self._databases.write() as connection:
            rows = LeaseRows(connection, self._sealing)
            renewed = await rows.renew(await rows.free(names, holder=holder), holder=holder, until=until)
        for name in sorted(set(names) - renewed):
            async with self._databases.write() as connection:
                renewed |= await LeaseRows(connection, self._sealing).renew([name], holder=holder, until=until)
        return renewed

    async def release(self, names: Collection[str], *, holder: UUID) -> None:
        async with self._databases.write() as connection:
            await LeaseRows(connection, self._sealing).release(names, holder=holder)

    async def end_all(self) -> None:
        """Whoever holds anything is dead. Only for a house that is one process (storage/locks.py)."""
        async with self._databases.write() as connection:
            await connection.execute(delete(leases))
