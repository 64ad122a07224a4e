"""The order in which handlers are asked: what is asked for by name first, answers to open questions with them, the fallback last."""

from aiogram import F, Router

from bot.rights import RightMissing, undeclared
from handlers import (
    admissions,
    board,
    cards,
    codes,
    crossings,
    evacuations,
    fallback,
    founders,
    glass,
    groups,
    households,
    lists,
    logins,
    notice_drafts,
    notices,
    passes,
    people,
    report_desk,
    report_photos,
    reports,
    rollcall,
    scans,
    sites,
    start,
    visits,
)

FIRST = (
    logins, founders, start, codes, rollcall, crossings, scans, admissions, cards, households, visits, people,
    evacuations, notice_drafts, notices, groups, board, lists, sites, glass, passes,
)  # fmt: skip
LAST = (report_desk, reports, report_photos, fallback)
"""Whoever is asked something and says something else reaches these."""


def build() -> Router:
    """Every handler of the house under one router; a new one at each call. RightMissing when one does not say who may use it."""
    root = Router(name="mashang")
    root.include_router(groups.in_groups())
    private = Router(name="private")
    private.message.filter(F.chat.type == "private")
    root.include_router(private)
    for room in (*FIRST, *LAST):
        private.include_router(room.routes())
    if silent := undeclared(root):
        raise RightMissing(", ".join(silent))
    return root
