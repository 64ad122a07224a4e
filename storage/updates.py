"""The intake: raw updates, sealed, one row each. What is done loses its body and keeps its number, so that it is never done twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, Table, Text, UniqueConstraint, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake import FAULTS_BEFORE_PARKING, Hand, Received, Seen, Stored
from services.ports import Clock, Ids, Queues
from storage.engine import Databases
from storage.leases import LeaseRows, leases
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows, Values
from storage.sealing import Sealing
from storage.types import BlindIndex, IdType, Sealed, TextEnum, UtcTime

CHAT = "chat"
LANE = "chat "


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
class Take:
    bot: int
    lanes: Collection[bytes]
    holder: UUID
    now: datetime
    until: datetime
    most: int


@dataclass(frozen=True, slots=True)
class Release:
    lanes: Collection[bytes]
    holder: UUID


@dataclass(frozen=True, slots=True)
class Done:
    update: UUID
    hand: Hand | None
    last: bool


@dataclass(frozen=True, slots=True)
class Fault:
    update: UUID
    reference: str
    hand: Hand | None


Step = Receive | Take | Release | Done | Fault
Found = list[Stored]


class SqlUpdates:
    """Steps that come together share one commit; each caller is answered when its own step is durable."""

    def __init__(self, databases: Databases, sealing: Sealing, *, ids: Ids, clock: Clock, queues: Queues) -> None:
        self._databases = databases
        self._sealing = sealing
        self._ids = ids
        self._clock = clock
        self._queue = queues(self._take)

    async def receive(self, bot: int, updates: Sequence[Received]) -> int:
        return await self._counted(Receive(bot, tuple(updates))) if updates else 0

    async def look(self, bot: int, *, most: int, holder: UUID, now: datetime) -> Seen:
        asked = select(updates.c.lane).where(updates.c.state == State.RECEIVED, updates.c.bot == bot).order_by(updates.c.update_id).limit(most)
        async with self._databases.read() as connection:
            lanes = (await connection.execute(asked)).scalars().all()
            held = await LeaseRows(connection, self._sealing).with_others(LANE, holder=holder, now=now) if lanes else set()
        return Seen(len(lanes), [lane for lane in dict.fromkeys(lanes) if named(lane) not in held])

    async def take(self, bot: int, lanes: Collection[bytes], *, holder: UUID, now: datetime, until: datetime, most: int) -> list[Stored]:
        found = await self._queue.submit(Take(bot, tuple(lanes), holder, now, until, most))
        assert isinstance(found, list)
        return found

    async def release(self, lanes: Collection[bytes], *, holder: UUID) -> None:
        await self._queue.submit(Release(tuple(lanes), holder))

    async def done(self, update: UUID, *, hand: Hand | None = None, last: bool = False) -> None:
        await self._queue.submit(Done(update, hand, last))

    async def fault(self, update: UUID, *, reference: str, hand: Hand | None = None) -> int:
        return await self._counted(Fault(update, reference, hand))

    async def _counted(self, step: Step) -> int:
        number = await self._queue.submit(step)
        assert isinstance(number, int)
        return number

    async def waiting(self, bot: int, *, most: int) -> list[Stored]:
        asked = select(updates).where(updates.c.state == State.RECEIVED, updates.c.bot == bot).order_by(updates.c.update_id).limit(most)
        async with self._databases.read() as connection:
            found = (await connection.execute(asked)).all()
        return [Stored(row.id, row.update_id, row.lane, self._opened(row.id, row.body), row.faults) for row in found]

    async def parked(self, bot: int) -> int:
        asked = select(func.count()).select_from(updates).where(updates.c.state == State.PARKED, updates.c.bot == bot)
        async with self._databases.read() as connection:
            return int((await connection.execute(asked)).scalar_one())

    async def _take(self, steps: Sequence[Step]) -> list[int | Found | Exception]:
        async with self._databases.write() as connection:
            rows, leases = UpdateRows(connection, self._sealing), LeaseRows(connection, self._sealing)
            return [await self._one(rows, leases, step) for step in steps]

    async def _one(self, rows: "UpdateRows", leases: LeaseRows, step: Step) -> int | Found:
        match step:
            case Receive(bot, given):
                return await rows.add([self._row(bot, one) for one in given])
            case Take():
                return await self._taken(rows, leases, step)
            case Release(lanes, holder):
                await leases.release([named(lane) for lane in lanes], holder=holder)
                return 0
            case Done(update, hand, last):
                done = await rows.done(update, hand)
                if hand is not None and last:
                    await leases.release([named(hand.lane)], holder=hand.holder)
                return done
            case Fault(update, reference, hand):
                return await rows.fault(update, reference, hand)

    async def _taken(self, rows: "UpdateRows", leases: LeaseRows, step: Take) -> Found:
        """A lane in which nothing waits any more is let go again."""
        names = {named(lane): lane for lane in step.lanes}
        ours = await leases.take(names, holder=step.holder, now=step.now, until=step.until)
        found = await rows.waiting_in(step.bot, [names[name] for name in ours], most=step.most)
        if idle := ours - {named(row.lane) for row in found}:
            await leases.release(idle, holder=step.holder)
        return [Stored(row.id, row.update_id, row.lane, self._opened(row.id, row.body), row.faults) for row in found]

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

    async def waiting_in(self, bot: int, lanes: Collection[bytes], *, most: int) -> Sequence[Any]:
        if not lanes:
            return []
        asked = select(updates).where(updates.c.state == State.RECEIVED, updates.c.bot == bot, updates.c.lane.in_(sorted(lanes)))
        return await self._fetch(asked.order_by(updates.c.update_id).limit(most))

    async def done(self, id: UUID, hand: Hand | None) -> int:
        ours = [updates.c.id == id, updates.c.state == State.RECEIVED, *held_by(hand)]
        return await self._run(update(updates).where(*ours).values(state=State.DONE, body=None))

    async def fault(self, id: UUID, reference: str, hand: Hand | None) -> int:
        """How many faults there were; from the third on the row is parked, with its body, for whoever mends it."""
        ours = [updates.c.id == id, *held_by(hand)]
        await self._run(update(updates).where(*ours).values(faults=updates.c.faults + 1, reference=reference))
        faults = await self._number(select(updates.c.faults).where(updates.c.id == id))
        if faults >= FAULTS_BEFORE_PARKING:
            await self._run(update(updates).where(*ours, updates.c.state == State.RECEIVED).values(state=State.PARKED))
        return faults


def named(lane: bytes) -> str:
    """The name of a lane's lease."""
    return LANE + lane.hex()


def held_by(hand: Hand | None) -> list[ColumnElement[bool]]:
    """Nothing, or that the lane is still in this hand."""
    return [] if hand is None else [exists().where(leases.c.what == named(hand.lane), leases.c.holder == hand.holder)]
