"""Buttons of a report. The choices of a question can also be typed: by their number or their words."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.callbacks import (
    ReportBack,
    ReportCount,
    ReportFor,
    ReportOf,
    ReportOnward,
    ReportPin,
    ReportReopen,
    ReportResume,
    ReportSend,
    ReportStop,
    ReportVillage,
)
from bot.keyboards.grid import button, column, in_rows, rows
from domain.reports import Report, ReportKind
from domain.text import N_
from locales.catalogue import Catalogue

FOR_ME = N_("For me: I am at the place")
FOR_ANOTHER = N_("For somebody else, or another place")
RESUME = N_("Go on with the report I began")
RESUME_KIND = N_("Go on with: {kind}")
KINDS: Mapping[ReportKind, tuple[str, str]] = {
    ReportKind.FLOOD: ("🌊", N_("Flood, deep water")),
    ReportKind.LANDSLIDE: ("⛰", N_("Landslide, falling rocks")),
    ReportKind.ROAD: ("🚧", N_("Road or bridge blocked")),
    ReportKind.HOUSE: ("🏚", N_("House damaged")),
    ReportKind.FIRE: ("🔥", N_("Fire")),
    ReportKind.POWER: ("⚡", N_("Power, phone or water down")),
    ReportKind.DYKE: ("🌁", N_("Dyke or reservoir in danger")),
    ReportKind.PEOPLE: ("🚑", N_("People hurt or trapped")),
    ReportKind.OTHER: ("❔", N_("Something else")),
}
SEND_WHERE_I_AM = N_("Send where I am")
IN_VILLAGE = N_("In {village}")
THE_PLACE = N_("It is the place itself")
WHERE_I_STAND = N_("It is only where I am")
NOT_KNOWN = N_("I do not know")
LEAVE_OUT = N_("Skip it")
DONE = N_("No more photos, go on")
SEND = N_("Send the report")
SEND_NOW = N_("Send it now, photos can follow")
BACK = N_("Back")
STOP = N_("Do not report")
NOT_SOLVED = N_("Not solved")
COUNTS = (0, 1, 2, 3)

Choice = tuple[str, CallbackData]


def who(draft: Report | None, catalogue: Catalogue) -> list[Choice]:
    """The first question; with a draft of the last day it can be gone on with."""
    choices: list[Choice] = [("🙋 " + catalogue.say(FOR_ME), ReportFor(own=True)), ("👥 " + catalogue.say(FOR_ANOTHER), ReportFor(own=False))]
    if draft is None:
        return choices
    words = catalogue.say(RESUME) if draft.kind is None else catalogue.say(RESUME_KIND, kind=catalogue.say(KINDS[draft.kind][1]))
    return [*choices, ("▶️ " + words, ReportResume(report=draft.id))]


def kinds(catalogue: Catalogue) -> list[Choice]:
    return [(f"{icon} {catalogue.say(words)}", ReportOf(kind=kind)) for kind, (icon, words) in KINDS.items()]


def meanings(catalogue: Catalogue) -> list[Choice]:
    """What a pin is that somebody sent for another."""
    return [("📍 " + catalogue.say(THE_PLACE), ReportPin(is_place=True)), ("🧍 " + catalogue.say(WHERE_I_STAND), ReportPin(is_place=False))]


def villages(titles: Mapping[str, str], catalogue: Catalogue) -> list[Choice]:
    known: list[Choice] = [(title, ReportVillage(code=code)) for code, title in titles.items()]
    return [*known, (catalogue.say(NOT_KNOWN), ReportVillage(code=""))]


def counts(catalogue: Catalogue, *, trapped: bool) -> list[Choice]:
    known: list[Choice] = [(str(count), ReportCount(trapped=trapped, count=count)) for count in COUNTS]
    return [*known, (catalogue.say(NOT_KNOWN), ReportCount(trapped=trapped, count=-1))]


def no_words(catalogue: Catalogue) -> list[Choice]:
    return [("⏭ " + catalogue.say(LEAVE_OUT), ReportOnward(photos=False))]


def no_more_photos(catalogue: Catalogue) -> list[Choice]:
    return [("✅ " + catalogue.say(DONE), ReportOnward(photos=True))]


def send(report: Report, catalogue: Catalogue) -> list[Choice]:
    return [("✅ " + catalogue.say(SEND), ReportSend(report=report.id))]


def send_now(report: Report, catalogue: Catalogue) -> list[Choice]:
    return [("🚨 " + catalogue.say(SEND_NOW), ReportSend(report=report.id))]


def question(choices: Sequence[Choice], catalogue: Catalogue, *, width: int = 1, report: UUID | None = None, depth: int = 0) -> InlineKeyboardMarkup:
    """The choices, and below them the way back and the way out while there is something to go back to or to drop."""
    ways: list[InlineKeyboardButton] = []
    if depth:
        ways.append(button("◀️ " + catalogue.say(BACK), ReportBack(depth=depth)))
    if report is not None:
        ways.append(button("✖️ " + catalogue.say(STOP), ReportStop(report=report)))
    return rows(*in_rows([button(label, data) for label, data in choices], width), ways)


def place(village: str, catalogue: Catalogue) -> ReplyKeyboardMarkup:
    """For somebody who is there: one tap sends where the phone is, or the own village; the place can be typed just as well."""
    here = KeyboardButton(text="📍 " + catalogue.say(SEND_WHERE_I_AM), request_location=True)
    own = [[KeyboardButton(text=in_village(village, catalogue))]] if village else []
    ways = [KeyboardButton(text=back(catalogue)), KeyboardButton(text=stop(catalogue))]
    return ReplyKeyboardMarkup(keyboard=[[here], *own, ways], resize_keyboard=True, one_time_keyboard=True)


def in_village(village: str, catalogue: Catalogue) -> str:
    return "🏠 " + catalogue.say(IN_VILLAGE, village=village)


def back(catalogue: Catalogue) -> str:
    return "◀️ " + catalogue.say(BACK)


def stop(catalogue: Catalogue) -> str:
    return "✖️ " + catalogue.say(STOP)


def reopen(report: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([button("❗ " + catalogue.say(NOT_SOLVED), ReportReopen(report=report))])
