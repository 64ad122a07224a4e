"""Buttons of passes: asking, deciding, taking back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardMarkup

from bot.keyboards.grid import button, column, rows
from bot.pass_callbacks import PassArea, PassGrant, PassHours, PassNew, PassOf, PassOpen, PassRefuse, PassReplace, PassRevoke, PassSend, PassShow
from domain.passes import KINDS, PassKind
from domain.text import N_
from locales.catalogue import Catalogue
from services.passes import Line

MARKS: Mapping[PassKind, str] = {PassKind.PERSON: "🧑‍🚒", PassKind.VEHICLE: "🚚"}
OFFERED = (12, 24, 48, 72)
ASK = N_("Ask for a pass")
HOURS = N_("{count} h")
SEND = N_("Ask for it")
LEAVE = N_("Do not ask")
GRANT = N_("Grant the pass")
REFUSE = N_("Refuse with a reason")
REVOKE = N_("Revoke the pass")
REPLACE = N_("Lost: make a new code")
SHOW = N_("Show its code")


def begin(lines: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([*(button(words, PassOpen(held=held)) for held, words in lines), button("➕ " + catalogue.say(ASK), PassNew())])


def kinds(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button(f"{MARKS[kind]} {catalogue.say(words)}", PassOf(kind=kind)) for kind, words in KINDS.items()])


def areas(titles: Mapping[str, str]) -> InlineKeyboardMarkup:
    return column(button("📍 " + title, PassArea(code=code)) for code, title in titles.items())


def hours(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button(catalogue.say(HOURS, count=count), PassHours(hours=count)) for count in OFFERED])


def send(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("📨 " + catalogue.say(SEND), PassSend(yes=True)), button("✖️ " + catalogue.say(LEAVE), PassSend(yes=False))])


def actions(line: Line, catalogue: Catalogue) -> InlineKeyboardMarkup | None:
    """What the reader may do with it now; None for nothing."""
    held = line.held.id
    decide = [button("✅ " + catalogue.say(GRANT), PassGrant(held=held)), button("⛔ " + catalogue.say(REFUSE), PassRefuse(held=held))]
    code = [button("🔳 " + catalogue.say(SHOW), PassShow(held=held)), button("📵 " + catalogue.say(REPLACE), PassReplace(held=held))]
    revoke = [button("🚫 " + catalogue.say(REVOKE), PassRevoke(held=held))]
    made = [lot for lot, wanted in ((decide, line.decides), (code, line.replaces), (revoke, line.revokes)) if wanted]
    return rows(*made) if made else None
