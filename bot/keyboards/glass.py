"""Buttons of break-glass: for how long, real or drill; and the end."""

from uuid import UUID

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import GlassEnd, GlassNot, GlassOpen
from bot.keyboards.grid import button, rows
from domain.glass import MINUTES
from domain.text import N_
from locales.catalogue import Catalogue

OPEN_FOR = N_("Open for {minutes} min")
OPEN_DRILL = N_("Only an exercise, {minutes} min")
LEAVE = N_("Do not open")
END = N_("End it now")


def confirm(catalogue: Catalogue, *, drill_only: bool) -> InlineKeyboardMarkup:
    """One tap opens it; a drill is a button of its own."""
    real = [[button("🚨 " + catalogue.say(OPEN_FOR, minutes=minutes), GlassOpen(minutes=minutes, drill=False))] for minutes in MINUTES]
    drill = [[button(catalogue.say(OPEN_DRILL, minutes=MINUTES[0]), GlassOpen(minutes=MINUTES[0], drill=True))]]
    return rows(*([] if drill_only else real), *drill, [button(catalogue.say(LEAVE), GlassNot())])


def end(glass: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("⏹ " + catalogue.say(END), GlassEnd(glass=glass))])
