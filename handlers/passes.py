"""/passes: a pass is asked for in a short dialogue that buttons or words alone can answer; somebody else grants or refuses it; officials take it back."""

import re
from typing import Any
from uuid import UUID

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot import pass_callbacks as callbacks
from bot.factory import Surface
from bot.keyboards import passes as keyboards
from bot.rights import on
from bot.states import Passing
from bot.views import passes as views
from domain.access import May
from domain.passes import (
    KINDS,
    USUAL,
    PassHoursWrong,
    PassKind,
    WhyLongerMissing,
    Wish,
    checked_holder,
    checked_reason,
    checked_team,
)
from domain.people import AreaUnknown
from domain.places import within
from handlers.filters import Typed, asked
from handlers.replies import noticed, revised, said
from locales.catalogue import Catalogue
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock

NUMBERED = {"1": PassKind.PERSON, "2": PassKind.VEHICLE}
HOURS = re.compile(r"(\d{1,4})\s*\D{0,6}")
USUAL_HOURS = int(USUAL.total_seconds() // 3600)


async def begin(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, state: FSMContext) -> None:
    """/passes: what was asked for, what waits for the reader's decision; and a new one."""
    await state.clear()
    lines = await services.passes.listing(by=actor)
    shown = views.listing(lines, catalogue, surface)
    await message.answer(catalogue.say(views.LIST if shown else views.NONE), reply_markup=keyboards.begin(shown, catalogue))


async def ask_kind(callback: CallbackQuery, *, catalogue: Catalogue, state: FSMContext) -> None:
    await state.set_state(Passing.kind)
    await state.set_data({})
    await said(callback, catalogue.say(views.WHICH_KIND), keyboards.kinds(catalogue))


async def choose_kind(callback: CallbackQuery, *, callback_data: callbacks.PassOf, catalogue: Catalogue, state: FSMContext) -> None:
    await _kind(state, callback_data.kind)
    await said(callback, catalogue.say(views.WHO[callback_data.kind]))


async def take_kind(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    word = (message.text or "").strip()
    kind = NUMBERED.get(word) or next((kind for kind, words in KINDS.items() if word.casefold() == catalogue.say(words).casefold()), None)
    if kind is None:
        await message.answer(catalogue.say(views.WHICH_KIND), reply_markup=keyboards.kinds(catalogue))
        return
    await _kind(state, kind)
    await message.answer(catalogue.say(views.WHO[kind]))


async def _kind(state: FSMContext, kind: PassKind) -> None:
    await state.update_data(kind=kind.value)
    await state.set_state(Passing.who)


async def take_who(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    await state.update_data(who=checked_holder(message.text or ""))
    await state.set_state(Passing.team)
    await message.answer(catalogue.say(views.TEAM))


async def take_team(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    await state.update_data(team=checked_team(message.text or ""))
    await state.set_state(Passing.area)
    own = await services.areas.titles(actor.areas_for(May.ASK_PASS, now=clock.now()))
    await message.answer(catalogue.say(views.WHICH_AREA), reply_markup=keyboards.areas(own))


async def take_area(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    """A code or a name inside the asker's own areas; one that fits is taken, several are offered."""
    typed = "".join((message.text or "").split())
    titles: dict[str, str] = {}
    for scope in actor.areas_for(May.ASK_PASS, now=clock.now()):
        titles |= await _areas(services, typed, scope=scope)
    if not titles:
        raise AreaUnknown(asked=typed[:20])
    if len(titles) > 1:
        await message.answer(catalogue.say(views.WHICH_AREA), reply_markup=keyboards.areas(titles))
        return
    await _area(state, next(iter(titles)))
    await message.answer(catalogue.say(views.HOW_LONG), reply_markup=keyboards.hours(catalogue))


async def _areas(services: Services, typed: str, *, scope: str) -> dict[str, str]:
    """What these words may mean inside this area: a code of it, the area itself, or its villages of that name."""
    here = await services.areas.get(scope)
    if here is not None and typed in (here.name, here.called, scope):
        return await services.areas.titles([scope])
    if typed.isascii() and typed.isdigit() and within(typed, scope) and await services.areas.get(typed) is not None:
        return await services.areas.titles([typed])
    try:
        return await services.areas.titles([area.code for area in await services.areas.named(typed, inside=scope)])
    except AreaUnknown:
        return {}


async def choose_area(callback: CallbackQuery, *, callback_data: callbacks.PassArea, catalogue: Catalogue, state: FSMContext) -> None:
    await _area(state, callback_data.code)
    await said(callback, catalogue.say(views.HOW_LONG), keyboards.hours(catalogue))


async def _area(state: FSMContext, code: str) -> None:
    await state.update_data(area=code)
    await state.set_state(Passing.hours)


async def choose_hours(callback: CallbackQuery, *, callback_data: callbacks.PassHours, catalogue: Catalogue, state: FSMContext) -> None:
    await said(callback, await _hours(state, callback_data.hours, catalogue))


async def take_hours(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    typed = HOURS.fullmatch((message.text or "").strip())
    await message.answer(await _hours(state, int(typed[1]) if typed is not None else 0, catalogue))


async def _hours(state: FSMContext, hours: int, catalogue: Catalogue) -> str:
    """The next question: why so long, or what for."""
    if not 1 <= hours <= views.longest():
        raise PassHoursWrong(most=views.longest())
    await state.update_data(hours=hours, why_longer="")
    await state.set_state(Passing.longer if hours > USUAL_HOURS else Passing.reason)
    return catalogue.say(views.WHY_LONGER if hours > USUAL_HOURS else views.WHAT_FOR)


async def take_longer(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    words = " ".join((message.text or "").split())
    if not any(character.isalnum() for character in words):
        raise WhyLongerMissing(hours=USUAL_HOURS)
    await state.update_data(why_longer=words)
    await state.set_state(Passing.reason)
    await message.answer(catalogue.say(views.WHAT_FOR))


async def take_reason(message: Message, *, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    await state.update_data(reason=checked_reason(message.text or ""))
    await state.set_state(Passing.check)
    wish = _wish(await state.get_data())
    area = (await services.areas.titles([wish.area]))[wish.area]
    await message.answer(views.summary(wish, area, catalogue), reply_markup=keyboards.send(catalogue))


def _wish(data: dict[str, Any]) -> Wish:
    return Wish(PassKind(data["kind"]), data["who"], data["team"], data["area"], int(data["hours"]), data["reason"], data.get("why_longer", ""))


async def send(
    callback: CallbackQuery, *, callback_data: callbacks.PassSend, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str
) -> None:  # fmt: skip
    await revised(callback, await _sent(callback_data.yes, actor=actor, services=services, catalogue=catalogue, state=state, key=key))


async def take_yes(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str) -> None:
    word = (message.text or "").strip().casefold()
    yes = word in ("1", catalogue.say(views.YES).casefold())
    if not yes and word not in ("2", catalogue.say(views.NO).casefold()):
        await message.answer(catalogue.say(views.CHECK), reply_markup=keyboards.send(catalogue))
        return
    await message.answer(await _sent(yes, actor=actor, services=services, catalogue=catalogue, state=state, key=key))


async def _sent(yes: bool, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str) -> str:
    if not yes:
        await state.clear()
        return catalogue.say(views.NOT_ASKED)
    made = await services.passes.ask(_wish(await state.get_data()), by=actor, key=key)
    await state.clear()
    return catalogue.say_html(views.SENT, number=made.number)


async def open_card(
    callback: CallbackQuery, *, callback_data: callbacks.PassOpen, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface
) -> None:  # fmt: skip
    line = await services.passes.show(callback_data.held, by=actor)
    area = (await services.areas.titles([line.held.area]))[line.held.area]
    await said(callback, views.card(line, area, catalogue, surface), keyboards.actions(line, catalogue))


async def show_code(
    callback: CallbackQuery, *, callback_data: callbacks.PassShow, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface
) -> None:  # fmt: skip
    await _pictured(callback, *await services.passes.card(callback_data.held, by=actor), views.ARRIVED, services, catalogue, surface)


async def make_new_code(
    callback: CallbackQuery, *, callback_data: callbacks.PassReplace, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface
) -> None:  # fmt: skip
    """The phone or the paper was lost: the old code is dead before the new one is seen."""
    await _pictured(callback, *await services.passes.replace(callback_data.held, by=actor), views.REPLACED, services, catalogue, surface)


async def _pictured(callback: CallbackQuery, held: Any, card: Any, sentence: str, services: Services, catalogue: Catalogue, surface: Surface) -> None:
    made, text = await views.pictured(held, card, sentence, services, catalogue, surface)
    if callback.message is not None:
        await callback.message.answer_photo(BufferedInputFile(made, "code.png"), caption=text)
    await noticed(callback)


async def grant(callback: CallbackQuery, *, callback_data: callbacks.PassGrant, actor: Actor, services: Services, catalogue: Catalogue) -> None:
    """One tap: a grant can be taken back at any moment (docs/decisions/0033)."""
    held = await services.passes.decide(callback_data.held, granted=True, by=actor)
    await revised(callback, catalogue.say_html(views.GRANTED, number=held.number))


async def ask_why_refused(
    callback: CallbackQuery, *, callback_data: callbacks.PassRefuse, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:  # fmt: skip
    held = (await services.passes.show(callback_data.held, by=actor)).held
    await state.set_state(Passing.refusing)
    await state.set_data({"held": str(held.id)})
    await said(callback, catalogue.say_html(views.WHY_REFUSED, number=held.number))


async def ask_why_revoked(
    callback: CallbackQuery, *, callback_data: callbacks.PassRevoke, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:  # fmt: skip
    held = (await services.passes.show(callback_data.held, by=actor)).held
    await state.set_state(Passing.revoking)
    await state.set_data({"held": str(held.id)})
    await said(callback, catalogue.say_html(views.WHY_REVOKED, number=held.number))


async def refuse(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    held = await services.passes.decide(UUID((await state.get_data())["held"]), granted=False, why=message.text or "", by=actor)
    await state.clear()
    await message.answer(catalogue.say_html(views.REFUSED, number=held.number))


async def revoke(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    held = await services.passes.revoke(UUID((await state.get_data())["held"]), message.text or "", by=actor)
    await state.clear()
    await message.answer(catalogue.say_html(views.REVOKED, number=held.number))


def routes() -> Router:
    router = Router(name="passes")
    on(router.message, begin, asked("passes"), may=May.ASK_PASS)
    on(router.callback_query, ask_kind, callbacks.PassNew.filter(), may=May.ASK_PASS)
    on(router.callback_query, choose_kind, callbacks.PassOf.filter(), Passing.kind, may=May.ASK_PASS)
    on(router.callback_query, choose_area, callbacks.PassArea.filter(), Passing.area, may=May.ASK_PASS)
    on(router.callback_query, choose_hours, callbacks.PassHours.filter(), Passing.hours, may=May.ASK_PASS)
    on(router.callback_query, send, callbacks.PassSend.filter(), Passing.check, may=May.ASK_PASS)
    for state, take in (
        (Passing.kind, take_kind), (Passing.who, take_who), (Passing.team, take_team), (Passing.area, take_area), (Passing.hours, take_hours),
        (Passing.longer, take_longer), (Passing.reason, take_reason), (Passing.check, take_yes), (Passing.revoking, revoke),
    ):  # fmt: skip
        on(router.message, take, StateFilter(state), Typed(), may=May.ASK_PASS)
    on(router.message, refuse, Passing.refusing, Typed(), may=May.APPROVE_PASS)
    on(router.callback_query, open_card, callbacks.PassOpen.filter(), may=May.ASK_PASS)
    on(router.callback_query, show_code, callbacks.PassShow.filter(), may=May.ASK_PASS)
    on(router.callback_query, make_new_code, callbacks.PassReplace.filter(), may=May.ASK_PASS)
    on(router.callback_query, grant, callbacks.PassGrant.filter(), may=May.APPROVE_PASS)
    on(router.callback_query, ask_why_refused, callbacks.PassRefuse.filter(), may=May.APPROVE_PASS)
    on(router.callback_query, ask_why_revoked, callbacks.PassRevoke.filter(), may=May.ASK_PASS)
    return router
