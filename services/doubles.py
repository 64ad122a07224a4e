"""What whoever stands at a door is told with the answer: that somebody, or a pass, is there twice, and where and when the other record is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.doubles import Double, Twice, doubles, reentries
from domain.scans import Outcome, Purpose, Scan
from services.passes import INSIDE_SINCE
from services.ports import Work


@dataclass(frozen=True, slots=True)
class Beside:
    """The other record, by the name of its place ("" for none); `number` is who of a household it is, by their number on its card."""

    why: Twice
    at: datetime
    place: str = ""
    number: int | None = None


async def besides(
    work: Work, scans: Sequence[Scan], folded: Mapping[UUID, Collection[Scan]], *, local_day: Callable[[datetime], date], now: datetime
) -> dict[UUID, tuple[Beside, ...]]:  # fmt: skip
    """By item of a device, for what it came to; `folded` are the scans of those people that were just looked at."""
    found = await _of_people(work, scans, folded, local_day=local_day) | await _of_passes(work, scans, now=now)
    mine = [(scan, found[scan.id]) for scan in scans if scan.id in found]
    names = await _names(work, {double.place for _, double in mine if double.place is not None})
    told: dict[UUID, tuple[Beside, ...]] = {}
    for scan, double in mine:
        if scan.item is not None:
            one = Beside(double.why, double.at, names.get(double.place, "") if double.place is not None else "", _number(scan))
            told[scan.item] = (*told.get(scan.item, ()), one)
    return told


async def _of_people(
    work: Work, scans: Sequence[Scan], folded: Mapping[UUID, Collection[Scan]], *, local_day: Callable[[datetime], date]
) -> dict[UUID, Double]:  # fmt: skip
    theirs: dict[UUID, Collection[Scan]] = dict(folded)
    others: dict[UUID, list[Scan]] = {scan.person: [] for scan in scans if scan.person is not None and scan.person not in folded}
    for scan in await work.scans.of_people(others) if others else ():
        if scan.person is not None:
            others[scan.person].append(scan)
    found: dict[UUID, Double] = {}
    for each in (theirs | others).values():
        found |= doubles(each, local_day=local_day)
    return found


async def _of_passes(work: Work, scans: Sequence[Scan], *, now: datetime) -> dict[UUID, Double]:
    held = {scan.fields["held"] for scan in scans if scan.purpose is Purpose.CHECKPOINT and scan.outcome is Outcome.ACCEPTED and "held" in scan.fields}
    if not held:
        return {}
    return reentries(await work.passes.crossings_of([UUID(one) for one in held], since=now - INSIDE_SINCE))


async def _names(work: Work, places: Collection[UUID]) -> dict[UUID, str]:
    if not places:
        return {}
    shelters, sites, checkpoints = await work.shelters.many(places), await work.sites.many(places), await work.checkpoints.many(places)
    return {id: one.name for id, one in shelters.items()} | {id: one.name for id, one in sites.items()} | {id: one.name for id, one in checkpoints.items()}


def _number(scan: Scan) -> int | None:
    _, mark, number = scan.client_key.rpartition("#")
    return int(number) if mark and number.isdecimal() else None
