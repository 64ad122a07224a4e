"""The code that `mashang init` printed: typed once, where others type their link code, it makes the first admin."""

from aiogram import F, Router
from aiogram.filters import BaseFilter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.factory import Surface
from bot.keyboards import start as keyboards
from bot.keyboards.menu import menu
from bot.rights import Open, on
from bot.states import Founding, Registering
from bot.views import founders as views
from bot.views import start as start_views
from bot.views.marks import called
from domain.authenticators import typed_code
from domain.errors import Refusal
from domain.founders import CODE_LENGTH
from domain.people import checked_name
from handlers.filters import Typed
from handlers.start import again, phone_of
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services
from services.people import Registration
from services.ports import Clock


class FounderCodeTyped(BaseFilter):
    """Sixteen characters in a message of their own."""

    async def __call__(self, message: Message) -> bool:
        return typed_code((message.text or "")[:64], length=CODE_LENGTH) is not None


async def take_code(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str, surface: Surface, clock: Clock
) -> None:
    """Whoever is somebody already is admin at once; a stranger is asked for a name first, and the code is used only then."""
    if actor.person is not None:
        await services.founders.found(message.text or "", by=actor, key=key)
        await _welcome(message, actor, services=services, catalogue=catalogue, surface=surface, clock=clock)
        return
    if await state.get_state() != Registering.link_code.state:
        await message.answer(catalogue.say(views.BEGIN_FIRST))
        return
    await services.founders.check(message.text or "", by=actor)
    await state.update_data(founder=message.text or "")
    await state.set_state(Founding.name)
    await message.answer(catalogue.say(start_views.NAME))


async def take_name(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    try:
        name = checked_name(message.text or "")
    except Refusal as refusal:
        await again(message, refusal, question=start_views.NAME, catalogue=catalogue)
        return
    await state.update_data(name=name)
    await state.set_state(Founding.phone)
    await message.answer(catalogue.say(start_views.PHONE), reply_markup=keyboards.phone(catalogue))


async def take_phone(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str, surface: Surface, clock: Clock
) -> None:
    try:
        phone = phone_of(message, catalogue)
    except Refusal as refusal:
        await again(message, refusal, question=start_views.PHONE, catalogue=catalogue, keyboard=keyboards.phone(catalogue))
        return
    data = await state.get_data()
    asked = Registration(data.get("consent"), catalogue.language, data["name"], phone, "")
    person = await services.founders.found(data["founder"], by=actor, key=key, asked=asked)
    await state.clear()
    await _welcome(
        message, await services.people.actor_of(person, via=actor.via), services=services, catalogue=catalogue, surface=surface, clock=clock
    )


async def _welcome(message: Message, actor: Actor, *, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> None:
    now_admin = await services.people.actor_of(actor.registered(), via=actor.via)
    name = called(now_admin.name, detail=surface.chat_detail, catalogue=catalogue)
    await message.answer(catalogue.say_html(views.FOUND, name=name), reply_markup=menu(now_admin, catalogue, now=clock.now()))


def routes() -> Router:
    router = Router(name="founders")
    on(router.message, take_code, StateFilter(None, Registering.link_code), FounderCodeTyped(), may=Open.EVERYBODY)
    on(router.message, take_name, Founding.name, Typed(), may=Open.EVERYBODY)
    on(router.message, take_phone, Founding.phone, F.contact, may=Open.EVERYBODY)
    on(router.message, take_phone, Founding.phone, Typed(), may=Open.EVERYBODY)
    return router
