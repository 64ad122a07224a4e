"""/order: an official drafts, a second person decides on exactly what was shown. /lift: people may return."""

from dataclasses import replace
from uuid import UUID

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.factory import Surface
from bot.failures import ANSWERS
from bot.keyboards import evacuations as keyboards
from bot.rights import on
from bot.states import Confirming, Ordering
from bot.views import evacuations as views
from domain.access import May
from domain.errors import Refusal, family
from domain.evacuations import (
    APPROVAL_LASTS,
    LONGEST_TEXT,
    ApprovalTooLate,
    Destination,
    Order,
    OrderChanged,
    OrderNotInForce,
    OrderOutAlready,
    OrderState,
    OrderTextTooLong,
    OrderWithoutPlace,
    OrderWithoutWay,
)
from domain.people import AreaUnknown
from handlers import digits
from handlers.filters import Typed, asked
from handlers.replies import revised, said, unbuttoned
from locales.catalogue import Catalogue
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock

MOST_SHELTERS = 6


async def begin(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    """/order"""
    await state.clear()
    await state.set_state(Ordering.areas)
    await state.set_data({"areas": []})
    await message.answer(catalogue.say(views.WHICH_AREAS))


async def look_for_area(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    """Only inside the drafter's own areas."""
    typed = message.text or ""
    titles: dict[str, str] = {}
    for scope in actor.areas_for(May.DRAFT_ORDER, now=clock.now()):
        try:
            titles |= await services.areas.titles([area.code for area in await services.areas.named(typed, inside=scope)])
        except AreaUnknown:
            continue
    if not titles:
        await message.answer(f"✏️ {catalogue.say_html(AreaUnknown.text, asked=typed[:20])}")
        return
    chosen = (await state.get_data())["areas"]
    await message.answer(catalogue.say(views.PICK_AREA), reply_markup=keyboards.areas(titles, catalogue, chosen=bool(chosen)))


async def add_area(callback: CallbackQuery, *, callback_data: callbacks.OrderArea, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    chosen = list(dict.fromkeys([*(await state.get_data())["areas"], callback_data.code]))
    await state.update_data(areas=chosen)
    names = views.names_of([await services.areas.get(code) for code in chosen], catalogue)
    await revised(callback, catalogue.say_html(views.CHOSEN, areas=names), keyboards.areas({}, catalogue, chosen=True))


async def ask_place(callback: CallbackQuery, *, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    chosen = (await state.get_data())["areas"]
    if not chosen:
        await revised(callback, catalogue.say(views.WHICH_AREAS))
        return
    near = await services.shelters.near(chosen[0])
    await state.set_state(Ordering.place)
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.WHICH_PLACE), keyboards.shelters(near[:MOST_SHELTERS]))


async def take_shelter(callback: CallbackQuery, *, callback_data: callbacks.OrderShelter, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    found = await services.shelters.many([callback_data.shelter])
    if not found:
        await revised(callback, catalogue.say(views.WHICH_PLACE))
        return
    await state.update_data(shelter=str(found[0].id), place=found[0].name)
    await state.set_state(Ordering.way)
    await revised(callback, catalogue.say_html(views.PLACE, place=found[0].name))
    await said(callback, catalogue.say(views.WHICH_WAY))


async def take_place(message: Message, *, catalogue: Catalogue, state: FSMContext) -> None:
    await state.update_data(shelter=None, place=_written(message, missing=OrderWithoutPlace))
    await state.set_state(Ordering.way)
    await message.answer(catalogue.say(views.WHICH_WAY))


def _written(message: Message, *, missing: type[Refusal]) -> str:
    """Words in one line: some, and not too many."""
    text = " ".join((message.text or "").split())
    if not any(character.isalnum() for character in text):
        raise missing()
    if len(text) > LONGEST_TEXT:
        raise OrderTextTooLong(most=LONGEST_TEXT)
    return text


async def take_way(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext) -> None:
    """In a drill office everything is a drill, so that is not asked."""
    await state.update_data(way=_written(message, missing=OrderWithoutWay))
    if services.office.drill_only:
        text = await _check(actor=actor, services=services, catalogue=catalogue, state=state, drill=True)
        await message.answer(text, reply_markup=keyboards.check(catalogue))
        return
    await state.set_state(Ordering.kind)
    await message.answer(catalogue.say(views.WHICH_KIND), reply_markup=keyboards.kind(catalogue))


async def take_kind(
    callback: CallbackQuery, *, callback_data: callbacks.OrderKind, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:
    text = await _check(actor=actor, services=services, catalogue=catalogue, state=state, drill=callback_data.drill)
    await revised(callback, text, keyboards.check(catalogue))


async def _check(*, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, drill: bool) -> str:
    """The draft as it will be sent, with the exact count of now."""
    await state.update_data(drill=drill)
    data = await state.get_data()
    count, unreached = await services.evacuations.foresee(data["areas"], by=actor, drill=drill)
    await state.set_state(Ordering.check)
    names = views.names_of([await services.areas.get(code) for code in data["areas"]], catalogue)
    return views.draft(catalogue, place=data["place"], way=data["way"], areas=names, count=count, unreached=unreached, drill=drill)


async def draft(
    callback: CallbackQuery, *, callback_data: callbacks.OrderDraft, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext, key: str
) -> None:
    if not callback_data.yes:
        await state.clear()
        await revised(callback, catalogue.say(views.DROPPED))
        return
    data = await state.get_data()
    where = Destination(UUID(data["shelter"]) if data["shelter"] else None, data["place"], data["way"])
    order = await services.evacuations.draft(data["areas"], where, by=actor, key=key, drill=data["drill"])
    await state.clear()
    waits = catalogue.say(views.WAITS, number=order.number, minutes=int(APPROVAL_LASTS.total_seconds() // 60))
    await revised(callback, views.decided(_before(callback), waits))


def _before(callback: CallbackQuery) -> str:
    return callback.message.html_text if isinstance(callback.message, Message) else ""


async def decide(
    callback: CallbackQuery, *, callback_data: callbacks.Decision, actor: Actor, services: Services, catalogue: Catalogue, key: str, surface: Surface,
    clock: Clock, state: FSMContext,
) -> None:  # fmt: skip
    """What was decided stands under what was shown, also when somebody else was first or the draft is too old: no button is left then.

    Whoever has an authenticator is asked for its digits before a yes.
    """
    if callback_data.yes and await digits.wanted(callback, Confirming.order, actor=actor, services=services, catalogue=catalogue, state=state):
        return
    outcome = await _outcome(callback_data, services, by=actor, key=key, catalogue=catalogue, time=Formats(catalogue, surface.zone).time(clock.now()))
    await revised(callback, views.decided(_before(callback), outcome))


async def decide_with_digits(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, key: str, surface: Surface, clock: Clock, state: FSMContext
) -> None:
    pressed = await digits.confirmed(message, actor=actor, services=services, state=state, key=key)
    by, time = replace(actor, factor=digits.WITH_DIGITS), Formats(catalogue, surface.zone).time(clock.now())
    outcome = await _outcome(callbacks.Decision.unpack(pressed.data), services, by=by, key=key, catalogue=catalogue, time=time)
    await digits.closed(message, pressed, views.decided(pressed.before, outcome), state=state)


async def _outcome(asked: callbacks.Decision, services: Services, *, by: Actor, key: str, catalogue: Catalogue, time: str) -> str:
    try:
        return await _decided(asked, services, by=by, key=key, catalogue=catalogue, time=time)
    except (OrderOutAlready, OrderChanged, ApprovalTooLate) as refusal:
        return f"{ANSWERS[family(refusal)]} {catalogue.say(refusal.text, **refusal.fields)}"


async def _decided(asked: callbacks.Decision, services: Services, *, by: Actor, key: str, catalogue: Catalogue, time: str) -> str:
    """Approved is what was on the screen: its fingerprint begins as the button says, or nothing is issued."""
    order = await services.evacuations.told(asked.order)
    if not asked.yes:
        await _reject(order, services, by=by)
        return catalogue.say(views.REJECTED, time=time)
    if not asked.shown or not order.fingerprint.startswith(asked.shown):
        raise OrderChanged(number=order.number)
    issued = await services.evacuations.approve(order.id, fingerprint=order.fingerprint, by=by, key=key)
    return catalogue.say(views.APPROVED, time=time, listed=issued.listed)


async def _reject(order: Order, services: Services, *, by: Actor) -> None:
    """Rejecting what is rejected already is the same answer."""
    try:
        await services.evacuations.reject(order.id, by=by)
    except OrderOutAlready:
        if order.state is not OrderState.CLOSED or order.approved_by is not None:
            raise


async def choose_lift(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue) -> None:
    """/lift"""
    out = [order for order in await services.board.orders(by=actor) if order.state is OrderState.ISSUED]
    named = [(order, views.names_of([await services.areas.get(code) for code in order.areas], catalogue)) for order in out]
    await message.answer(catalogue.say(views.LIFT_WHICH if out else views.NOTHING_OUT), reply_markup=keyboards.lift(named) if out else None)


async def lift(
    callback: CallbackQuery, *, callback_data: callbacks.Lift, actor: Actor, services: Services, catalogue: Catalogue, state: FSMContext
) -> None:
    """Asked once more, then lifted; what is lifted already is said to be."""
    order = await services.evacuations.get(callback_data.order, by=actor)
    if not callback_data.sure:
        names = views.names_of([await services.areas.get(code) for code in order.areas], catalogue)
        await revised(callback, catalogue.say_html(views.LIFT_SURE, number=order.number, areas=names), keyboards.lift_sure(order, catalogue))
        return
    if await digits.wanted(callback, Confirming.lift, actor=actor, services=services, catalogue=catalogue, state=state):
        return
    await revised(callback, await _lifted(order, services, by=actor, catalogue=catalogue))


async def lift_with_digits(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, key: str, state: FSMContext) -> None:
    pressed = await digits.confirmed(message, actor=actor, services=services, state=state, key=key)
    order = await services.evacuations.get(callbacks.Lift.unpack(pressed.data).order, by=actor)
    text = await _lifted(order, services, by=replace(actor, factor=digits.WITH_DIGITS), catalogue=catalogue)
    await digits.closed(message, pressed, text, state=state)


async def _lifted(order: Order, services: Services, *, by: Actor, catalogue: Catalogue) -> str:
    """Lifting what is lifted already is the same answer."""
    try:
        await services.evacuations.lift(order.id, by=by)
    except OrderNotInForce:
        if order.state is not OrderState.LIFTED:
            raise
    return catalogue.say(views.LIFTED_NOW, number=order.number)


def routes() -> Router:
    router = Router(name="evacuations")
    on(router.message, begin, asked("order"), may=May.DRAFT_ORDER)
    on(router.message, look_for_area, Ordering.areas, Typed(), may=May.DRAFT_ORDER)
    on(router.callback_query, add_area, callbacks.OrderArea.filter(), Ordering.areas, may=May.DRAFT_ORDER)
    on(router.callback_query, ask_place, callbacks.OrderAreasDone.filter(), Ordering.areas, may=May.DRAFT_ORDER)
    on(router.callback_query, take_shelter, callbacks.OrderShelter.filter(), StateFilter(Ordering.place), may=May.DRAFT_ORDER)
    on(router.message, take_place, Ordering.place, Typed(), may=May.DRAFT_ORDER)
    on(router.message, take_way, Ordering.way, Typed(), may=May.DRAFT_ORDER)
    on(router.callback_query, take_kind, callbacks.OrderKind.filter(), Ordering.kind, may=May.DRAFT_ORDER)
    on(router.callback_query, draft, callbacks.OrderDraft.filter(), Ordering.check, may=May.DRAFT_ORDER)
    on(router.callback_query, decide, callbacks.Decision.filter(), may=May.APPROVE_ORDER)
    on(router.message, decide_with_digits, Confirming.order, Typed(), may=May.APPROVE_ORDER)
    on(router.message, lift_with_digits, Confirming.lift, Typed(), may=May.LIFT)
    on(router.message, choose_lift, asked("lift"), may=May.LIFT)
    on(router.callback_query, lift, callbacks.Lift.filter(), may=May.LIFT)
    return router
