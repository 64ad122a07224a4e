"""Break-glass 紧急授权: in an emergency an official sees and does more than their own area, for an hour at most, and everybody who watches is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import May, Role
from domain.errors import Conflict, Gone, Invalid, TooOften, Unknown
from domain.text import N_

LONGEST = timedelta(minutes=60)
MINUTES = (15, 30, 60)
LEAST_REASON = 10
MOST_REASON = 500
MOST_A_DAY = 3

OPENS = frozenset({
    May.SEE_BOARD, May.SEE_PERSON, May.UNMASK, May.ADMIT, May.TICK, May.ADD_WALK_IN, May.HANDLE_REPORT, May.DRAFT_NOTICE, May.DRAFT_ORDER,
})  # fmt: skip
"""To see, to count, to prepare. Never to approve, to lift, to close, to give rights, to touch keys or to read the audit log."""
WATCHERS = (Role.APPROVER, Role.ADMIN, Role.AUDITOR)
"""Told at once, wherever in the office they are."""


@dataclass(frozen=True, slots=True)
class Glass:
    """One time that somebody broke the glass. It ends by itself at `until`."""

    id: UUID
    person: UUID
    reason: str
    drill: bool
    opened_at: datetime
    until: datetime
    ended_at: datetime | None = None
    ended_by: UUID | None = None

    def open(self, *, now: datetime) -> bool:
        return self.ended_at is None and now < self.until


class ReasonTooShort(Invalid):
    code = "reason_too_short"
    text = N_("Say why, in at least {least} characters: others will read it.")


class ReasonTooLong(Invalid):
    code = "reason_too_long"
    text = N_("This is too long: {most} characters at most.")


class MinutesWrong(Invalid):
    code = "minutes_wrong"
    text = N_("An emergency authorisation lasts 15, 30 or 60 minutes.")


class GlassOpenAlready(Conflict):
    code = "glass_open_already"
    text = N_("Your emergency authorisation is open already.")


class GlassTooOften(TooOften):
    code = "glass_too_often"
    text = N_("You opened {most} emergency authorisations today. Ask an approver to give you the role that you need.")


class GlassUnknown(Unknown):
    code = "glass_unknown"
    text = N_("There is no such emergency authorisation.")


class GlassOver(Gone):
    code = "glass_over"
    text = N_("This emergency authorisation is over.")


def checked_reason(text: str) -> str:
    """The reason in one line; refused when it says too little or too much."""
    reason = " ".join(text.split())
    if len(reason) < LEAST_REASON or len(set(reason)) < 4:
        raise ReasonTooShort(least=LEAST_REASON)
    if len(reason) > MOST_REASON:
        raise ReasonTooLong(most=MOST_REASON)
    return reason
