"""/notice: from level to words, one question at a time, each with a way back; nothing is sent before its drafter saw it whole."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from bot import notice_callbacks as callbacks
from bot.factory import Surface
from bot.keyboards import notice_drafts as keyboards
from bot.rights import on
from bot.states import Noticing
from bot.views import notice_drafts as views
from bot.views.notice_messages import to_decide
from bot.views.notices import part_names
from domain.access import May
from domain.colours import Level
from domain.errors import Refusal
from domain.notices import AudienceTooWide, Draft, NoticeChanged, NoticeWordsMissing, Part, PartKind, Risk, Wording, must_fit
from domain.schedules import (
    ClockNotRead,
    DayNotRead,
    DayOfMonthNotRead,
    Repeat,
    Schedule,
    SchedulePast,
    TimeNotRead,
    read,
    typed_clock,
    typed_day_of_month,
    typed_days,
    typed_instant,
    written,
)
from handlers.filters import Typed, asked
from handlers.replies import noticed, revised, said
from locales.catalogue import Catalogue, Catalogues
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.notice_lists import Offers
from services.ports import Clock

WORDS = {Noticing.zh_caution: "zh_CN", Noticing.zh_action: "zh_CN", Noticing.en_caution: "en", Noticing.en_action: "en"}
AGAIN = (Repeat.DAILY, Repeat.WEEKLY, Repeat.MONTHLY)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every question needs."""

    actor: Actor
    services: Services
    catalogue: Catalogue
    catalogues: Catalogues
    state: FSMContext
    clock: Clock
    surface: Surface

    @classmethod
    def of(cls, given: dict[str, Any]) -> "Desk":
        return cls(**{field.name: given[field.name] for field in fields(cls)})

    @property
    def formats(self) -> Formats:
        return Formats(self.catalogue, self.surface.zone)

    def instant(self, text: str) -> datetime:
        found = typed_instant(text, now=self.clock.now(), zone=self.surface.zone)
        if found is None:
            raise TimeNotRead()
        return found


async def begin(message: Message, **given: Any) -> None:
    """/notice"""
    desk = Desk.of(given)
    await desk.state.clear()
    await desk.state.set_data({"trail": [], "parts": []})
    await _ask(message, desk, Noticing.level)


async def _ask(where: Message | CallbackQuery, desk: Desk, step: State, *, offers: Offers | None = None) -> None:
    """Put the question of this step; the dialogue stands there from now on."""
    await desk.state.set_state(step)
    data = await desk.state.get_data()
    if step == Noticing.check:
        text, keyboard = await _preview(desk, data)
    else:
        if step == Noticing.audience and offers is None:
            offers = await desk.services.notice_lists.offers("", by=desk.actor)
        if offers is not None:
            await desk.state.update_data(firms=[list(firm) for firm in offers.firms])
        parts = await part_names([Part.read(part) for part in data["parts"]], desk.services, desk.catalogue)
        area = await desk.services.areas.get(data.get("area", "")) if step == Noticing.who else None
        text = views.question(str(step.state), data, desk.catalogue, parts=parts, area=area.called if area else "", formats=desk.formats)
        keyboard = keyboards.question(str(step.state), data, desk.catalogue, offers=offers)
    if isinstance(where, Message):
        await where.answer(text, reply_markup=keyboard)
    else:
        await revised(where, text, keyboard)


async def _onward(where: Message | CallbackQuery, desk: Desk, step: State, **answered: Any) -> None:
    """Keep the answers and go on to this step; the way back leads to where one stands now. Refused, one stands where one stood."""
    data, here = await desk.state.get_data(), await desk.state.get_state()
    await desk.state.update_data(**answered, trail=[*data["trail"], here])
    try:
        await _ask(where, desk, step)
    except Refusal:
        await desk.state.set_state(here)
        await desk.state.set_data(data)
        raise


async def _preview(desk: Desk, data: dict[str, Any]) -> tuple[str, Any]:
    """Everything as it will be read, whom it reaches and when; or, when it reaches more than was agreed to, the question for their number."""
    preview = await desk.services.notices.foresee(draft_of(data), by=desk.actor)
    if preview.wide and data.get("sure") != preview.people:
        data = await desk.state.update_data(people=preview.people)
        await desk.state.set_state(Noticing.width)
        step = str(Noticing.width.state)
        return views.question(step, data, desk.catalogue, formats=desk.formats), keyboards.question(step, data, desk.catalogue)
    first = desk.catalogue.say(views.CHECK)
    text = await to_decide(preview, desk.services, desk.catalogue, desk.catalogues, desk.surface, now=desk.clock.now(), first=first)
    return text, keyboards.check(preview, data, desk.catalogue)


