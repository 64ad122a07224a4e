"""Deliveries 送达: the truth per person. sent + failed + pending + unknown = targets, always."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import accumulate, repeat
from uuid import UUID


class Lane(IntEnum):
    """Smaller goes first."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4
    BULK = 5


class DeliveryState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


OPEN = frozenset({DeliveryState.PENDING, DeliveryState.LEASED})
NOT_LOST = frozenset({DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.SENT, DeliveryState.UNKNOWN})
"""While one copy of a message is in one of these, its person needs no visit for it."""


class Miss(StrEnum):
    """Why a copy did not arrive, in a word for machines; a state apart from these is `unknown`."""

    NO_CHAT = "no_chat"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    TOO_LONG = "too_long"
    REJECTED = "rejected"
    GAVE_UP = "gave_up"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


DOUBT = "unknown_once"
"""The reason of an open copy that Telegram may have taken already: it is sent once more, and never again."""
HELD = "held"
"""The reason of an open copy whose claimer never told what became of it."""
MOVED = "migrated"
"""The reason of an open copy whose chat has a new number."""
RESTORED = "restored"
"""The reason of an unknown copy that was open when a backup was made: it may have been sent since. Also the reference of an update held so."""
DOUBTFUL = frozenset({DOUBT, HELD})


class Subject(StrEnum):
    """What a message is about; the view at the edge makes its words, late and in the reader's language."""

    ORDER_ISSUED = "order_issued"
    ORDER_TO_APPROVE = "order_to_approve"
    ORDER_LIFTED = "order_lifted"
    ORDER_DECIDED = "order_decided"
    HELP_WANTED = "help_wanted"
    VISITS_WANTED = "visits_wanted"
    NOTICE = "notice"
    NOTICE_TO_APPROVE = "notice_to_approve"
    NOTICE_DECIDED = "notice_decided"
    NOTICE_WITHDRAWN = "notice_withdrawn"
    NOTICE_MISSED = "notice_missed"
    SITE_ASKED = "site_asked"
    SITE_LEFT = "site_left"
    REPORT_FILED = "report_filed"
    REPORT_STEP = "report_step"
    REPORT_ASSIGNED = "report_assigned"
    PASSES_ASKED = "passes_asked"
    PASSES_GRANTED = "passes_granted"
    PASSES_REFUSED = "passes_refused"
    PASSES_REVOKED = "passes_revoked"
    ALARM = "alarm"
    AUTHENTICATOR = "authenticator"
    GRANT_GIVEN = "grant_given"
    GLASS_OPENED = "glass_opened"
    GLASS_ENDED = "glass_ended"
    CODES_COUNTED = "codes_counted"


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said to many: a subject, the thing it is about, and frozen fields; `drill` frames every copy.

    After `good_until` a copy that was not sent fails as expired. With `visits` whoever is not reached is visited, and
    `visits_by` is who asked for it. After `cancelled_at` nothing of it is sent any more.
    """

    id: UUID
    subject: Subject
    about: UUID
    drill: bool
    made_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    good_until: datetime | None = None
    visits: bool = False
    visits_by: UUID | None = None
    cancelled_at: datetime | None = None

    def over(self, *, now: datetime) -> Miss | None:
        """Why no copy of it may be sent any more; None while it is good."""
        if self.cancelled_at is not None:
            return Miss.CANCELLED
        return Miss.EXPIRED if self.good_until is not None and now >= self.good_until else None


@dataclass(frozen=True, slots=True)
class Target:
    """One row of a message: to a contact of a person, or to a chat, or (`missed`) to a person who cannot be reached."""

    id: UUID
    lane: Lane
    person: UUID | None = None
    contact: UUID | None = None
    chat: UUID | None = None
    missed: Miss | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one contact or one chat, claimed under a lease.

    `attempt` counts claims, so that an old claimer's word is known as old; `tries` counts what really failed.
    """

    id: UUID
    message: Message
    contact: UUID | None
    person: UUID | None
    bot: int
    address: str
    language: str
    lane: Lane
    attempt: int
    state: DeliveryState
    reason: str | None = None
    message_id: int | None = None
    chat: UUID | None = None
    tries: int = 0
    leased_until: datetime | None = None

    @property
    def doubtful(self) -> bool:
        """Whether Telegram may have taken an earlier copy."""
        return self.reason in DOUBTFUL


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the copies of one message stand; `reasons` says why the failed and the unknown are so."""

    sent: int = 0
    failed: int = 0
    pending: int = 0
    unknown: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def targets(self) -> int:
        return self.sent + self.failed + self.pending + self.unknown


RETRY_AFTER = (
    *(timedelta(seconds=seconds) for seconds in (2, 5, 10, 20, 30)),
    *repeat(timedelta(minutes=1), 5),
    *repeat(timedelta(minutes=2), 5),
    *repeat(timedelta(minutes=5), 6),
    *repeat(timedelta(minutes=10), 3),
)
"""The published table (docs/runbook.md): how long after each failure a copy is tried again."""

GIVES_UP_AFTER = list(accumulate(RETRY_AFTER))[-1]


def retry_at(now: datetime, *, tries: int) -> datetime | None:
    """When a copy that failed for the `tries`-th time is tried again; None when the table is used up."""
    return now + RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None
