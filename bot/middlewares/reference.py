"""The client key of an update: the same for every run of it, so that use cases answer a re-run as they answered the first run; and its number in the log."""

from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.types import TelegramObject, Update

from bot.middlewares.turn import Data, Next, reference
from services.reference import referring


class ReferenceMiddleware(BaseMiddleware):
    """Puts in `key`."""

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        number = cast(Update, event).update_id
        data["key"] = f"{cast(Bot, data['bot']).id}:{number}"
        with referring(reference(number)):
            return await handler(event, data)
