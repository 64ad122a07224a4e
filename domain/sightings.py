"""What the scans of one person by devices add up to, whatever the order in which they arrived: counted, repeated, moved, to verify.

A device's scan is stored with what it says by itself (*base*: its code was good, expired but the name was compared, …). Whether it is a repeat, a move or
a clash depends on the others, so it is folded anew whenever one arrives.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from domain.rollcall import CLASH
from domain.scans import REPEAT_WITHIN, Outcome, Purpose, Reason, Scan

BASE = "base"
"""The field of a device's scan that keeps what it said by itself."""
COUNTED = frozenset({Outcome.ACCEPTED, Outcome.REPEAT})
STAYS = frozenset({Purpose.SHELTER_IN, Purpose.SHELTER_OUT, Purpose.TO_RELATIVES})
"""What says where somebody is from then on."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one scan comes to beside the others of its person."""

    outcome: Outcome
    reason: Reason
    fields: Mapping[str, str]


@dataclass(slots=True)
class Before:
    """Which scans of one person count already when the next is looked at, drill and earnest apart."""

    local_day: Callable[[datetime], date]
    _counted: dict[tuple[object, ...], Scan] = field(default_factory=dict)
    _given: dict[tuple[bool, date], Scan] = field(default_factory=dict)
    _stays: dict[bool, Scan] = field(default_factory=dict)

    def same(self, scan: Scan) -> Scan | None:
        """The last one for the same, beside which this one is a repeat within a minute."""
        return self._counted.get(self._aim(scan))

    def given(self, scan: Scan) -> Scan | None:
        """The relief goods of that local day."""
        return self._given.get(self._day(scan))

    def stay(self, scan: Scan) -> Scan | None:
        """The last one that says where they are."""
        return self._stays.get(scan.drill)

    def count(self, scan: Scan) -> None:
        self._counted[self._aim(scan)] = scan
        if scan.purpose is Purpose.RELIEF:
            self._given.setdefault(self._day(scan), scan)
        if scan.purpose in STAYS:
            self._stays[scan.drill] = scan

    def _aim(self, scan: Scan) -> tuple[object, ...]:
        return scan.purpose, scan.place, scan.way, scan.order, scan.drill

    def _day(self, scan: Scan) -> tuple[bool, date]:
        return scan.drill, self.local_day(scan.at_effective)


def sightings(scans: Iterable[Scan], *, local_day: Callable[[datetime], date], undone: frozenset[UUID] = frozenset()) -> dict[UUID, Sighting]:
    """By scan id, for every counted scan of one person that a device made; the others of the person (from chat) stand as they are and are looked at.

    Within 60 s of one that counts, for the same purpose and way at the same place, a scan is a repeat. Relief goods are given once in a local day.
    A shelter after another shelter is a move, and a clash to verify when less than ten minutes lie between; the later of the two says so.
    What happened in a drill says nothing about what happened in earnest, nor the other way round.
    """
    before = Before(local_day)
    found: dict[UUID, Sighting] = {}
    for scan in sorted((scan for scan in scans if scan.outcome in COUNTED and scan.id not in undone), key=turn):
        said = _beside(scan, last=before.same(scan), given=before.given(scan), stay=before.stay(scan))
        if scan.device is not None:
            found[scan.id] = said
        elif scan.outcome is Outcome.REPEAT:
            continue
        if said.outcome is Outcome.REPEAT and scan.device is not None:
            continue
        before.count(scan)
    return found


def turn(scan: Scan) -> tuple[datetime, str, bytes]:
    """Scans in the order in which they happened; within one instant by their keys."""
    return scan.at_effective, scan.client_key, scan.body_hash


def _beside(scan: Scan, *, last: Scan | None, given: Scan | None, stay: Scan | None) -> Sighting:
    base = Reason(scan.fields.get(BASE, scan.reason.value))
    kept = {BASE: base.value}
    if last is not None and scan.at_effective - last.at_effective < REPEAT_WITHIN:
        return Sighting(Outcome.REPEAT, Reason.ALREADY_HERE, kept | {"at": last.at_effective.isoformat()})
    if scan.purpose is Purpose.RELIEF and given is not None:
        return Sighting(Outcome.REPEAT, Reason.ALREADY_GIVEN, kept | {"at": given.at_effective.isoformat()})
    if scan.purpose is Purpose.SHELTER_IN and stay is not None and stay.purpose is Purpose.SHELTER_IN and stay.place != scan.place:
        near = scan.at_effective - stay.at_effective <= CLASH
        return Sighting(Outcome.ACCEPTED, Reason.VERIFY if near else Reason.MOVED, kept | {"before_place": str(stay.place)})
    return Sighting(Outcome.ACCEPTED, base, kept)


def differs(scan: Scan, said: Sighting) -> bool:
    return (scan.outcome, scan.reason, scan.fields) != (said.outcome, said.reason, dict(said.fields))
