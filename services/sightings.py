"""What the device scans of some people come to beside all their others, kept whenever one of them changed."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from domain.scans import Scan
from domain.sightings import differs, sightings
from services.ports import Work


async def refold(work: Work, people: Collection[UUID], *, local_day: Callable[[datetime], date]) -> dict[UUID, list[Scan]]:
    """By person, all their scans as they are then."""
    theirs: dict[UUID, list[Scan]] = {}
    for scan in await work.scans.of_people(people):
        assert scan.person is not None
        theirs.setdefault(scan.person, []).append(scan)
    changed: dict[UUID, Scan] = {}
    for scans in theirs.values():
        told = sightings(scans, local_day=local_day)
        for scan in scans:
            said = told.get(scan.id)
            if said is not None and differs(scan, said):
                changed[scan.id] = replace(scan, outcome=said.outcome, reason=said.reason, fields=dict(said.fields))
    await work.scans.retell(list(changed.values()))
    return {person: [changed.get(scan.id, scan) for scan in scans] for person, scans in theirs.items()}
