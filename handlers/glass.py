"""/glass: an emergency authorisation, opened with a reason and a tap, and ended by hand before it ends by itself."""

from contextlib import suppress

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import glass as keyboards
from bot.rights import Open, on
from bot.states import Glazing
from bot.views import glass as views
from domain.access import May
from domain.glass import GlassOver, checked_reason
from handlers.filters import Typed, asked
from handlers.replies import revised
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services


async def begin(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    """/glass: one that is open is shown with its end; else the reason is asked for."""
    await state.clear()
    mine = next((line.glass for line in await services.glass.listing(by=actor) if line.open and line.glass.person == actor.person), None)
    if mine is not None:
        await message.answer(views.opened(mine, catalogue, Formats(catalogue, surface.zone)), reply_markup=keyboards.end(mine.id, catalogue))
        return
    await state.set_state(Glazing.reason)
    await message.answer(views.ask(catalogue))


async def take_reason(message: Message, *, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    reason = checked_reason(message.text or "")
    await state.update_data(reason=reason)
    await state.set_state(Glazing.check)
    await message.answer(views.check(reason, catalogue), reply_markup=keyboards.confirm(catalogue, drill_only=services.office.drill_only))


async def open_it(
    callback: CallbackQuery, *, callback_data: callbacks.GlassOpen, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext,
    surface: Surface, key: str,
) -> None:  # fmt: skip
    reason = (await state.get_data()).get("reason", "")
    glass = await services.glass.open(reason, callback_data.minutes, by=actor, key=key, drill=callback_data.drill)
    await state.clear()
    await revised(callback, views.opened(glass, catalogue, Formats(catalogue, surface.zone)), keyboards.end(glass.id, catalogue))


async def let_be(callback: CallbackQuery, *, catalogue: Catalogue, state: FSMContext) -> None:
    await state.clear()
    await revised(callback, catalogue.say(views.NOT_OPENED))


async def end(callback: CallbackQuery, *, callback_data: callbacks.GlassEnd, actor: Actor, services: Services, catalogue: Catalogue) -> None:
    """Whoever is second learns that it is over, which is what they wanted."""
    with suppress(GlassOver):
        await services.glass.end(callback_data.glass, by=actor)
    await revised(callback, catalogue.say(views.ENDED))


def routes() -> Router:
    router = Router(name="glass")
    on(router.message, begin, asked("glass"), may=May.BREAK_GLASS)
    on(router.message, take_reason, Glazing.reason, Typed(), may=May.BREAK_GLASS)
    on(router.callback_query, open_it, callbacks.GlassOpen.filter(), Glazing.check, may=May.BREAK_GLASS)
    on(router.callback_query, let_be, callbacks.GlassNot.filter(), may=May.BREAK_GLASS)
    on(router.callback_query, end, callbacks.GlassEnd.filter(), may=Open.REGISTERED)
    return router
