"""The client key of an update: the same for every run of it, so that use cases answer a re-run as they answered the first run."""

from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.types import TelegramObject, Update

from bot.middlewares.turn import Data, Next


class ReferenceMiddleware(BaseMiddleware):
    """Puts in `key`."""

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        data["key"] = f"{cast(Bot, data['bot']).id}:{cast(Update, event).update_id}"
        return await handler(event, data)
