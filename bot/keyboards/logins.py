"""Buttons of signing in."""

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import LoginAnswer
from bot.keyboards.grid import button, column
from domain.logins import Login
from domain.text import N_
from locales.catalogue import Catalogue

YES = N_("Yes, that is me")
NO = N_("No, that is not me")


def answer(login: Login, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([
        button("✅ " + catalogue.say(YES), LoginAnswer(login=login.id, yes=True)),
        button("✖️ " + catalogue.say(NO), LoginAnswer(login=login.id, yes=False)),
    ])  # fmt: skip
