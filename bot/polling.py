"""Updates by long poll: durable here before Telegram hears "received"."""

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import TelegramMethod

from bot.failures import trace, unreachable, wait_asked
from bot.stopping import Stopping
from services.intake import Received, Updates
from services.ports import Clock, Wakeups
from services.updates_in import UpdateInvalid, received

log = logging.getLogger("mashang.intake")

TOPIC = "updates"
POLL_SECONDS = 30
SLACK_SECONDS = 10
LONGEST_PAUSE = 30.0


def nobody() -> None:
    """Nobody wants to hear of polls."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without a model: an update of a kind that is not known yet must not stop all others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Poller:
    """Asks Telegram for updates until stopped. The offset moves only past what is durable and is kept nowhere: Telegram remembers what was confirmed."""

    def __init__(
        self, bot: Bot, *, updates: Updates, allowed: Sequence[str], wakeups: Wakeups, clock: Clock, seconds: int = POLL_SECONDS,
        polled: Callable[[], object] = nobody,
    ) -> None:  # fmt: skip
        """`allowed` are the kinds to be sent (Dispatcher.resolve_used_update_types); `seconds` is the length of a poll; `polled` hears of each answer."""
        self._bot = bot
        self._updates = updates
        self._allowed = list(allowed)
        self._wakeups = wakeups
        self._clock = clock
        self._seconds = seconds
        self._polled = polled
        self._offset: int | None = None
        self._webhook_gone = False
        self._stopping = Stopping()

    async def run(self) -> None:
        """Until `stop`. Raises only when the token is not (or no longer) a bot's."""
        failures = 0
        while not self._stopping.asked:
            try:
                await self._step()
                failures = 0
            except TelegramUnauthorizedError:
                raise
            except Exception as error:  # noqa: BLE001  whatever it is, the next poll is the way on, and the offset has not moved
                failures += 1
                log.warning("no updates this time (%d in a row): %s", failures, type(error).__name__ if unreachable(error) else trace(error))
                await self._stopping.wait(self._clock.sleep(wait_asked(error) or min(LONGEST_PAUSE, 0.5 * 2.0 ** min(failures, 8))))

    def stop(self) -> None:
        """Ends a poll or a pause at once; a batch in hand is still stored."""
        self._stopping.ask()

    async def _step(self) -> None:
        if not self._webhook_gone:
            await self._stopping.wait(self._bot.delete_webhook(drop_pending_updates=False))
            self._webhook_gone = True
        ask = GetRawUpdates(offset=self._offset, timeout=self._seconds, allowed_updates=self._allowed)
        raw = await self._stopping.wait(self._bot(ask, request_timeout=self._seconds + SLACK_SECONDS))
        if raw is None:
            return
        self._polled()
        batch = _readable(raw)
        if raw and not batch:
            raise UpdateInvalid()
        if batch:
            await self._updates.receive(self._bot.id, batch)
            self._wakeups.publish(TOPIC)
        self._offset = max(one.update_id for one in batch) + 1 if batch else None


def _readable(raw: Sequence[dict[str, Any]]) -> list[Received]:
    """Everything that has a number; what has none can be neither stored nor confirmed."""
    batch = []
    for update in raw:
        try:
            batch.append(received(json.dumps(update, separators=(",", ":")).encode()))
        except UpdateInvalid:
            log.error("an update without a number was passed over")
    return batch
