"""/login: the code of a page is confirmed here, by two buttons. A link that brings the code only asks, as typing it does."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import logins as keyboards
from bot.rights import Open, on
from bot.views import logins as views
from domain.authenticators import typed_code
from domain.logins import CODE_LENGTH
from handlers.replies import NO_PREVIEW, revised
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock

PREFIX = "login-"


async def ask(message: Message, *, command: CommandObject, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> None:
    """Which browser, since when, with which code: is that you?"""
    typed = (command.args or "").removeprefix(PREFIX).strip()
    if not typed:
        await message.answer(how(catalogue, surface), link_preview_options=NO_PREVIEW)
        return
    login = await services.logins.ask(typed, by=actor)
    code = typed_code(typed, length=CODE_LENGTH) or ""
    text = views.asked(login, code, catalogue, Formats(catalogue, surface.zone))
    await message.answer(text, reply_markup=keyboards.answer(login, catalogue), link_preview_options=NO_PREVIEW)


def how(catalogue: Catalogue, surface: Surface) -> str:
    if surface.public_url is None:
        return catalogue.say(views.HOW_NO_ADDRESS)
    return catalogue.say_html(views.HOW, address=f"{surface.public_url.rstrip('/')}/login")


async def answer(
    callback: CallbackQuery, *, callback_data: callbacks.LoginAnswer, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock
) -> None:
    await services.logins.answer(callback_data.login, yes=callback_data.yes, by=actor)
    time = Formats(catalogue, surface.zone).time(clock.now())
    await revised(callback, catalogue.say(views.CONFIRMED if callback_data.yes else views.DENIED, time=time))


def routes() -> Router:
    router = Router(name="logins")
    on(router.message, ask, Command("login"), may=Open.REGISTERED)
    on(router.message, ask, CommandStart(deep_link=True, magic=F.args.startswith(PREFIX)), may=Open.REGISTERED)
    on(router.callback_query, answer, callbacks.LoginAnswer.filter(), may=Open.REGISTERED)
    return router
