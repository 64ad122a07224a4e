"""/linkcode: eight digits for one named person of one's own households. /me, /language: what is kept about oneself."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import rollcall as keyboards
from bot.keyboards import start as start_keyboards
from bot.keyboards.menu import beside
from bot.rights import Open, on
from bot.views import rollcall as views
from bot.views import start as start_views
from bot.views.marks import called
from codes.shortcode import grouped
from domain.access import May
from handlers.filters import asked
from handlers.replies import revised
from locales.catalogue import Catalogue, Catalogues
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock


async def choose_household(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    """/linkcode"""
    await state.clear()
    mine = await services.rollcall.households(by=actor)
    text = catalogue.say(views.LINK_WHOM if mine else views.NO_HOUSEHOLDS)
    await message.answer(text, reply_markup=keyboards.households(views.titles(mine, catalogue, detail=surface.chat_detail), page=0, links=True))


async def make_link_code(
    callback: CallbackQuery, *, callback_data: callbacks.LinkFor, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, key: str
) -> None:
    """Made for that person and nobody else; the newest one is the one that works."""
    digits = await services.people.make_link_code(callback_data.person, by=actor, key=key)
    person = await services.people.person(callback_data.person, by=actor)
    name = called(person.name, detail=surface.chat_detail, catalogue=catalogue)
    await revised(callback, catalogue.say_html(views.LINK_CODE, name=name, digits=f"{digits[:4]} {digits[4:]}"))


async def show_me(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> None:
    """/me, and what stands behind it for this reader."""
    person = await services.people.me(by=actor)
    card = await services.codes.mine(by=actor)
    village = (await services.areas.titles([person.area]))[person.area]
    language = start_keyboards.NAMES[catalogue.language]
    told = start_views.me(catalogue, person, village=village, language=language, code=grouped(card.short), detail=surface.chat_detail)
    more = beside("me", actor, catalogue, now=clock.now())
    await message.answer("\n\n".join(filter(None, (told, more))), reply_markup=start_keyboards.languages())


async def ask_language(message: Message, *, catalogues: Catalogues) -> None:
    """/language"""
    await message.answer(start_views.choose_language(catalogues), reply_markup=start_keyboards.languages())


def routes() -> Router:
    router = Router(name="people")
    on(router.message, choose_household, asked("linkcode"), may=May.TICK)
    on(router.callback_query, make_link_code, callbacks.LinkFor.filter(), may=May.TICK)
    on(router.message, show_me, asked("me"), may=Open.REGISTERED)
    on(router.message, ask_language, asked("language"), may=Open.EVERYBODY)
    return router
