"""Leases under several writers: whoever renews many does not stand in the way of whoever takes and releases some of them."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select, update

from storage.engine import Databases, async_url, is_sqlite
from storage.leases import SqlLeases, leases
from storage.sealing import Sealing
from tests.waiting import until

NOW = datetime(2026, 7, 25, 12, 0, tzinfo=UTC)
SOON, LATER = NOW + timedelta(seconds=10), NOW + timedelta(seconds=20)
NAMES = ("chat 1", "chat 2", "chat 3")
ME = uuid4()
WITHIN = 60.0


def kept_in(databases: Databases) -> SqlLeases:
    return SqlLeases(databases, Sealing({1: bytes(32)}, index_key=bytes(32), random_bytes=secrets.token_bytes))


async def made(databases: Databases) -> SqlLeases:
    """With three in my hand."""
    async with databases.write() as connection:
        await connection.run_sync(leases.create)
    room = kept_in(databases)
    assert await room.take(NAMES, holder=ME, now=NOW, until=SOON) == set(NAMES)
    return room


async def test_what_is_in_my_hand_is_renewed_and_what_is_not_is_not(databases: Databases) -> None:
    room = await made(databases)
    assert await room.renew([*NAMES, "chat 4"], holder=ME, until=LATER) == set(NAMES)
    assert await room.renew(NAMES, holder=uuid4(), until=LATER) == set()
    async with databases.read() as connection:
        assert set((await connection.execute(select(leases.c.until))).scalars()) == {LATER}


async def test_a_renewal_and_a_transaction_that_writes_the_same_leases_in_another_order_both_come_through(databases: Databases) -> None:
    room = await made(databases)
    if is_sqlite(async_url(databases.url)):
        assert await room.renew(NAMES, holder=ME, until=LATER) == set(NAMES), "here one writes after the other"
        return
    async with databases.write() as connection:
        await connection.execute(delete(leases).where(leases.c.what == NAMES[1]))
        renewing = asyncio.ensure_future(room.renew(NAMES, holder=ME, until=LATER))
        await until(lambda: two_renewed(databases), within=WITHIN)
        async with asyncio.timeout(WITHIN):
            for name in (NAMES[2], NAMES[0]):
                await connection.execute(update(leases).where(leases.c.what == name).values(until=LATER))
        assert not renewing.done()
    assert await asyncio.wait_for(renewing, WITHIN) == {NAMES[0], NAMES[2]}


async def two_renewed(databases: Databases) -> bool:
    async with databases.read() as connection:
        return len((await connection.execute(select(leases.c.what).where(leases.c.until == LATER))).all()) == 2
