"""Two cards at the door that do not say at once who is there: a household's, and a blank one."""

from typing import Any
from uuid import UUID

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot import callbacks
from bot.factory import Surface
from bot.keyboards import scans as keyboards
from bot.rights import on
from bot.states import Scanning
from bot.views import scans as views
from bot.views.marks import told_apart
from domain.access import May
from domain.errors import Invalid
from domain.people import PersonUnknown
from domain.scans import REASONS, Reason
from handlers.admissions import Desk, asked_again, boxes, desk, named, shown, told
from handlers.filters import Typed
from handlers.replies import noticed, revised, said, unbuttoned
from locales.catalogue import Catalogue
from services.actors import Actor
from services.blanks import Newcomer
from services.bundle import Services
from services.ports import Clock


def _doubt(at: Desk, scan: str) -> list[Any] | None:
    """What was scanned, as long as it is not too long ago."""
    found: list[Any] | None = at.data.get("doubts", {}).get(scan)
    return found


async def choose(
    callback: CallbackQuery, *, callback_data: callbacks.Member, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock,
    state: FSMContext,
) -> None:  # fmt: skip
    """One box more or less; the same tap twice does the same."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    doubt = _doubt(at, callback_data.scan.hex)
    if doubt is None or not doubt[5]:
        await revised(callback, catalogue.say(views.SCAN_AGAIN))
        return
    here: dict[str, list[int]] = dict(at.data.get("here", {}))
    chosen = set(here.get(callback_data.scan.hex, [])) - {callback_data.number} | ({callback_data.number} if callback_data.on else set())
    here[callback_data.scan.hex] = sorted(chosen)
    await state.update_data(here={scan: numbers for scan, numbers in here.items() if scan in at.data["doubts"]})
    await revised(callback, catalogue.say(REASONS[Reason.HOUSEHOLD]), await boxes(at, callback_data.scan, UUID(doubt[5]), chosen))


async def admit(
    callback: CallbackQuery, *, callback_data: callbacks.MembersHere, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock,
    state: FSMContext,
) -> None:  # fmt: skip
    """Each chosen member is a scan of their own, with a key from the card's scan and the number: two taps are one."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    doubt, chosen = _doubt(at, callback_data.scan.hex), at.data.get("here", {}).get(callback_data.scan.hex, [])
    if doubt is None or not doubt[5]:
        await revised(callback, catalogue.say(views.SCAN_AGAIN))
        return
    if not chosen:
        await noticed(callback, catalogue.say(keyboards.CHOOSE), alert=True)
        return
    admitted = []
    for number in chosen:
        asked = asked_again(doubt, f"{callback_data.scan.hex}|member {number}", by=actor, member=number)
        verdict = await services.scans.record(asked)
        admitted.append((verdict, await told(at, verdict, asked)))
    await revised(callback, views.household(admitted, catalogue))


async def ask_owner(callback: CallbackQuery, *, callback_data: callbacks.GiveCard, catalogue: Catalogue, state: FSMContext) -> None:
    """Whose is the blank card from now on: one question."""
    if callback_data.scan.hex not in (await state.get_data()).get("doubts", {}):
        await revised(callback, catalogue.say(views.SCAN_AGAIN))
        return
    await state.update_data(blank=callback_data.scan.hex)
    await state.set_state(Scanning.blank)
    await unbuttoned(callback)
    await said(callback, catalogue.say(views.CARD_OWNER))


async def take_owner(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    """A name: somebody on the list is offered, whoever is on none gets the card at once."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    try:
        newcomer = named(message.text or "")
    except Invalid as refusal:
        await message.answer(f"✏️ {catalogue.say_html(refusal.text, **refusal.fields)}\n\n{catalogue.say(views.CARD_OWNER)}")
        return
    await state.update_data(owner=[newcomer.name, newcomer.phone])
    try:
        people = await services.people.find(newcomer.name, by=actor)
    except PersonUnknown:
        text, keyboard = await _given(at, key, newcomer=Newcomer(newcomer.name, newcomer.phone))
        await message.answer(text, reply_markup=keyboard)
        return
    villages = await services.areas.titles([person.area for person in people])
    names = told_apart(people, detail=surface.chat_detail, catalogue=catalogue)
    found = [(person.id, f"{names[person.id]} · {villages[person.area]}") for person in people]
    await message.answer(catalogue.say(views.CARD_WHO), reply_markup=keyboards.card_for(found, catalogue))


async def give(
    callback: CallbackQuery, *, callback_data: callbacks.CardFor, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock,
    state: FSMContext, key: str,
) -> None:  # fmt: skip
    """To somebody on the list."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    await revised(callback, *await _given(at, key, person=callback_data.person))


async def give_new(
    callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock, state: FSMContext, key: str
) -> None:  # fmt: skip
    """To whoever bears that name and is none of those on the list."""
    at = await desk(actor=actor, services=services, catalogue=catalogue, surface=surface, clock=clock, state=state)
    if "owner" not in at.data:
        await revised(callback, catalogue.say(views.SCAN_AGAIN))
        return
    name, phone = at.data["owner"]
    await revised(callback, *await _given(at, key, newcomer=Newcomer(name, phone)))


async def _given(at: Desk, key: str, *, person: UUID | None = None, newcomer: Newcomer | None = None) -> tuple[str, InlineKeyboardMarkup | None]:
    """The card gets its owner, and its owner is counted with it."""
    doubt = _doubt(at, at.data.get("blank", ""))
    if doubt is None:
        return at.catalogue.say(views.SCAN_AGAIN), None
    await at.services.blanks.bind(doubt[0], by=at.actor, key=f"{key}|blank", person=person, newcomer=newcomer)
    await at.state.set_state(Scanning.ready)
    return await shown(at, asked_again(doubt, f"{key}|given", by=at.actor))


def routes() -> Router:
    router = Router(name="cards")
    on(router.callback_query, choose, callbacks.Member.filter(), may=May.ADMIT)
    on(router.callback_query, admit, callbacks.MembersHere.filter(), may=May.ADMIT)
    on(router.callback_query, ask_owner, callbacks.GiveCard.filter(), may=May.ADMIT)
    on(router.message, take_owner, Scanning.blank, Typed(), may=May.ADMIT)
    on(router.callback_query, give, callbacks.CardFor.filter(), may=May.ADMIT)
    on(router.callback_query, give_new, callbacks.CardForNew.filter(), may=May.ADMIT)
    return router
