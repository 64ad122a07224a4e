"""One-time links and sessions of the console. Only hashes are kept."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.access import Grant
from domain.errors import Gone, NotAllowed, Unknown
from domain.text import N_

TICKET_LASTS = timedelta(minutes=2)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=5)
GRACE = timedelta(seconds=10)


class Factor(StrEnum):
    """By what somebody is known: a link that the bot sent, a chat, or a chat and an authenticator together."""

    LINK = "link"
    CHAT = "chat"
    BOTH = "chat+totp"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A link that opens a page once: made in chat, spent by a tap in the browser."""

    id: UUID
    digest: bytes
    person: UUID
    expires_at: datetime
    spent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An official's open console. It ends 30 minutes after the last request, and 12 hours after the first.

    `rights` is the state of its person's grants when its secret was made; `fresh_at` is when six digits were typed in it last;
    `before` is the secret that it had until a moment ago, which opens it until `before_until`.
    """

    id: UUID
    digest: bytes
    person: UUID
    opened_at: datetime
    seen_at: datetime
    factor: Factor
    family: str
    rights: bytes
    fresh_at: datetime | None = None
    before: bytes | None = None
    before_until: datetime | None = None
    ended_at: datetime | None = None

    def open(self, *, now: datetime) -> bool:
        return self.ended_at is None and now - self.seen_at < IDLE and now - self.opened_at < LONGEST

    def opened_by(self, digest: bytes, *, now: datetime) -> bool:
        """Whether this secret opens it now: its own, or for a few seconds the one before."""
        return self.open(now=now) and (self.digest == digest or (self.before_until is not None and now < self.before_until))

    def fresh(self, *, now: datetime) -> bool:
        """Whether six digits were typed in it within the last five minutes."""
        return self.fresh_at is not None and now - self.fresh_at < FRESH


def state_of(grants: Iterable[Grant]) -> bytes:
    """What these grants amount to, in 32 bytes: another when one comes, goes or changes."""
    said = sorted(f"{grant.id}|{grant.role}|{grant.area}|{grant.place}|{grant.until}" for grant in grants)
    return hashlib.sha256("\n".join(said).encode()).digest()


class TicketSpent(Gone):
    code = "ticket_spent"
    text = N_("This link was used already or is older than two minutes. Send /board to the bot for a new one.")


class NoSession(NotAllowed):
    code = "no_session"
    text = N_("Please sign in first, or open this page through the link that the bot sends for /board.")


class RolesGone(NotAllowed):
    code = "roles_gone"
    text = N_("You have no role any more, so you were signed out. Ask your office if you should have one.")


class SessionUnknown(Unknown):
    code = "session_unknown"
    text = N_("There is no such session, or it has ended already.")
