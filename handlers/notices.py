"""/notices: what goes out when and what became of it; a second person's decision; cancelling, which takes back what was sent."""

from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot import notice_callbacks as callbacks
from bot.factory import Surface
from bot.failures import ANSWERS
from bot.keyboards import notices as keyboards
from bot.rights import on
from bot.states import Confirming
from bot.views import evacuations as order_views
from bot.views import notice_messages
from bot.views import notices as views
from domain.access import May
from domain.errors import family
from domain.notices import NoticeCancelled, NoticeChanged, NoticeDecided, NoticeToNobody, NoticeTooLate
from handlers import digits
from handlers.filters import Typed, asked
from handlers.notice_drafts import begin
from handlers.replies import noticed, revised, said
from locales.catalogue import Catalogue, Catalogues
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.ports import Clock


async def show_list(message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> None:
    """/notices"""
    text, keyboard = await _list(actor, services, catalogue, surface, clock)
    await message.answer(text, reply_markup=keyboard)


async def back_to_list(callback: CallbackQuery, *, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> None:
    await revised(callback, *await _list(actor, services, catalogue, surface, clock))


async def _list(actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock) -> tuple[str, InlineKeyboardMarkup]:
    lines = await services.notice_lists.listing(by=actor, most=keyboards.MOST_BUTTONS)
    drafts = actor.can(May.DRAFT_NOTICE, now=clock.now())
    return views.listing(lines, catalogue, Formats(catalogue, surface.zone)), keyboards.listing(lines, catalogue, drafts=drafts)


async def begin_new(callback: CallbackQuery, **given: Any) -> None:
    """The same as /notice, from under the list."""
    await noticed(callback)
    if isinstance(callback.message, Message):
        await begin(callback.message, **given)


async def show_notice(
    callback: CallbackQuery, *, callback_data: callbacks.NoticeOpen, actor: Actor, services: Services, catalogue: Catalogue, surface: Surface, clock: Clock
) -> None:
    told = await services.notice_lists.story(callback_data.notice, by=actor)
    notice, last = told.line.notice, told.line.last
    at = (last.released_at if last else None) or notice.next_due_at or clock.now()
    text = await notice_messages.words(notice, at, services, catalogue, surface, bare=True)
    parts = await views.part_names(notice.draft.parts, services, catalogue)
    runs = await services.notices.next_runs(notice)
    formats = Formats(catalogue, surface.zone)
    shown = views.story(told, text, runs, catalogue, formats, parts=parts, detail=surface.chat_detail)
    await revised(callback, shown, keyboards.story(notice, catalogue))


async def cancel(
    callback: CallbackQuery, *, callback_data: callbacks.NoticeCancel, actor: Actor, services: Services, catalogue: Catalogue, key: str
) -> None:
    """Asked once more, then no further run and the last one is taken back; what is cancelled already is said to be."""
    told = await services.notice_lists.story(callback_data.notice, by=actor)
    notice = told.line.notice
    if not callback_data.sure:
        await revised(callback, catalogue.say_html(views.CANCEL_SURE, number=notice.number), keyboards.cancel_sure(notice, catalogue))
        return
    try:
        await services.notices.cancel(notice.id, by=actor, key=key)
    except (NoticeCancelled, NoticeDecided) as refusal:
        await revised(callback, f"{ANSWERS[family(refusal)]} {catalogue.say_html(refusal.text, **refusal.fields)}")
        return
    await revised(callback, catalogue.say_html(views.CANCELLED, number=notice.number))


async def decide(
    callback: CallbackQuery, *, callback_data: callbacks.NoticeDecision, actor: Actor, services: Services, catalogue: Catalogue, catalogues: Catalogues,
    key: str, surface: Surface, clock: Clock, state: FSMContext,
) -> None:  # fmt: skip
    """What was decided stands under what was shown. What changed since is shown anew, with new buttons.

    Whoever has an authenticator is asked for its digits before a yes.
    """
    if callback_data.yes and await digits.wanted(callback, Confirming.notice, actor=actor, services=services, catalogue=catalogue, state=state):
        return
    before = callback.message.html_text if isinstance(callback.message, Message) else ""
    time = Formats(catalogue, surface.zone).time(clock.now())
    try:
        outcome = await _decided(callback_data, services, by=actor, key=key, catalogue=catalogue, time=time)
    except NoticeChanged as refusal:
        await said(callback, f"{ANSWERS[family(refusal)]} {catalogue.say_html(refusal.text, **refusal.fields)}")
        notice = await services.notices.told(callback_data.notice)
        fresh = await notice_messages.asked(notice, actor, services, catalogue, catalogues, surface, clock.now())
        await revised(callback, fresh.text, fresh.keyboard)
        return
    except (NoticeDecided, NoticeTooLate, NoticeToNobody) as refusal:
        outcome = f"{ANSWERS[family(refusal)]} {catalogue.say(refusal.text, **refusal.fields)}"
    await revised(callback, order_views.decided(before, outcome))


async def decide_with_digits(
    message: Message, *, actor: Actor, services: Services, catalogue: Catalogue, catalogues: Catalogues, key: str, surface: Surface, clock: Clock,
    state: FSMContext,
) -> None:  # fmt: skip
    """The same after the digits; what changed since is shown anew below, and the digits are asked for again."""
    pressed = await digits.confirmed(message, actor=actor, services=services, state=state, key=key)
    given, by = callbacks.NoticeDecision.unpack(pressed.data), replace(actor, factor=digits.WITH_DIGITS)
    time = Formats(catalogue, surface.zone).time(clock.now())
    try:
        outcome = await _decided(given, services, by=by, key=key, catalogue=catalogue, time=time)
    except (NoticeChanged, NoticeDecided, NoticeTooLate, NoticeToNobody) as refusal:
        outcome = f"{ANSWERS[family(refusal)]} {catalogue.say(refusal.text, **refusal.fields)}"
        if isinstance(refusal, NoticeChanged):
            notice = await services.notices.told(given.notice)
            fresh = await notice_messages.asked(notice, actor, services, catalogue, catalogues, surface, clock.now())
            await message.answer(fresh.text, reply_markup=fresh.keyboard)
    await digits.closed(message, pressed, order_views.decided(pressed.before, outcome), state=state)


async def _decided(asked: callbacks.NoticeDecision, services: Services, *, by: Actor, key: str, catalogue: Catalogue, time: str) -> str:
    if not asked.yes:
        await services.notices.reject(asked.notice, by=by, key=key)
        return catalogue.say(views.REJECTED, time=time)
    await services.notices.approve(asked.notice, shown=asked.shown, by=by, key=key)
    return catalogue.say(views.APPROVED, time=time)


def routes() -> Router:
    router = Router(name="notices")
    on(router.message, show_list, asked("notices"), may=May.CANCEL_NOTICE)
    on(router.callback_query, back_to_list, callbacks.NoticeList.filter(), may=May.CANCEL_NOTICE)
    on(router.callback_query, begin_new, callbacks.NoticeNew.filter(), may=May.DRAFT_NOTICE)
    on(router.callback_query, show_notice, callbacks.NoticeOpen.filter(), may=May.CANCEL_NOTICE)
    on(router.callback_query, cancel, callbacks.NoticeCancel.filter(), may=May.CANCEL_NOTICE)
    on(router.callback_query, decide, callbacks.NoticeDecision.filter(), may=May.APPROVE_NOTICE)
    on(router.message, decide_with_digits, Confirming.notice, Typed(), may=May.APPROVE_NOTICE)
    return router
