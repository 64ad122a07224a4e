"""What the codes in lists mean, for tables that leave the house. Sentences for the catalogues."""

from collections.abc import Mapping
from enum import StrEnum

from domain.deliveries import DeliveryState
from domain.notices import RunState
from domain.text import N_
from domain.visits import Outcome
from web import report_words, words

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.TOLD: N_("told at the door"), Outcome.PHONED: N_("told by phone"), Outcome.NOT_FOUND: N_("not found"),
    Outcome.MOVED_AWAY: N_("has moved away"), Outcome.REACHED: N_("was reached by the bot after all"), Outcome.WITHDRAWN: N_("the notice was withdrawn"),
}  # fmt: skip
COPIES: Mapping[DeliveryState, str] = {
    DeliveryState.PENDING: N_("pending"), DeliveryState.LEASED: N_("pending"), DeliveryState.SENT: N_("sent"),
    DeliveryState.FAILED: N_("failed"), DeliveryState.UNKNOWN: N_("not certain"),
}  # fmt: skip
RUNS: Mapping[RunState, str] = {RunState.OUT: N_("sent"), RunState.MISSED: N_("not sent"), RunState.WITHDRAWN: N_("the notice was withdrawn")}


def by_kind() -> Mapping[type[StrEnum], Mapping[StrEnum, str]]:
    """Two enumerations may hold the same word, which then are equal as texts: each kind has a table of its own."""
    tables: tuple[Mapping[StrEnum, str], ...] = (
        words.HAPPENINGS, words.WAYS, words.SHELTERS, words.PASSED, words.NOTICES, report_words.KINDS, report_words.STATES, OUTCOMES, COPIES, RUNS,
    )  # type: ignore[assignment]  # fmt: skip
    return {type(next(iter(table))): table for table in tables}
