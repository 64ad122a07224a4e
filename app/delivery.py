"""The delivering side of a served house: from the table of deliveries to Telegram, at the pace that Telegram allows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from app.container import House
from app.living import Living
from app.settings import DEMO_ISSUER
from bot.budget import CommonBudget
from bot.copies import Copies
from bot.messenger import Compose, TelegramMessenger
from bot.pacer import HEADROOM, PER_SECOND, Pacer
from bot.pauses import KeptPauses
from bot.sender import Sender
from domain.deliveries import Delivery
from domain.watch import Late, Trouble
from scheduler.outbox import Messenger, Outbox, Told
from services.deliveries import Result
from services.figures import IN_FLIGHT, PAUSE_LEFT, PAUSES, SENDS
from storage.engine import async_url, is_sqlite
from storage.writer import GroupCommit

MOST_AHEAD = 1000
DELIVERIES = Late(Trouble.LOOP, "deliveries")
LATE_SECONDS = 5.0
"""So much longer than a send may take, a slot of a process that died counts as under way."""
MANY, COMPANY = 4, 0.003
"""When so many results come at once it is worth so many seconds to let more come for the next transaction."""


class CountedMessenger:
    """The messenger, counted. Whoever asks whether it is paused is the loop, and alive."""

    def __init__(self, messenger: Messenger, house: House) -> None:
        self._messenger = messenger
        self._figures = house.figures
        self._beats = house.beats
        self._in_flight = 0

    def paused(self) -> float:
        self._beats.beat(DELIVERIES)
        return self._messenger.paused()

    def rest(self, delivery: Delivery) -> float:
        return self._messenger.rest(delivery)

    async def send(self, delivery: Delivery) -> Result:
        self._moved(+1)
        try:
            result = await self._messenger.send(delivery)
        finally:
            self._moved(-1)
        self._figures.count(SENDS, result.sent.value)
        return result

    def _moved(self, by: int) -> None:
        self._in_flight += by
        self._figures.set(IN_FLIGHT, self._in_flight)


class DeliverySide:
    """The sender, the loop over it, and what has to be settled together."""

    def __init__(self, house: House, pacer: Pacer, compose: Compose) -> None:
        settings = house.settings
        assert settings.bot_token is not None
        token = settings.bot_token.get_secret_value()
        self._house = house
        self._sender = Sender(token, api_url=settings.bot_api_url, proxy=settings.telegram_proxy, timeout=settings.send_timeout)
        self._settling = GroupCommit(self._settle, spawn=house.nursery.spawn, most=MOST_AHEAD, name="settling deliveries", figures=house.figures)
        messenger = CountedMessenger(TelegramMessenger(self._sender, pacer, Copies(compose, clock=house.clock)), house)
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


def pacer_of(house: House, *, pauses: KeptPauses, budget: CommonBudget | None) -> Pacer:
    def kept(chat: int | None, seconds: float) -> None:
        house.figures.count(PAUSES, "all" if chat is None else "chat")
        pauses.keep(chat, seconds)

    pacer = Pacer(house.clock, share=house.settings.send_share, per_second=rate_of(house), kept=kept, budget=budget)
    house.figures.ask(PAUSE_LEFT, pacer.paused)
    return pacer


@asynccontextmanager
async def budget_of(house: House, *, living: Living | None, bot: int) -> AsyncIterator[CommonBudget | None]:
    """The budget that this process shares with the others of its house. None where nothing is shared: one process, or no limit."""
    settings, rate = house.settings, rate_of(house)
    if living is None or not rate:
        yield None
        return
    share = settings.send_share if settings.send_share < 1 else None
    slots = None
    if settings.redis_url is not None:
        from storage.slots import RedisSlots

        slots = RedisSlots(
            settings.redis_url.get_secret_value(), of=f"{settings.issuer or DEMO_ISSUER}:{bot}", process=house.me.hex, per_second=rate, headroom=HEADROOM,
            lost_after=settings.send_timeout + LATE_SECONDS,
        )  # fmt: skip
    budget = CommonBudget(house.clock, slots, per_second=rate, headroom=HEADROOM, share=share)
    living.hear(lambda senders, well: budget.among(senders, well=well))
    house.lacks.append(lambda: budget.degraded)
    await living.beat()
    telling = house.nursery.spawn(budget.run(), name="telling of slots")
    try:
        yield budget
    finally:
        telling.cancel()
        if slots is not None:
            await slots.close()
