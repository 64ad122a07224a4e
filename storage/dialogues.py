"""Half-finished conversations, sealed. Each row keeps where it stood before the update that moved it last (docs/decisions/0002)."""

import json
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import BigInteger, Column, Table, Text, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Databases
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.sealing import Sealing
from storage.types import BlindIndex, Sealed

DIALOGUE = "dialogue"

dialogues = Table(
    "dialogues",
    metadata,
    Column("chat", BlindIndex, primary_key=True),
    Column("state", Text),
    Column("draft", Sealed, nullable=False),
    Column("moved_by", BigInteger, nullable=False),
    Column("before_state", Text),
    Column("before_draft", Sealed, nullable=False),
    info=kept(Retention.TRANSIENT),
)


class SqlDialogues:
    """Each call is one short transaction."""

    def __init__(self, databases: Databases, sealing: Sealing) -> None:
        self._databases = databases
        self._sealing = sealing

    async def rewind(self, chat: str, *, update: int) -> None:
        """If this update already moved the dialogue, put it back to where it stood before."""
        async with self._databases.read() as connection:
            moved = await self._rows(connection).moved_by(self._index(chat))
        if moved == update:
            async with self._databases.write() as connection:
                await self._rows(connection).back(self._index(chat), update=update)

    async def load(self, chat: str) -> tuple[str | None, Mapping[str, object]]:
        async with self._databases.read() as connection:
            return await self._rows(connection).load(self._index(chat))

    async def keep(self, chat: str, *, state: str | None, draft: Mapping[str, object], update: int) -> None:
        """Where the dialogue stands now. An update that moves it twice is still one step."""
        async with self._databases.write() as connection:
            await self._rows(connection).keep(self._index(chat), state=state, draft=draft, update=update)

    def _rows(self, connection: AsyncConnection) -> "DialogueRows":
        return DialogueRows(connection, self._sealing)

    def _index(self, chat: str) -> bytes:
        return self._sealing.index(DIALOGUE, chat)


class DialogueRows(Rows):
    """The table inside one transaction."""

    async def _row(self, chat: bytes) -> Found | None:
        return await self._first(select(dialogues).where(dialogues.c.chat == chat))

    async def moved_by(self, chat: bytes) -> int | None:
        found = await self._row(chat)
        return found.moved_by if found else None

    async def load(self, chat: bytes) -> tuple[str | None, dict[str, Any]]:
        found = await self._row(chat)
        return (found.state, self._clear("draft", chat, found.draft)) if found else (None, {})

    async def keep(self, chat: bytes, *, state: str | None, draft: Mapping[str, object], update: int) -> None:
        found = await self._row(chat)
        before_state, before = (found.state, self._clear("draft", chat, found.draft)) if found else (None, {})
        if found is not None and found.moved_by == update:
            before_state, before = found.before_state, self._clear("before_draft", chat, found.before_draft)
        values = {"chat": chat, "state": state, "draft": self._shut("draft", chat, draft), "moved_by": update}
        await self._put(dialogues, [values | {"before_state": before_state, "before_draft": self._shut("before_draft", chat, before)}])

    async def back(self, chat: bytes, *, update: int) -> None:
        found = await self._row(chat)
        if found is None or found.moved_by != update:
            return
        before = self._clear("before_draft", chat, found.before_draft)
        await self._change_back(chat, state=found.before_state, draft=before)

    async def _change_back(self, chat: bytes, *, state: str | None, draft: Mapping[str, object]) -> None:
        values = {"state": state, "draft": self._shut("draft", chat, draft)}
        await self._run(update(dialogues).where(dialogues.c.chat == chat).values(values))

    def _shut(self, column: str, chat: bytes, clear: Mapping[str, object]) -> bytes:
        said = json.dumps(dict(clear), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return self._sealing.seal(said, table=dialogues.name, column=column, row=chat.hex())

    def _clear(self, column: str, chat: bytes, sealed: bytes) -> dict[str, Any]:
        said = self._sealing.unseal_text(sealed, table=dialogues.name, column=column, row=chat.hex())
        return cast(dict[str, Any], json.loads(said))
