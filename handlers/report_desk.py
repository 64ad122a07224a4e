"""/reports: the desk. Each decision stands under what was shown; whoever comes second reads who was first."""

from uuid import UUID

from aiogram import Router
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot import callbacks
from bot.keyboards import report_desk as keyboards
from bot.rights import Open, on
from bot.states import Handling
from bot.views import report_desk as views
from bot.views.marks import told_apart
from domain.access import May
from handlers.filters import Typed, asked
from handlers.replies import NO_PREVIEW, revised, said, unbuttoned
from handlers.report_talk import Talk, Talking
from services.report_desk import Sheet, Step


async def begin(message: Message, *, talk: Talk) -> None:
    """/reports: the open ones, newest first."""
    await talk.state.clear()
    text, markup = await _page(talk, page=0, every=False)
    await message.answer(text, reply_markup=markup)


async def turn(callback: CallbackQuery, *, callback_data: callbacks.ReportPage, talk: Talk) -> None:
    text, markup = await _page(talk, page=callback_data.page, every=callback_data.every)
    await revised(callback, text, markup)


async def _page(talk: Talk, *, page: int, every: bool) -> tuple[str, InlineKeyboardMarkup]:
    found = await talk.services.report_desk.listing(by=talk.actor, every=every, page=page)
    lines = [(report.id, views.line(report, found.titles, talk.catalogue)) for report in found.reports]
    markup = keyboards.pages(lines, talk.catalogue, page=found.page, count=found.count, size=found.size, every=every)
    return views.listing(found, talk.catalogue, every=every), markup


async def show(callback: CallbackQuery, *, callback_data: callbacks.ReportOpen, talk: Talk) -> None:
    """One report, as a message of its own: the list stays."""
    sheet = await talk.services.report_desk.show(callback_data.report, by=talk.actor)
    await said(callback, await _card(sheet, talk), keyboards.decisions(sheet, talk.catalogue, link=talk.surface.public_url is not None))


async def _card(sheet: Sheet, talk: Talk) -> str:
    return views.card(sheet, await talk.title(sheet.report), talk.surface, talk.catalogue)


async def verify(callback: CallbackQuery, *, callback_data: callbacks.ReportVerify, talk: Talk) -> None:
    await _decided(callback, await talk.services.report_desk.verify(callback_data.report, by=talk.actor, key=talk.key), talk)


async def mark_same(callback: CallbackQuery, *, callback_data: callbacks.ReportSame, talk: Talk) -> None:
    await _decided(callback, await talk.services.report_desk.mark_same(callback_data.report, by=talk.actor, key=talk.key), talk)


async def _decided(callback: CallbackQuery, step: Step, talk: Talk) -> None:
    """What was decided comes below, with what can be done next; the old buttons go."""
    await unbuttoned(callback)
    if isinstance(callback.message, Message):
        await _say(callback.message, step, talk)


async def _say(message: Message, step: Step, talk: Talk) -> None:
    sheet = await talk.services.report_desk.show(step.report.id, by=talk.actor)
    markup = keyboards.decisions(sheet, talk.catalogue, link=talk.surface.public_url is not None)
    await message.answer(views.outcome(step, talk.surface, talk.catalogue, to=sheet.assignee), reply_markup=markup if markup.inline_keyboard else None)


async def ask_assignee(callback: CallbackQuery, *, callback_data: callbacks.ReportAssign, talk: Talk) -> None:
    sheet = await talk.services.report_desk.show(callback_data.report, by=talk.actor)
    people = await talk.services.report_desk.hands(callback_data.report, by=talk.actor)
    names = told_apart(people, detail=talk.surface.chat_detail, catalogue=talk.catalogue)
    villages = await talk.services.areas.titles(sorted({person.area for person in people}))
    await _wait_for(talk, Handling.assignee, sheet)
    buttons = views.named([(person.id, names[person.id], villages[person.area]) for person in people])
    text = talk.catalogue.say(views.WHO_GOES if people else views.WHO_ELSE, number=sheet.report.number)
    await said(callback, text, keyboards.hands(buttons, talk.catalogue))


async def _wait_for(talk: Talk, state: State, sheet: Sheet) -> None:
    """What was seen goes with the decision: a step that comes between is said to whoever decides."""
    await talk.state.set_state(state)
    await talk.state.set_data({"report": str(sheet.report.id), "seen": sheet.seq})


