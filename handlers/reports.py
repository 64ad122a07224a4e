"""/report: one question after another, each step kept. Whom it is about comes first: where the phone is, is never taken for the place unasked."""

import itertools
from uuid import UUID

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot import callbacks
from bot.keyboards import reports as keyboards
from bot.rights import Open, on
from bot.states import Reporting
from bot.views import reports as views
from bot.views.fallback import NOT_AN_ANSWER, OLD_ANSWER
from domain.people import AreaUnknown
from domain.pins import Pin
from domain.reports import UNSENT, PeopleCountInvalid, counted
from handlers.filters import Typed, asked
from handlers.replies import revised, said, unbuttoned
from handlers.report_talk import STEPS, Talk, Talking, ask, choices_of, chosen, go
from handlers.start import forgotten

TAPPED = (Reporting.who, Reporting.kind, Reporting.pin, Reporting.village, Reporting.photos, Reporting.check)


async def begin(message: Message, *, talk: Talk) -> None:
    """/report"""
    mine = await talk.services.reports.mine(by=talk.actor)
    await forgotten(talk.state)
    await talk.state.set_state(Reporting.who)
    markup = keyboards.question(keyboards.who(mine.draft, talk.catalogue), talk.catalogue)
    await message.answer(views.opening(mine.sent, talk.catalogue), reply_markup=markup)


async def tap(callback: CallbackQuery, *, callback_data: CallbackData, talk: Talk) -> None:
    """An answer by button: it stays to be read under its question, then comes the next one."""
    if not isinstance(callback.message, Message):
        await said(callback, talk.catalogue.say(views.OVER))
        return
    step = await talk.step()
    report = await talk.report() if step is not Reporting.who else None
    choices = await choices_of(talk, step, report) if step is not None else []
    label = next((label for label, data in choices if data == callback_data), "")
    await revised(callback, f"{callback.message.html_text}\n▸ {label}" if label else callback.message.html_text)
    await take(callback.message, talk, callback_data)


async def take_typed(message: Message, *, talk: Talk) -> None:
    """The same answers, typed."""
    step = await talk.step()
    report = await talk.report() if step is not Reporting.who else None
    choice = await chosen(message, talk, step, report) if step is not None else None
    if isinstance(choice, callbacks.ReportSend):
        await dispatch(message, talk, choice.report)
    elif choice is not None:
        await take(message, talk, choice)
    else:
        await again(message, talk=talk)


async def take(message: Message, talk: Talk, choice: CallbackData) -> None:
    """What was answered goes into the draft; then the next question."""
    reports, by = talk.services.reports, talk.actor
    match choice:
        case callbacks.ReportFor(own=own):
            report = await reports.begin(for_self=own, by=by, key=talk.key)
            await talk.state.update_data(report=str(report.id), path=[])
            await ask(message, talk, Reporting.kind, report)
        case callbacks.ReportResume(report=id):
            await resume(message, talk, id)
        case callbacks.ReportOf(kind=kind):
            await go(message, talk, Reporting.place, await reports.choose_kind(await talk.id(), kind, by=by))
        case callbacks.ReportPin(is_place=is_place):
            report = await reports.say_what_pin_is(await talk.id(), is_place=is_place, by=by)
            await go(message, talk, Reporting.hurt if is_place or report.placed else Reporting.place, report)
        case callbacks.ReportVillage(code=code):
            await go(message, talk, Reporting.hurt, await reports.put_village(await talk.id(), code, by=by))
        case callbacks.ReportCount(trapped=trapped, count=count):
            await count_people(message, talk, count if count >= 0 else None, trapped=trapped)
        case callbacks.ReportOnward(photos=False):
            await go(message, talk, Reporting.photos, await reports.describe(await talk.id(), "", by=by))
        case callbacks.ReportOnward():
            await done(message, talk)


async def resume(message: Message, talk: Talk, id: UUID) -> None:
    """At the first question that has no answer yet."""
    report = await talk.services.reports.draft(id, by=talk.actor)
    answered = {Reporting.kind: report.kind is not None, Reporting.place: report.placed, Reporting.hurt: report.hurt is not None}
    answered[Reporting.trapped] = report.trapped is not None
    path = list(itertools.takewhile(answered.get, answered))
    await talk.state.update_data(report=str(id), path=[step.state for step in path], villages=[])
    following = [*answered, Reporting.text][len(path)]
    before = views.so_far(report, await talk.title(report), talk.catalogue) if path else ""
    await ask(message, talk, following, report, before=before)


