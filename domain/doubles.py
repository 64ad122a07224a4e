"""Twice 重复: the same person, or the same pass, recorded in two places, so that whoever stands at the door has to look. Nobody is counted twice for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from domain.passes import Crossing
from domain.scans import Outcome, Reason, Scan, Way
from domain.sightings import COUNTED, Before, turn


class Twice(StrEnum):
    """At another shelter within minutes; here within a minute, by another phone; relief goods in one day; a pass that went in twice and never out."""

    ELSEWHERE = "elsewhere"
    HERE = "here"
    GIVEN = "given"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Double:
    """The other record, beside which one stands."""

    why: Twice
    at: datetime
    place: UUID | None


def doubles(scans: Iterable[Scan], *, local_day: Callable[[datetime], date]) -> dict[UUID, Double]:
    """By scan id, for the scans of one person as they were folded (domain.sightings). Both of two are told, whichever arrived first."""
    found: dict[UUID, Double] = {}
    before = Before(local_day)
    for scan in sorted((scan for scan in scans if scan.outcome in COUNTED), key=turn):
        if scan.outcome is Outcome.REPEAT:
            first = before.given(scan) if scan.reason is Reason.ALREADY_GIVEN else before.same(scan)
            _pair(found, first, scan, Twice.GIVEN if scan.reason is Reason.ALREADY_GIVEN else Twice.HERE)
            continue
        if scan.reason is Reason.VERIFY:
            _pair(found, before.stay(scan), scan, Twice.ELSEWHERE)
        before.count(scan)
    return found


def _pair(found: dict[UUID, Double], first: Scan | None, later: Scan, why: Twice) -> None:
    if first is None or (why is Twice.HERE and first.device == later.device):
        return  # One phone knows what it did itself.
    found[later.id] = Double(why, first.at_effective, first.place)
    found.setdefault(first.id, Double(why, later.at_effective, later.place))


def reentries(crossings: Iterable[Crossing]) -> dict[UUID, Double]:
    """By crossing id, for every way in that follows another, or is followed by one, without a way out in between: perhaps a copy."""
    ways: dict[tuple[UUID, bool], list[Crossing]] = {}
    for crossing in sorted(crossings, key=lambda one: (one.at, one.key, one.id.bytes)):
        ways.setdefault((crossing.held, crossing.drill), []).append(crossing)
    found: dict[UUID, Double] = {}
    for theirs in ways.values():
        for first, later in pairwise(theirs):
            if first.way is Way.IN and later.way is Way.IN:
                found[later.id] = Double(Twice.INSIDE, first.at, first.place)
                if first.device is None or first.device != later.device:  # One phone said so itself, at the second.
                    found.setdefault(first.id, Double(Twice.INSIDE, later.at, later.place))
    return found
