"""Workers 从业人员: people with a firm and a training. A worker from elsewhere is a person of the register like everybody else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import Unknown
from domain.text import N_


class TrainingState(StrEnum):
    """What a gate makes of somebody's training (安全生产法 §28: untrained, or not passed, nobody works)."""

    HELD = "held"
    MISSING = "missing"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Worker:
    """One person's work. `trained_until` is the first instant at which the training no longer holds; None = no end is known.

    `source` says who vouches for it: a list, a trainer's name for themselves, a course.
    """

    person: UUID
    firm: str
    trained: bool = False
    trained_until: datetime | None = None
    source: str = ""
    updated_at: datetime | None = None

    def training(self, *, now: datetime) -> TrainingState:
        if not self.trained:
            return TrainingState.MISSING
        return TrainingState.HELD if self.trained_until is None or now < self.trained_until else TrainingState.EXPIRED


class WorkerUnknown(Unknown):
    code = "worker_unknown"
    text = N_("Nobody of that name works here. Type the phone number or the short code on the card.")
