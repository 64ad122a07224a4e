"""Buttons of notices that exist: decide, open, cancel."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import FINGERPRINT_SHOWN
from bot.keyboards.grid import button, column, in_rows, rows
from bot.notice_callbacks import GroupList, NoticeCancel, NoticeDecision, NoticeList, NoticeNew, NoticeOpen
from domain.colours import COLOURS
from domain.notices import RISKS, Notice, NoticeState
from domain.text import N_
from locales.catalogue import Catalogue
from services.notice_lists import Line
from services.notices import Preview

APPROVE = N_("Approve and send")
REJECT = N_("Reject")
CANCEL = N_("Cancel this notice")
CANCEL_NOW = N_("Cancel and withdraw")
BACK = N_("Back to the list")
NEW = N_("Draft a notice")
GROUPS = N_("Groups")
MOST_BUTTONS = 10


def decision(preview: Preview, catalogue: Catalogue) -> InlineKeyboardMarkup:
    notice, shown = preview.notice.id, preview.shown[:FINGERPRINT_SHOWN]
    return column([
        button("✅ " + catalogue.say(APPROVE), NoticeDecision(notice=notice, shown=shown, yes=True)),
        button("✖️ " + catalogue.say(REJECT), NoticeDecision(notice=notice, shown=shown, yes=False)),
    ])  # fmt: skip


def listing(lines: Sequence[Line], catalogue: Catalogue, *, drafts: bool) -> InlineKeyboardMarkup:
    """Each notice; below them, for whoever may draft, a new one and the groups that they can go to."""
    shown = [line.notice for line in lines[:MOST_BUTTONS]]
    known = [button(f"{COLOURS[each.level].emoji} {each.number} {catalogue.say(RISKS[each.draft.risk])}", NoticeOpen(notice=each.id)) for each in shown]
    more = [button("✍️ " + catalogue.say(NEW), NoticeNew()), button("👥 " + catalogue.say(GROUPS), GroupList())] if drafts else []
    return rows(*in_rows(known, 1), more)


def story(notice: Notice, catalogue: Catalogue) -> InlineKeyboardMarkup:
    ended = notice.state in (NoticeState.CANCELLED, NoticeState.REJECTED)
    cancel = [] if ended else [button("✖️ " + catalogue.say(CANCEL), NoticeCancel(notice=notice.id, sure=False))]
    return rows(cancel, [button("⬅️ " + catalogue.say(BACK), NoticeList())])


def cancel_sure(notice: Notice, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows(
        [button("✖️ " + catalogue.say(CANCEL_NOW), NoticeCancel(notice=notice.id, sure=True))],
        [button("⬅️ " + catalogue.say(BACK), NoticeOpen(notice=notice.id))],
    )
