"""Named groups 工作群组: people of one area whom one owner gathers, so that a notice can name them all at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Conflict, Gone, Invalid, NotAllowed, Unknown
from domain.text import N_

LONGEST_NAME = 30
BINDING_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Group:
    """Kept by its owner. `chat` is the Telegram group that gets a post, when one was bound."""

    id: UUID
    called: str
    area: str
    owner: UUID
    made_at: datetime
    chat: UUID | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One person in a group from `joined_at` until `left_at`; rows are never deleted, so that a group can be read as of any instant."""

    id: UUID
    group: UUID
    person: UUID
    joined_at: datetime
    left_at: datetime | None = None
    added_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A one-time code with which the owner ties a Telegram group to a named group. `address` is known once the code was said there."""

    id: UUID
    group: UUID
    digest: bytes
    made_by: UUID
    expires_at: datetime
    bot: int = 0
    address: str = ""
    used_at: datetime | None = None


def checked_group_name(text: str) -> str:
    """A name of 1 to 30 characters in one line."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not any(character.isalnum() for character in name):
        raise GroupNameInvalid(most=LONGEST_NAME)
    return name


class GroupUnknown(Unknown):
    code = "group_unknown"
    text = N_("No such group in your area.")


class GroupNameInvalid(Invalid):
    code = "group_name_invalid"
    text = N_("Please write a name of 1 to {most} characters.")


class GroupNameTaken(Conflict):
    code = "group_name_taken"
    text = N_("There is a group “{name}” in this area already.")


class GroupNotYours(NotAllowed):
    code = "group_not_yours"
    text = N_("This group belongs to somebody else. Only its owner changes it.")


class MemberOutside(NotAllowed):
    code = "member_outside"
    text = N_("This person does not live in the group’s area.")


class MemberAmbiguous(Conflict):
    code = "member_ambiguous"
    text = N_("Several people are called {name} in this area. Give a phone or ID number.")


class MemberUnknown(Unknown):
    code = "member_unknown"
    text = N_("Nobody on the list of this area fits.")


class BindingSpent(Gone):
    code = "binding_spent"
    text = N_("This link to a Telegram group was used already or is too old. Make a new one with /group.")


class BindingNotYours(NotAllowed):
    code = "binding_not_yours"
    text = N_("Only the owner of the group can tie a Telegram group to it.")


class OwnerUnknown(Unknown):
    code = "owner_unknown"
    text = N_("Nobody on the list has the phone number of the owner of group “{name}”.")
