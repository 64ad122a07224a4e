"""Pauses that Telegram's 429 closed, so that a new process keeps waiting where the old one had to. The chat's number is sealed."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Table, case, delete, select

from services.ports import Clock
from storage.engine import Databases
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.sealing import Sealing
from storage.types import BlindIndex, Sealed, UtcTime

PAUSE = "pause"
BULK = "bulk"

pauses = Table(
    "pauses",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BlindIndex, primary_key=True),
    Column("address", Sealed, nullable=False),
    Column("until", UtcTime, nullable=False),
    info=kept(Retention.TRANSIENT),
)


class SqlPauses:
    """Each call is one short transaction."""

    def __init__(self, databases: Databases, sealing: Sealing, *, clock: Clock) -> None:
        self._databases = databases
        self._sealing = sealing
        self._clock = clock

    async def load(self, bot: int) -> list[tuple[int | None, datetime]]:
        async with self._databases.read() as connection:
            return await PauseRows(connection, self._sealing).closed(bot, now=self._clock.now())

    async def keep(self, bot: int, chat: int | None, until: datetime) -> None:
        async with self._databases.write() as connection:
            await PauseRows(connection, self._sealing).keep(bot, BULK if chat is None else str(chat), until, now=self._clock.now())


class PauseRows(Rows):
    """The table inside one transaction."""

    async def closed(self, bot: int, *, now: datetime) -> list[tuple[int | None, datetime]]:
        found = await self._fetch(select(pauses).where(pauses.c.bot == bot, pauses.c.until > now))
        said = [(self._opened(pauses.c.address, row.chat.hex(), row.address), row.until) for row in found]
        return [(None if address == BULK else int(address), until) for address, until in said]

    async def keep(self, bot: int, address: str, until: datetime, *, now: datetime) -> None:
        await self._run(delete(pauses).where(pauses.c.until <= now))
        chat = self._sealing.index(PAUSE, f"{bot}|{address}")
        values = {"bot": bot, "chat": chat, "address": self._sealed(pauses.c.address, chat.hex(), address), "until": until}
        fresh = self._insert(pauses).values(values)
        later = case((fresh.excluded.until > pauses.c.until, fresh.excluded.until), else_=pauses.c.until)
        await self._run(fresh.on_conflict_do_update(index_elements=["bot", "chat"], set_={"until": later}))