def draft_of(data: dict[str, Any]) -> Draft:
    """What was answered, as the house understands it."""
    texts = {language: Wording(words.get("caution", ""), words.get("action", "")) for language, words in data.get("texts", {}).items()}
    begins = datetime.fromisoformat(data["begins"]) if data.get("begins") else None
    parts = tuple(Part.read(part) for part in data["parts"])
    return Draft(Level(data["level"]), Risk(data["risk"]), parts, read(data["schedule"]), texts, data.get("same"), begins, bool(data.get("drill")))


async def take_level(callback: CallbackQuery, callback_data: callbacks.NoticeLevel, **given: Any) -> None:
    await _onward(callback, Desk.of(given), Noticing.risk, level=callback_data.level.value)


async def take_risk(callback: CallbackQuery, callback_data: callbacks.NoticeRisk, **given: Any) -> None:
    """In a drill office everything is a drill, so that is not asked."""
    desk = Desk.of(given)
    drill_only = desk.services.office.drill_only
    await _onward(callback, desk, Noticing.audience if drill_only else Noticing.kind, risk=callback_data.risk.value, drill=drill_only)


async def take_kind(callback: CallbackQuery, callback_data: callbacks.NoticeKind, **given: Any) -> None:
    await _onward(callback, Desk.of(given), Noticing.audience, drill=callback_data.drill)


async def look_for_part(message: Message, **given: Any) -> None:
    desk = Desk.of(given)
    offers = await desk.services.notice_lists.offers(message.text or "", by=desk.actor)
    await _ask(message, desk, Noticing.audience, offers=offers)


async def take_area(callback: CallbackQuery, callback_data: callbacks.NoticeArea, **given: Any) -> None:
    await _onward(callback, Desk.of(given), Noticing.who, area=callback_data.code)


async def take_who(callback: CallbackQuery, callback_data: callbacks.NoticeWho, **given: Any) -> None:
    desk = Desk.of(given)
    data = await desk.state.get_data()
    kind = PartKind.AREA if callback_data.role is None else PartKind.ROLE
    await desk.state.update_data(trail=data["trail"][:-1])
    await _add(callback, desk, Part(kind, data["area"], role=callback_data.role))


async def take_group(callback: CallbackQuery, callback_data: callbacks.NoticeGroup, **given: Any) -> None:
    desk = Desk.of(given)
    view = await desk.services.groups.get(callback_data.group, by=desk.actor)
    await _add(callback, desk, Part(PartKind.GROUP, view.group.area, group=view.group.id))


async def take_firm(callback: CallbackQuery, callback_data: callbacks.NoticeFirm, **given: Any) -> None:
    desk = Desk.of(given)
    firms = (await desk.state.get_data()).get("firms", [])
    if not 0 <= callback_data.number < len(firms):
        await noticed(callback)
        return
    firm, area = firms[callback_data.number]
    await _add(callback, desk, Part(PartKind.FIRM, area, firm=firm))


async def _add(callback: CallbackQuery, desk: Desk, part: Part) -> None:
    data = await desk.state.get_data()
    said_now = part.written()
    await desk.state.update_data(parts=[*(each for each in data["parts"] if each != said_now), said_now], sure=None)
    await _ask(callback, desk, Noticing.audience)


async def parts_done(callback: CallbackQuery, **given: Any) -> None:
    """Nobody is refused here already; very many have to be meant."""
    desk = Desk.of(given)
    data = await desk.state.get_data()
    parts = [Part.read(part) for part in data["parts"]]
    people, unreached, wide = await desk.services.notices.counted(parts, drill=bool(data.get("drill")), by=desk.actor)
    step = Noticing.width if wide and data.get("sure") != people else Noticing.begins
    await _onward(callback, desk, step, people=people, unreached=unreached)


async def take_width(message: Message, **given: Any) -> None:
    """Asked after the audience, or again before sending when it has become another number."""
    desk = Desk.of(given)
    data = await desk.state.get_data()
    if (message.text or "").strip() != str(data["people"]):
        raise AudienceTooWide(count=data["people"])
    await desk.state.update_data(sure=data["people"])
    if "texts" in data:
        await _ask(message, desk, Noticing.check)
    else:
        await _ask(message, desk, Noticing.begins)


async def take_begins(message: Message, **given: Any) -> None:
    desk = Desk.of(given)
    await _onward(message, desk, Noticing.when, begins=desk.instant(message.text or "").isoformat())


async def begins_with_sending(callback: CallbackQuery, **given: Any) -> None:
    await _onward(callback, Desk.of(given), Noticing.when, begins=None)


