"""Reports from the field 码上报: anybody says what is flooded, broken, burning or who is hurt; an office checks, assigns, closes (突发事件应对法 §60)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.access import NotYours
from domain.errors import Conflict, Gone, Invalid, TooOften, Unknown
from domain.pins import Pin
from domain.text import N_

MOST_PHOTOS = 10
MOST_PEOPLE = 999
LONGEST_PLACE = 120
LONGEST_TEXT = 1000
LONGEST_ANSWER = 300
WINDOW = timedelta(hours=1)
MOST_FILED = 10
MOST_BEGUN = 30
RESUMED_WITHIN = timedelta(hours=24)
ALIKE_KM = 0.5
ALIKE_WITHIN = timedelta(hours=2)
REOPENED_WITHIN = timedelta(days=7)
TEN = 10
A_COUPLE = chr(0x4E24)  # two, as people count with it; Unicode calls it no numeral
COUNTED = re.compile(r"(\d{1,4})\s*(?:[^\x00-\x7f\W\d]{1,2}|people|person)?", re.IGNORECASE)


class ReportKind(StrEnum):
    """The closed list of what is reported."""

    FLOOD = "flood"
    LANDSLIDE = "landslide"
    ROAD = "road"
    HOUSE = "house"
    FIRE = "fire"
    POWER = "power"
    DYKE = "dyke"
    PEOPLE = "people"
    OTHER = "other"


class ReportState(StrEnum):
    """A draft is nobody's business but its author's; a dropped one was stopped before it was sent."""

    DRAFT = "draft"
    DROPPED = "dropped"
    FILED = "filed"
    VERIFIED = "verified"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class ReportDeed(StrEnum):
    """What happens to a report. `refused` is something that could not be taken in (a video, an eleventh photo, a pin in the sea)."""

    REFUSED = "refused"
    FILED = "filed"
    VERIFIED = "verified"
    ASSIGNED = "assigned"
    CLOSED = "closed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"


UNSENT = frozenset({ReportState.DRAFT, ReportState.DROPPED})
OPEN = frozenset({ReportState.FILED, ReportState.VERIFIED, ReportState.ASSIGNED})
FROM: dict[ReportDeed, frozenset[ReportState]] = {
    ReportDeed.FILED: frozenset({ReportState.DRAFT}),
    ReportDeed.VERIFIED: frozenset({ReportState.FILED}),
    ReportDeed.ASSIGNED: OPEN,
    ReportDeed.CLOSED: frozenset({ReportState.VERIFIED, ReportState.ASSIGNED}),
    ReportDeed.REJECTED: frozenset({ReportState.FILED, ReportState.VERIFIED}),
    ReportDeed.DUPLICATE: frozenset({ReportState.FILED, ReportState.VERIFIED}),
    ReportDeed.REOPENED: frozenset({ReportState.CLOSED}),
}
TO = {
    ReportDeed.FILED: ReportState.FILED, ReportDeed.VERIFIED: ReportState.VERIFIED, ReportDeed.ASSIGNED: ReportState.ASSIGNED,
    ReportDeed.CLOSED: ReportState.CLOSED, ReportDeed.REJECTED: ReportState.REJECTED, ReportDeed.DUPLICATE: ReportState.DUPLICATE,
    ReportDeed.REOPENED: ReportState.VERIFIED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `number` (R-0725-0001) is there once it was sent; `desk` is the area whose officials handle it, "" when nobody could tell.

    `place` is the place in words; `pin_is_place` is False when the pin only says where the sender stood. `hurt` and `trapped`
    are None while nobody knows. Either `reporter` (a registered person) or `guest` (the chat of somebody else) sent it.
    """

    id: UUID
    drill: bool
    for_self: bool
    begun_at: datetime
    reporter: UUID | None = None
    guest: UUID | None = None
    state: ReportState = ReportState.DRAFT
    kind: ReportKind | None = None
    pin: Pin | None = None
    pin_is_place: bool = True
    place: str = ""
    area: str | None = None
    hurt: int | None = None
    trapped: int | None = None
    text: str = ""
    number: str | None = None
    filed_at: datetime | None = None
    desk: str = ""
    alike: UUID | None = None
    duplicate_of: UUID | None = None
    assignee: UUID | None = None
    assignee_name: str = ""
    photos: int = 0

    @property
    def urgent(self) -> bool:
        """Somebody is hurt or trapped."""
        return bool(self.hurt) or bool(self.trapped)

    @property
    def open(self) -> bool:
        """Sent, and not done with."""
        return self.state in OPEN

    @property
    def placed(self) -> bool:
        """There is a place to go to: a pin of it, words, or at least a village."""
        return (self.pin is not None and self.pin_is_place) or bool(self.place) or self.area is not None


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """One step; never changed. `seq` counts within the report; `words` are what was said with it, `reason` a code."""

    id: UUID
    report: UUID
    drill: bool
    seq: int
    kind: ReportDeed
    at: datetime
    by: UUID | None
    via: str
    reason: str = ""
    words: str = ""
    assignee: UUID | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A re-encoded picture of a report; its bytes lie sealed elsewhere. `digest` is SHA-256 of what is stored."""

    id: UUID
    report: UUID
    drill: bool
    at: datetime
    size: int
    width: int
    height: int
    digest: bytes


def allows(state: ReportState, deed: ReportDeed) -> bool:
    """Whether this may happen to a report that stands here."""
    return state in FROM.get(deed, frozenset())


def stands_after(deeds: Sequence[ReportDeed]) -> ReportState:
    """Where a report stands after all these, oldest first. ValueError for a history that cannot have been."""
    state = ReportState.DRAFT
    for deed in deeds:
        if deed not in TO:
            continue
        if not allows(state, deed):
            raise ValueError(f"{deed} after {state}")
        state = TO[deed]
    return state


def looks_alike(one: Report, other: Report) -> bool:
    """The same kind, sent within two hours, in the same village or within 500 m: maybe the same thing seen by two people."""
    if one.kind is not other.kind or one.filed_at is None or other.filed_at is None or abs(one.filed_at - other.filed_at) > ALIKE_WITHIN:
        return False
    if one.pin is not None and other.pin is not None and one.pin_is_place and other.pin_is_place:
        return one.pin.km_to(other.pin) <= ALIKE_KM
    return one.area is not None and len(one.area) >= 12 and one.area == other.area


def counted(text: str) -> int:
    """How many people somebody typed: in figures or Chinese numerals below a hundred, with a measure word or without. Refuses all else, and more than 999."""
    said = unicodedata.normalize("NFKC", text).strip()
    number = int(found[1]) if (found := COUNTED.fullmatch(said)) else _in_characters(said)
    if number is None or number > MOST_PEOPLE:
        raise PeopleCountInvalid(most=MOST_PEOPLE)
    return number


def _in_characters(said: str) -> int | None:
    """Of one to three numerals, and at most two characters behind them."""
    values = [2 if character == A_COUPLE else int(unicodedata.numeric(character, -1)) for character in said]
    numerals = [value for value in values if value >= 0]
    if not numerals or values[: len(numerals)] != numerals or len(values) > len(numerals) + 2 or max(numerals) > TEN:
        return None
    match [value == TEN for value in numerals]:
        case [False]:
            return numerals[0]
        case [True]:
            return TEN
        case [True, False]:
            return TEN + numerals[1]
        case [False, True]:
            return TEN * numerals[0]
        case [False, True, False]:
            return TEN * numerals[0] + numerals[2]
    return None


def in_words(text: str, *, most: int) -> str:
    """One line of words; refuses nothing but signs, and more than `most` characters."""
    said = " ".join(text.split())
    if not any(character.isalnum() for character in said):
        raise WordsMissing()
    if len(said) > most:
        raise WordsTooLong(most=most, count=len(said))
    return said


class ReportUnknown(Unknown):
    code = "report_unknown"
    text = N_("No such report.")


class ReportGone(Gone):
    code = "report_gone"
    text = N_("This report is no longer being written. Send /report to begin another.")


class ReportUnplaced(Invalid):
    code = "report_unplaced"
    text = N_("The report does not say yet what happened and where.")


class ReportedTooOften(TooOften):
    code = "reported_too_often"
    text = N_("That is {most} reports within an hour. Please wait a little. In danger call 119, 110 or 120 at once.")


class PeopleCountInvalid(Invalid):
    code = "people_count_invalid"
    text = N_("Please send a number of people from 0 to {most}, for example 2.")


class WordsMissing(Invalid):
    code = "words_missing"
    text = N_("Please write a few words.")


class WordsTooLong(Invalid):
    code = "words_too_long"
    text = N_("That is {count} characters. Please keep it under {most}.")


class PinOutOfReach(Invalid):
    code = "pin_out_of_reach"
    text = N_("This pin is {distance} km from {place}. Please send it again, or describe the place in words.")


class PinNowhere(Invalid):
    code = "pin_nowhere"
    text = N_("This pin is far outside the area of this office. Please send it again, or describe the place in words.")


class TooManyPhotos(Conflict):
    code = "too_many_photos"
    text = N_("A report takes {most} photos; the others were not kept. The first {most} are safe.")


class NotAPhoto(Invalid):
    code = "not_a_photo"
    text = N_("Only photos can be kept here: no videos, voice messages or other files. Nothing of your report is lost. Please send photos, or write it.")


class PhotoTooLarge(Invalid):
    code = "photo_too_large"
    text = N_("This file is too large: {size} MB. A photo may have up to {most} MB. Nothing of your report is lost.")


class PhotoTooManyPixels(Invalid):
    code = "photo_too_many_pixels"
    text = N_("This picture has too many pixels to be opened safely. Please send it as a photo, or a smaller one.")


class PhotoBroken(Invalid):
    code = "photo_broken"
    text = N_("This picture is damaged or not complete. Please send it again.")


class PhotoKindUnknown(Invalid):
    code = "photo_kind_unknown"
    text = N_("This kind of file cannot be opened here. Please send it as a photo, or as JPEG, PNG or WebP.")


class PhotoEmpty(Invalid):
    code = "photo_empty"
    text = N_("This file is empty. Please send the photo again.")


class PhotoLost(Gone):
    code = "photo_lost"
    text = N_("Telegram no longer has this photo. Please send it again.")


class PhotoUnknown(Unknown):
    code = "photo_unknown"
    text = N_("No such photo.")


class ReportNotVerified(Conflict):
    code = "report_not_verified"
    text = N_("Report {number} was not verified yet. Verify it first, or reject it with a reason.")


class ReopenTooLate(Gone):
    code = "reopen_too_late"
    text = N_("Report {number} was closed more than {days} days ago. Please send a new one with /report.")


class NothingAlike(Conflict):
    code = "nothing_alike"
    text = N_("There is no earlier report that {number} could be the same as.")


class FirstIsOver(Conflict):
    code = "first_is_over"
    text = N_("Report {first} is not being worked on any more. Please deal with {number} by itself.")


class NotYourReport(NotYours):
    code = "not_your_report"
    text = N_("This is somebody else’s report.")
