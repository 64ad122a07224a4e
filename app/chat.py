"""The Telegram side of a served house: updates in, answers and deliveries out. Imported only by a process that speaks Telegram."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError

from app.container import House, PartMissing, within
from app.delivery import DeliverySide, budget_of, pacer_of
from app.figures import looked_at
from app.living import Living
from app.settings import Settings
from bot.budget import CommonBudget
from bot.factory import Surface, make_bot, make_dispatcher, set_commands
from bot.hands import Hands
from bot.intake import LEASE, Answerer, Poller
from bot.pacer import Pacer
from bot.pauses import KeptPauses
from bot.turns import OneAtATime
from bot.views.deliveries import Composer
from bot.webhooks import WebhookDesk
from domain.watch import Late, Trouble
from handlers.routes import build
from services.watch import always
from storage.engine import async_url, is_sqlite
from storage.updates import LANE

DRAIN_SECONDS = 6.0
LETTING_GO = 0.5
ASK_SECONDS = 4.0
TURNS_WITHIN = {"updates": 120.0, "answers": 120.0, "deliveries": 150.0}
"""Seconds in which each loop turns at least once, also on a quiet night: a poll lasts 30, a pause of the delivery loop at most 60."""
ALONE = timedelta(minutes=10)
SET_UP_AGAIN = (1.0, 5.0, 30.0, 120.0)

log = logging.getLogger("mashang.chat")


class ChatSide:
    """The loops between Telegram and the house: `start` them once the web is open, `stop` drains them."""

    def __init__(self, house: House, bot: Bot, *, answers: bool, delivers: bool, budget: CommonBudget | None) -> None:
        surface = surface_of(house)
        self._pauses = KeptPauses(house.pauses, bot=bot.id, clock=house.clock, wakeups=house.wakeups, spawn=house.nursery.spawn)
        self._pacer = pacer_of(house, pauses=self._pauses, budget=budget)
        self._house = house
        self._bot = bot
        self._loops: dict[str, tuple[Callable[[], Awaitable[None]], Callable[[], None]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._only: dict[str, Callable[[], bool]] = {}
        self._answerer: Answerer | None = None
        self._drained_by: float | None = None
        if answers:
            dispatcher = make_dispatcher(
                build(), services=house.services, catalogues=house.catalogues, clock=house.clock, surface=surface, dialogues=house.dialogues,
                figures=house.figures,
            )  # fmt: skip
            self._add_answers(dispatcher, self._pacer)
        self._delivery = DeliverySide(house, self._pacer, Composer(house.services, house.catalogues, surface)) if delivers else None
        if self._delivery is not None:
            self._loops["deliveries"] = (self._delivery.outbox.run, self._delivery.outbox.stop)
        if not is_sqlite(async_url(house.settings.database)):
            self._loops["pauses"] = (partial(self._pauses.run, self._pacer), self._pauses.stop)

    def _add_answers(self, dispatcher: Dispatcher, pacer: Pacer) -> None:
        house = self._house
        updates = looked_at(house.updates, lambda: self._turned("answers"))
        answerer = Answerer(
            dispatcher, self._bot, updates=updates, dialogues=house.dialogues, catalogues=house.catalogues, pacer=pacer,
            clock=house.clock, wakeups=house.wakeups, spawn=house.nursery.spawn, holder=house.me, lease=lease_of(house),
        )  # fmt: skip
        self._answerer = answerer
        hands = Hands(answerer, house.leases, prefix=LANE, holder=house.me, lease=lease_of(house), clock=house.clock)
        self._loops["answers"] = (answerer.run, answerer.stop)
        self._loops["hands"] = (hands.run, hands.stop)
        self._allowed = dispatcher.resolve_used_update_types()
        if house.settings.updates == "polling":
            poller = Poller(
                self._bot, updates=house.updates, allowed=self._allowed, wakeups=house.wakeups, clock=house.clock, polled=lambda: self._turned("updates")
            )
            turn = OneAtATime(
                poller.run, poller.stop, leases=house.leases, name=f"poll {self._bot.id}", holder=house.me, clock=house.clock, spawn=house.nursery.spawn
            )
            shared = not is_sqlite(async_url(house.settings.database))
            self._loops["updates"] = (turn.run, turn.stop) if shared else (poller.run, poller.stop)
            if shared:
                self._only["updates"] = lambda: turn.ours

    def _turned(self, loop: str) -> None:
        self._house.beats.beat(Late(Trouble.LOOP, loop))

    def paused(self) -> bool:
        """Whether Telegram, as far as this process knows, wants nothing but direct answers."""
        return self._pacer.paused() > 0

    def desk(self) -> WebhookDesk | None:
        """Where the watchdog asks about the webhook; None for a house that polls, and for a process that does not answer."""
        settings = self._house.settings
        if settings.updates != "webhook" or "answers" not in self._loops:
            return None
        return WebhookDesk(self._bot, url=self._webhook_url(), set_again=self._set_webhook)

    async def start(self) -> None:
        """Begin every loop, and tell Telegram about commands and webhook until it has heard. A pause that an earlier process was told goes on."""
        await self._pauses.load(self._pacer)
        if self._delivery is not None:
            await self._delivery.begin()
        for name, (run, _) in self._loops.items():
            if name in TURNS_WITHIN:
                self._house.beats.expect(Late(Trouble.LOOP, name), within=TURNS_WITHIN[name], only=self._only.get(name, always))
            self._tasks[name] = self._house.nursery.spawn(as_coroutine(run), name=f"telegram {name}")
        if "answers" in self._loops:
            self._house.nursery.spawn(self._set_up(), name="telegram set-up")

    async def _set_up(self) -> None:
        for pause in (*SET_UP_AGAIN, None):
            try:
                await set_commands(self._bot, self._house.catalogues)
                if self._house.settings.updates == "webhook":
                    await self._set_webhook()
                return
            except AiogramError as error:
                log.warning("Telegram was not told about commands and webhook yet: %s", type(error).__name__)
            if pause is not None:
                await self._house.clock.sleep(pause)

    def _webhook_url(self) -> str:
        from app.serve import webhook_path

        return (self._house.settings.public_url or "") + webhook_path(self._house)

    async def _set_webhook(self) -> None:
        settings = self._house.settings
        assert settings.webhook_secret is not None
        await self._bot.set_webhook(
            self._webhook_url(), secret_token=settings.webhook_secret.get_secret_value(),
            allowed_updates=self._allowed, drop_pending_updates=False,
        )  # fmt: skip

    def troubles(self) -> list[str]:
        """Loops that ended although nobody stopped them."""
        return [name for name, task in self._tasks.items() if task.done()]

    def take_nothing_new(self) -> None:
        """Ask every loop to come to its end, while the web still finishes what it has."""
        self._drained_by = asyncio.get_running_loop().time() + DRAIN_SECONDS
        for _, stop in self._loops.values():
            stop()

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand. A handler that takes longer is ended: its update waits in the intake, its chat is let go."""
        if self._drained_by is None:
            self.take_nothing_new()
        assert self._drained_by is not None
        left = max(0.0, self._drained_by - asyncio.get_running_loop().time())
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=left)
        if self._answerer is not None and (late := self._answerer.in_hand()):
            log.warning("%d chats are left to the next process", len(late))
            self._answerer.let_go(late)
            await asyncio.wait([self._tasks["answers"]], timeout=LETTING_GO)
        if self._delivery is not None:
            await within(LETTING_GO, self._delivery.close)


