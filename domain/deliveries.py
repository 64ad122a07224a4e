"""Deliveries 送达: the truth per person. sent + failed + pending + unknown = targets, always."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
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


class Subject(StrEnum):
    """What a message is about; the view at the edge makes its words, late and in the reader's language."""

    ORDER_ISSUED = "order_issued"
    ORDER_TO_APPROVE = "order_to_approve"
    ORDER_LIFTED = "order_lifted"
    HELP_WANTED = "help_wanted"


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said to many: a subject, the thing it is about, and frozen fields; `drill` frames every copy."""

    id: UUID
    subject: Subject
    about: UUID
    drill: bool
    made_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one contact, claimed under a lease."""

    id: UUID
    message: Message
    contact: UUID
    person: UUID
    bot: int
    address: str
    language: str
    lane: Lane
    attempt: int
    state: DeliveryState
    reason: str | None = None
    message_id: int | None = None


RETRY_AFTER = (timedelta(seconds=2), timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


def retry_at(now: datetime, *, attempt: int) -> datetime | None:
    """When attempt number `attempt` (1 = the first that failed) is tried again; None when the table is used up."""
    return now + RETRY_AFTER[attempt - 1] if attempt <= len(RETRY_AFTER) else None
