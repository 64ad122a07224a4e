"""What a device saw at a site's gate: an event of the gate, at the moment when it happened. Nobody is turned away afterwards; who is inside is the truth."""

from collections.abc import Collection

from domain.gates import Direction, GateEvent, GateOutcome, GateReason, Passed
from domain.scans import Outcome, Purpose, Reason, Scan, Way
from services.ports import Ids, Work
from services.presence import project

DIRECTIONS = {Way.IN: Direction.IN, Way.OUT: Direction.OUT}
GONE = {Reason.UNDONE: GateReason.UNDONE, Reason.KEY_CONFLICT: GateReason.KEY_CONFLICT}


async def at_gates(work: Work, scans: Collection[Scan], *, ids: Ids) -> None:
    """The passings among these scans that count; each once, whatever else arrived before it."""
    passed = [scan for scan in scans if scan.purpose is Purpose.SITE_GATE and scan.outcome is Outcome.ACCEPTED and scan.person is not None]
    events = [_event(scan, ids=ids) for scan in passed]
    await work.gates.add(events)
    for event in events:
        await project(work, event)


async def gone_from_gates(work: Work, scans: Collection[Scan], *, because: Reason) -> None:
    """Passings that were taken back: whoever was put out by one of them is inside again, and the other way round."""
    keys = [scan.client_key for scan in scans if scan.purpose is Purpose.SITE_GATE]
    for event in await work.gates.take_back(keys, because=GONE[because]) if keys else ():
        await project(work, event)


async def passed_anew(work: Work, before: Scan | None, after: Scan | None, *, ids: Ids) -> None:
    """A passing whose card turned out to be somebody's, somebody else's, or shared: whoever it is not is as if they had not passed."""
    one = after or before
    if one is None or one.purpose is not Purpose.SITE_GATE:
        return
    for event in await work.gates.take_back([one.client_key], because=GateReason.NAME_NOT_CHECKED):
        await project(work, event)
    if after is not None and after.outcome is Outcome.ACCEPTED and after.person is not None:
        event = _event(after, ids=ids)
        await work.gates.put([event])
        await project(work, event)


def _event(scan: Scan, *, ids: Ids) -> GateEvent:
    assert scan.place is not None
    return GateEvent(
        ids.derived(scan.client_key, "gate"), scan.client_key, scan.body_hash, scan.place, scan.person, DIRECTIONS[scan.way or Way.IN], scan.via, Passed.GUARD,
        GateOutcome.ACCEPTED, GateReason.OK, scan.at_effective, scan.at_received, scan.operator, scan.drill,
    )  # fmt: skip
