"""Buttons of a guard at a checkpoint."""

from collections.abc import Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardMarkup

from bot.keyboards.grid import button, column, rows
from bot.pass_callbacks import GuardLooked, GuardPost, GuardStop, GuardWay
from domain.checkpoints import Checkpoint
from domain.scans import Way
from domain.text import N_
from locales.catalogue import Catalogue

WAYS = {Way.IN: N_("Driving in"), Way.OUT: N_("Driving out")}
THROUGH = N_("Checked: let through")
NOT_THROUGH = N_("Turn back")
STOP = N_("Leave the checkpoint")


def posts(found: Sequence[Checkpoint]) -> InlineKeyboardMarkup:
    return column(button("🛂 " + one.name, GuardPost(checkpoint=one.id)) for one in found)


def ways(now: Way, catalogue: Catalogue) -> InlineKeyboardMarkup:
    """The way in force is marked; the other is one tap away."""
    choices = [button(("● " if way is now else "○ ") + catalogue.say(words), GuardWay(way=way)) for way, words in WAYS.items()]
    return rows(choices, [button("✖️ " + catalogue.say(STOP), GuardStop())])


def looked(scan: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    yes = button("✅ " + catalogue.say(THROUGH), GuardLooked(scan=scan, yes=True))
    return rows([yes, button("⛔ " + catalogue.say(NOT_THROUGH), GuardLooked(scan=scan, yes=False))])
