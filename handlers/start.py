"""Coming in: language, consent, then the warden's code or registration. Every wrong answer gets a sentence and the question again."""

import unicodedata

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot import callbacks
from bot.factory import Surface
from bot.failures import ANSWERS
from bot.keyboards import start as keyboards
from bot.keyboards.menu import menu
from bot.middlewares.locale import CHOSEN
from bot.rights import Open, on
from bot.states import Gating, Guarding, Registering, Reporting, Scanning
from bot.views import reports
from bot.views import start as views
from bot.views.marks import called
from domain.access import May
from domain.codes import Holder
from domain.errors import Refusal, TooOften, family
from domain.identifiers import normal_phone
from domain.people import AreaUnknown, PhoneInvalid, PhoneNotYours, checked_name
from domain.scans import Via
from handlers.admissions import scan_text
from handlers.codes import send_code
from handlers.crossings import check_text
from handlers.filters import Typed, asked
from handlers.replies import noticed, revised, said, unbuttoned
from handlers.sites import CodeTyped, enter_by_poster, record_card
from locales.catalogue import Catalogue, Catalogues
from services.actors import Actor
from services.bundle import Services
from services.office import CONSENT_VERSION
from services.people import Registration
from services.ports import Clock


async def again(
    message: Message, refusal: Refusal, *, question: str, catalogue: Catalogue, keyboard: ReplyKeyboardMarkup | None = None
) -> None:  # fmt: skip
    """Why not, and the question once more; not to whoever has to wait first."""
    why = f"{ANSWERS[family(refusal)]} {catalogue.say_html(refusal.text, **refusal.fields)}"
    await message.answer(why if isinstance(refusal, TooOften) else f"{why}\n\n{catalogue.say(question)}", reply_markup=keyboard)


REPORT_BEGUN = frozenset(step.state for step in Reporting.__states__ if step is not Reporting.who)


async def forgotten(state: FSMContext) -> None:
    """The dialogue is over; the language that a stranger chose stays."""
    language = (await state.get_data()).get(CHOSEN)
    await state.clear()
    if language is not None:
        await state.set_data({CHOSEN: language})


async def greet(
    message: Message, *, actor: Actor, catalogue: Catalogue, catalogues: Catalogues, state: FSMContext, surface: Surface, clock: Clock
) -> None:
    """/start: a known person gets the menu, a stranger the choice of language."""
    await state.clear()
    if actor.person is None:
        await state.set_state(Registering.language)
        await message.answer(views.choose_language(catalogues), reply_markup=keyboards.languages())
        return
    hello = catalogue.say_html(views.KNOWN, name=called(actor.name, detail=surface.chat_detail, catalogue=catalogue))
    await message.answer(hello, reply_markup=menu(actor, catalogue, now=clock.now()))


async def open_link(
    message: Message, *, command: CommandObject, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str,
    surface: Surface, clock: Clock,
) -> None:  # fmt: skip
    """A deep link: a scan for whoever is scanning, or stands at a checkpoint, now; a site's poster is a check-in; everything else gets
    the public answer, which links and grants nothing.
    """
    parameter = command.args or ""
    if actor.can(May.ADMIT, now=clock.now()) and await state.get_state() in (Scanning.ready.state, Scanning.walk_in.state):
        await state.set_state(Scanning.ready)
        await scan_text(message, parameter, actor=actor, services=services, catalogue=catalogue, state=state, key=key, surface=surface, clock=clock)
        return
    if actor.can(May.VERIFY_PASS, now=clock.now()) and await state.get_state() == Guarding.ready.state:
        await check_text(message, parameter, actor=actor, services=services, catalogue=catalogue, surface=surface, state=state, key=key)
        return
    at_gate = actor.can(May.MUSTER, now=clock.now()) and await state.get_state() == Gating.who.state
    if at_gate and (await services.codes.public_answer(parameter)).place is None:
        await record_card(message, parameter, actor=actor, services=services, catalogue=catalogue, surface=surface, state=state, key=key)
        return
    await answer_code(message, parameter, via=Via.LINK, actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, key=key)


async def type_code(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, key: str
) -> None:  # fmt: skip
    """The twelve characters under a code, typed when nothing was asked."""
    text = message.text or ""
    await answer_code(message, text, via=Via.TYPED, actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, key=key)


