"""Chats that are no listed person's contact. The address is sealed; a blind index over bot and address finds the active one."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Table, Text, case, select, text, update

from domain.chats import Chat, ChatKind, ChatState
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import BlindIndex, IdType, Sealed, TextEnum

ADDRESS = "chat"

chats = Table(
    "chats",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("kind", TextEnum(ChatKind), nullable=False),
    Column("address", Sealed, nullable=False),
    Column("address_index", BlindIndex, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("state", TextEnum(ChatState), nullable=False),
    Index(
        "uq_chats_kept",
        "bot",
        "address_index",
        unique=True,
        sqlite_where=text("state <> 'retired'"),
        postgresql_where=text("state <> 'retired'"),
    ),
    info=kept(Retention.SETUP),
)

RETIRED_LAST = case((chats.c.state == ChatState.RETIRED, 1), else_=0)


class SqlChats(Rows):
    async def add(self, chat: Chat) -> None:
        values = {"id": chat.id, "bot": chat.bot, "kind": chat.kind, "language": chat.language, "state": chat.state}
        await self._add(chats, [values | self._address(chat.id, chat.bot, chat.address)])

    async def get(self, chat: UUID) -> Chat | None:
        return (await self.many([chat])).get(chat)

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Chat]:
        return {row.id: self._chat(row) for row in await self._among(select(chats), chats.c.id, ids)}

    async def at(self, *, bot: int, address: str) -> Chat | None:
        where = chats.c.address_index == self._sealing.index(ADDRESS, spoken(bot, address))
        found = await self._first(select(chats).where(where).order_by(RETIRED_LAST, chats.c.id).limit(1))
        return self._chat(found) if found else None

    async def set_state(self, ids: Collection[UUID], state: ChatState) -> None:
        if ids:
            await self._run(update(chats).where(chats.c.id.in_(list(ids))).values(state=state))

    async def set_language(self, chat: UUID, language: str) -> None:
        await self._run(update(chats).where(chats.c.id == chat).values(language=language))

    async def move(self, chat: Chat, *, address: str) -> None:
        await self._run(update(chats).where(chats.c.id == chat.id).values(**self._address(chat.id, chat.bot, address)))

    def _address(self, id: UUID, bot: int, address: str) -> dict[str, bytes]:
        index = self._sealing.index(ADDRESS, spoken(bot, address))
        return {"address": self._sealed(chats.c.address, id, address), "address_index": index}

    def _chat(self, row: Found) -> Chat:
        return Chat(row.id, row.bot, self._opened(chats.c.address, row.id, row.address), row.kind, row.language, row.state)


def spoken(bot: int, address: str) -> str:
    """What the blind index of an address is made from."""
    return f"{bot}|{address}"
