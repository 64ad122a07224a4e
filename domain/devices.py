"""Enrolled phones 扫码设备: each belongs to one official, signs what it sends with a key that never leaves it, and may do what it was enrolled for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Gone, Invalid, NotAllowed, TooOften, Unknown
from domain.scans import Purpose
from domain.text import N_

TICKET_LASTS = timedelta(minutes=10)
DEVICE_LASTS = timedelta(days=30)
"""How long a device is good for, unless somebody says otherwise; a season of drills and storms begins with enrolling anew."""
SILENT_AFTER = timedelta(minutes=15)
ASKED_WITHIN = timedelta(hours=24)
"""A question for names counts for so long: whoever recorded one cannot ask it again next week. It is wide, since clocks of phones are wrong."""
LABEL_LENGTH = 40
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TICKET_LENGTH = 26
OFFERED = tuple(purpose for purpose in Purpose if purpose is not Purpose.REPORTED_SAFE)
"""What a device may be enrolled for."""
PLACELESS = frozenset({Purpose.TO_RELATIVES, Purpose.ASSEMBLY, Purpose.RELIEF, Purpose.TRAINING})
"""Purposes that need no place of the office's list."""


class DeviceState(StrEnum):
    """How a phone stands on lists: heard of lately, not heard of, cut off, its time over."""

    WORKS = "works"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a device may do: for which purposes, at which places (shelters, checkpoints, sites), only in drills or not, with whose names, until when."""

    purposes: tuple[Purpose, ...]
    places: tuple[UUID, ...]
    drill: bool
    until: datetime
    with_list: UUID | None = None

    def allows(self, purpose: Purpose, place: UUID | None) -> bool:
        """Whether this may be recorded: the purpose was given, and the place too, where the purpose has one."""
        if purpose not in self.purposes:
            return False
        return place in self.places if place is not None else purpose in PLACELESS


@dataclass(frozen=True, slots=True)
class Ticket:
    """A QR on the console that enrols one phone, once, within ten minutes. Only the digest of its secret is kept."""

    id: UUID
    digest: bytes
    person: UUID
    label: str
    scope: Scope
    made_by: UUID | None
    made_at: datetime
    expires_at: datetime
    spent_at: datetime | None = None
    device: UUID | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One enrolled phone. `point` is its public key, x‖y on P-256, 64 bytes.

    `seen_at` is when it last was heard of; `revoked_at` when it was cut off, and `distrusted_since` from when on what it sent proves nothing.
    """

    id: UUID
    person: UUID
    label: str
    point: bytes
    scope: Scope
    enrolled_at: datetime
    enrolled_by: UUID | None
    seen_at: datetime | None = None
    revoked_at: datetime | None = None
    distrusted_since: datetime | None = None

    def works(self, *, now: datetime) -> bool:
        return self.revoked_at is None and now < self.scope.until

    def silent(self, *, now: datetime) -> bool:
        """Nobody heard of it for a quarter of an hour: what it counted is not all here."""
        return self.seen_at is None or now - self.seen_at > SILENT_AFTER

    def state(self, *, now: datetime) -> DeviceState:
        if self.revoked_at is not None:
            return DeviceState.WITHDRAWN
        if now >= self.scope.until:
            return DeviceState.OVER
        return DeviceState.SILENT if self.silent(now=now) else DeviceState.WORKS


def ticket_of(random: bytes) -> str:
    """The text of a ticket: 26 characters for 130 bits, from 17 random bytes."""
    number = int.from_bytes(random)
    return "".join(ALPHABET[(number >> 5 * at) & 31] for at in range(TICKET_LENGTH))


def typed_ticket(text: str) -> str:
    """A ticket as somebody typed it: without blanks and dashes, in capitals, with O and I read as digits."""
    kept = "".join(character for character in text.upper() if character.isalnum())
    return kept.replace("O", "0").replace("I", "1").replace("L", "1")[:64]


def checked_label(text: str) -> str:
    """What the phone is called on pages: 1 to 40 characters."""
    label = " ".join(text.split())
    if not 1 <= len(label) <= LABEL_LENGTH or not label.isprintable():
        raise LabelInvalid()
    return label


def checked_purposes(words: Collection[str]) -> tuple[Purpose, ...]:
    """These purposes, in the house's order; refuses an empty choice and what no device does."""
    known = {purpose.value: purpose for purpose in OFFERED}
    if not words:
        raise PurposeMissing()
    if not set(words) <= known.keys():
        raise PurposeInvalid(asked=", ".join(sorted(set(words) - known.keys()))[:80], known=", ".join(known))
    return tuple(purpose for purpose in OFFERED if purpose.value in words)


class TicketWrong(Invalid):
    code = "ticket_wrong"
    text = N_("This enrolment code is not right. Scan the one on the official's screen again.")


class TicketOver(Gone):
    code = "ticket_over"
    text = N_("This enrolment code was used already or is too old. Ask the official for a new one; it takes a moment.")


class KeyInvalid(Invalid):
    code = "key_invalid"
    text = N_("This phone sent a key that cannot be used. Use a current browser.")


class LabelInvalid(Invalid):
    code = "label_invalid"
    text = N_("Please name the phone in 1 to 40 characters, for example “east door”.")


class PurposeInvalid(Invalid):
    code = "purpose_invalid"
    text = N_("Please choose what the phone is for. Not known: {asked}. Known: {known}.")


class PurposeMissing(Invalid):
    code = "purpose_missing"
    text = N_("Choose what the phone is for: at least one.")


class PlaceUnknown(Unknown):
    code = "place_unknown"
    text = N_("There is no such place.")


class PlaceNotChosen(Invalid):
    code = "place_not_chosen"
    text = N_("Choose at least one place: without one the phone can do none of this.")


class PlaceNotTheirs(NotAllowed):
    code = "place_not_theirs"
    text = N_("The official whose phone this is may not scan at {place}. Give them the role there first.")


class TicketUnknown(Unknown):
    code = "ticket_unknown"
    text = N_("There is no such enrolment code.")


class NoSuchDevice(Unknown):
    code = "no_such_device"
    text = N_("There is no such device.")


class DeviceUnknown(NotAllowed):
    code = "device_unknown"
    text = N_("This device is not enrolled. Ask an official to enrol it.")


class SignatureWrong(NotAllowed):
    code = "bad_signature"
    text = N_("What arrived was not signed by this device and was not taken.")


class DeviceRevoked(NotAllowed):
    code = "device_revoked"
    text = N_("This device was withdrawn, or its time is over. Hand it in; nothing that it sends is counted.")


class DeviceTooOften(TooOften):
    code = "device_too_often"
    text = N_("This device sends too much at once. It tries again by itself in a minute.")


class BatchInvalid(Invalid):
    code = "batch_invalid"
    text = N_("What arrived is no batch of scans ({problem}). Nothing of it was taken.")


class ListNotGiven(NotAllowed):
    code = "list_not_given"
    text = N_("This device was enrolled without the list of names.")


class DeviceOverAlready(Conflict):
    code = "device_over_already"
    text = N_("This device was withdrawn already.")


class AskedLongAgo(NotAllowed):
    code = "asked_long_ago"
    text = N_("This phone's clock is more than a day off. Set its date and time, and ask again.")


def must_be_fresh(asked_at: datetime, *, now: datetime) -> None:
    """Refuses a question that was signed more than a day before or after this."""
    if abs(now - asked_at) > ASKED_WITHIN:
        raise AskedLongAgo()