async def answer_code(
    message: Message, text: str, *, via: Via, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, key: str
) -> None:  # fmt: skip
    found = await services.codes.public_answer(text)
    if found.place is not None and await services.sites.get(found.place) is not None:
        await enter_by_poster(message, text, via=via, actor=actor, services=services, catalogue=catalogue, surface=surface, key=key)
        return
    places = await services.shelters.many([found.place]) if found.place is not None else []
    told = views.answer(catalogue, found, place=places[0] if places else None)
    if found.kind is Holder.PERSON and actor.can(May.ADMIT, now=clock.now()):
        told += "\n\n" + catalogue.say(views.SCAN_FIRST)
    await message.answer(told, reply_markup=menu(actor, catalogue, now=clock.now()))


async def choose_language(
    callback: CallbackQuery, *, callback_data: callbacks.Language, actor: Actor, services: Services, catalogues: Catalogues, state: FSMContext, clock: Clock
) -> None:
    """For a known person it is kept at once; a stranger goes on to the consent in that language."""
    language = catalogues.match(callback_data.code)
    chosen = catalogues.of(language)
    if actor.person is not None:
        await services.people.set_language(language, by=actor)
        await unbuttoned(callback)
        await said_with_menu(callback, chosen.say(views.LANGUAGE_KEPT), actor=actor, catalogue=chosen, clock=clock)
        return
    await state.set_state(Registering.consent)
    await state.set_data({CHOSEN: language})
    await revised(callback, chosen.say_html(views.CONSENT, version=CONSENT_VERSION), keyboards.agreement(chosen, version=CONSENT_VERSION))


async def said_with_menu(callback: CallbackQuery, text: str, *, actor: Actor, catalogue: Catalogue, clock: Clock) -> None:
    if callback.message is not None:
        await callback.message.answer(text, reply_markup=menu(actor, catalogue, now=clock.now()))
    await noticed(callback)


async def agree(
    callback: CallbackQuery, *, callback_data: callbacks.Agreement, catalogue: Catalogue, state: FSMContext
) -> None:  # fmt: skip
    """What was agreed to is the version that was shown."""
    if not callback_data.yes:
        await forgotten(state)
        await revised(callback, catalogue.say(views.LATER))
        return
    await state.update_data(consent=callback_data.version)
    await state.set_state(Registering.entrance)
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.ENTRANCE), keyboards.entrance(catalogue))


async def enter(callback: CallbackQuery, *, callback_data: callbacks.Entrance, catalogue: Catalogue, state: FSMContext) -> None:
    await state.set_state(Registering.link_code if callback_data.with_code else Registering.name)
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.LINK_CODE if callback_data.with_code else views.NAME))


async def link(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str,
    surface: Surface, clock: Clock,
) -> None:  # fmt: skip
    """The warden's eight digits tie this chat to the person on the list."""
    data = await state.get_data()
    digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", message.text or "")))
    try:
        person = await services.people.link(digits, language=catalogue.language, consent=data.get("consent"), by=actor, key=key)
    except Refusal as refusal:
        await again(message, refusal, question=views.LINK_CODE, catalogue=catalogue)
        return
    await state.clear()
    now_known = await services.people.actor_of(person.id, via=actor.via)
    hello = views.welcome(catalogue, views.LINKED, person, detail=surface.chat_detail)
    await send_code(message, by=now_known, services=services, catalogue=catalogue, surface=surface)
    await message.answer(hello, reply_markup=menu(now_known, catalogue, now=clock.now()))


