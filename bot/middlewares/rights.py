"""Nobody reaches a handler without the right that it asks for, and whoever is refused leaves a trace."""

from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import CallbackQuery, TelegramObject

from bot.middlewares.turn import Data, Next
from bot.rights import FLAG, Open, RightMissing
from domain.access import VEILED, May, NotHere
from domain.errors import Refusal
from domain.people import NotRegistered
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock


class RightsMiddleware(BaseMiddleware):
    """Reads what the handler declared and refuses whoever does not have it. RightMissing when it declared nothing.

    The data of a button is only a claim: what does not exist and what is somebody else's are refused in the same words.
    """

    def __init__(self, clock: Clock, services: Services) -> None:
        self._clock = clock
        self._services = services

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        actor, callback = cast(Actor, data["actor"]), data["handler"].callback
        what = f"{callback.__module__}.{callback.__qualname__}"
        try:
            self._must(data)
            answered = await self._inside(handler, event, data)
        except Refusal as refusal:
            await self._services.refusals.note(refusal, by=actor, entrance="chat", what=what, reference=data.get("key", ""))
            raise
        await self._services.glass.note_use(actor, what=what, entrance="chat")
        return answered

    async def _inside(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        try:
            return await handler(event, data)
        except VEILED as refusal:
            if not isinstance(event, CallbackQuery) or isinstance(refusal, NotRegistered):
                raise
            raise NotHere() from refusal

    def _must(self, data: Data) -> None:
        actor = cast(Actor, data["actor"])
        match get_flag(data, FLAG):
            case Open.EVERYBODY:
                pass
            case Open.REGISTERED:
                actor.registered()
            case May() as may:
                actor.must(may, now=self._clock.now())
            case _:
                raise RightMissing(f"{data['handler'].callback.__qualname__} declares no right")
