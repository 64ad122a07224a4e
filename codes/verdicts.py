"""What a scanner says to a reading: go, check, or no. The same table stands in the scanner's own JavaScript."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final

from codes.errors import Problem
from codes.payload import Kind
from codes.reading import Reading
from codes.trustlist import RevokedList, TrustList

STALE: Final = "stale_lists"
NO_DOOR: Final[Collection[Kind]] = frozenset({Kind.PASS, Kind.VEHICLE, Kind.TEAM})
"""Kinds that open a way and shelter nobody: ended or revoked, they are refused."""
OVER: Final = frozenset({Problem.REVOKED, Problem.EXPIRED})


class Verdict(StrEnum):
    """go = let pass; check = compare the name, nobody is turned away; no = not a code of this office, or a pass that is over."""

    GO = "go"
    CHECK = "check"
    NO = "no"


def judged(reading: Reading, *, trust: TrustList, revoked: RevokedList | None, now: datetime) -> tuple[Verdict, str]:
    """The verdict and the word for its reason, `ok` for a good code."""
    if reading.payload is None:
        return Verdict.NO, str(reading.problem)
    if reading.problem is not None:
        over = reading.problem in OVER and reading.payload.kind in NO_DOOR
        return Verdict.NO if over else Verdict.CHECK, reading.problem.value
    if trust.stale(now=now) or (revoked is not None and revoked.stale(now=now)):
        return Verdict.CHECK, STALE
    return Verdict.GO, "ok"
