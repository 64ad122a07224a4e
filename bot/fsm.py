"""aiogram's states and data over the house's own dialogues: one storage per update, so that a re-run starts where the first run started."""

from collections.abc import Mapping
from typing import Any

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from services.intake import Dialogues


class DialogueStorage(BaseStorage):
    """The dialogue of one chat during one update: read once at the first question, kept once by `flush` if it moved.

    Data must be JSON. What a handler changed is seen by everything after it in the same update, and becomes durable
    with `flush`, before the update counts as done.
    """

    def __init__(self, dialogues: Dialogues, *, chat: str, update: int) -> None:
        self._dialogues = dialogues
        self._chat = chat
        self._update = update
        self._loaded: tuple[str | None, dict[str, Any]] | None = None
        self._moved = False

    def context(self, bot: Bot) -> FSMContext:
        """What handlers are given as `state`."""
        chat = int(self._chat)
        return FSMContext(self, StorageKey(bot_id=bot.id, chat_id=chat, user_id=chat))

    async def _now(self) -> tuple[str | None, dict[str, Any]]:
        if self._loaded is None:
            state, data = await self._dialogues.load(self._chat)
            self._loaded = state, dict(data)
        return self._loaded

    def _move(self, state: str | None, data: Mapping[str, Any]) -> None:
        if self._loaded != (state, data):
            self._moved = True
        self._loaded = state, dict(data)

    async def get_state(self, key: StorageKey) -> str | None:
        return (await self._now())[0]

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        _, data = await self._now()
        self._move(state.state if isinstance(state, State) else state, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict((await self._now())[1])

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        state, _ = await self._now()
        self._move(state, data)

    async def flush(self) -> None:
        """Make durable what moved; nothing when nothing did."""
        if self._moved:
            state, data = await self._now()
            await self._dialogues.keep(self._chat, state=state, draft=data, update=self._update)
            self._moved = False

    async def close(self) -> None:
        """Nothing is held."""
