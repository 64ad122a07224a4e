"""The button under one's own code."""

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import LiveCode
from bot.keyboards.grid import button
from domain.text import N_
from locales.catalogue import Catalogue

LIVE = N_("Live code for 10 minutes")


def live(catalogue: Catalogue, under: InlineKeyboardMarkup | None = None) -> InlineKeyboardMarkup:
    """Below the buttons that are there already."""
    mine = [button("⏱ " + catalogue.say(LIVE), LiveCode())]
    return InlineKeyboardMarkup(inline_keyboard=[*(under.inline_keyboard if under is not None else []), mine])
