"""The intake: raw updates, sealed, one row each. What is done loses its body and keeps its number, so that it is never done twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake import FAULTS_BEFORE_PARKING, Received, Stored
from services.ports import Clock, Ids, Queues
from storage.engine import Databases
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows, Values
from storage.sealing import Sealing
from storage.types import BlindIndex, IdType, Sealed, TextEnum, UtcTime

CHAT = "chat"


class State(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    PARKED = "parked"


updates = Table(
    "updates",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("lane", BlindIndex, nullable=False),
    Column("body", Sealed),
    Column("state", TextEnum(State), nullable=False),
    Column("faults", Integer, nullable=False),
    Column("reference", Text),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("bot", "update_id"),
    Index(None, "state", "bot", "update_id"),
    info=kept(Retention.TRANSIENT),
)


@dataclass(frozen=True, slots=True)
class Receive:
    bot: int
    updates: Sequence[Received]


@dataclass(frozen=True, slots=True)
class Done:
    update: UUID


@dataclass(frozen=True, slots=True)
class Fault:
    update: UUID
    reference: str


Step = Receive | Done | Fault


class SqlUpdates:
    """Steps that come together share one commit; each caller is answered when its own step is durable."""

    def __init__(self, databases: Databases, sealing: Sealing, *, ids: Ids, clock: Clock, queues: Queues) -> None:
        self._databases = databases
        self._sealing = sealing
        self._ids = ids
        self._clock = clock
        self._queue = queues(self._take)

    async def receive(self, bot: int, updates: Sequence[Received]) -> int:
        return await self._queue.submit(Receive(bot, tuple(updates))) if updates else 0

    async def done(self, update: UUID) -> None:
        await self._queue.submit(Done(update))

    async def fault(self, update: UUID, *, reference: str) -> int:
        return await self._queue.submit(Fault(update, reference))

    async def waiting(self, bot: int, *, most: int) -> list[Stored]:
        asked = select(updates).where(updates.c.state == State.RECEIVED, updates.c.bot == bot).order_by(updates.c.update_id).limit(most)
        async with self._databases.read() as connection:
            found = (await connection.execute(asked)).all()
        return [Stored(row.id, row.update_id, row.lane, self._opened(row.id, row.body), row.faults) for row in found]

    async def parked(self, bot: int) -> int:
        asked = select(func.count()).select_from(updates).where(updates.c.state == State.PARKED, updates.c.bot == bot)
        async with self._databases.read() as connection:
            return int((await connection.execute(asked)).scalar_one())

    async def _take(self, steps: Sequence[Step]) -> list[int | Exception]:
        async with self._databases.write() as connection:
            rows = UpdateRows(connection, self._sealing)
            return [await self._one(rows, step) for step in steps]

    async def _one(self, rows: "UpdateRows", step: Step) -> int | Exception:
        match step:
            case Receive(bot, given):
                return await rows.add([self._row(bot, one) for one in given])
            case Done(update):
                return await rows.done(update)
            case Fault(update, reference):
                return await rows.fault(update, reference)

    def _row(self, bot: int, received: Received) -> Values:
        id = self._ids.new()
        return {
            "id": id,
            "bot": bot,
            "update_id": received.update_id,
            "lane": self._sealing.index(CHAT, f"{bot}|{received.chat}"),
            "body": self._sealing.seal(received.body, table=updates.name, column="body", row=id),
            "state": State.RECEIVED,
            "faults": 0,
            "received_at": self._clock.now(),
        }

    def _opened(self, id: UUID, sealed: bytes) -> bytes:
        return self._sealing.unseal(sealed, table=updates.name, column="body", row=id)


class UpdateRows(Rows):
    """The table inside one transaction."""

    def __init__(self, connection: AsyncConnection, sealing: Sealing) -> None:
        super().__init__(connection, sealing)

    async def add(self, rows: Sequence[Values]) -> int:
        """How many were new."""
        new = 0
        for row in rows:
            new += await self._run(self._insert(updates).values(row).on_conflict_do_nothing(index_elements=["bot", "update_id"]))
        return new

    async def done(self, id: UUID) -> int:
        return await self._run(update(updates).where(updates.c.id == id, updates.c.state == State.RECEIVED).values(state=State.DONE, body=None))

    async def fault(self, id: UUID, reference: str) -> int:
        """How many faults there were; from the third on the row is parked, with its body, for whoever mends it."""
        await self._run(update(updates).where(updates.c.id == id).values(faults=updates.c.faults + 1, reference=reference))
        faults = await self._number(select(updates.c.faults).where(updates.c.id == id))
        if faults >= FAULTS_BEFORE_PARKING:
            await self._run(update(updates).where(updates.c.id == id, updates.c.state == State.RECEIVED).values(state=State.PARKED))
        return faults