async def take_repeat(callback: CallbackQuery, callback_data: callbacks.NoticeRepeat, **given: Any) -> None:
    desk = Desk.of(given)
    repeat = callback_data.repeat
    following = {
        Repeat.NOW: Noticing.zh_caution, Repeat.ONCE: Noticing.at, Repeat.DAILY: Noticing.clock, Repeat.WEEKLY: Noticing.days, Repeat.MONTHLY: Noticing.day
    }[repeat]  # fmt: skip
    await _onward(callback, desk, following, schedule=written(Schedule(repeat)), runs=[], weekdays=[])


async def _scheduled(where: Message | CallbackQuery, desk: Desk, step: State, **decided: Any) -> None:
    """One more thing about the schedule is known; when it is whole, it must come to a run."""
    schedule = (await desk.state.get_data())["schedule"] | decided
    runs = await desk.services.notices.runs_of(read(schedule), by=desk.actor) if step == Noticing.zh_caution else []
    await _onward(where, desk, step, schedule=schedule, runs=[run.isoformat() for run in runs])


async def take_at(message: Message, **given: Any) -> None:
    desk = Desk.of(given)
    at = desk.instant(message.text or "")
    if at <= desk.clock.now():
        raise SchedulePast()
    await _scheduled(message, desk, Noticing.zh_caution, at=at.isoformat())


async def take_weekday(callback: CallbackQuery, callback_data: callbacks.NoticeDay, **given: Any) -> None:
    desk = Desk.of(given)
    chosen = set((await desk.state.get_data()).get("weekdays") or [])
    chosen = chosen | {callback_data.day} if callback_data.on else chosen - {callback_data.day}
    await desk.state.update_data(weekdays=sorted(day for day in chosen if 1 <= day <= 7))
    await _ask(callback, desk, Noticing.days)


async def weekdays_done(callback: CallbackQuery, **given: Any) -> None:
    desk = Desk.of(given)
    await _scheduled(callback, desk, Noticing.clock, weekdays=(await desk.state.get_data()).get("weekdays") or [])


async def take_day(message: Message, **given: Any) -> None:
    if (day := typed_day_of_month(message.text or "")) is None:
        raise DayOfMonthNotRead()
    await _scheduled(message, Desk.of(given), Noticing.clock, day=day)


async def take_clock(message: Message, **given: Any) -> None:
    clock = typed_clock(message.text or "")
    if clock is None:
        raise ClockNotRead()
    await _scheduled(message, Desk.of(given), Noticing.end, clock=clock.isoformat())


async def take_end(message: Message, **given: Any) -> None:
    """The last day, or the first and the last."""
    desk = Desk.of(given)
    today = desk.clock.now().astimezone(desk.surface.zone).date()
    if (found := typed_days(message.text or "", today=today)) is None:
        raise DayNotRead()
    start, end = found
    if end < today:
        raise SchedulePast()
    await _scheduled(message, desk, Noticing.holidays, start=start.isoformat() if start else None, end=end.isoformat())


async def no_end(callback: CallbackQuery, **given: Any) -> None:
    await _scheduled(callback, Desk.of(given), Noticing.holidays, start=None, end=None)


async def take_holidays(callback: CallbackQuery, callback_data: callbacks.NoticeHolidays, **given: Any) -> None:
    await _scheduled(callback, Desk.of(given), Noticing.zh_caution, but_holidays=callback_data.but)


async def take_words(message: Message, **given: Any) -> None:
    """Caution or action, in one language; refused at once when both together are too long in it."""
    desk = Desk.of(given)
    data = await desk.state.get_data()
    here = next(step for step in WORDS if step.state == given["raw_state"])
    language, which = WORDS[here], "caution" if here in (Noticing.zh_caution, Noticing.en_caution) else "action"
    text = (message.text or "").strip()
    if not any(character.isalnum() for character in text):
        raise NoticeWordsMissing()
    texts = dict(data.get("texts", {}))
    words = {**texts.get(language, {}), which: text}
    must_fit(language, Wording(words["caution"], words.get("action", "") if which == "action" else ""))
    texts[language] = words
    following = {
        Noticing.zh_caution: Noticing.zh_action, Noticing.zh_action: Noticing.en_caution, Noticing.en_caution: Noticing.en_action,
        Noticing.en_action: Noticing.check,
    }  # fmt: skip
    same = "en" if language == "en" and data.get("same") == "en" else None
    await _onward(message, desk, following[here], texts=texts, same=same)


async def same_words(callback: CallbackQuery, **given: Any) -> None:
    """The words of one language for everybody: English before any Chinese was written, Chinese afterwards."""
    desk = Desk.of(given)
    data = await desk.state.get_data()
    if given["raw_state"] == Noticing.zh_caution.state:
        await _onward(callback, desk, Noticing.en_caution, same="en", texts={"en": data.get("texts", {}).get("en", {})})
    else:
        await _onward(callback, desk, Noticing.check, same="zh_CN", texts={"zh_CN": data["texts"]["zh_CN"]})


