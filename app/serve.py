"""Serving: web, chat, delivery and timetable, together or apart; started in order, drained in the opposite one."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from app.container import House, PartMissing, Replace, opened
from app.settings import DEMO_ISSUER, Settings
from scheduler.jobs import jobs
from scheduler.timetable import Timetable
from storage.engine import away
from storage.locks import serving
from web.application import application
from web.site import Site

PARTS = ("web", "chat", "delivery", "scheduler")
DRAIN_SECONDS = 5.0
SWITCH_SECONDS = 0.0005
"""How long the database's thread waits for a busy event loop to let it go on (default 5 ms, at each step of a transaction)."""

log = logging.getLogger("mashang.serve")


@dataclass(frozen=True, slots=True)
class Served:
    """A house whose doors are open."""

    house: House
    address: str
    chat: str | None


async def serve(settings: Settings, *, parts: Collection[str] = PARTS, opened_doors: Callable[[Served], object] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with served(settings, parts=parts) as doors:
        if opened_doors is not None:
            opened_doors(doors)
        await stop.wait()
        log.info("stopping")


@asynccontextmanager
async def served(settings: Settings, *, parts: Collection[str] = PARTS, replace: Replace | None = None) -> AsyncIterator[Served]:
    """The house with its doors open. PartMissing or AlreadyServing when it cannot be; nothing is left running then."""
    must_fit(settings)
    speaks = settings.bot_token is not None and bool({"chat", "delivery"} & set(parts))
    if speaks:
        from bot.quickstart import import_aiogram

        import_aiogram()
    async with AsyncExitStack() as stack:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        stack.enter_context(serving(settings.database))
        link = await found_link(settings) if speaks else settings.bot_link
        house = await stack.enter_async_context(opened(settings.model_copy(update={"bot_link": link}), replace=replace))
        side = None
        if speaks:
            from app.chat import chatting

            side = await stack.enter_async_context(chatting(house, answers="chat" in parts, delivers="delivery" in parts))
        address = await stack.enter_async_context(on_the_web(house, alive=side.troubles if side else None)) if "web" in parts else ""
        if side is not None:
            await side.start()
        if "scheduler" in parts:
            timetable = Timetable(jobs(house.services, wakeups=house.wakeups))
            timetable.start()
            stack.callback(timetable.stop)
        gc.collect()
        gc.freeze()
        sys.setswitchinterval(SWITCH_SECONDS)
        yield Served(house, address, link)


def must_fit(settings: Settings) -> None:
    """What serving needs beyond sound settings. PartMissing names everything at once."""
    missing = []
    if settings.public_url is None:
        missing.append("MASHANG_PUBLIC_URL: the address that is printed into every code, for example https://safe.example.gov.cn")
    if settings.issuer is None:
        missing.append("MASHANG_ISSUER: the two characters given to `mashang init`")
    if settings.updates == "webhook" and settings.bot_token is None:
        missing.append("MASHANG_BOT_TOKEN: updates cannot come by webhook without a bot")
    if missing:
        raise PartMissing("\n".join(missing))


def must_be_real(settings: Settings) -> None:
    """PartMissing for the demo's own office, whose codes and people are not real."""
    if settings.issuer == DEMO_ISSUER:
        raise PartMissing(f"MASHANG_ISSUER: {DEMO_ISSUER} is the demo's own and is never served; choose another one and run `mashang init`")


async def found_link(settings: Settings) -> str | None:
    """What a deep link starts with: as set, else asked of Telegram, else as Telegram said last time."""
    if settings.bot_link is not None:
        return settings.bot_link
    from app.chat import asked_name

    known = settings.data_dir / "bot-name"
    name = await asked_name(settings)
    if name is not None:
        known.write_text(name, encoding="ascii")
    elif known.exists():
        name = known.read_text(encoding="ascii")
    else:
        log.warning("Telegram did not say the bot's name: codes have no deep link until the next start")
    return f"https://t.me/{name}" if name else None


@asynccontextmanager
async def on_the_web(house: House, *, alive: Callable[[], list[str]] | None) -> AsyncIterator[str]:
    """The web service, listening; its address. PartMissing when the port is taken."""
    settings = house.settings
    token = settings.bot_token.get_secret_value() if settings.bot_token else None
    hooked = settings.updates == "webhook" and token is not None
    site = Site(
        office_name=settings.office_name,
        public_url=settings.public_url or "",
        zone=settings.zone,
        secure=settings.secure,
        drill_only=house.services.office.drill_only,
        webhook_path=webhook_path(house) if hooked else None,
        webhook_secret=settings.webhook_secret.get_secret_value() if hooked and settings.webhook_secret else None,
        chat_url=settings.bot_link,
        ready=lambda: troubles(house, alive),
        office_phone=settings.office_phone or None,
        proxies=frozenset(filter(None, settings.proxies.split(","))),
        away=away,
    )
    bot = int(token.split(":")[0]) if token else None
    app = application(
        house.services, updates=house.updates, bot_id=bot, catalogues=house.catalogues, clock=house.clock, wakeups=house.wakeups, site=site
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.web_host, settings.web_port).start()
        except OSError as error:
            raise PartMissing(f"MASHANG_WEB_PORT: cannot listen on {settings.web_host}:{settings.web_port} ({error.strerror})") from None
        yield f"http://{settings.web_host}:{settings.web_port}"
    finally:
        await runner.cleanup()


def webhook_path(house: House) -> str:
    """A path that only Telegram is told; the same at every start, so that no update meets a closed door."""
    return f"/telegram/{house.keys.digest(b'webhook path').hex()[:32]}"


async def troubles(house: House, alive: Callable[[], list[str]] | None) -> list[str]:
    """The parts that are not ready; empty when all is well."""
    found = alive() if alive else []
    try:
        async with house.works.read() as work:
            await work.areas.get("0000")
    except Exception:
        log.exception("the database does not answer")
        found.append("database")
    return found