async def take_name(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    try:
        name = checked_name(message.text or "")
    except Refusal as refusal:
        await again(message, refusal, question=views.NAME, catalogue=catalogue)
        return
    await state.update_data(name=name)
    await state.set_state(Registering.phone)
    await message.answer(catalogue.say(views.PHONE), reply_markup=keyboards.phone(catalogue))


async def take_phone(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    """A shared contact only of the one who shares it; or typed; or left out."""
    try:
        phone = phone_of(message, catalogue)
    except Refusal as refusal:
        await again(message, refusal, question=views.PHONE, catalogue=catalogue, keyboard=keyboards.phone(catalogue))
        return
    await state.update_data(phone=phone)
    await state.set_state(Registering.village)
    await message.answer(catalogue.say(views.VILLAGE), reply_markup=ReplyKeyboardRemove())


def phone_of(message: Message, catalogue: Catalogue) -> str | None:
    """Shared, typed, or (None) left out."""
    if message.contact is not None:
        if message.from_user is None or message.contact.user_id != message.from_user.id:
            raise PhoneNotYours()
        typed = message.contact.phone_number
        phone = normal_phone(typed if typed.startswith("+") else f"+{typed}") or normal_phone(typed)
    elif message.text == catalogue.say(keyboards.LEAVE_OUT):
        return None
    else:
        phone = normal_phone(message.text or "")
    if phone is None:
        raise PhoneInvalid()
    return phone


async def look_for_village(message: Message, *, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    try:
        found = await services.areas.named(message.text or "")
    except AreaUnknown as refusal:
        await message.answer(f"✏️ {catalogue.say_html(refusal.text, **refusal.fields)}")
        return
    titles = await services.areas.titles([area.code for area in found])
    await message.answer(catalogue.say(views.VILLAGES), reply_markup=keyboards.villages(titles))


async def take_village(
    callback: CallbackQuery, *, callback_data: callbacks.Village, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:
    title = (await services.areas.titles([callback_data.code]))[callback_data.code]
    await state.update_data(village=callback_data.code)
    await state.set_state(Registering.summary)
    data = await state.get_data()
    await revised(callback, views.summary(catalogue, name=data["name"], phone=data.get("phone"), village=title), keyboards.summary(catalogue))


async def register(
    callback: CallbackQuery, *, callback_data: callbacks.Registered, actor: Actor, services: Services, catalogue: Catalogue,
    state: FSMContext, key: str, surface: Surface, clock: Clock,
) -> None:  # fmt: skip
    if not callback_data.yes:
        await state.set_state(Registering.name)
        await unbuttoned(callback)
        await said(callback, catalogue.say(views.NAME))
        return
    data = await state.get_data()
    asked_for = Registration(data.get("consent"), catalogue.language, data["name"], data.get("phone"), data["village"])
    person = await services.people.register(asked_for, by=actor, key=key)
    await state.clear()
    await unbuttoned(callback)
    now_known = await services.people.actor_of(person.id, via=actor.via)
    if isinstance(callback.message, Message):
        await send_code(callback.message, by=now_known, services=services, catalogue=catalogue, surface=surface)
    await said_with_menu(callback, views.welcome(catalogue, views.DONE, person, detail=surface.chat_detail), actor=now_known, catalogue=catalogue, clock=clock)


async def cancel(message: Message, *, actor: Actor, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    """/cancel anywhere."""
    was_at, data = await state.get_state(), await state.get_data()
    await forgotten(state)
    if "kept" in data:
        await state.set_state(data["kept"]["state"])
        await state.set_data(data["kept"]["data"])
    kept = was_at in REPORT_BEGUN and not data.get("sent")
    text = reports.PAUSED if kept else views.STOPPED if was_at is not None else views.NOTHING_TO_STOP
    await message.answer(catalogue.say(text), reply_markup=menu(actor, catalogue, now=clock.now()))


async def tap_instead(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    """Words where a tap was asked for."""
    await message.answer(catalogue.say(views.TAP))


def routes() -> Router:
    router = Router(name="start")
    on(router.message, open_link, CommandStart(deep_link=True), may=Open.EVERYBODY)
    on(router.message, greet, asked("start"), may=Open.EVERYBODY)
    on(router.message, type_code, StateFilter(None), CodeTyped(), may=Open.EVERYBODY)
    on(router.message, cancel, asked("cancel"), may=Open.EVERYBODY)
    on(router.callback_query, choose_language, callbacks.Language.filter(), may=Open.EVERYBODY)
    on(router.callback_query, agree, callbacks.Agreement.filter(), Registering.consent, may=Open.EVERYBODY)
    on(router.callback_query, enter, callbacks.Entrance.filter(), StateFilter(Registering), may=Open.EVERYBODY)
    on(router.callback_query, take_village, callbacks.Village.filter(), StateFilter(Registering.village, Registering.summary), may=Open.EVERYBODY)
    on(router.callback_query, register, callbacks.Registered.filter(), Registering.summary, may=Open.EVERYBODY)
    on(router.message, link, Registering.link_code, Typed(), may=Open.EVERYBODY)
    on(router.message, take_name, Registering.name, Typed(), may=Open.EVERYBODY)
    on(router.message, take_phone, Registering.phone, F.contact, may=Open.EVERYBODY)
    on(router.message, take_phone, Registering.phone, Typed(), may=Open.EVERYBODY)
    on(router.message, look_for_village, StateFilter(Registering.village, Registering.summary), Typed(), may=Open.EVERYBODY)
    on(router.message, tap_instead, StateFilter(Registering.language, Registering.consent, Registering.entrance), Typed(), may=Open.EVERYBODY)
    return router
