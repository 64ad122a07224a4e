"""In which language the answer is said."""

from dataclasses import replace
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.types import TelegramObject

from bot.middlewares.turn import Data, Next, Turn
from locales.catalogue import LANGUAGES, Catalogues
from services.actors import Actor

CHOSEN = "language"


class LocaleMiddleware(BaseMiddleware):
    """Puts in `catalogue`: a linked contact's language, else what this dialogue chose (data "language"), else what Telegram says."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        actor = cast(Actor, data["actor"])
        chosen = None if actor.contact else (await cast(FSMContext, data["state"]).get_data()).get(CHOSEN)
        catalogue = self._catalogues.of(chosen if chosen in LANGUAGES else actor.language)
        data.update(catalogue=catalogue, actor=replace(actor, language=catalogue.language))
        if isinstance(turn := data.get("turn"), Turn):
            turn.catalogue = catalogue
        return await handler(event, data)
