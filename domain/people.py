"""People, households, and how to reach them. A person has contacts, never "a chat"."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Gone, Invalid, NotAllowed, TooOften, Unknown
from domain.text import N_


class Tag(StrEnum):
    """The closed list of what may make moving somebody harder (转移清单 and 重点人员)."""

    ALONE_OLD = "alone_old"
    CHILD = "child"
    DISABLED = "disabled"
    OUTSIDER = "outsider"
    PREGNANT = "pregnant"
    BED_BOUND = "bed_bound"
    NO_PHONE = "no_phone"


class ContactState(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `confirmed` is False for somebody who registered alone; `enrolled` means drills may reach them. `number` is theirs on the
    household's card, from 1, 0 before there was one.
    """

    id: UUID
    name: str
    area: str
    household: UUID
    phone: str | None = None
    id_number: str | None = None
    relation: str = ""
    responsible: UUID | None = None
    deputy: UUID | None = None
    tags: tuple[Tag, ...] = ()
    languages: tuple[str, ...] = ()
    confirmed: bool = True
    enrolled: bool = False
    created_at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Household:
    """People who live together. `number` is the list's own household mark; `address` is sealed at rest; `highest` the highest
    number that a member ever had on its card, 0 before there was one: a number is never given twice.
    """

    id: UUID
    area: str
    number: str
    address: str
    highest: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a person. `address` is the chat id for Telegram; `user` is the account that must be speaking."""

    id: UUID
    person: UUID
    channel: str
    bot: int
    address: str
    language: str
    state: ContactState = ContactState.ACTIVE


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to: which version of the text, in which language, when (PIPL Art. 17)."""

    id: UUID
    person: UUID
    version: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A warden's code that ties a chat to one named person: 24 h, one use, five tries (design §8)."""

    id: UUID
    person: UUID
    digest: bytes
    made_by: UUID | None
    expires_at: datetime
    tries_left: int
    used_at: datetime | None = None


class PersonUnknown(Unknown):
    code = "person_unknown"
    text = N_("Nobody was found.")


class NameMissing(Invalid):
    code = "name_missing"
    text = N_("Please write a name of 1 to 40 characters.")


class PhoneInvalid(Invalid):
    code = "phone_invalid"
    text = N_("This is not a phone number. Example: 13805780000.")


class PhoneNotYours(NotAllowed):
    code = "phone_not_yours"
    text = N_("This contact card belongs to another account. Tap the button to share your own number, or type it.")


class AlreadyLinked(Conflict):
    code = "already_linked"
    text = N_("This chat already belongs to a registered person.")


class NotRegistered(Unknown):
    code = "not_registered"
    text = N_("You are not registered yet. Send /start and it takes a minute.")


class LinkCodeWrong(Invalid):
    code = "link_code_wrong"
    text = N_("This link code is not right. Check the digits with your village officer.")


class LinkCodeSpent(Gone):
    code = "link_code_spent"
    text = N_("This link code was used already or is too old. Ask your village officer for a new one.")


class TooManyTries(TooOften):
    code = "too_many_tries"
    text = N_("Too many tries. Please wait {minutes} minutes, or call your village officer.")


class AreaUnknown(Unknown):
    code = "area_unknown"
    text = N_("No village was found for “{asked}”. Type a part of its name, for example its first two characters.")


class ConsentMissing(NotAllowed):
    code = "consent_missing"
    text = N_("We can only register you after you agreed to the notice.")


def checked_name(text: str) -> str:
    """A name as people write it: 1 to 40 characters, no control characters."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 40 or not any(character.isalpha() for character in name):
        raise NameMissing()
    return name
