"""Claimed deliveries become messages: composed late, sent when it is their turn, each with an honest outcome."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.failures import never_left, outcome, trace
from bot.pacer import Closed, Pacer
from bot.sender import NETWORK, Composed, Sender
from domain.deliveries import Delivery
from services.deliveries import Result, Sent

__all__ = ["Composed", "TelegramMessenger"]

log = logging.getLogger("mashang.outbox")

COMPOSE_TRIES = 3

Compose = Callable[[Delivery], Awaitable[Composed]]


class TelegramMessenger:
    """Sends one delivery at the pacer's rate and says what became of it; many may be sent at the same time."""

    def __init__(self, sender: Sender, pacer: Pacer, compose: Compose) -> None:
        """`compose` makes words and buttons of a delivery in its reader's language."""
        self._sender = sender
        self._pacer = pacer
        self._compose = compose

    def rest(self, delivery: Delivery) -> float:
        """Seconds until its chat may be written to."""
        return self._pacer.rest(int(delivery.address))

    def paused(self) -> float:
        """Seconds for which no delivery may leave at all."""
        return self._pacer.paused()

    async def send(self, delivery: Delivery) -> Result:
        """What became of it; once, and never without a result. What cannot be composed is tried again a few times, then it is rejected."""
        try:
            composed = await self._compose(delivery)
        except Exception as error:  # noqa: BLE001  one delivery that cannot be composed must not hold up the others
            log.error("delivery %s cannot be composed: %s", delivery.id, trace(error))
            return Result(Sent.LATER if delivery.tries < COMPOSE_TRIES else Sent.REJECTED)
        try:
            return await self._try(int(delivery.address), composed, lane=int(delivery.lane))
        except Closed as closed:
            return Result(Sent.LATER, after=closed.after)

    async def _try(self, chat: int, composed: Composed, *, lane: int) -> Result:
        async with self._pacer.turn(chat, lane=lane) as may:
            try:
                result = await self._sender.send(chat, composed, may=may)
            except NETWORK as error:
                return self._unheard(outcome(error), never_left=never_left(error))
            return self._heard(chat, result)

    def _heard(self, chat: int, result: Result) -> Result:
        """What an answer means for all others."""
        if result.sent is Sent.OK:
            self._pacer.taken(chat)
        elif result.sent is Sent.LATER and result.after is not None:
            self._pacer.refused(chat, after=result.after.total_seconds())
        elif result.sent in (Sent.LATER, Sent.UNKNOWN):
            return self._unheard(result)
        else:
            self._pacer.answered(chat)
        return result

    def _unheard(self, result: Result, *, never_left: bool = False) -> Result:
        """Telegram could not be spoken to. During an outage nobody's tries are used up: it is waited out."""
        pause = self._pacer.unreachable(never_left=never_left)
        if result.sent is Sent.LATER and pause:
            return Result(Sent.LATER, after=timedelta(seconds=pause))
        return result
