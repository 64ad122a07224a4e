"""Where the conversation stands, and where it went."""

from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.types import TelegramObject, Update

from bot.fsm import DialogueStorage
from bot.middlewares.turn import Data, Next
from services.intake import Dialogues


class DialogueMiddleware(BaseMiddleware):
    """Puts in `state` and `raw_state`. What the handler moved is durable when this ends; a fault leaves the dialogue where it was."""

    def __init__(self, dialogues: Dialogues) -> None:
        self._dialogues = dialogues

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        chat = cast(EventContext, data[EVENT_CONTEXT_KEY]).chat_id
        storage = DialogueStorage(self._dialogues, chat=str(chat), update=cast(Update, event).update_id)
        state = storage.context(cast(Bot, data["bot"]))
        data.update(state=state, raw_state=await state.get_state(), fsm_storage=storage)
        answered = await handler(event, data)
        await storage.flush()
        return answered
