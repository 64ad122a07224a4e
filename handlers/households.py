"""/list: a warden's households. Open one, say whom it is about, what happened, how it is known; and take it back."""

from typing import Any
from uuid import UUID

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import rollcall as keyboards
from bot.rights import on
from bot.states import Ticking
from bot.views import rollcall as views
from bot.views.marks import framed, told_apart
from domain.access import May
from domain.places import mentions
from domain.rollcall import Grade, Happening, How, PlaceMissing
from handlers.filters import Typed, asked
from handlers.replies import revised, said, unbuttoned
from locales.catalogue import Catalogue
from services.actors import Actor
from services.board import Timeline
from services.bundle import Services
from services.rollcall import LONGEST_NOTE, HouseholdView


async def show_list(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    """/list: households with somebody not yet safe first."""
    await state.clear()
    mine = await services.rollcall.households(by=actor)
    titles = views.titles(mine, catalogue, detail=surface.chat_detail)
    await message.answer(views.overview(mine, catalogue), reply_markup=keyboards.households(titles, page=0, links=False))


async def turn_page(
    callback: CallbackQuery, *, callback_data: callbacks.Homes, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    await state.clear()
    mine = await services.rollcall.households(by=actor)
    titles = views.titles(mine, catalogue, detail=surface.chat_detail)
    await revised(callback, views.overview(mine, catalogue), keyboards.households(titles, page=max(0, callback_data.page), links=callback_data.links))


async def open_household(
    callback: CallbackQuery, *, callback_data: callbacks.Home, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    """Its members, with a box for each; for a link code, one button for each."""
    view = await _household(callback_data.household, services, by=actor)
    if view is None:
        await revised(callback, catalogue.say(views.TICK_OVER))
        return
    if callback_data.links:
        names = told_apart(view.people, detail=surface.chat_detail, catalogue=catalogue)
        await revised(callback, catalogue.say(views.LINK_WHOM), keyboards.link_for(list(names.items()), catalogue))
        return
    await state.set_state(Ticking.who)
    await state.set_data({"household": view.household.hex, "who": []})
    await _boxes(callback, view, [], catalogue=catalogue, surface=surface)


async def _household(household: UUID, services: Services, *, by: Actor) -> HouseholdView | None:
    return next((view for view in await services.rollcall.households(by=by) if view.household == household), None)


async def _boxes(callback: CallbackQuery, view: HouseholdView, chosen: list[str], *, catalogue: Catalogue, surface: Surface) -> None:
    lines = [(person.id, line) for person, line in views.people(view, catalogue, detail=surface.chat_detail)]
    text = views.household(view, catalogue, detail=surface.chat_detail)
    await revised(callback, text, keyboards.members(lines, {UUID(id) for id in chosen}, catalogue))


async def choose_who(
    callback: CallbackQuery, *, callback_data: callbacks.Who, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface
) -> None:
    data = await state.get_data()
    view = await _household(UUID(data["household"]), services, by=actor)
    if view is None:
        await revised(callback, catalogue.say(views.TICK_OVER))
        return
    others = [id for id in data["who"] if id != callback_data.person.hex]
    chosen = [*others, callback_data.person.hex] if callback_data.on else others
    await state.update_data(who=chosen)
    await _boxes(callback, view, chosen, catalogue=catalogue, surface=surface)


async def ask_what(callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface) -> None:
    data = await state.get_data()
    if not data["who"]:
        await over(callback, catalogue=catalogue)
        return
    names = await _names(data, services, by=actor, catalogue=catalogue, surface=surface)
    await state.set_state(Ticking.what)
    await revised(callback, catalogue.say_html(views.WHAT_OF, names=catalogue.join(names.values())), keyboards.happenings(catalogue))


async def _names(data: dict[str, Any], services: Services, *, by: Actor, catalogue: Catalogue, surface: Surface) -> dict[UUID, str]:
    """Who was ticked, named as in the list of their household."""
    view = await _household(UUID(data["household"]), services, by=by)
    names = told_apart(view.people, detail=surface.chat_detail, catalogue=catalogue) if view is not None else {}
    return {UUID(id): names.get(UUID(id), "") for id in data["who"]}


async def take_what(callback: CallbackQuery, *, callback_data: callbacks.What, catalogue: Catalogue, state: FSMContext) -> None:
    """The two that need a place ask for it; everything else goes on to how it is known."""
    await state.update_data(kind=callback_data.kind.value, note="", clear=True)
    if callback_data.kind in views.WHERE:
        await state.set_state(Ticking.where)
        await revised(callback, catalogue.say(views.NOTE))
        return
    await state.set_state(Ticking.means)
    await revised(callback, catalogue.say(views.HOW_KNOWN), keyboards.means(catalogue))


async def take_where(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """A place that may lie inside what has to move is asked about; so is every “elsewhere”."""
    note = " ".join((message.text or "").split())
    if not any(character.isalnum() for character in note):
        await message.answer(f"✏️ {catalogue.say(PlaceMissing.text)}")
        return
    await state.update_data(note=note[:LONGEST_NOTE])
    data = await state.get_data()
    home = (await services.people.person(UUID(data["who"][0]), by=actor)).area
    inside = await services.areas.get(home)
    named = (inside is not None and mentions(note, inside)) or await services.evacuations.moved_here(note, near=home)
    if Happening(data["kind"]) is Happening.WITH_RELATIVES and not named:
        await state.set_state(Ticking.means)
        await message.answer(catalogue.say(views.HOW_KNOWN), reply_markup=keyboards.means(catalogue))
        return
    await state.set_state(Ticking.outside)
    await message.answer(catalogue.say_html(views.OUTSIDE, areas=inside.name if inside is not None else ""), reply_markup=keyboards.outside(catalogue))


async def take_outside(callback: CallbackQuery, *, callback_data: callbacks.Outside, catalogue: Catalogue, state: FSMContext) -> None:
    await state.update_data(clear=callback_data.yes)
    await state.set_state(Ticking.means)
    await revised(callback, catalogue.say(views.HOW_KNOWN), keyboards.means(catalogue))


async def tick(
    callback: CallbackQuery, *, callback_data: callbacks.Means, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, surface: Surface,
    key: str,
) -> None:  # fmt: skip
    data = await state.get_data()
    kind, how = Happening(data["kind"]), callback_data.how
    names = await _names(data, services, by=actor, catalogue=catalogue, surface=surface)
    members = await services.rollcall.tick(list(names), kind, how, by=actor, key=key, note=data["note"], clear=data["clear"])
    undoable, calling = [], []
    for member in members:
        timeline = await services.board.timeline(member.id, by=actor)
        undoable += [(event, names[member.person]) for event in _newest(timeline, kind, by=actor)]
        calling += [names[member.person]] if timeline.line.needs_help else []
    grade = Grade.REPORTED if how is How.HEARD else Grade.PROVEN
    await state.clear()
    text = views.ticked(catalogue, list(names.values()), kind=kind, how=how, grade=grade, clear=data["clear"], calling=calling)
    drill = any(member.drill for member in members)
    await revised(callback, framed(text, drill=drill, catalogue=catalogue), keyboards.undo(undoable, catalogue))


def _newest(timeline: Timeline, kind: Happening, *, by: Actor) -> list[UUID]:
    """The newest thing that this warden said about this member; empty when there is none."""
    mine = [moment.event for moment in timeline.moments if moment.stands and moment.event.by == by.person and moment.event.kind is kind]
    return [max(mine, key=lambda event: (event.at_received, event.id)).id] if mine else []


async def undo(callback: CallbackQuery, *, callback_data: callbacks.Undo, actor: Actor, services: Services, catalogue: Catalogue, key: str) -> None:
    await services.rollcall.annul(callback_data.event, by=actor, key=key)
    before = callback.message.html_text if isinstance(callback.message, Message) else ""
    told = f"<s>{before}</s>\n↩️ {catalogue.say(views.UNDONE)}" if before else catalogue.say(views.UNDONE)
    await revised(callback, told, keyboards.back(catalogue))


async def over(callback: CallbackQuery, *, catalogue: Catalogue) -> None:
    """A button of a list that was left."""
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.TICK_OVER))


def routes() -> Router:
    router = Router(name="households")
    on(router.message, show_list, asked("list"), may=May.TICK)
    on(router.callback_query, turn_page, callbacks.Homes.filter(), may=May.TICK)
    on(router.callback_query, open_household, callbacks.Home.filter(), may=May.TICK)
    on(router.callback_query, choose_who, callbacks.Who.filter(), Ticking.who, may=May.TICK)
    on(router.callback_query, ask_what, callbacks.WhoDone.filter(), Ticking.who, may=May.TICK)
    on(router.callback_query, take_what, callbacks.What.filter(F.kind.in_(set(keyboards.WHAT))), Ticking.what, may=May.TICK)
    on(router.message, take_where, Ticking.where, Typed(), may=May.TICK)
    on(router.callback_query, take_outside, callbacks.Outside.filter(), Ticking.outside, may=May.TICK)
    on(router.callback_query, tick, callbacks.Means.filter(F.how.in_(set(keyboards.HOW))), Ticking.means, may=May.TICK)
    on(router.callback_query, undo, callbacks.Undo.filter(), may=May.TICK)
    for gone in (callbacks.Who, callbacks.WhoDone, callbacks.What, callbacks.Means):
        on(router.callback_query, over, gone.filter(), ~StateFilter(Ticking), may=May.TICK)
    return router
