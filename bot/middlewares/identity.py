"""Who is speaking."""

from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.types import TelegramObject, Update

from bot.middlewares.turn import Data, Next
from locales.catalogue import Catalogues
from services.bundle import Services


class IdentityMiddleware(BaseMiddleware):
    """Puts in `actor`: the person linked to this private chat with the grants that hold now, or a stranger.

    Who writes or taps can be written to again; an update that the bot was blocked is no such word.
    """

    def __init__(self, services: Services, *, catalogues: Catalogues) -> None:
        self._services = services
        self._catalogues = catalogues

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        context = cast(EventContext, data[EVENT_CONTEXT_KEY])
        spoken = context.user.language_code if context.user else None
        data["actor"] = await self._services.people.actor(
            channel="telegram", bot=cast(Bot, data["bot"]).id, address=str(context.chat_id), language=self._catalogues.match(spoken),
            heard=isinstance(event, Update) and (event.message is not None or event.callback_query is not None),
        )
        return await handler(event, data)
