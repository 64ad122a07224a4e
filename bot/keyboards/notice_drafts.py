"""Buttons of the questions of /notice: under each one a way back and a way out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import FINGERPRINT_SHOWN
from bot.keyboards.evacuations import DRILL, DROP, GO_ON, REAL, TO_SECOND
from bot.keyboards.grid import button, in_rows
from bot.notice_callbacks import (
    NoticeArea,
    NoticeBack,
    NoticeBegins,
    NoticeDay,
    NoticeDaysDone,
    NoticeFirm,
    NoticeGroup,
    NoticeHolidays,
    NoticeKind,
    NoticeLevel,
    NoticeNoEnd,
    NoticePartsDone,
    NoticeRepeat,
    NoticeRisk,
    NoticeSame,
    NoticeSend,
    NoticeStop,
    NoticeWho,
)
from bot.states import Noticing
from bot.views.notices import ROLES, WEEKDAYS
from domain.colours import COLOURS, Level
from domain.notices import RISKS, Risk
from domain.schedules import WORKDAYS, Repeat
from domain.text import N_
from locales.catalogue import Catalogue
from services.notice_lists import Offers
from services.notices import Preview

BACK = N_("Back")
SEND = N_("Send")
EVERYBODY = N_("Everybody there")
FROM_SENDING = N_("From the time it is sent")
REPEATS: Mapping[Repeat, str] = {
    Repeat.NOW: N_("At once"),
    Repeat.ONCE: N_("At a time"),
    Repeat.DAILY: N_("Every day"),
    Repeat.WEEKLY: N_("On given weekdays"),
    Repeat.MONTHLY: N_("On a day of the month"),
}
NO_END = N_("No end")
BUT_HOLIDAYS = N_("Not on holidays")
ALSO_HOLIDAYS = N_("On holidays too")
SAME_ENGLISH = N_("Write in English only")
SAME_CHINESE = N_("The Chinese words for everybody")

Rows = list[list[InlineKeyboardButton]]


def question(step: str, data: Mapping[str, Any], catalogue: Catalogue, *, offers: Offers | None = None) -> InlineKeyboardMarkup:
    """The answers to choose from, then back and out."""
    made = MAKERS.get(step)
    answers = _audience(data, catalogue, offers) if step == Noticing.audience.state else made(data, catalogue) if made else []
    return _with_ways_out(answers, data, catalogue)


def _with_ways_out(answers: Rows, data: Mapping[str, Any], catalogue: Catalogue) -> InlineKeyboardMarkup:
    depth = len(data.get("trail", ()))
    back = [button("⬅️ " + catalogue.say(BACK), NoticeBack(depth=depth))] if depth else []
    return InlineKeyboardMarkup(inline_keyboard=[*answers, [*back, button("✖️ " + catalogue.say(DROP), NoticeStop())]])


def _levels(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    named = [(level, COLOURS[level]) for level in Level]
    return [
        [button(f"{colour.emoji}{colour.sign} {colour.numeral} {catalogue.say(colour.word)} · {catalogue.say(colour.degree)}", NoticeLevel(level=level))]
        for level, colour in named
    ]


def _risks(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    return in_rows([button(catalogue.say(RISKS[risk]), NoticeRisk(risk=risk)) for risk in Risk], 2)


def _kinds(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    return [[button("❗ " + catalogue.say(REAL), NoticeKind(drill=False)), button("🎓 " + catalogue.say(DRILL), NoticeKind(drill=True))]]


def _audience(data: Mapping[str, Any], catalogue: Catalogue, offers: Offers | None) -> Rows:
    given = offers or Offers((), (), ())
    found = [button("👥 " + group.called, NoticeGroup(group=group.id)) for group in given.groups]
    found += [button("📍 " + given.title(area), NoticeArea(code=area.code)) for area in given.areas]
    found += [button("🏭 " + firm, NoticeFirm(number=number)) for number, (firm, _) in enumerate(given.firms)]
    done = [[button("➡️ " + catalogue.say(GO_ON), NoticePartsDone())]] if data.get("parts") else []
    return in_rows(found, 1) + done


def _who(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    roles = [button(catalogue.say(word), NoticeWho(role=role)) for role, word in ROLES.items()]
    return [[button(catalogue.say(EVERYBODY), NoticeWho(role=None))], *in_rows(roles, 2)]


def _begins(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    return [[button(catalogue.say(FROM_SENDING), NoticeBegins())]]


def _when(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    return in_rows([button(catalogue.say(word), NoticeRepeat(repeat=repeat)) for repeat, word in REPEATS.items()], 2)


def _days(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    chosen: Sequence[int] = data.get("weekdays") or []
    days = [
        button(("✅ " if day in chosen else "") + catalogue.say(WEEKDAYS[day - 1]), NoticeDay(day=day, on=day not in chosen)) for day in range(1, 8)
    ]  # fmt: skip
    done = [[button("➡️ " + catalogue.say(GO_ON), NoticeDaysDone())]] if chosen else []
    return in_rows(days, len(WORKDAYS) - 2) + done


def _end(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    return [[button(catalogue.say(NO_END), NoticeNoEnd())]]


def _holidays(data: Mapping[str, Any], catalogue: Catalogue) -> Rows:
    return [[button(catalogue.say(BUT_HOLIDAYS), NoticeHolidays(but=True)), button(catalogue.say(ALSO_HOLIDAYS), NoticeHolidays(but=False))]]


def _same(data: Mapping[str, Any], catalogue: Catalogue, *, word: str) -> Rows:
    return [[button(catalogue.say(word), NoticeSame())]]


def check(preview: Preview, data: Mapping[str, Any], catalogue: Catalogue) -> InlineKeyboardMarkup:
    """Yes to exactly what is shown."""
    word = "👥 " + catalogue.say(TO_SECOND) if preview.notice.needs_second else "📤 " + catalogue.say(SEND)
    return _with_ways_out([[button(word, NoticeSend(shown=preview.shown[:FINGERPRINT_SHOWN]))]], data, catalogue)


Maker = Callable[[Mapping[str, Any], Catalogue], Rows]

MAKERS: Mapping[str | None, Maker] = {
    Noticing.level.state: _levels,
    Noticing.risk.state: _risks,
    Noticing.kind.state: _kinds,
    Noticing.who.state: _who,
    Noticing.begins.state: _begins,
    Noticing.when.state: _when,
    Noticing.days.state: _days,
    Noticing.end.state: _end,
    Noticing.holidays.state: _holidays,
    Noticing.zh_caution.state: lambda data, catalogue: _same(data, catalogue, word=SAME_ENGLISH),
    Noticing.en_caution.state: lambda data, catalogue: _same(data, catalogue, word=SAME_CHINESE) if data.get("same") != "en" else [],
}
