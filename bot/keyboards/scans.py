"""Buttons at the door."""

from collections.abc import Collection, Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import Aim, CardFor, CardForNew, GiveCard, Member, MembersHere, NameMatches, Picked, Post, StopScanning, WalkIn
from bot.keyboards.grid import button, column, rows
from domain.scans import Purpose
from domain.shelters import Shelter
from domain.text import N_
from locales.catalogue import Catalogue

AIMS = {
    Purpose.SHELTER_IN: N_("Coming in"),
    Purpose.SHELTER_OUT: N_("Going out"),
    Purpose.TO_RELATIVES: N_("To relatives"),
}
ADD_WALK_IN = N_("Not on the list: add by name")
MATCHES = N_("The name matches")
DOES_NOT = N_("No")
STOP = N_("Stop")
GIVE = N_("Give this card to somebody")
NEW = N_("Somebody new")
HERE = N_("Register those who are here ({count})")
CHOOSE = N_("Tap everybody who is here")


def posts(shelters: Sequence[Shelter]) -> InlineKeyboardMarkup:
    return column(button("🏫 " + shelter.name, Post(shelter=shelter.id)) for shelter in shelters)


def aims(now: Purpose, catalogue: Catalogue) -> InlineKeyboardMarkup:
    """The mode in force is marked; the others are one tap away."""
    choices = [button(("● " if purpose is now else "○ ") + catalogue.say(words), Aim(purpose=purpose)) for purpose, words in AIMS.items()]
    return rows(choices, [walk_in_button(catalogue)], [button("✖️ " + catalogue.say(STOP), StopScanning())])


def walk_in_button(catalogue: Catalogue) -> InlineKeyboardButton:
    return button("➕ " + catalogue.say(ADD_WALK_IN), WalkIn())


def walk_in(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([walk_in_button(catalogue)])


def check(scan: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    yes = button("✅ " + catalogue.say(MATCHES), NameMatches(scan=scan, yes=True))
    return rows([yes, button("✖️ " + catalogue.say(DOES_NOT), NameMatches(scan=scan, yes=False))])


def people(found: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([*(button(title, Picked(person=id)) for id, title in found), walk_in_button(catalogue)])


def blank(scan: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([button("🪪 " + catalogue.say(GIVE), GiveCard(scan=scan)), walk_in_button(catalogue)])


def card_for(found: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([*(button(title, CardFor(person=id)) for id, title in found), button("➕ " + catalogue.say(NEW), CardForNew())])


def members(scan: UUID, named: Sequence[tuple[int, str]], chosen: Collection[int], catalogue: Catalogue) -> InlineKeyboardMarkup:
    """A box for each number on the household's card, and the end of choosing."""
    boxes = [button(f"{'☑' if number in chosen else '☐'} {number} {name}", Member(scan=scan, number=number, on=number not in chosen)) for number, name in named]
    done = catalogue.say(HERE, count=len(chosen)) if chosen else catalogue.say(CHOOSE)
    return column([*boxes, button("➡️ " + done, MembersHere(scan=scan))])
