"""Buttons of visits: whom to go to, and what came of it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import VisitCard, VisitNoNote, VisitOutcome, VisitsPage
from bot.keyboards.grid import button, in_rows, rows
from domain.text import N_
from domain.visits import Outcome
from locales.catalogue import Catalogue

WHAT: Mapping[Outcome, str] = {
    Outcome.TOLD: N_("Told in person"),
    Outcome.PHONED: N_("Told by phone"),
    Outcome.NOT_FOUND: N_("Nobody was there"),
    Outcome.MOVED_AWAY: N_("Does not live here any more"),
}
MARKS: Mapping[Outcome, str] = {Outcome.TOLD: "✅", Outcome.PHONED: "📞", Outcome.NOT_FOUND: "🔁", Outcome.MOVED_AWAY: "🧳"}
ALL_VISITS = N_("All visits")
NOTHING_TO_ADD = N_("Nothing to add")
PAGE = 8


def whom(titles: Sequence[tuple[UUID, str]], *, page: int) -> InlineKeyboardMarkup:
    """One page of people to visit, and the way to its neighbours."""
    shown = [[button(title, VisitCard(visit=id))] for id, title in titles[page * PAGE : (page + 1) * PAGE]]
    turns = []
    if page > 0:
        turns.append(button(f"◀️ {_span(page - 1, len(titles))}", VisitsPage(page=page - 1)))
    if (page + 1) * PAGE < len(titles):
        turns.append(button(f"▶️ {_span(page + 1, len(titles))}", VisitsPage(page=page + 1)))
    return rows(*shown, turns)


def _span(page: int, count: int) -> str:
    """Which of all a page shows: 9–16 / 19."""
    return f"{page * PAGE + 1}–{min((page + 1) * PAGE, count)} / {count}"


def outcomes(visit: UUID, catalogue: Catalogue) -> InlineKeyboardMarkup:
    said = [button(f"{MARKS[outcome]} {catalogue.say(words)}", VisitOutcome(visit=visit, outcome=outcome)) for outcome, words in WHAT.items()]
    return rows(*in_rows(said, 1), [button("◀️ " + catalogue.say(ALL_VISITS), VisitsPage(page=0))])


def no_note(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button(catalogue.say(NOTHING_TO_ADD), VisitNoNote())])


def all_visits(catalogue: Catalogue) -> InlineKeyboardMarkup:
    return rows([button("🚪 " + catalogue.say(ALL_VISITS), VisitsPage(page=0))])