async def take_pin(message: Message, *, talk: Talk) -> None:
    """A location, or a venue with its name. For somebody else it is asked what the pin is."""
    here, venue = message.location, message.venue
    if here is None:
        return
    words = f"{venue.title} {venue.address}" if venue is not None else ""
    report = await talk.services.reports.put_pin(await talk.id(), Pin(here.latitude, here.longitude), by=talk.actor, key=talk.key, words=words)
    await go(message, talk, Reporting.hurt if report.for_self else Reporting.pin, report)


async def take_place(message: Message, *, talk: Talk) -> None:
    """Words, or one of the buttons below the field, which Telegram sends as words."""
    reports, catalogue, text = talk.services.reports, talk.catalogue, message.text or ""
    if text == keyboards.back(catalogue):
        await step_back(message, talk)
        return
    if text == keyboards.stop(catalogue):
        await drop(message, talk, await talk.id())
        return
    village = await talk.village()
    if village and text == keyboards.in_village(village, catalogue):
        await go(message, talk, Reporting.hurt, await reports.put_village(await talk.id(), talk.actor.area or "", by=talk.actor))
        return
    report, found = await reports.put_place(await talk.id(), text, by=talk.actor)
    if report.area is not None:
        await go(message, talk, Reporting.hurt, report)
        return
    codes = [area.code for area in found] or ([talk.actor.area] if talk.actor.area else [])
    await talk.state.update_data(villages=codes)
    await go(message, talk, Reporting.village, report)


async def look_for_village(message: Message, *, talk: Talk) -> None:
    """A choice, or a part of a name."""
    report = await talk.report()
    choice = await chosen(message, talk, Reporting.village, report)
    if choice is not None:
        await take(message, talk, choice)
        return
    try:
        found = await talk.services.areas.named(message.text or "")
    except AreaUnknown as refusal:
        await ask(message, talk, Reporting.village, report, before=f"🔍 {talk.catalogue.say_html(refusal.text, **refusal.fields)}")
        return
    await talk.state.update_data(villages=[area.code for area in found])
    await ask(message, talk, Reporting.village, report)


async def take_count(message: Message, *, talk: Talk) -> None:
    trapped = await talk.step() is Reporting.trapped
    try:
        count: int | None = counted(message.text or "")
    except PeopleCountInvalid:
        if (message.text or "").strip().casefold() != talk.catalogue.say(keyboards.NOT_KNOWN).casefold():
            raise
        count = None
    await count_people(message, talk, count, trapped=trapped)


async def count_people(message: Message, talk: Talk, count: int | None, *, trapped: bool) -> None:
    report = await talk.services.reports.count_people(await talk.id(), by=talk.actor, **{"trapped" if trapped else "hurt": count})
    await go(message, talk, Reporting.text if trapped else Reporting.trapped, report)


async def take_text(message: Message, *, talk: Talk) -> None:
    report = await talk.report()
    choice = await chosen(message, talk, Reporting.text, report) if not (message.text or "").strip().isdecimal() else None
    if isinstance(choice, callbacks.ReportSend):
        await dispatch(message, talk, choice.report)
    elif choice is not None:
        await take(message, talk, choice)
    else:
        await go(message, talk, Reporting.photos, await talk.services.reports.describe(report.id, message.text or "", by=talk.actor))


async def done(message: Message, talk: Talk) -> None:
    """All photos are there: the whole report once more, or thanks when it is out already."""
    report = await talk.report()
    if report.state in UNSENT:
        await go(message, talk, Reporting.check, report)
        return
    await forgotten(talk.state)
    await message.answer(talk.catalogue.say(views.PHOTOS_ADDED, number=report.number, count=report.photos), reply_markup=talk.menu())


async def send(callback: CallbackQuery, *, callback_data: callbacks.ReportSend, talk: Talk) -> None:
    """Out with it; by the id under the button, so that an old button never sends another report."""
    await unbuttoned(callback)
    if isinstance(callback.message, Message):
        await dispatch(callback.message, talk, callback_data.report)


async def dispatch(message: Message, talk: Talk, id: UUID) -> None:
    """Sent at the end, it is done with; sent earlier, photos may follow."""
    filed = await talk.services.reports.send(id, by=talk.actor, key=talk.key)
    step, data = await talk.step(), await talk.state.get_data()
    text = views.sent(filed, talk.surface, talk.catalogue)
    if step in (Reporting.text, Reporting.photos) and data.get("report") == str(id):
        await talk.state.update_data(path=[], sent=True)
        await message.answer(text)
        await ask(message, talk, Reporting.photos, filed.report)
        return
    if data.get("report") == str(id):
        await forgotten(talk.state)
    await message.answer(text, reply_markup=talk.menu())


