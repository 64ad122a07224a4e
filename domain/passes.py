"""Passes 通行证: relief people and vehicles that may go through the checkpoints of an area, for a time. Asked by one, decided by another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.codes import Holder
from domain.errors import Conflict, Gone, Invalid, NotAllowed, TooOften, Unknown
from domain.scans import Way
from domain.text import N_

USUAL = timedelta(hours=72)
"""A pass that shall be good for longer needs a reason for that."""
LONGEST = timedelta(days=30)
LONGEST_NAME = 40
LONGEST_WORDS = 300
MOST_A_DAY = 50
"""So many passes one person asks for in a day."""


class PassKind(StrEnum):
    PERSON = "person"
    VEHICLE = "vehicle"


HOLDERS: Mapping[PassKind, Holder] = {PassKind.PERSON: Holder.PASS, PassKind.VEHICLE: Holder.VEHICLE}
"""What its code says it is."""


class PassState(StrEnum):
    """What was decided; that a granted pass is past its end is not a state but a matter of the clock (`Pass.standing`)."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    ENDED = "ended"


KINDS: Mapping[PassKind, str] = {PassKind.PERSON: N_("Relief worker"), PassKind.VEHICLE: N_("Relief vehicle")}
STATES: Mapping[PassState, str] = {
    PassState.ASKED: N_("waits for a decision"), PassState.GRANTED: N_("pass granted"), PassState.REFUSED: N_("pass refused"),
    PassState.REVOKED: N_("pass revoked"), PassState.ENDED: N_("past its end"),
}  # fmt: skip


class PassUnknown(Unknown):
    code = "pass_unknown"
    text = N_("There is no such pass.")


class OwnPass(NotAllowed):
    code = "own_pass"
    text = N_("Whoever asks for a pass does not decide on it. Somebody else has to.")


class PassDecided(Conflict):
    code = "pass_decided"
    text = N_("Pass {number} was decided already. What was refused or revoked stays so; ask for a new pass.")


class PassNotInForce(Gone):
    code = "pass_not_in_force"
    text = N_("Pass {number} is not in force, so it gets no new code. Ask for a new pass.")


class PassOver(Gone):
    code = "pass_over"
    text = N_("The time for which pass {number} was asked is over. Ask for a new pass.")


class PassHolderMissing(Invalid):
    code = "pass_holder_missing"
    text = N_("Say for whom: a name, or the number plate of a vehicle, in at most {most} characters.")


class PassTeamMissing(Invalid):
    code = "pass_team_missing"
    text = N_("Say which team or unit it is for, in at most {most} characters.")


class PassReasonMissing(Invalid):
    code = "pass_reason_missing"
    text = N_("Say what for, in at most {most} characters.")


class PassWhyMissing(Invalid):
    code = "pass_why_missing"
    text = N_("Say why, in at most {most} characters; whoever asked reads it.")


class PassHoursWrong(Invalid):
    code = "pass_hours_wrong"
    text = N_("Say for how many hours: 1 to {most}.")


class WhyLongerMissing(Invalid):
    code = "why_longer_missing"
    text = N_("A pass for more than {hours} hours needs a reason for that.")


class TooManyPasses(TooOften):
    code = "too_many_passes"
    text = N_("You have asked for {most} passes within a day. Ask your emergency office.")


@dataclass(frozen=True, slots=True)
class Wish:
    """A pass as it is asked for. `who` is a name or a number plate; `why_longer` is needed beyond 72 hours only."""

    kind: PassKind
    who: str
    team: str
    area: str
    hours: int
    reason: str
    why_longer: str = ""

    def checked(self) -> "Wish":
        """The same in one line each. Raises an Invalid of this file."""
        if not 1 <= self.hours <= LONGEST // timedelta(hours=1):
            raise PassHoursWrong(most=LONGEST // timedelta(hours=1))
        longer = " ".join(self.why_longer.split())[:LONGEST_WORDS]
        if timedelta(hours=self.hours) > USUAL and not _says(longer):
            raise WhyLongerMissing(hours=USUAL // timedelta(hours=1))
        return Wish(self.kind, checked_holder(self.who), checked_team(self.team), self.area, self.hours, checked_reason(self.reason), longer)


def checked_holder(text: str) -> str:
    return _line(text, PassHolderMissing, most=LONGEST_NAME)


def checked_team(text: str) -> str:
    return _line(text, PassTeamMissing, most=LONGEST_NAME)


def checked_reason(text: str) -> str:
    return _line(text, PassReasonMissing, most=LONGEST_WORDS)


def checked_why(text: str) -> str:
    """Why a pass is refused or taken back."""
    return _line(text, PassWhyMissing, most=LONGEST_WORDS)


def _line(text: str, missing: type[Invalid], *, most: int) -> str:
    line = " ".join(text.split())
    if not _says(line) or len(line) > most:
        raise missing(most=most)
    return line


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass. `decided_why` is the word of whoever granted or refused it, `revoked_why` of whoever took it back; `cti` is its living code's."""

    id: UUID
    number: str
    kind: PassKind
    who: str
    team: str
    area: str
    valid_from: datetime
    valid_to: datetime
    reason: str
    asked_by: UUID
    drill: bool
    why_longer: str = ""
    state: PassState = PassState.ASKED
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    decided_why: str = ""
    revoked_by: UUID | None = None
    revoked_at: datetime | None = None
    revoked_why: str = ""
    cti: bytes | None = None

    def standing(self, *, now: datetime) -> PassState:
        """What it is worth at this moment: what was granted, or asked, ends by itself."""
        if self.state in (PassState.GRANTED, PassState.ASKED) and now >= self.valid_to:
            return PassState.ENDED
        return self.state

    def in_force(self, *, now: datetime) -> bool:
        return self.standing(now=now) is PassState.GRANTED

    def revoked_by_then(self, at: datetime) -> bool:
        """Once revoked always revoked; what happened before that moment was before it."""
        return self.revoked_at is not None and at >= self.revoked_at


@dataclass(frozen=True, slots=True)
class Crossing:
    """A counted passing of a pass at a checkpoint; `annuls` takes back another crossing."""

    id: UUID
    key: str
    held: UUID
    way: Way
    place: UUID
    at: datetime
    annuls: UUID | None = None
    drill: bool = False
    device: UUID | None = None


def last_crossings(crossings: Iterable[Crossing]) -> dict[UUID, Crossing]:
    """Each pass's last crossing by effective time, then by client key: the same in whatever order, and however often, they arrive."""
    given = {crossing.id: crossing for crossing in crossings}
    undone = {crossing.annuls for crossing in given.values() if crossing.annuls is not None}
    last: dict[UUID, Crossing] = {}
    for crossing in given.values():
        if crossing.id in undone or crossing.annuls is not None:
            continue
        before = last.get(crossing.held)
        if before is None or (before.at, before.key, before.id.bytes) < (crossing.at, crossing.key, crossing.id.bytes):
            last[crossing.held] = crossing
    return last


def inside(crossings: Iterable[Crossing]) -> dict[UUID, Crossing]:
    """The passes that are in and not out, each with the crossing by which it came in."""
    return {held: crossing for held, crossing in last_crossings(crossings).items() if crossing.way is Way.IN}
