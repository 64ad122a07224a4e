"""/safe: where one is and who is with one. /help: at once, and only then where and what."""

from datetime import datetime, timedelta
from uuid import UUID

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import rollcall as keyboards
from bot.keyboards.menu import menu
from bot.rights import Open, on
from bot.states import Answering, CallingForHelp
from bot.views import rollcall as views
from bot.views.marks import framed, told_apart
from domain.access import May
from domain.evacuations import Order, OrderState
from domain.places import mentions
from domain.rollcall import Happening, NoOpenHelp, NoOrderInForce, PlaceMissing
from handlers.fallback import answer_anything
from handlers.filters import Typed, asked
from handlers.replies import noticed, revised, said, unbuttoned
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock
from services.rollcall import LONGEST_NOTE

NOTE_WITHIN = timedelta(minutes=30)


async def order_in_force(services: Services, *, by: Actor) -> Order:
    """The order that concerns the answerer; refuses when there is none to answer to."""
    order = await services.rollcall.order_for(by=by)
    if order is None or order.state is not OrderState.ISSUED:
        raise NoOrderInForce()
    return order


async def ask_where(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """/safe"""
    order = await order_in_force(services, by=actor)
    await state.clear()
    text = catalogue.say_html(views.WHERE_ARE_YOU, number=order.number, place=order.place)
    await message.answer(framed(text, drill=order.drill, catalogue=catalogue), reply_markup=keyboards.answers(catalogue))


async def take_kind(
    callback: CallbackQuery, *, callback_data: callbacks.Safe, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface,
    key: str,
) -> None:  # fmt: skip
    """One of the three answers, from /safe, under a code or under the order itself."""
    await order_in_force(services, by=actor)
    await state.set_data({"kind": callback_data.kind.value, "clear": True})
    if callback_data.kind in views.WHERE:
        await state.set_state(Answering.where)
        await unbuttoned(callback)
        await said(callback, catalogue.say(views.WHERE[callback_data.kind]))
        return
    await unbuttoned(callback)
    await ask_who(callback.message, actor=actor, services=services, catalogue=catalogue, state=state, surface=surface, key=key)


async def take_where(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface, key: str
) -> None:  # fmt: skip
    """The place in words. Whether it lies outside is asked unless it is plain: relatives whose place does not sound like the moved area."""
    data = await state.get_data()
    kind, text = Happening(data["kind"]), " ".join((message.text or "").split())
    if not any(character.isalnum() for character in text):
        await message.answer(f"✏️ {catalogue.say(PlaceMissing.text)}")
        return
    await state.update_data(note=text[:LONGEST_NOTE])
    order = await order_in_force(services, by=actor)
    inside = [area for code in {*order.areas, actor.area or ""} if (area := await services.areas.get(code)) is not None]
    named = any(mentions(text, area) for area in inside) or await services.evacuations.moved_here(text, near=actor.area or order.areas[0])
    if kind is Happening.WITH_RELATIVES and not named:
        await ask_who(message, actor=actor, services=services, catalogue=catalogue, state=state, surface=surface, key=key)
        return
    await state.set_state(Answering.outside)
    names = catalogue.join((await services.areas.titles(order.areas)).values())
    await message.answer(catalogue.say_html(views.OUTSIDE, areas=names), reply_markup=keyboards.outside(catalogue))


async def take_outside(
    callback: CallbackQuery, *, callback_data: callbacks.Outside, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext,
    surface: Surface, key: str,
) -> None:  # fmt: skip
    await state.update_data(clear=callback_data.yes)
    await unbuttoned(callback)
    await ask_who(callback.message, actor=actor, services=services, catalogue=catalogue, state=state, surface=surface, key=key)


async def ask_who(message: object, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface, key: str) -> None:
    """Nobody is asked who lives alone: that answer is complete."""
    if not isinstance(message, Message):
        return
    others = await _others(services, by=actor, surface=surface, catalogue=catalogue)
    if not others:
        await message.answer(await _finish(actor=actor, services=services, catalogue=catalogue, state=state, key=key))
        return
    await state.set_state(Answering.who)
    await message.answer(catalogue.say(views.WITH_YOU), reply_markup=keyboards.with_me(others, (), catalogue))


async def _others(services: Services, *, by: Actor, surface: Surface, catalogue: Catalogue) -> list[tuple[UUID, str]]:
    people = [person for person in await services.rollcall.household_of(by=by) if person.id != by.person]
    return list(told_apart(people, detail=surface.chat_detail, catalogue=catalogue).items())


async def choose(
    callback: CallbackQuery, *, callback_data: callbacks.WithMe, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    data = await state.get_data()
    chosen = {UUID(id) for id in data.get("with", [])} - {callback_data.person} | ({callback_data.person} if callback_data.on else set())
    await state.update_data({"with": sorted(str(id) for id in chosen)})
    others = await _others(services, by=actor, surface=surface, catalogue=catalogue)
    await revised(callback, catalogue.say(views.WITH_YOU), keyboards.with_me(others, chosen, catalogue))


async def finish(callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str) -> None:
    await revised(callback, await _finish(actor=actor, services=services, catalogue=catalogue, state=state, key=key))


async def _finish(*, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str) -> str:
    data = await state.get_data()
    kind, clear, note = Happening(data["kind"]), bool(data.get("clear", True)), str(data.get("note", ""))
    with_me = [UUID(id) for id in data.get("with", [])]
    members = await services.rollcall.answer(kind, by=actor, key=key, note=note, clear=clear, with_me=with_me)
    await state.clear()
    order = await services.evacuations.told(members[0].order)
    text = views.thanks(catalogue, kind=kind, clear=clear, count=len(members), place=note, order=order)
    return framed(text, drill=order.drill, catalogue=catalogue)


async def over(callback: CallbackQuery, *, catalogue: Catalogue) -> None:
    """A button of a question that was answered or stopped."""
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.OVER))


