"""A gate 进出场: every attempt is an event that is never changed, and who is inside is a fold of the events, whatever the order in which they arrived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Invalid
from domain.scans import Via
from domain.sites import Site, SiteState
from domain.text import N_
from domain.workers import TrainingState, Worker

REOPENS_WITHIN = timedelta(hours=12)
"""So long after an automatic end a scan is asked whether it means in or out."""
NEXT = timedelta(microseconds=1)


class Direction(StrEnum):
    """in and out are somebody's passing; still = a new proof of being inside; asked = the house asked; auto_close = nobody answered."""

    IN = "in"
    OUT = "out"
    STILL = "still"
    ASKED = "asked"
    AUTO_CLOSE = "auto_close"


class GateOutcome(StrEnum):
    """accepted = it counts; check = the guard confirms the name first; ask = in or out is asked; repeat and refused = kept, not counted."""

    ACCEPTED = "accepted"
    CHECK = "check"
    ASK = "ask"
    REPEAT = "repeat"
    REFUSED = "refused"


class GateReason(StrEnum):
    """Why, for machines; `bot.views.sites` has the sentences."""

    OK = "ok"
    MOVED = "moved"
    ALREADY_IN = "already_in"
    WAS_CLOSED = "was_closed"
    NAME_NOT_CHECKED = "name_not_checked"
    NOT_IN = "not_in"
    SCAN_FIRST = "scan_first"
    STRANGER = "stranger"
    NOT_A_PERSONS_CODE = "not_a_persons_code"
    POSTER_OLD = "poster_old"
    SITE_CLOSED = "site_closed"
    OUTSIDE_HOURS = "outside_hours"
    NOT_REGISTERED = "not_registered"
    NOT_ON_LIST = "not_on_list"
    NOT_TRAINED = "not_trained"
    TRAINING_EXPIRED = "training_expired"
    KEY_CONFLICT = "key_conflict"
    UNDONE = "undone"


class Passed(StrEnum):
    """How somebody came in, or is known to have left."""

    SCAN = "scan"
    BUTTON = "button"
    GUARD = "guard"
    ENTERED_ELSEWHERE = "entered_elsewhere"
    AUTO_CLOSED = "auto_closed"


@dataclass(frozen=True, slots=True)
class GateEvent:
    """One attempt, as it is kept. `how` is who vouches: the person's scan or button, or the guard. `basis` of an automatic end
    is the last proof it rests on: when a newer proof comes to light, that end is void.
    """

    id: UUID
    client_key: str
    body_hash: bytes
    site: UUID
    person: UUID | None
    direction: Direction
    via: Via
    how: Passed
    outcome: GateOutcome
    reason: GateReason
    at_effective: datetime
    at_received: datetime
    by: UUID | None
    drill: bool
    basis: datetime | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay at one site 在场记录. `id` is the event that began it; `last_proof` the last time that it was proven; left_at None = inside."""

    id: UUID
    site: UUID
    person: UUID
    entered_at: datetime
    entered_how: Passed
    last_proof: datetime
    drill: bool
    asked_at: datetime | None = None
    left_at: datetime | None = None
    left_how: Passed | None = None

    @property
    def inside(self) -> bool:
        return self.left_at is None


def fold(events: Iterable[GateEvent]) -> list[Stay]:
    """One person's stays, oldest first, from that person's accepted events in any order. At most the last one is still going on."""
    stays: list[Stay] = []
    for event in sorted(events, key=lambda one: (one.at_effective, one.client_key, one.id)):
        if event.outcome is GateOutcome.ACCEPTED and event.person is not None:
            _step(stays, event)
    return stays


def _step(stays: list[Stay], event: GateEvent) -> None:
    last = stays[-1] if stays else None
    if event.direction is Direction.IN:
        _enter(stays, event)
    elif last is None or last.site != event.site:
        return
    elif event.direction is Direction.OUT and (last.inside or last.left_how is Passed.AUTO_CLOSED):
        stays[-1] = replace(last, left_at=event.at_effective, left_how=event.how, asked_at=None)
    elif event.direction is Direction.STILL and (last.inside or last.left_how is Passed.AUTO_CLOSED):
        stays[-1] = replace(last, last_proof=event.at_effective, asked_at=None, left_at=None, left_how=None)
    elif event.direction is Direction.ASKED and last.inside:
        stays[-1] = replace(last, asked_at=event.at_effective)
    elif event.direction is Direction.AUTO_CLOSE and last.inside and event.basis == last.last_proof:
        stays[-1] = replace(last, left_at=event.at_effective, left_how=Passed.AUTO_CLOSED)


def _enter(stays: list[Stay], event: GateEvent) -> None:
    assert event.person is not None
    last = stays[-1] if stays else None
    if last is not None and last.inside and last.site == event.site:
        stays[-1] = replace(last, last_proof=event.at_effective, asked_at=None)
        return
    if last is not None and last.inside:
        stays[-1] = replace(last, left_at=event.at_effective, left_how=Passed.ENTERED_ELSEWHERE, asked_at=None)
    stays.append(Stay(event.id, event.site, event.person, event.at_effective, event.how, event.at_effective, event.drill))


def due_to_ask(stay: Stay, site: Site) -> datetime:
    """When “still on site?” is asked."""
    return stay.last_proof + site.longest - site.asked_before


def due_to_close(stay: Stay, site: Site) -> datetime | None:
    """When an unanswered stay ends by itself; None before anybody was asked: nobody is put out unasked, also after an outage."""
    if stay.asked_at is None:
        return None
    return max(stay.last_proof + site.longest, stay.asked_at + site.asked_before)


def missing(site: Site, *, local: time, worker: Worker | None, listed: bool, has_list: bool, now: datetime) -> list[GateReason]:
    """Everything that keeps this person out now, the first reason first; empty = come in."""
    found = []
    if site.state is SiteState.CLOSED:
        found.append(GateReason.SITE_CLOSED)
    elif not site.takes_in(local):
        found.append(GateReason.OUTSIDE_HOURS)
    if site.needs_registered and worker is None:
        found.append(GateReason.NOT_REGISTERED)
    if has_list and not listed:
        found.append(GateReason.NOT_ON_LIST)
    if site.needs_trained:
        training = worker.training(now=now) if worker is not None else TrainingState.MISSING
        if training is not TrainingState.HELD:
            found.append(GateReason.TRAINING_EXPIRED if training is TrainingState.EXPIRED else GateReason.NOT_TRAINED)
    return found


class LeftTimeUnreadable(Invalid):
    code = "left_time_unreadable"
    text = N_("This is no time of day. Write it like 17:30.")


class LeftTimeOutsideStay(Invalid):
    code = "left_time_outside_stay"
    text = N_("You were last known to be inside at {since}, and it is {now} now. Write a time between the two.")
