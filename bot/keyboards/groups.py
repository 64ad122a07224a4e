"""Buttons of named groups."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.keyboards.grid import button, column, in_rows, rows
from bot.notice_callbacks import (
    GroupAdd,
    GroupBind,
    GroupConfirm,
    GroupIn,
    GroupList,
    GroupMembers,
    GroupNew,
    GroupOpen,
    GroupOut,
    GroupPick,
    GroupUnbind,
)
from domain.text import N_
from locales.catalogue import Catalogue
from services.groups import GroupView
from services.notice_lists import Offers

NEW = N_("New group")
ADD = N_("Add somebody")
MEMBERS = N_("Who is in it")
BIND = N_("Tie a Telegram group")
UNBIND = N_("Untie the Telegram group")
BACK = N_("Back")
YES = N_("Yes, tie it")
NO = N_("No")
MOST_SHOWN = 20


def listing(views: Sequence[GroupView], catalogue: Catalogue) -> InlineKeyboardMarkup:
    known = [[button(f"👥 {view.group.called} · {view.members}", GroupOpen(group=view.group.id))] for view in views[:MOST_SHOWN]]
    return rows(*known, [button("➕ " + catalogue.say(NEW), GroupNew())])


def areas(offers: Offers, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows(*[[button("📍 " + offers.title(area), GroupIn(code=area.code))] for area in offers.areas], back_to_list(catalogue))


def back_to_list(catalogue: Catalogue) -> list[InlineKeyboardButton]:
    return [button("⬅️ " + catalogue.say(BACK), GroupList())]


def only_back(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows(back_to_list(catalogue))


def card(view: GroupView, catalogue: Catalogue, *, ours: bool, owned: bool) -> InlineKeyboardMarkup:
    group = view.group.id
    change = [[button("➕ " + catalogue.say(ADD), GroupAdd(group=group))], [button("📋 " + catalogue.say(MEMBERS), GroupMembers(group=group))]]
    tie = [[button("💬 " + catalogue.say(BIND), GroupBind(group=group))]] if owned else []
    untie = [[button("✖️ " + catalogue.say(UNBIND), GroupUnbind(group=group))]] if view.posts is not None else []
    return rows(*([*change, *tie, *untie] if ours else []), back_to_list(catalogue))


def people(names: Mapping[UUID, str], group: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    """Whom to add."""
    return rows(*[[button(name, GroupPick(person=person))] for person, name in names.items()], _back_to(group, catalogue))


def members(names: Mapping[UUID, str], group: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    """Whom to take out."""
    return rows(*in_rows([button("✖️ " + name, GroupOut(person=person)) for person, name in names.items()], 2), _back_to(group, catalogue))


def _back_to(group: UUID, catalogue: Catalogue) -> list[InlineKeyboardButton]:
    return [button("⬅️ " + catalogue.say(BACK), GroupOpen(group=group))]


def confirm(binding: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([
        button("✅ " + catalogue.say(YES), GroupConfirm(binding=binding, yes=True)),
        button("✖️ " + catalogue.say(NO), GroupConfirm(binding=binding, yes=False)),
    ])  # fmt: skip
