"""The bot and its dispatcher, made from what the operator decided."""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from aiogram import Bot, Dispatcher, Router
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from bot.middlewares.dialogue import DialogueMiddleware
from bot.middlewares.errors import ErrorsMiddleware
from bot.middlewares.identity import IdentityMiddleware
from bot.middlewares.locale import LocaleMiddleware
from bot.middlewares.private import PrivateMiddleware
from bot.middlewares.reference import ReferenceMiddleware
from bot.middlewares.rights import RightsMiddleware
from bot.rights import RightMissing, undeclared
from bot.session import ThroughProxy
from domain.text import N_
from locales.catalogue import Catalogues
from services.bundle import Services
from services.figures import Figures, NoFigures
from services.intake import Dialogues
from services.ports import Clock

COMMANDS = (
    ("start", N_("Begin, or begin again")),
    ("code", N_("My safety code")),
    ("safe", N_("I am safe")),
    ("help", N_("I need help")),
    ("report", N_("Report damage or danger")),
    ("language", N_("Language: 中文 / English")),
)


@dataclass(frozen=True, slots=True)
class Surface:
    """How the house looks in chat: our own address (None without one), how much of a person is said, the bot's name and deep link, the zone,
    the duty phone and the office's own name ("" without one)."""

    public_url: str | None
    chat_detail: Literal["codes", "short", "full"]
    bot_name: str
    bot_link: str
    zone: ZoneInfo
    office_phone: str = ""
    office_name: str = ""


def make_bot(token: str, *, api_url: str = "https://api.telegram.org", proxy: str | None = None, timeout: float = 5.0) -> Bot:
    """A bot that writes HTML, shows no link previews, and waits `timeout` seconds for an answer. Close its session at the end."""
    official = PRODUCTION.base.startswith(f"{api_url}/")
    api = PRODUCTION if official else TelegramAPIServer.from_base(api_url)
    session = ThroughProxy(proxy, api=api, timeout=timeout) if proxy else AiohttpSession(api=api, timeout=timeout)
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True))


def make_dispatcher(
    router: Router, *, services: Services, catalogues: Catalogues, clock: Clock, surface: Surface, dialogues: Dialogues,
    figures: Figures | None = None,
) -> Dispatcher:  # fmt: skip
    """Everything around these handlers. RightMissing when one of them does not say who may use it."""
    if silent := undeclared(router):
        raise RightMissing(", ".join(silent))
    dispatcher = Dispatcher(disable_fsm=True, services=services, catalogues=catalogues, clock=clock, surface=surface)
    for middleware in (
        ReferenceMiddleware(),
        PrivateMiddleware(catalogues=catalogues, link=surface.bot_link, name=surface.bot_name),
        DialogueMiddleware(dialogues),
        IdentityMiddleware(services, catalogues=catalogues),
        LocaleMiddleware(catalogues),
        ErrorsMiddleware(figures or NoFigures()),
    ):
        dispatcher.update.outer_middleware(middleware)
    for observer in (dispatcher.message, dispatcher.callback_query):
        observer.middleware(RightsMiddleware(clock, services))
    dispatcher.include_router(router)
    return dispatcher


async def set_commands(bot: Bot, catalogues: Catalogues) -> None:
    """The menu of commands in private chats, in each of our languages and in the default one for all others."""
    for spoken, code in ((None, None), ("zh", "zh"), ("en", "en")):
        catalogue = catalogues.of(spoken)
        menu = [BotCommand(command=name, description=catalogue.say(about)) for name, about in COMMANDS]
        await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=code)
