"""/scan of a keeper (`crossings` has the command, for guards too). The mode is chosen once; `admissions` then makes a scan and a card of all that is sent."""

from uuid import UUID

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.keyboards import scans as keyboards
from bot.keyboards.rollcall import outside
from bot.rights import on
from bot.states import Scanning
from bot.views import scans as views
from bot.views.rollcall import OUTSIDE
from domain.access import May
from domain.rollcall import PlaceMissing
from domain.scans import Purpose
from domain.shelters import Shelter
from handlers.filters import Typed
from handlers.replies import revised, said, unbuttoned
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock


async def shelters_of(actor: Actor, services: Services, *, clock: Clock) -> list[Shelter]:
    """A keeper's own posts; for an officer every shelter of the county."""
    now = clock.now()
    posts = await services.shelters.many(actor.posts(May.ADMIT, now=now))
    for area in actor.areas_for(May.ADMIT, now=now):
        posts += [shelter for shelter in await services.shelters.near(area) if shelter not in posts and actor.can(May.ADMIT, now=now, area=shelter.area)]
    return posts


async def begin(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    """/scan: whoever has one post is ready at once."""
    posts = await shelters_of(actor, services, clock=clock)
    await state.clear()
    if not posts:
        await message.answer(catalogue.say(views.NO_POST))
    elif len(posts) > 1:
        await state.set_state(Scanning.post)
        await message.answer(catalogue.say(views.WHICH_POST), reply_markup=keyboards.posts(posts[:12]))
    else:
        text = await _ready(posts[0], catalogue, state)
        await message.answer(text, reply_markup=keyboards.aims(Purpose.SHELTER_IN, catalogue))


async def _ready(post: Shelter, catalogue: Catalogue, state: FSMContext) -> str:
    await state.set_state(Scanning.ready)
    await state.set_data({"post": str(post.id), "place": str(post.id), "purpose": Purpose.SHELTER_IN.value, "note": ""})
    return views.mode(Purpose.SHELTER_IN, post.name, catalogue)


async def choose_post(
    callback: CallbackQuery, *, callback_data: callbacks.Post, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, clock: Clock
) -> None:
    chosen = [post for post in await shelters_of(actor, services, clock=clock) if post.id == callback_data.shelter]
    if not chosen:
        await revised(callback, catalogue.say(views.NO_POST))
        return
    await revised(callback, await _ready(chosen[0], catalogue, state), keyboards.aims(Purpose.SHELTER_IN, catalogue))


async def choose_aim(callback: CallbackQuery, *, callback_data: callbacks.Aim, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """In, out, or to relatives; the last asks where, once."""
    data = await state.get_data()
    if "place" not in data:
        await unbuttoned(callback)
        await said(callback, catalogue.say(views.MODE_FIRST))
        return
    await state.update_data(purpose=callback_data.purpose.value, note="")
    if callback_data.purpose is Purpose.TO_RELATIVES:
        await state.set_state(Scanning.relatives)
        await revised(callback, catalogue.say(views.WHICH_RELATIVES))
        return
    await state.set_state(Scanning.ready)
    post = await services.shelters.many([UUID(data["place"])])
    await revised(callback, views.mode(callback_data.purpose, post[0].name if post else "", catalogue), keyboards.aims(callback_data.purpose, catalogue))


async def take_relatives(message: Message, *, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """Where to. A place that may lie inside what has to move is asked about, because nobody there is safe."""
    note = " ".join((message.text or "").split())
    if not any(character.isalnum() for character in note):
        await message.answer(f"✏️ {catalogue.say(PlaceMissing.text)}")
        return
    data = await state.get_data()
    post = await services.shelters.many([UUID(data["place"])])
    moved = await services.evacuations.moved_here(note, near=post[0].area) if post else []
    if moved:
        await state.update_data(meant=note[:120])
        await state.set_state(Scanning.outside)
        names = catalogue.join((await services.areas.titles(moved)).values())
        await message.answer(catalogue.say_html(OUTSIDE, areas=names), reply_markup=outside(catalogue))
        return
    await state.update_data(note=note[:120])
    await state.set_state(Scanning.ready)
    await message.answer(views.mode(Purpose.TO_RELATIVES, note, catalogue), reply_markup=keyboards.aims(Purpose.TO_RELATIVES, catalogue))


async def take_outside(callback: CallbackQuery, *, callback_data: callbacks.Outside, catalogue: Catalogue, state: FSMContext) -> None:
    """Only a place outside is a place to send people to; else another one is asked for."""
    if not callback_data.yes:
        await state.set_state(Scanning.relatives)
        await revised(callback, catalogue.say(views.WHICH_RELATIVES))
        return
    await state.set_state(Scanning.ready)
    note = str((await state.get_data())["meant"])
    await state.update_data(note=note)
    await revised(callback, views.mode(Purpose.TO_RELATIVES, note, catalogue), keyboards.aims(Purpose.TO_RELATIVES, catalogue))


async def stop(callback: CallbackQuery, *, catalogue: Catalogue, state: FSMContext) -> None:
    await state.clear()
    await revised(callback, catalogue.say(views.STOPPED))


def routes() -> Router:
    router = Router(name="scans")
    on(router.callback_query, choose_post, callbacks.Post.filter(), may=May.ADMIT)
    on(router.callback_query, choose_aim, callbacks.Aim.filter(F.purpose.in_(set(keyboards.AIMS))), may=May.ADMIT)
    on(router.callback_query, stop, callbacks.StopScanning.filter(), may=May.ADMIT)
    on(router.message, take_relatives, Scanning.relatives, Typed(), may=May.ADMIT)
    on(router.callback_query, take_outside, callbacks.Outside.filter(), Scanning.outside, may=May.ADMIT)
    return router