async def back(callback: CallbackQuery, *, callback_data: callbacks.ReportBack, talk: Talk) -> None:
    """To the question before; a button of an older question goes nowhere."""
    await unbuttoned(callback)
    if not isinstance(callback.message, Message):
        return
    if callback_data.depth == len((await talk.state.get_data()).get("path", [])):
        await step_back(callback.message, talk)
    else:
        await callback.message.answer(talk.catalogue.say(OLD_ANSWER))


async def step_back(message: Message, talk: Talk) -> None:
    path = list((await talk.state.get_data()).get("path", []))
    if not path:
        await again(message, talk=talk)
        return
    await talk.state.update_data(path=path[:-1])
    await ask(message, talk, STEPS[path[-1]], await talk.report())


async def stop(callback: CallbackQuery, *, callback_data: callbacks.ReportStop, talk: Talk) -> None:
    await unbuttoned(callback)
    if isinstance(callback.message, Message):
        await drop(callback.message, talk, callback_data.report)


async def drop(message: Message, talk: Talk, id: UUID) -> None:
    await talk.services.reports.stop(id, by=talk.actor)
    report = await talk.services.reports.draft(id, by=talk.actor)
    if (await talk.state.get_data()).get("report") == str(id):
        await forgotten(talk.state)
    text = talk.catalogue.say(views.STOPPED) if report.state in UNSENT else talk.catalogue.say(views.STOPPED_SENT, number=report.number)
    await message.answer(text, reply_markup=talk.menu())


async def reopen(callback: CallbackQuery, *, callback_data: callbacks.ReportReopen, talk: Talk) -> None:
    """Not solved."""
    report, opened = await talk.services.reports.reopen(callback_data.report, by=talk.actor, key=talk.key)
    await unbuttoned(callback)
    await said(callback, talk.catalogue.say(views.REOPENED if opened else views.NOT_CLOSED, number=report.number))


async def again(message: Message, *, talk: Talk) -> None:
    """Something that is no answer here: the open question once more."""
    step = await talk.step()
    before = talk.catalogue.say(NOT_AN_ANSWER)
    if step is None or step is Reporting.who:
        markup = keyboards.question(await choices_of(talk, Reporting.who, None), talk.catalogue)
        await message.answer(f"{before}\n\n{talk.catalogue.say(views.WHO)}", reply_markup=markup)
        return
    await ask(message, talk, step, await talk.report(), before=before)


def routes() -> Router:
    router = Router(name="reports")
    here = Talking()
    on(router.message, begin, asked("report"), here, may=Open.EVERYBODY)
    answers = (
        (callbacks.ReportFor.filter(), Reporting.who), (callbacks.ReportResume.filter(), Reporting.who), (callbacks.ReportOf.filter(), Reporting.kind),
        (callbacks.ReportPin.filter(), Reporting.pin), (callbacks.ReportVillage.filter(), Reporting.village),
        (callbacks.ReportCount.filter(~F.trapped), Reporting.hurt), (callbacks.ReportCount.filter(F.trapped), Reporting.trapped),
        (callbacks.ReportOnward.filter(~F.photos), Reporting.text), (callbacks.ReportOnward.filter(F.photos), Reporting.photos),
    )  # fmt: skip
    for data, step in answers:
        on(router.callback_query, tap, data, step, here, may=Open.EVERYBODY)
    on(router.callback_query, send, callbacks.ReportSend.filter(), here, may=Open.EVERYBODY)
    on(router.callback_query, back, callbacks.ReportBack.filter(), StateFilter(Reporting), here, may=Open.EVERYBODY)
    on(router.callback_query, stop, callbacks.ReportStop.filter(), here, may=Open.EVERYBODY)
    on(router.callback_query, reopen, callbacks.ReportReopen.filter(), here, may=Open.EVERYBODY)
    on(router.message, take_pin, StateFilter(Reporting.place, Reporting.pin, Reporting.village), F.location, here, may=Open.EVERYBODY)
    on(router.message, take_place, Reporting.place, Typed(), here, may=Open.EVERYBODY)
    on(router.message, look_for_village, Reporting.village, Typed(), here, may=Open.EVERYBODY)
    on(router.message, take_count, StateFilter(Reporting.hurt, Reporting.trapped), Typed(), here, may=Open.EVERYBODY)
    on(router.message, take_text, Reporting.text, Typed(), here, may=Open.EVERYBODY)
    on(router.message, take_typed, StateFilter(*TAPPED), Typed(), here, may=Open.EVERYBODY)
    return router