async def call_for_help(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str, surface: Surface, clock: Clock,
    command: CommandObject | None = None,
) -> None:  # fmt: skip
    """/help, also with words behind it: recorded before anything is asked."""
    note = " ".join(((command and command.args) or "").split())
    text = await _help(actor=actor, services=services, catalogue=catalogue, state=state, key=key, surface=surface, clock=clock, note=note)
    await message.answer(text, reply_markup=keyboards.place_of_need(catalogue))


async def press_help(
    callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str, surface: Surface, clock: Clock
) -> None:
    text = await _help(actor=actor, services=services, catalogue=catalogue, state=state, key=key, surface=surface, clock=clock, note="")
    if callback.message is not None:
        await callback.message.answer(text, reply_markup=keyboards.place_of_need(catalogue))
    await noticed(callback)


async def _help(
    *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str, surface: Surface, clock: Clock, note: str
) -> str:  # fmt: skip
    call = await services.rollcall.ask_help(by=actor, key=key, note=note)
    await state.set_state(CallingForHelp.note)
    await state.set_data({"since": clock.now().isoformat()})
    return views.help_taken(catalogue, time=Formats(catalogue, surface.zone).time(clock.now()), call=call, known=actor.person is not None, note=note)


async def add_note(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str, clock: Clock
) -> None:
    """Where and what, for a call that is out already; only for half an hour, so that later small talk alarms nobody."""
    since = datetime.fromisoformat((await state.get_data())["since"])
    if clock.now() - since > NOTE_WITHIN:
        await state.clear()
        await answer_anything(message, actor=actor, catalogue=catalogue, state=state, clock=clock)
        return
    place = message.location
    note = f"{place.latitude:.5f}, {place.longitude:.5f}" if place is not None else message.text or ""
    if note == catalogue.say(keyboards.NOTHING_TO_ADD):
        reply = catalogue.say(views.WITHOUT_NOTE)
    else:
        await services.rollcall.ask_help(by=actor, key=key, note=note)
        reply = views.passed_on(catalogue, " ".join(note.split()))
    await state.clear()
    await message.answer(reply, reply_markup=menu(actor, catalogue, now=clock.now()))


async def close_help(
    callback: CallbackQuery, *, callback_data: callbacks.HelpHandled, actor: Actor, services: Services, catalogue: Catalogue, key: str, surface: Surface,
    clock: Clock,
) -> None:  # fmt: skip
    """A named person says that the need is over."""
    try:
        await services.rollcall.close_help(callback_data.member, by=actor, key=key)
        outcome = catalogue.say(views.HELP_CLOSED, time=Formats(catalogue, surface.zone).time(clock.now()))
    except NoOpenHelp:
        outcome = catalogue.say(views.HELP_WAS_CLOSED)
    before = callback.message.html_text if isinstance(callback.message, Message) else ""
    await revised(callback, f"{before}\n\n✅ {outcome}")


def routes() -> Router:
    router = Router(name="rollcall")
    on(router.message, ask_where, asked("safe"), may=Open.REGISTERED)
    on(router.message, call_for_help, asked("help"), may=Open.EVERYBODY)
    on(router.callback_query, take_kind, callbacks.Safe.filter(F.kind.in_(keyboards.WHERE_SAFE)), may=Open.REGISTERED)
    on(router.callback_query, press_help, callbacks.Help.filter(), may=Open.EVERYBODY)
    on(router.message, take_where, Answering.where, Typed(), may=Open.REGISTERED)
    on(router.callback_query, take_outside, callbacks.Outside.filter(), Answering.outside, may=Open.REGISTERED)
    on(router.callback_query, choose, callbacks.WithMe.filter(), Answering.who, may=Open.REGISTERED)
    on(router.callback_query, finish, callbacks.WithMeDone.filter(), Answering.who, may=Open.REGISTERED)
    for gone in (callbacks.WithMe, callbacks.WithMeDone):
        on(router.callback_query, over, gone.filter(), ~StateFilter(Answering.who), may=Open.REGISTERED)
    on(router.message, add_note, CallingForHelp.note, F.location, may=Open.EVERYBODY)
    on(router.message, add_note, CallingForHelp.note, Typed(), may=Open.EVERYBODY)
    on(router.callback_query, close_help, callbacks.HelpHandled.filter(), may=May.SEE_PERSON)
    return router
