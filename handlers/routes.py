"""The order in which handlers are asked: what is asked for by name first, answers to open questions with them, the fallback last."""

from aiogram import Router

from bot.rights import RightMissing, undeclared
from handlers import admissions, board, codes, evacuations, fallback, households, people, rollcall, scans, sites, start, visits


def build() -> Router:
    """Every handler of the house under one router; a new one at each call. RightMissing when one does not say who may use it."""
    root = Router(name="mashang")
    for room in (start, codes, rollcall, scans, admissions, households, visits, people, evacuations, board, sites, fallback):
        root.include_router(room.routes())
    if silent := undeclared(root):
        raise RightMissing(", ".join(silent))
    return root
