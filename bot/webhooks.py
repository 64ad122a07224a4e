"""What Telegram says of our webhook, and telling it the right address again."""

import logging
from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import AiogramError

from domain.watch import Webhook

log = logging.getLogger("mashang.intake")


class WebhookDesk:
    """Asks getWebhookInfo; sets the webhook again when Telegram pushes elsewhere, or nowhere."""

    def __init__(self, bot: Bot, *, url: str, set_again: Callable[[], Awaitable[object]]) -> None:
        """`set_again` tells Telegram `url` with its secret and the kinds of updates."""
        self._bot = bot
        self.url = url
        self._set_again = set_again

    async def ask(self) -> Webhook | None:
        """None when Telegram does not answer: that is another alarm."""
        try:
            info = await self._bot.get_webhook_info()
        except AiogramError as error:
            log.info("getWebhookInfo failed: %s", type(error).__name__)
            return None
        return Webhook(info.url, info.pending_update_count, info.last_error_date)

    async def mend(self) -> bool:
        """Tell Telegram our address again; False when it could not be told."""
        try:
            await self._set_again()
        except AiogramError as error:
            log.warning("the webhook could not be set again: %s", type(error).__name__)
            return False
        log.warning("Telegram pushed elsewhere, or nowhere: the webhook was set again")
        return True
