"""What a device saw at a site's gate: an event of the gate, at the moment when it happened. Nobody is turned away afterwards; who is inside is the truth."""

from collections.abc import Collection

from domain.gates import Direction, GateEvent, GateOutcome, GateReason, Passed
from domain.scans import Outcome, Purpose, Scan, Way
from services.ports import Ids, Work
from services.presence import project

DIRECTIONS = {Way.IN: Direction.IN, Way.OUT: Direction.OUT}


async def at_gates(work: Work, scans: Collection[Scan], *, ids: Ids) -> None:
    """The passings among these scans that count; each once, whatever else arrived before it."""
    passed = [scan for scan in scans if scan.purpose is Purpose.SITE_GATE and scan.outcome is Outcome.ACCEPTED and scan.person is not None]
    events = [_event(scan, ids=ids) for scan in passed]
    await work.gates.add(events)
    for event in events:
        await project(work, event)


def _event(scan: Scan, *, ids: Ids) -> GateEvent:
    assert scan.place is not None
    return GateEvent(
        ids.derived(scan.client_key, "gate"), scan.client_key, scan.body_hash, scan.place, scan.person, DIRECTIONS[scan.way or Way.IN], scan.via, Passed.GUARD,
        GateOutcome.ACCEPTED, GateReason.OK, scan.at_effective, scan.at_received, scan.operator, scan.drill,
    )  # fmt: skip
