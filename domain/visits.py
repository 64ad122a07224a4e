"""Visits 上门: whoever a warning could not reach is told at the door, by a named person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Unknown
from domain.text import N_

LONGEST_NOTE = 200


class Outcome(StrEnum):
    """What came of it. The last two are the house's own: a copy arrived after all; the warning was withdrawn."""

    TOLD = "told"
    PHONED = "phoned"
    NOT_FOUND = "not_found"
    MOVED_AWAY = "moved_away"
    REACHED = "reached"
    WITHDRAWN = "withdrawn"


SAID = (Outcome.TOLD, Outcome.PHONED, Outcome.NOT_FOUND, Outcome.MOVED_AWAY)
"""What the person who went there can say."""
STAYS_OPEN = frozenset({Outcome.NOT_FOUND})
"""Whoever was not found is still to be told."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One person to be told one message, and by whom. Open until `done_at`; `tries` counts the times nobody was found."""

    id: UUID
    message: UUID
    person: UUID
    responsible: UUID | None
    drill: bool
    reason: str
    made_at: datetime
    done_at: datetime | None = None
    done_by: UUID | None = None
    outcome: Outcome | None = None
    note: str = ""
    tries: int = 0
    tried_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.done_at is None


class VisitUnknown(Unknown):
    code = "visit_unknown"
    text = N_("There is no such visit.")


class VisitDone(Conflict):
    code = "visit_done"
    text = N_("This visit is done already: somebody else was there, or the notice is over.")