@asynccontextmanager
async def chatting(house: House, *, answers: bool, delivers: bool, living: Living | None = None) -> AsyncIterator[ChatSide]:
    """The Telegram side, not started yet; drained at the end. PartMissing when the token cannot be one."""
    bot = bot_of(house.settings)
    async with budget_of(house, living=living, bot=bot.id) as budget:
        side = ChatSide(house, bot, answers=answers, delivers=delivers, budget=budget)
        try:
            yield side
        finally:
            await side.stop()
            await bot.session.close()


def bot_of(settings: Settings, *, timeout: float | None = None) -> Bot:
    """A bot of these settings. PartMissing when the token cannot be one."""
    from aiogram.utils.token import TokenValidationError

    assert settings.bot_token is not None
    try:
        return make_bot(
            settings.bot_token.get_secret_value(), api_url=settings.bot_api_url, proxy=settings.telegram_proxy, timeout=timeout or settings.send_timeout
        )
    except TokenValidationError:
        raise PartMissing("MASHANG_BOT_TOKEN: this is not a bot token (from @BotFather: digits, a colon, letters)") from None


async def asked_name(settings: Settings) -> str | None:
    """The bot's user name as Telegram says it; None when it does not answer in time."""
    bot = bot_of(settings, timeout=ASK_SECONDS)
    try:
        return (await bot.get_me()).username
    except AiogramError as error:
        log.warning("getMe failed: %s", type(error).__name__)
        return None
    finally:
        await bot.session.close()


def surface_of(house: House) -> Surface:
    settings = house.settings
    link = settings.bot_link or ""
    return Surface(settings.public_url, settings.chat_detail, link.rsplit("/", 1)[-1], link, settings.zone, settings.office_phone, settings.office_name)


def lease_of(house: House) -> timedelta:
    """How long a chat stays in the hand of a process that says nothing. One SQLite file is served by one process: nobody else would take it."""
    return ALONE if is_sqlite(async_url(house.settings.database)) else LEASE


async def as_coroutine(run: Callable[[], Awaitable[None]]) -> None:
    await run()
