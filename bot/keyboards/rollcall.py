"""Buttons of answers, calls for help and ticks."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.callbacks import (
    Help,
    HelpHandled,
    Home,
    Homes,
    LinkFor,
    Means,
    Outside,
    Safe,
    Undo,
    What,
    Who,
    WhoDone,
    WithMe,
    WithMeDone,
)  # fmt: skip
from bot.keyboards.grid import button, column, in_rows, rows
from domain.rollcall import Happening, How
from domain.text import N_
from locales.catalogue import Catalogue

AT_SHELTER = N_("I am at the shelter")
WITH_RELATIVES = N_("With relatives or friends")
ELSEWHERE = N_("Safe somewhere else")
NEED_HELP = N_("I need help")
DONE = N_("Done")
NOBODY_ELSE = N_("Only me")
IT_IS_OUTSIDE = N_("Yes, outside")
NOT_OUTSIDE = N_("No, or not sure")
SEND_PLACE = N_("Send where I am")
NOTHING_TO_ADD = N_("Nothing to add")
HANDLED = N_("Handled: the need is over")
NEXT = N_("Next: what happened?")
BACK = N_("Back")
UNDO = N_("Undo: {name}")
HOUSEHOLDS = N_("All households")

WHAT: Mapping[Happening, str] = {
    Happening.AT_SHELTER: N_("At the shelter"),
    Happening.WITH_RELATIVES: N_("With relatives"),
    Happening.SAFE_ELSEWHERE: N_("Safe elsewhere"),
    Happening.MOVING: N_("On the way"),
    Happening.PERSUADING: N_("Being persuaded"),
    Happening.REFUSED: N_("Refuses"),
    Happening.NOT_PRESENT: N_("Was not there"),
    Happening.UNREACHABLE: N_("Cannot be reached"),
    Happening.NEED_HELP: N_("Needs help"),
}
WHERE_SAFE = frozenset({Happening.AT_SHELTER, Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE})
"""What one may answer about oneself."""
HOW: Mapping[How, str] = {
    How.SAW: N_("I saw it"),
    How.SPOKE: N_("I spoke with them"),
    How.HEARD: N_("I heard it from others"),
    How.PAPER: N_("It is on a signed paper"),
}
PAGE = 8


def answers(catalogue: Catalogue) -> InlineKeyboardMarkup:
    """Where one is; and the call for help, which is never further away than the rest."""
    return column([
        button("🏫 " + catalogue.say(AT_SHELTER), Safe(kind=Happening.AT_SHELTER)),
        button("🏡 " + catalogue.say(WITH_RELATIVES), Safe(kind=Happening.WITH_RELATIVES)),
        button("📍 " + catalogue.say(ELSEWHERE), Safe(kind=Happening.SAFE_ELSEWHERE)),
        button("🆘 " + catalogue.say(NEED_HELP), Help()),
    ])  # fmt: skip


def outside(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("✅ " + catalogue.say(IT_IS_OUTSIDE), Outside(yes=True)), button(catalogue.say(NOT_OUTSIDE), Outside(yes=False))])


def with_me(people: Sequence[tuple[UUID, str]], chosen: Collection[UUID], catalogue: Catalogue) -> InlineKeyboardMarkup:
    """A box per person of the household; `chosen` are ticked."""
    boxes = [button(_box(name, id in chosen), WithMe(person=id, on=id not in chosen)) for id, name in people]
    return column([*boxes, button("➡️ " + catalogue.say(DONE if chosen else NOBODY_ELSE), WithMeDone())])


def _box(name: str, on: bool) -> str:
    return f"{'☑' if on else '☐'} {name}"


def place_of_need(catalogue: Catalogue) -> ReplyKeyboardMarkup:
    here = KeyboardButton(text="📍 " + catalogue.say(SEND_PLACE), request_location=True)
    return ReplyKeyboardMarkup(keyboard=[[here], [KeyboardButton(text=catalogue.say(NOTHING_TO_ADD))]], resize_keyboard=True, one_time_keyboard=True)


def handled(member: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([button("✅ " + catalogue.say(HANDLED), HelpHandled(member=member))])


def households(titles: Sequence[tuple[UUID, str]], *, page: int, links: bool) -> InlineKeyboardMarkup:
    """One page of households, and the way to its neighbours."""
    shown = [[button(title, Home(household=id, links=links))] for id, title in titles[page * PAGE : (page + 1) * PAGE]]
    turns = []
    if page > 0:
        turns.append(button(f"◀️ {_span(page - 1, len(titles))}", Homes(page=page - 1, links=links)))
    if (page + 1) * PAGE < len(titles):
        turns.append(button(f"▶️ {_span(page + 1, len(titles))}", Homes(page=page + 1, links=links)))
    return rows(*shown, turns)


def _span(page: int, count: int) -> str:
    """Which of all a page shows: 9–16 / 19."""
    return f"{page * PAGE + 1}–{min((page + 1) * PAGE, count)} / {count}"


def members(people: Sequence[tuple[UUID, str]], chosen: Collection[UUID], catalogue: Catalogue) -> InlineKeyboardMarkup:
    boxes = [[button(_box(name, id in chosen), Who(person=id, on=id not in chosen))] for id, name in people]
    onward = [button("➡️ " + catalogue.say(NEXT), WhoDone())] if chosen else []
    return rows(*boxes, onward, [_back(catalogue)])


def _back(catalogue: Catalogue, *, links: bool = False) -> InlineKeyboardButton:
    return button("◀️ " + catalogue.say(HOUSEHOLDS), Homes(page=0, links=links))


def back(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([_back(catalogue)])


def happenings(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows(*in_rows([button(catalogue.say(words), What(kind=kind)) for kind, words in WHAT.items()], 2), [_back(catalogue)])


def means(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([*(button(catalogue.say(words), Means(how=how)) for how, words in HOW.items()), _back(catalogue)])


def undo(events: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([*(button("↩️ " + catalogue.say(UNDO, name=name), Undo(event=id)) for id, name in events), _back(catalogue)])


def link_for(people: Sequence[tuple[UUID, str]], catalogue: Catalogue) -> InlineKeyboardMarkup:
    return column([*(button(name, LinkFor(person=id)) for id, name in people), _back(catalogue, links=True)])
