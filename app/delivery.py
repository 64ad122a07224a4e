"""The delivering side of a served house: from the table of deliveries to Telegram, at the pace that Telegram allows."""

from collections.abc import Sequence

from app.container import House
from bot.copies import Copies
from bot.messenger import Compose, TelegramMessenger
from bot.pacer import PER_SECOND, Pacer
from bot.pauses import KeptPauses
from bot.sender import Sender
from scheduler.outbox import Outbox, Told
from storage.engine import async_url, is_sqlite
from storage.writer import GroupCommit

MOST_AHEAD = 1000
MANY, COMPANY = 4, 0.003
"""When so many results come at once it is worth so many seconds to let more come for the next transaction."""


class DeliverySide:
    """The sender, the loop over it, and what has to be settled together."""

    def __init__(self, house: House, pacer: Pacer, compose: Compose) -> None:
        settings = house.settings
        assert settings.bot_token is not None
        token = settings.bot_token.get_secret_value()
        self._house = house
        self._sender = Sender(token, api_url=settings.bot_api_url, proxy=settings.telegram_proxy, timeout=settings.send_timeout)
        self._settling = GroupCommit(self._settle, spawn=house.nursery.spawn, most=MOST_AHEAD, name="settling deliveries")
        messenger = TelegramMessenger(self._sender, pacer, Copies(compose, clock=house.clock))
        self.outbox = Outbox(
            house.services.deliveries, messenger, settling=self._settling, clock=house.clock, wakeups=house.wakeups,
            in_flight=settings.send_in_flight, ahead=ahead_of(house),
        )  # fmt: skip

    async def _settle(self, told: Sequence[Told]) -> list[None]:
        if len(told) >= MANY:
            await self._house.clock.sleep(COMPANY)
        await self._house.services.deliveries.settle(told)
        return [None] * len(told)

    async def begin(self) -> None:
        """On SQLite this is the only process that delivers (storage/locks.py): what the last one held when it died is sent now."""
        if is_sqlite(async_url(self._house.settings.database)):
            await self._house.services.deliveries.take_back()

    async def close(self) -> None:
        """After the loop has ended."""
        await self._settling.close()
        await self._sender.close()


def rate_of(house: House) -> float:
    """Messages a second for the whole house; 0 without a limit."""
    lab = house.settings.lab_send_rate
    return PER_SECOND if lab is None else lab


def ahead_of(house: House) -> int:
    """How many are claimed ahead: one second's worth."""
    rate = rate_of(house) * house.settings.send_share
    return max(2, min(round(rate), MOST_AHEAD)) if rate else MOST_AHEAD


def pacer_of(house: House, *, pauses: KeptPauses) -> Pacer:
    return Pacer(house.clock, share=house.settings.send_share, per_second=rate_of(house), kept=pauses.keep)
