"""/code: one's own code as a picture that says what to do."""

import asyncio

from aiogram import Router
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards.codes import live
from bot.keyboards.rollcall import answers
from bot.rights import Open, on
from bot.views import codes as views
from domain.access import May
from handlers.filters import asked
from handlers.replies import noticed
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock

MOST_POSTERS = 3


async def send_code(message: Message, *, by: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> None:
    """The picture, with the buttons of /safe and /help under it while an order is in force and its holder not yet safe."""
    card = await services.codes.mine(by=by)
    condition = views.Condition(await services.rollcall.order_for(by=by), await services.rollcall.member_for(by=by))
    picture = await asyncio.to_thread(views.drawn, card, condition, catalogue)
    await message.answer_photo(
        BufferedInputFile(picture, "code.png"),
        caption=views.caption(card, condition, catalogue, surface.zone),
        reply_markup=live(catalogue, answers(catalogue) if condition.in_force and not condition.safe else None),
    )


async def show_code(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> None:
    """/code; a keeper also gets the poster of each own shelter."""
    await send_code(message, by=actor, services=services, catalogue=catalogue, surface=surface)
    for post in (await services.shelters.many(actor.posts(May.ADMIT, now=clock.now())))[:MOST_POSTERS]:
        card = await services.codes.of_place(post.id, by=actor)
        picture = await asyncio.to_thread(views.poster, card, post.name, catalogue)
        await message.answer_photo(BufferedInputFile(picture, "poster.png"), caption=views.valid_until(card, catalogue, surface.zone))


async def show_live(callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface) -> None:
    """A code of this moment, for whoever must see that it is no copy; it ends by itself."""
    card = await services.issuing.live(by=actor)
    condition = views.Condition(await services.rollcall.order_for(by=actor), await services.rollcall.member_for(by=actor))
    formats = Formats(catalogue, surface.zone)
    picture = await asyncio.to_thread(views.drawn_live, card, condition, catalogue, formats)
    if callback.message is not None:
        await callback.message.answer_photo(BufferedInputFile(picture, "live.png"), caption=views.live_caption(card, condition, catalogue, formats))
    await noticed(callback)


def routes() -> Router:
    router = Router(name="codes")
    on(router.message, show_code, asked("code"), may=Open.REGISTERED)
    on(router.callback_query, show_live, callbacks.LiveCode.filter(), may=Open.REGISTERED)
    return router
