"""The discipline of issuing codes 发码: each with a reason, so many an hour and a day, and a count of each day that a second person sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from uuid import UUID

from domain.codes import CodeOver, Holder
from domain.errors import Conflict, Gone, Invalid, TooOften, Unknown
from domain.text import N_

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_AN_HOUR, MOST_A_DAY = 120, 600
MOST_AT_ONCE = 500
LIVE_LASTS = timedelta(minutes=10)
MOST_LIVE_AN_HOUR = 6
ENDS_SOON = timedelta(days=60)
LEAST_UNUSUAL, TIMES_UNUSUAL = 10, 3
SCOPED = frozenset({Holder.PASS, Holder.VEHICLE, Holder.TEAM})
"""Kinds whose code says an area."""


class Why(StrEnum):
    """Why a code was issued: a word and no text, because what is kept of it names nobody. The last three are given by the house itself."""

    NEW_PERSON = "new_person"
    LOST = "lost"
    DAMAGED = "damaged"
    ENDING = "ending"
    PRINTED = "printed"
    DRILL = "drill"
    OTHER = "other"
    LISTED = "listed"
    JOINED = "joined"
    LIVE = "live"


ASKED = (Why.NEW_PERSON, Why.LOST, Why.DAMAGED, Why.ENDING, Why.PRINTED, Why.DRILL, Why.OTHER)
"""What an official chooses from; only these count against an issuer."""
REASONS: Mapping[Why, str] = {
    Why.NEW_PERSON: N_("New on the list"), Why.LOST: N_("Card lost"), Why.DAMAGED: N_("Card damaged"), Why.ENDING: N_("Near its end"),
    Why.PRINTED: N_("Printed for a list"), Why.DRILL: N_("Drill or training"), Why.OTHER: N_("Another reason"),
    Why.LISTED: N_("Came with a list"), Why.JOINED: N_("Registered or came in"), Why.LIVE: N_("Live code"),
}  # fmt: skip
KINDS: Mapping[Holder, str] = {
    Holder.PERSON: N_("Person"), Holder.HOUSEHOLD: N_("Household"), Holder.PLACE: N_("Place"), Holder.PASS: N_("Pass"),
    Holder.VEHICLE: N_("Vehicle"), Holder.TEAM: N_("Team"), Holder.DEVICE: N_("Device"),
}  # fmt: skip


class WhyMissing(Invalid):
    code = "why_missing"
    text = N_("Say why the code is issued: choose one of the reasons.")


class HasCodeAlready(Conflict):
    code = "has_code_already"
    text = N_("There is a valid code already. Replace it if it is lost or damaged.")


class IssuedTooMany(TooOften):
    code = "issued_too_many"
    text = N_("You may issue {hour} codes an hour and {day} a day. Wait, or let another official issue the rest.")


class LiveTooOften(TooOften):
    code = "live_too_often"
    text = N_("You asked for {most} live codes within an hour. Please wait a little; your printed code works all the same.")


class CountWrong(Invalid):
    code = "count_wrong"
    text = N_("Choose a number from 1 to {most}.")


class HolderUnknown(Unknown):
    code = "holder_unknown"
    text = N_("Nothing was found that a code could be issued for.")


class ReplacedAlready(CodeOver):
    code = "replaced_already"
    text = N_("This card was replaced before, by {short}. Replace that one if it is lost too.")


class NotBlank(Conflict):
    code = "not_blank"
    text = N_("This card is not a blank one: it belongs to somebody already.")


class BlankOver(Gone):
    code = "blank_over"
    text = N_("This blank card is withdrawn or past its date. Take another one.")


def checked_why(text: str) -> Why:
    """The reason that an official chose. Raises WhyMissing for none, and for those that are not theirs to give."""
    if text not in ASKED:
        raise WhyMissing()
    return Why(text)


@dataclass(frozen=True, slots=True)
class Team:
    """A rescue team, as far as its code needs it."""

    id: UUID
    title: str
    area: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A blank card given to somebody, by whom and on which device. Dropped when an official decided that the card is another's."""

    cti: bytes
    person: UUID
    at: datetime
    by: UUID | None
    device: UUID | None
    dropped_at: datetime | None = None


def with_claim(claims: Sequence[Claim], given: Claim) -> list[Claim]:
    """All claims once this one has come: of two by the same person the earlier, and one that was dropped stays so."""
    earlier = next((one for one in claims if one.person == given.person), None)
    kept = given if earlier is None else replace(given, dropped_at=earlier.dropped_at) if given.at < earlier.at else earlier
    return [kept, *(one for one in claims if one.person != given.person)]


def owner(claims: Sequence[Claim]) -> tuple[UUID | None, bool]:
    """Whose a blank card is, and whether more than one claim stands. The same for every order in which the claims arrive: the earliest, then the smaller id."""
    standing = sorted((one for one in claims if one.dropped_at is None), key=lambda one: (one.at, one.person.bytes))
    return (standing[0].person if standing else None), len({one.person for one in standing}) > 1


@dataclass(frozen=True, slots=True)
class DayCount:
    """What one official issued on one local day (2026-11-27) in one county; `issuer` None = the house itself and its operator."""

    id: UUID
    day: str
    county: str
    issuer: UUID | None
    total: int
    reasons: Mapping[str, int] = field(default_factory=dict)


def unusual(total: int, earlier: Sequence[int]) -> bool:
    """Far more than the same official issued on other days; without any other day, more than a beginning explains."""
    return total >= LEAST_UNUSUAL and total > TIMES_UNUSUAL * (median(earlier) if earlier else LEAST_UNUSUAL / TIMES_UNUSUAL)
