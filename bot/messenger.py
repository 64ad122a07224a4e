"""Claimed deliveries become messages: composed late, eight in flight, each with an honest outcome."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import InlineKeyboardMarkup

from bot.failures import outcome, trace, wait_asked
from bot.pacer import Closed, Pacer
from domain.deliveries import Delivery
from services.deliveries import Result, Sent

log = logging.getLogger("mashang.outbox")

IN_FLIGHT = 8


@dataclass(frozen=True, slots=True)
class Composed:
    """What is sent for a delivery: HTML text and the buttons under it."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


Compose = Callable[[Delivery], Awaitable[Composed]]


class TelegramMessenger:
    """Sends claimed deliveries at the pacer's rate and says what became of each: never twice in one call, never without a result."""

    def __init__(self, bot: Bot, pacer: Pacer, compose: Compose, *, in_flight: int = IN_FLIGHT) -> None:
        """`compose` makes words and buttons of a delivery in its reader's language. The bot's time-out is the send time-out."""
        self._bot = bot
        self._pacer = pacer
        self._compose = compose
        self._in_flight = in_flight

    async def send(self, deliveries: Sequence[Delivery]) -> list[tuple[Delivery, Result]]:
        """One result per delivery; those to the same chat one after the other, as given."""
        chats: dict[str, list[Delivery]] = {}
        for delivery in deliveries:
            chats.setdefault(delivery.address, []).append(delivery)
        waiting = iter(chats.values())
        done: list[tuple[Delivery, Result]] = []

        async def worker() -> None:
            for chat in waiting:
                done.extend([(delivery, await self._sent(delivery)) for delivery in chat])

        await asyncio.gather(*(worker() for _ in range(min(self._in_flight, len(chats)))))
        return done

    async def _sent(self, delivery: Delivery) -> Result:
        try:
            composed = await self._compose(delivery)
            return await self._try(int(delivery.address), composed, lane=int(delivery.lane))
        except Closed as closed:
            return Result(Sent.LATER, after=closed.after)
        except Exception as error:  # noqa: BLE001  one delivery that cannot be composed must not hold up the others
            log.error("delivery %s faulted: %s", delivery.id, trace(error))
            return Result(Sent.REJECTED)

    async def _try(self, chat: int, composed: Composed, *, lane: int) -> Result:
        async with self._pacer.turn(chat, lane=lane):
            try:
                message = await self._bot.send_message(chat, composed.text, reply_markup=composed.keyboard)
            except AiogramError as error:
                if (wait := wait_asked(error)) is not None:
                    self._pacer.refused(chat, after=wait)
                return outcome(error)
            self._pacer.taken(chat)
            return Result(Sent.OK, message.message_id)
