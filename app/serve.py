"""Serving: bot, web, delivery and timetable, together or apart; started in order, drained in the opposite one."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from app.container import House, PartMissing, Replace, opened, within
from app.living import Living
from app.settings import DEMO_ISSUER, Settings
from app.watching import Watching, figures_of, watched
from codes.signing import coordinates
from domain.errors import Away
from scheduler.jobs import jobs, rings
from scheduler.timetable import Timetable
from services.audit import Trail
from services.processes import record_refusal
from storage.engine import DatabaseBusy, async_url, away, is_sqlite
from storage.locks import AlreadyServing, serving
from web.application import application, side_door
from web.site import Anchor, Site

PARTS = ("bot", "web", "delivery", "scheduler")
SPEAKING = frozenset({"bot", "delivery"})
BOT_NAME = "bot-name"
WEB_SECONDS = 4.0
"""A request that is still running so long after the stop is cut off. Meanwhile the chat drains too (app/chat.py)."""
END_SECONDS = 9.5
"""Whatever holds up the end of a process beyond this is left to those who go on: its leases end, nothing durable is in memory alone."""
READY_SECONDS = 1.5
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
    """Serve until SIGTERM or SIGINT; what is in hand is finished first, within ten seconds in all."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with served(settings, parts=parts) as doors:
        if opened_doors is not None:
            opened_doors(doors)
        await stop.wait()
        log.info("stopping")
        loop.call_later(END_SECONDS, given_up)


def given_up() -> None:
    """The end of a process that cannot end well: like a kill, which everything here survives."""
    log.error("not stopped within %g s: what is still in hand is left to its leases", END_SECONDS)
    logging.shutdown()
    os._exit(1)


@asynccontextmanager
async def served(settings: Settings, *, parts: Collection[str] = PARTS, replace: Replace | None = None) -> AsyncIterator[Served]:
    """The house with its doors open. PartMissing or AlreadyServing when it cannot be; nothing is left running then."""
    must_fit(settings, parts=parts)
    speaks = settings.bot_token is not None and bool(SPEAKING & set(parts))
    if speaks:
        from bot.quickstart import import_aiogram

        import_aiogram()
    async with AsyncExitStack() as stack:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        await alone(settings, stack)
        link = await found_link(settings) if speaks else known_link(settings)
        figures = figures_of([part for part in PARTS if part in parts])
        house = await stack.enter_async_context(opened(settings.model_copy(update={"bot_link": link}), replace=replace, figures=figures))
        living = await beside_others(house, parts, stack)
        side = None
        if speaks:
            from app.chat import chatting

            side = await stack.enter_async_context(chatting(house, answers="bot" in parts, delivers="delivery" in parts, living=living))
        watching = await stack.enter_async_context(watched(house, figures=figures, side=side, beside=living is not None))
        site = site_of(house, alive=side.troubles if side else None, watching=watching, metrics=figures.page)
        address = await stack.enter_async_context(on_the_web(house, site)) if "web" in parts else ""
        if settings.metrics_port is not None:
            await stack.enter_async_context(on_the_side(house, site, port=settings.metrics_port))
        if side is not None:
            await side.start()
            stack.callback(side.take_nothing_new)
        chosen = [*rings(house.wakeups), *(jobs(house.services) if "scheduler" in parts else ())]
        timetable = Timetable(chosen, clock=house.clock, figures=figures, beats=house.beats)
        timetable.start()
        stack.callback(timetable.stop)
        watching.start()
        gc.collect()
        gc.freeze()
        sys.setswitchinterval(SWITCH_SECONDS)
        yield Served(house, address, link)


async def alone(settings: Settings, stack: AsyncExitStack) -> None:
    """Hold the SQLite file for as long as the stack. AlreadyServing when another process has it, which is also written to the log and into its audit."""
    try:
        stack.enter_context(serving(settings.database))
    except AlreadyServing as refusal:
        log.error("refused to serve: process %s already serves this SQLite file", refusal.fields["process"])
        try:
            async with opened(settings) as house:
                trail, holder = Trail(house.ids), str(refusal.fields["process"])
                await record_refusal(house.works, trail=trail, clock=house.clock, process=os.getpid(), holder=holder)
        except (PartMissing, DatabaseBusy) as error:
            log.error("the refusal could not be written into the audit log: %s", error)
        raise


async def beside_others(house: House, parts: Collection[str], stack: AsyncExitStack) -> Living | None:
    """Among the processes of a house on PostgreSQL until the stack ends. None on SQLite: there is no other, and what a dead one had in hand is free."""
    if is_sqlite(async_url(house.settings.database)):
        await house.leases.end_all()
        return None
    living = Living(house.processes, me=house.me, parts=parts, clock=house.clock, lacks=house.troubled)
    await living.beat()
    stack.push_async_callback(within, 1.0, living.end)
    house.nursery.spawn(living.run(), name="telling that it lives")
    return living