async def take_assignee(callback: CallbackQuery, *, callback_data: callbacks.ReportAssignee, talk: Talk) -> None:
    report, seen = await _waiting(talk)
    step = await talk.services.report_desk.assign(report, by=talk.actor, key=talk.key, to=callback_data.person, seen=seen)
    await talk.state.clear()
    await _decided(callback, step, talk)


async def take_name(message: Message, *, talk: Talk) -> None:
    report, seen = await _waiting(talk)
    step = await talk.services.report_desk.assign(report, by=talk.actor, key=talk.key, name=message.text or "", seen=seen)
    await talk.state.clear()
    await _say(message, step, talk)


async def _waiting(talk: Talk) -> tuple[UUID, int]:
    data = await talk.state.get_data()
    return UUID(data["report"]), int(data["seen"])


async def ask_words(callback: CallbackQuery, *, callback_data: callbacks.ReportClose | callbacks.ReportReject, talk: Talk) -> None:
    """What was done, or why not."""
    sheet = await talk.services.report_desk.show(callback_data.report, by=talk.actor)
    closing = isinstance(callback_data, callbacks.ReportClose)
    await _wait_for(talk, Handling.closing if closing else Handling.rejecting, sheet)
    text = talk.catalogue.say(views.HOW_CLOSED if closing else views.WHY_REJECTED, number=sheet.report.number)
    await said(callback, text, keyboards.hands([], talk.catalogue))


async def let_be(callback: CallbackQuery, *, talk: Talk) -> None:
    """Nothing is decided after all."""
    await talk.state.clear()
    await revised(callback, talk.catalogue.say(views.LEFT_AS_IT_IS))


async def close(message: Message, *, talk: Talk) -> None:
    report, seen = await _waiting(talk)
    step = await talk.services.report_desk.close(report, message.text or "", by=talk.actor, key=talk.key, seen=seen)
    await talk.state.clear()
    await _say(message, step, talk)


async def reject(message: Message, *, talk: Talk) -> None:
    report, seen = await _waiting(talk)
    step = await talk.services.report_desk.reject(report, message.text or "", by=talk.actor, key=talk.key, seen=seen)
    await talk.state.clear()
    await _say(message, step, talk)


async def link(callback: CallbackQuery, *, callback_data: callbacks.ReportPhotos, talk: Talk) -> None:
    """To our own page, by a link that works once; photos of people are not sent through Telegram again."""
    sheet = await talk.services.report_desk.show(callback_data.report, by=talk.actor)
    if talk.surface.public_url is None or not isinstance(callback.message, Message):
        await said(callback, talk.catalogue.say(views.NO_PAGE))
        return
    ticket = await talk.services.sessions.ticket(by=talk.actor)
    address = f"{talk.surface.public_url.rstrip('/')}/board/enter/{ticket}?report={sheet.report.number}"
    await callback.message.answer(talk.catalogue.say_html(views.PHOTO_LINK, number=sheet.report.number, link=address), link_preview_options=NO_PREVIEW)
    await callback.answer()


def routes() -> Router:
    router = Router(name="report desk")
    here = Talking()
    on(router.message, begin, asked("reports"), here, may=May.HANDLE_REPORT)
    on(router.callback_query, turn, callbacks.ReportPage.filter(), here, may=May.HANDLE_REPORT)
    on(router.callback_query, show, callbacks.ReportOpen.filter(), here, may=May.HANDLE_REPORT)
    on(router.callback_query, verify, callbacks.ReportVerify.filter(), here, may=May.HANDLE_REPORT)
    on(router.callback_query, mark_same, callbacks.ReportSame.filter(), here, may=May.HANDLE_REPORT)
    on(router.callback_query, ask_assignee, callbacks.ReportAssign.filter(), here, may=May.HANDLE_REPORT)
    on(router.callback_query, take_assignee, callbacks.ReportAssignee.filter(), Handling.assignee, here, may=May.HANDLE_REPORT)
    on(router.callback_query, ask_words, callbacks.ReportClose.filter(), here, may=Open.REGISTERED)
    on(router.callback_query, ask_words, callbacks.ReportReject.filter(), here, may=May.HANDLE_REPORT)
    on(router.callback_query, let_be, callbacks.ReportLetBe.filter(), here, may=Open.REGISTERED)
    on(router.callback_query, link, callbacks.ReportPhotos.filter(), here, may=May.SEE_BOARD)
    on(router.message, take_name, Handling.assignee, Typed(), here, may=May.HANDLE_REPORT)
    on(router.message, close, Handling.closing, Typed(), here, may=Open.REGISTERED)
    on(router.message, reject, Handling.rejecting, Typed(), here, may=May.HANDLE_REPORT)
    return router
