"""Nobody reaches a handler without the right that it asks for."""

from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.types import TelegramObject

from bot.middlewares.turn import Data, Next
from bot.rights import FLAG, Open, RightMissing
from domain.access import May
from services.actors import Actor
from services.ports import Clock


class RightsMiddleware(BaseMiddleware):
    """Reads what the handler declared and refuses whoever does not have it. RightMissing when it declared nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
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
        return await handler(event, data)
