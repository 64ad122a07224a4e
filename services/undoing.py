"""Taking back what a device recorded: the scans of an item count no more, and each event that stood on them is annulled by another."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.rollcall import Grade, Happening, How, MemberEvent
from domain.scans import Outcome, Reason, Scan
from services.ports import Ids, Work
from services.rollcall import happened
from services.upload_gates import gone_from_gates

OVER = frozenset({Reason.UNDONE, Reason.KEY_CONFLICT})


async def take_back(work: Work, keys: Collection[UUID], *, because: Reason, ids: Ids, now: datetime) -> set[UUID]:
    """The people whom it concerned. Doing it twice changes nothing; what is taken back stays so."""
    if not keys:
        return set()
    scans = [scan for scan in await work.scans.of_items(keys) if scan.reason not in OVER]
    await work.scans.retell([_over(scan, because) for scan in scans])
    await gone_from_gates(work, scans, because=because)
    ticked = await work.members.events_with([ids.derived(str(key), "event") for key in keys])
    standing = {event.id: event for event in [*await work.members.by_scans([scan.id for scan in scans]), *ticked]}
    known = await heard_of(work, {event.member for event in standing.values()})
    await happened(work, [one for event in standing.values() for one in turned(event, known, out=True, ids=ids, now=now)])
    return {scan.person for scan in scans if scan.person is not None}


async def heard_of(work: Work, members: Collection[UUID]) -> dict[UUID, MemberEvent]:
    """Every event of these members, by its id."""
    return {event.id: event for told in (await work.members.events(members)).values() for event in told}


def turned(event: MemberEvent, known: Mapping[UUID, MemberEvent], *, out: bool, ids: Ids, now: datetime) -> list[MemberEvent]:
    """What has to be said so that the house itself holds this event for annulled (`out`), or does so no more: the last word about it is annulled.
    Nothing where that is so already. What an official said about it is another matter, and stands.
    """
    last, is_out = event, False
    while (later := known.get(ids.derived(str(last.id), "undone"))) is not None:
        last, is_out = later, not is_out
    return [] if is_out is out else [_annulment(last, ids=ids, now=now)]


def _over(scan: Scan, because: Reason) -> Scan:
    return replace(scan, outcome=Outcome.REFUSED, reason=because, fields=dict(scan.fields))


def _annulment(event: MemberEvent, *, ids: Ids, now: datetime) -> MemberEvent:
    return MemberEvent(
        ids.derived(str(event.id), "undone"), event.member, Happening.ANNULLED, event.at_effective, now, How.SYSTEM, Grade.PROVEN, event.drill, event.by,
        annuls=event.id,
    )  # fmt: skip
