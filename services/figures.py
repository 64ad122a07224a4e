"""Figures 运行指标: what is counted and measured, for whoever watches the machine. Names and labels are closed sets; none is about a person or an area."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Shape(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name without the prefix, what it says, and the names of its labels."""

    name: str
    shape: Shape
    said: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


BEATS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0)
QUICK = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

HTTP_REQUESTS = Figure("http_requests", Shape.COUNTER, "Requests answered, by route template.", ("route", "method", "status"))
HTTP_SECONDS = Figure("http_request_seconds", Shape.HISTOGRAM, "How long a request took; live streams are not in it.", ("route",), QUICK)
REFUSALS = Figure("refusals", Shape.COUNTER, "What was refused, by entrance and reason code.", ("entrance", "code"))
FAULTS = Figure("faults", Shape.COUNTER, "What went wrong on our side, by where.", ("where",))
STREAMS_OPEN = Figure("streams_open", Shape.GAUGE, "Live boards that are open in this process.")

UPDATES_RECEIVED = Figure("updates_received", Shape.COUNTER, "Updates of Telegram that this process made durable.")
UPDATES_ANSWERED = Figure("updates_answered", Shape.COUNTER, "Updates that were done, or parked.", ("result",))
INTAKE_WAITING = Figure("intake_waiting", Shape.GAUGE, "Updates that wait to be answered.")
INTAKE_OLDEST = Figure("intake_oldest_seconds", Shape.GAUGE, "How long the oldest of them waits.")
INTAKE_PARKED = Figure("intake_parked", Shape.GAUGE, "Updates that faulted three times and wait for a repair.")

SENDS = Figure("sends", Shape.COUNTER, "Attempts to send a delivery, by what Telegram made of it.", ("result",))
IN_FLIGHT = Figure("sends_in_flight", Shape.GAUGE, "Deliveries that this process is sending now.")
SETTLED = Figure("deliveries_settled", Shape.COUNTER, "What became of deliveries, by state and reason.", ("state", "reason"))
PENDING = Figure("deliveries_pending", Shape.GAUGE, "Deliveries that are not sent yet, by lane.", ("lane",))
OLDEST_DUE = Figure("deliveries_oldest_due_seconds", Shape.GAUGE, "How long the oldest due delivery waits, by lane.", ("lane",))
PAUSE_LEFT = Figure("telegram_pause_seconds", Shape.GAUGE, "Seconds for which Telegram gets nothing but direct answers from this process.")
PAUSES = Figure("telegram_pauses", Shape.COUNTER, "How often Telegram asked to wait (429), for one chat or for all.", ("scope",))

LOOP_AGE = Figure("loop_age_seconds", Shape.GAUGE, "Seconds since a loop of this process last turned.", ("loop",))
JOB_RUNS = Figure("job_runs", Shape.COUNTER, "Runs of the timetable's jobs.", ("job", "result"))
JOB_SECONDS = Figure("job_seconds", Shape.HISTOGRAM, "How long a run took.", ("job",), QUICK)
JOB_SUCCESS = Figure("job_last_success_timestamp_seconds", Shape.GAUGE, "When a job last succeeded, in seconds since 1970.", ("job",))
LAG = Figure("event_loop_lag_seconds", Shape.HISTOGRAM, "How much later than asked the event loop came back.", (), BEATS)

SCANS = Figure("scans", Shape.COUNTER, "Scans stored, by verdict, reason and purpose.", ("verdict", "reason", "purpose"))
PASSINGS = Figure("gate_passings", Shape.COUNTER, "Attempts at gates stored, by direction, verdict and reason.", ("direction", "verdict", "reason"))
TRANSACTIONS = Figure("transaction_seconds", Shape.HISTOGRAM, "How long a transaction took, its wait for the writer included.", ("kind",), QUICK)
BUSY = Figure("database_busy", Shape.COUNTER, "Transactions that gave up waiting for somebody else's lock.")
BATCHES = Figure("commit_batch_rows", Shape.HISTOGRAM, "How many callers shared one commit.", ("queue",), (1, 2, 5, 10, 20, 50, 100))
UNCHAINED = Figure("audit_unchained", Shape.GAUGE, "Rows of the audit log that are not linked yet.")

LATE = Figure("late", Shape.GAUGE, "1 while the watchdog says that something is late or missing, by what.", ("trouble",))
LOOKED = Figure("watchdog_looked_timestamp_seconds", Shape.GAUGE, "When the watchdog last looked, in seconds since 1970.")
DISK_FREE = Figure("disk_free_bytes", Shape.GAUGE, "Room left where the data lives.")
DATABASE_UP = Figure("database_up", Shape.GAUGE, "1 while the database answers.")
REDIS_DEGRADED = Figure("redis_degraded", Shape.GAUGE, "1 while Redis is set and does not answer.")
HEARTBEATS = Figure("heartbeats", Shape.COUNTER, "Heartbeats sent outside, by result.", ("result",))
BUILD = Figure("build", Shape.GAUGE, "1; its labels say which version runs, and which parts.", ("version", "parts"))

ALL: tuple[Figure, ...] = (
    HTTP_REQUESTS, HTTP_SECONDS, REFUSALS, FAULTS, STREAMS_OPEN, UPDATES_RECEIVED, UPDATES_ANSWERED, INTAKE_WAITING, INTAKE_OLDEST, INTAKE_PARKED,
    SENDS, IN_FLIGHT, SETTLED, PENDING, OLDEST_DUE, PAUSE_LEFT, PAUSES, LOOP_AGE, JOB_RUNS, JOB_SECONDS, JOB_SUCCESS, LAG, SCANS, PASSINGS,
    TRANSACTIONS, BUSY, BATCHES, UNCHAINED, LATE, LOOKED, DISK_FREE, DATABASE_UP, REDIS_DEGRADED, HEARTBEATS, BUILD,
)  # fmt: skip


class Figures(Protocol):
    """Where figures go. `labels` stand in the order in which the figure names them. Never waits, never fails."""

    def count(self, figure: Figure, *labels: str, by: float = 1.0) -> None: ...
    def observe(self, figure: Figure, value: float, *labels: str) -> None: ...
    def set(self, figure: Figure, value: float, *labels: str) -> None: ...
    def ask(self, figure: Figure, read: Callable[[], float]) -> None:
        """A gauge without labels that is read whenever somebody looks."""
        ...


class NoFigures:
    """Nobody watches."""

    def count(self, figure: Figure, *labels: str, by: float = 1.0) -> None: ...
    def observe(self, figure: Figure, value: float, *labels: str) -> None: ...
    def set(self, figure: Figure, value: float, *labels: str) -> None: ...
    def ask(self, figure: Figure, read: Callable[[], float]) -> None: ...
