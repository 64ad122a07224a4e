"""One-time links and sessions of the console. Only hashes are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Gone, NotAllowed
from domain.text import N_

TICKET_LASTS = timedelta(minutes=2)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


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
    """An official's open console. It ends 30 minutes after the last request, and 12 hours after the first."""

    id: UUID
    digest: bytes
    person: UUID
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None

    def open(self, *, now: datetime) -> bool:
        return self.ended_at is None and now - self.seen_at < IDLE and now - self.opened_at < LONGEST


class TicketSpent(Gone):
    code = "ticket_spent"
    text = N_("This link was used already or is older than two minutes. Send /board to the bot for a new one.")


class NoSession(NotAllowed):
    code = "no_session"
    text = N_("Please open this page through the link that the bot sends for /board.")
