"""A refusal becomes an answer; anything else is a fault and goes on to whoever feeds updates in."""

from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.types import TelegramObject, Update

from bot.failures import ANSWERS
from bot.middlewares.turn import Data, Next
from domain.errors import Refusal, family
from locales.catalogue import Catalogue
from services.figures import REFUSALS, Figures

LONGEST_ALERT = 200


class ErrorsMiddleware(BaseMiddleware):
    """Says a refusal in the reader's language and leaves the dialogue as it is."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        try:
            return await handler(event, data)
        except Refusal as refusal:
            self._figures.count(REFUSALS, "chat", refusal.code)
            return await self._say(refusal, cast(Update, event), data)

    async def _say(self, refusal: Refusal, update: Update, data: Data) -> Any:
        bot, catalogue = cast(Bot, data["bot"]), cast(Catalogue, data["catalogue"])
        sign = ANSWERS[family(refusal)]
        if update.callback_query is not None:
            alert = f"{sign} {catalogue.say(refusal.text, **refusal.fields)}"
            short = len(alert.encode("utf-16-le")) // 2 <= LONGEST_ALERT
            await bot.answer_callback_query(update.callback_query.id, text=alert if short else None, show_alert=short)
        chat = cast(EventContext, data[EVENT_CONTEXT_KEY]).chat_id
        return await bot.send_message(chat or 0, f"{sign} {catalogue.say_html(refusal.text, **refusal.fields)}")
