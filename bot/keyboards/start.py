"""Buttons of the way in."""

from collections.abc import Mapping

from aiogram.types import InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.callbacks import Agreement, Entrance, Language, Registered, Village
from bot.keyboards.grid import button, column, rows
from domain.text import N_
from locales.catalogue import LANGUAGES, Catalogue

NAMES = {"zh_CN": "中文", "en": "English"}
AGREE = N_("I agree")
NOT_NOW = N_("Not now")
HAVE_CODE = N_("Yes, I have a code")
REGISTER = N_("No, register me")
SHARE = N_("Share my phone number")
LEAVE_OUT = N_("Leave it out")
RIGHT = N_("Right, register me")
AGAIN = N_("Start again")


def languages() -> InlineKeyboardMarkup:
    return rows([button(NAMES[code], Language(code=code)) for code in LANGUAGES])


def agreement(catalogue: Catalogue, *, version: str) -> InlineKeyboardMarkup:
    yes = button("✅ " + catalogue.say(AGREE), Agreement(version=version, yes=True))
    return rows([yes, button(catalogue.say(NOT_NOW), Agreement(version=version, yes=False))])


def entrance(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([button(catalogue.say(HAVE_CODE), Entrance(with_code=True)), button(catalogue.say(REGISTER), Entrance(with_code=False))])


def phone(catalogue: Catalogue) -> ReplyKeyboardMarkup:
    share = KeyboardButton(text="📱 " + catalogue.say(SHARE), request_contact=True)
    return ReplyKeyboardMarkup(keyboard=[[share], [KeyboardButton(text=catalogue.say(LEAVE_OUT))]], resize_keyboard=True, one_time_keyboard=True)


def villages(titles: Mapping[str, str]) -> InlineKeyboardMarkup:
    return column(button(title, Village(code=code)) for code, title in titles.items())


def summary(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("✅ " + catalogue.say(RIGHT), Registered(yes=True)), button(catalogue.say(AGAIN), Registered(yes=False))])