async def send(callback: CallbackQuery, callback_data: callbacks.NoticeSend, key: str, **given: Any) -> None:
    """What was shown is what goes; a group that changed meanwhile is shown again."""
    desk = Desk.of(given)
    data = await desk.state.get_data()
    try:
        notice = await desk.services.notices.draft(draft_of(data), shown=callback_data.shown, by=desk.actor, key=key, sure=data.get("sure"))
    except (NoticeChanged, AudienceTooWide):
        await said(callback, desk.catalogue.say(views.CHANGED))
        await _ask(callback, desk, Noticing.check)
        return
    await desk.state.clear()
    runs = await desk.services.notices.next_runs(notice)
    deciders = await desk.services.notices.deciders(notice)
    await revised(callback, views.done(notice, runs, deciders, desk.catalogue, desk.formats))


async def back(callback: CallbackQuery, callback_data: callbacks.NoticeBack, **given: Any) -> None:
    """To the question before; a second tap under the same question does nothing. Under the audience it takes the last part out first."""
    desk = Desk.of(given)
    data = await desk.state.get_data()
    trail = data.get("trail", [])
    if not trail or callback_data.depth != len(trail):
        await noticed(callback)
        return
    if given["raw_state"] == Noticing.audience.state and data["parts"]:
        await desk.state.update_data(parts=data["parts"][:-1])
        await _ask(callback, desk, Noticing.audience)
        return
    await desk.state.update_data(trail=trail[:-1])
    await _ask(callback, desk, next(step for step in Noticing.__states__ if step.state == trail[-1]))


async def stop(callback: CallbackQuery, state: FSMContext, catalogue: Catalogue) -> None:
    await state.clear()
    await revised(callback, catalogue.say(views.DROPPED))


async def no_longer(callback: CallbackQuery, catalogue: Catalogue) -> None:
    """A button of a question that is over."""
    await noticed(callback, catalogue.say(views.OVER), alert=True)


def routes() -> Router:
    router = Router(name="notice_drafts")
    anywhere = StateFilter(Noticing)
    on(router.message, begin, asked("notice"), may=May.DRAFT_NOTICE)
    for data, handler, step in (
        (callbacks.NoticeLevel, take_level, Noticing.level), (callbacks.NoticeRisk, take_risk, Noticing.risk),
        (callbacks.NoticeKind, take_kind, Noticing.kind), (callbacks.NoticeArea, take_area, Noticing.audience),
        (callbacks.NoticeWho, take_who, Noticing.who), (callbacks.NoticeGroup, take_group, Noticing.audience),
        (callbacks.NoticeFirm, take_firm, Noticing.audience), (callbacks.NoticePartsDone, parts_done, Noticing.audience),
        (callbacks.NoticeBegins, begins_with_sending, Noticing.begins), (callbacks.NoticeRepeat, take_repeat, Noticing.when),
        (callbacks.NoticeDay, take_weekday, Noticing.days), (callbacks.NoticeDaysDone, weekdays_done, Noticing.days),
        (callbacks.NoticeNoEnd, no_end, Noticing.end), (callbacks.NoticeHolidays, take_holidays, Noticing.holidays),
        (callbacks.NoticeSend, send, Noticing.check),
    ):  # fmt: skip
        on(router.callback_query, handler, data.filter(), StateFilter(step), may=May.DRAFT_NOTICE)
        on(router.callback_query, no_longer, data.filter(), may=May.DRAFT_NOTICE)
    on(router.callback_query, same_words, callbacks.NoticeSame.filter(), StateFilter(Noticing.zh_caution, Noticing.en_caution), may=May.DRAFT_NOTICE)
    on(router.callback_query, back, callbacks.NoticeBack.filter(), anywhere, may=May.DRAFT_NOTICE)
    on(router.callback_query, stop, callbacks.NoticeStop.filter(), anywhere, may=May.DRAFT_NOTICE)
    for over in (callbacks.NoticeSame, callbacks.NoticeBack, callbacks.NoticeStop):
        on(router.callback_query, no_longer, over.filter(), may=May.DRAFT_NOTICE)
    for step, typed in (
        (Noticing.audience, look_for_part), (Noticing.width, take_width), (Noticing.begins, take_begins), (Noticing.at, take_at), (Noticing.day, take_day),
        (Noticing.clock, take_clock), (Noticing.end, take_end),
    ):  # fmt: skip
        on(router.message, typed, step, Typed(), may=May.DRAFT_NOTICE)
    on(router.message, take_words, StateFilter(*WORDS), Typed(), may=May.DRAFT_NOTICE)
    return router