def must_fit(settings: Settings, *, parts: Collection[str] = PARTS) -> None:
    """What serving needs beyond sound settings. PartMissing names everything at once. All parts together do without a bot; a choice that speaks does not."""
    missing = []
    if settings.bot_token is None and set(parts) != set(PARTS) and (speaking := sorted(SPEAKING & set(parts))):
        missing.append(f"MASHANG_BOT_TOKEN: {' and '.join(speaking)} cannot run without a bot")
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

    name = await asked_name(settings)
    if name is not None:
        (settings.data_dir / BOT_NAME).write_text(name, encoding="ascii")
    elif known_link(settings) is None:
        log.warning("Telegram did not say the bot's name: codes have no deep link until the next start")
    return known_link(settings)


def known_link(settings: Settings) -> str | None:
    """As set, or as a process of this office that speaks with Telegram heard it last."""
    known = settings.data_dir / BOT_NAME
    if settings.bot_link is not None or not known.exists():
        return settings.bot_link
    return f"https://t.me/{known.read_text(encoding='ascii')}"


def site_of(house: House, *, alive: Callable[[], list[str]] | None, watching: Watching, metrics: Callable[[], bytes]) -> Site:
    """What the web entrance is told about itself."""
    settings = house.settings
    hooked = settings.updates == "webhook" and settings.bot_token is not None
    return Site(
        office_name=settings.office_name,
        public_url=settings.public_url or "",
        zone=settings.zone,
        secure=settings.secure,
        drill_only=house.services.office.drill_only,
        webhook_path=webhook_path(house) if hooked else None,
        webhook_secret=settings.webhook_secret.get_secret_value() if hooked and settings.webhook_secret else None,
        chat_url=settings.bot_link,
        ready=lambda: troubles(house, alive),
        degraded=house.lacking,
        office_phone=settings.office_phone or None,
        proxies=frozenset(filter(None, settings.proxies.split(","))),
        away=away,
        late=watching.late,
        metrics=metrics,
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
        anchor=Anchor(house.keys.codes.issuer, *coordinates(house.keys.codes.root)),
    )


@asynccontextmanager
async def on_the_web(house: House, site: Site) -> AsyncIterator[str]:
    """The web service, listening; its address. PartMissing when the port is taken."""
    settings = house.settings
    bot = int(settings.bot_token.get_secret_value().split(":")[0]) if settings.bot_token else None
    app = application(
        house.services, updates=house.updates, bot_id=bot, catalogues=house.catalogues, clock=house.clock, wakeups=house.wakeups, site=site,
        figures=house.figures,
    )  # fmt: skip
    async with listening(app, settings.web_host, settings.web_port, setting="WEB_PORT"):
        yield f"http://{settings.web_host}:{settings.web_port}"


@asynccontextmanager
async def on_the_side(house: House, site: Site, *, port: int) -> AsyncIterator[None]:
    """Health and figures, on this machine only."""
    app = side_door(catalogues=house.catalogues, clock=house.clock, site=site, figures=house.figures)
    async with listening(app, "127.0.0.1", port, setting="METRICS_PORT"):
        yield


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, *, setting: str) -> AsyncIterator[None]:
    """An application with its door open. PartMissing, by the setting's name, when the port is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=WEB_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise PartMissing(f"MASHANG_{setting}: cannot listen on {host}:{port} ({error.strerror})") from None
        yield
    finally:
        await runner.cleanup()


def webhook_path(house: House) -> str:
    """A path that only Telegram is told; the same at every start, so that no update meets a closed door."""
    return f"/telegram/{house.keys.digest(b'webhook path').hex()[:32]}"


async def troubles(house: House, alive: Callable[[], list[str]] | None) -> list[str]:
    """The parts that are not ready; empty when all is well. Known within two seconds: a database that says nothing is not there."""
    found = alive() if alive else []
    asked = house.nursery.spawn(answers(house), name="asking the database")
    done, _ = await asyncio.wait([asked], timeout=READY_SECONDS)
    if not done:
        asked.cancel()
    if not done or not asked.result():
        found.append("database")
    return found


async def answers(house: House) -> bool:
    """Whether the database does."""
    try:
        async with house.works.read() as work:
            await work.areas.get("0000")
    except Away as away:
        log.warning("the database does not answer: %s", away)
        return False
    except Exception:
        log.exception("the database does not answer")
        return False
    return True
