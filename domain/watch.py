"""The watch 运行监护: what is late or missing in the house itself, and from when on somebody must be told. Rules only; time comes in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.deliveries import Lane


class Trouble(StrEnum):
    DATABASE = "database"
    REDIS = "redis"
    DISK = "disk"
    EVENT_LOOP = "event_loop"
    LOOP = "loop"
    JOB = "job"
    INTAKE = "intake"
    PARKED = "parked"
    WARNINGS = "warnings"
    DELIVERIES = "deliveries"
    AUDIT = "audit"
    TELEGRAM = "telegram"
    UPDATES = "updates"
    WEBHOOK = "webhook"
    PART = "part"
    ELSEWHERE = "elsewhere"


PATIENCE: Mapping[Trouble, float] = {
    Trouble.DATABASE: 10, Trouble.REDIS: 15, Trouble.INTAKE: 15, Trouble.WARNINGS: 15, Trouble.DELIVERIES: 15, Trouble.AUDIT: 15, Trouble.TELEGRAM: 120,
    Trouble.PART: 30, Trouble.ELSEWHERE: 15,
}  # fmt: skip
"""For so many seconds it must have been so, without a break, before it is called late; the others at once."""

MUTE = frozenset({Trouble.DATABASE, Trouble.WARNINGS, Trouble.DELIVERIES, Trouble.TELEGRAM})
"""While one of these is late nobody can be told through the deliveries."""

SAID_BY_ITSELF = frozenset({Trouble.ELSEWHERE})
"""Another process tells of it; this one only knows that not all is well."""

OF_ITS_OWN = frozenset({Trouble.REDIS, Trouble.DISK, Trouble.EVENT_LOOP, Trouble.LOOP, Trouble.JOB, Trouble.TELEGRAM, Trouble.UPDATES, Trouble.WEBHOOK})
"""What only the process itself can know; the queues are seen by all."""

INTAKE_WITHIN = timedelta(seconds=60)
WARNINGS_WITHIN = timedelta(seconds=60)
DELIVERIES_WITHIN = timedelta(minutes=10)
AUDIT_WITHIN = timedelta(seconds=60)
SHRINKS = 5.0
"""A queue that gets shorter by so many a second is long, but not stuck."""
LEAST_FREE = 500 * 1024 * 1024
ERROR_IS_NEWS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, order=True)
class Late:
    """One thing that is late or missing; `which` names the loop or the job."""

    trouble: Trouble
    which: str = ""

    def __str__(self) -> str:
        return f"{self.trouble}: {self.which}" if self.which else self.trouble.value


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue: how many wait, and since when the oldest could have been done."""

    count: int = 0
    since: datetime | None = None

    def age(self, now: datetime) -> timedelta:
        return now - self.since if self.since is not None and self.since < now else timedelta()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the database at one moment."""

    at: datetime
    intake: Waiting = Waiting()
    parked: int = 0
    lanes: Mapping[Lane, Waiting] = field(default_factory=dict)
    audit: Waiting = Waiting()
    last_update: datetime | None = None

    def waits(self, lanes: frozenset[Lane]) -> int:
        return sum(waiting.count for lane, waiting in self.lanes.items() if lane in lanes)

    def age(self, lanes: frozenset[Lane]) -> timedelta:
        return max((waiting.age(self.at) for lane, waiting in self.lanes.items() if lane in lanes), default=timedelta())


URGENT = frozenset({Lane.RED, Lane.ORANGE})
EVERY = frozenset(Lane)


def behind(backlog: Backlog, before: Backlog | None, *, paused: bool) -> set[Late]:
    """Which queues are late. While Telegram wants nothing (`paused`) no delivery is: then that is said instead."""
    found = set()
    if backlog.intake.age(backlog.at) > INTAKE_WITHIN:
        found.add(Late(Trouble.INTAKE))
    if backlog.parked:
        found.add(Late(Trouble.PARKED))
    if backlog.audit.age(backlog.at) > AUDIT_WITHIN:
        found.add(Late(Trouble.AUDIT))
    if paused:
        return found | {Late(Trouble.TELEGRAM)}
    if stuck(backlog, before, URGENT, within=WARNINGS_WITHIN):
        found.add(Late(Trouble.WARNINGS))
    if stuck(backlog, before, EVERY, within=DELIVERIES_WITHIN):
        found.add(Late(Trouble.DELIVERIES))
    return found


def stuck(backlog: Backlog, before: Backlog | None, lanes: frozenset[Lane], *, within: timedelta) -> bool:
    """Something in these lanes has been due for longer than `within`, and the queue does not get shorter at a pace."""
    if backlog.age(lanes) <= within:
        return False
    seconds = (backlog.at - before.at).total_seconds() if before is not None else 0
    return before is None or seconds <= 0 or (before.waits(lanes) - backlog.waits(lanes)) / seconds < SHRINKS


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Telegram says of our webhook."""

    url: str
    pending: int
    failed_at: datetime | None = None


def webhook_late(webhook: Webhook, *, ours: str, last_update: datetime, now: datetime, silence: timedelta) -> set[Late]:
    """Telegram pushes somewhere else; or it holds updates back while nothing comes. A quiet night holds none back."""
    if webhook.url != ours:
        return {Late(Trouble.WEBHOOK)}
    quiet = now - last_update
    failing = webhook.failed_at is not None and webhook.failed_at > last_update and quiet > ERROR_IS_NEWS
    return {Late(Trouble.UPDATES)} if webhook.pending and (quiet > silence or failing) else set()


def missing(needed: Collection[str], served: Iterable[Collection[str]]) -> set[Late]:
    """The parts that no living process serves."""
    there = {part for parts in served for part in parts}
    return {Late(Trouble.PART, part) for part in needed if part not in there}
