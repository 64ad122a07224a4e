"""Last of all: whatever nobody else answered gets an answer, the open question again or the menu."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.keyboards.menu import menu
from bot.rights import Open, on
from bot.states import (
    Answering,
    CallingForHelp,
    Confirming,
    Founding,
    Gating,
    Glazing,
    Grouping,
    Guarding,
    Handling,
    Noticing,
    Ordering,
    Passing,
    Registering,
    Scanning,
    Ticking,
    Visiting,
)
from bot.views import crossings, digits, evacuations, fallback, glass, groups, notice_drafts, passes, rollcall, scans, sites, start
from handlers.replies import said, unbuttoned
from locales.catalogue import Catalogue
from services.actors import Actor
from services.ports import Clock

QUESTIONS = {
    Registering.language: start.TAP,
    Registering.consent: start.TAP,
    Registering.entrance: start.TAP,
    Registering.link_code: start.LINK_CODE,
    Registering.name: start.NAME,
    Registering.phone: start.PHONE,
    Registering.village: start.VILLAGE,
    Registering.summary: start.CHECK,
    Glazing.reason: glass.WHY,
    Glazing.check: start.TAP,
    Founding.name: start.NAME,
    Founding.phone: start.PHONE,
    Confirming.order: digits.ASKED,
    Confirming.lift: digits.ASKED,
    Confirming.notice: digits.ASKED,
    Answering.where: rollcall.NOTE,
    Answering.outside: start.TAP,
    Answering.who: rollcall.WITH_YOU,
    CallingForHelp.note: rollcall.TEXT_OR_PLACE,
    Scanning.post: scans.WHICH_POST,
    Scanning.relatives: scans.WHICH_RELATIVES,
    Scanning.outside: start.TAP,
    Scanning.ready: scans.SEND_CODE,
    Scanning.walk_in: scans.WALK_IN,
    Scanning.blank: scans.CARD_OWNER,
    Guarding.post: crossings.WHICH_POST,
    Guarding.ready: crossings.SEND_CODE,
    Ticking.who: start.TAP,
    Ticking.what: start.TAP,
    Ticking.where: rollcall.NOTE,
    Ticking.outside: start.TAP,
    Ticking.means: start.TAP,
    Gating.who: sites.WHOM,
    Gating.left: sites.WHEN_LEFT,
    Ordering.areas: evacuations.WHICH_AREAS,
    Ordering.place: evacuations.WHICH_PLACE,
    Ordering.way: evacuations.WHICH_WAY,
    Ordering.kind: start.TAP,
    Ordering.check: start.TAP,
    Grouping.area: groups.WHERE,
    Grouping.name: groups.NAME,
    Grouping.adding: fallback.IN_WORDS,
    Grouping.members: fallback.IN_WORDS,
    Handling.assignee: fallback.IN_WORDS,
    Handling.closing: fallback.IN_WORDS,
    Handling.rejecting: fallback.IN_WORDS,
    Visiting.note: fallback.IN_WORDS,
    Passing.kind: passes.WHICH_KIND,
    Passing.who: fallback.IN_WORDS,
    Passing.team: passes.TEAM,
    Passing.area: passes.WHICH_AREA,
    Passing.hours: passes.HOW_LONG,
    Passing.longer: passes.WHY_LONGER,
    Passing.reason: passes.WHAT_FOR,
    Passing.check: passes.CHECK,
    Passing.refusing: fallback.IN_WORDS,
    Passing.revoking: fallback.IN_WORDS,
    **{step: notice_drafts.PLAIN.get(str(step.state), fallback.IN_WORDS) for step in Noticing.__states__},
    Noticing.who: start.TAP,
    Noticing.check: start.TAP,
}
"""What is asked again when the answer was of a kind that the question cannot take."""

BY_NAME = {state.state: question for state, question in QUESTIONS.items()}


async def answer_anything(message: Message, *, actor: Actor, catalogue: Catalogue, state: FSMContext, clock: Clock) -> None:
    """The open question again, or the menu."""
    question = BY_NAME.get(await state.get_state())
    if question is not None:
        await message.answer(f"{catalogue.say(fallback.NOT_AN_ANSWER)}\n\n{catalogue.say(question)}")
        return
    await message.answer(
        catalogue.say(fallback.MENU if actor.person is not None else start.STRANGER), reply_markup=menu(actor, catalogue, now=clock.now())
    )


async def answer_any_tap(callback: CallbackQuery, *, catalogue: Catalogue, state: FSMContext) -> None:
    """A button that means nothing any more."""
    await unbuttoned(callback)
    await said(callback, catalogue.say(fallback.OLD_BUTTON if await state.get_state() is None else fallback.OLD_ANSWER))


def routes() -> Router:
    router = Router(name="fallback")
    on(router.message, answer_anything, may=Open.EVERYBODY)
    on(router.callback_query, answer_any_tap, may=Open.EVERYBODY)
    return router
