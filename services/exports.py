"""What happened, line by line, as it was stored: for an oracle, for evidence, for another system. No names, no phones."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from domain.access import May
from services.actors import Actor
from services.audit import Trail
from services.deliveries import exported as copies_and_visits
from services.notice_lists import exported as notices_and_runs
from services.ports import Clock, Work, Works
from services.presence import exported as gates_and_stays
from services.report_lists import exported as reports_and_steps
from services.uploads import exported as entries_of_devices


class Exports:
    """Raw events, never projections."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail

    async def events(self, *, by: Actor) -> AsyncIterator[dict[str, Any]]:
        """Orders, members, member events and scans, one JSON object each with a `type`; instants in ISO 8601 UTC.

        Only orders whose areas are all the exporter's; scans outside every order only for the operator. Each export is in the log.
        """
        now = self._clock.now()
        by.must(May.EXPORT, now=now)
        async with self._works.write() as work:
            await self._trail.add(work, by=by, action="exports.events", subject="events", now=now)
        async with self._works.read() as work:
            for part in PARTS:
                async for line in part(work, by=by, now=now):
                    yield line


async def orders_and_scans(work: Work, *, by: Actor, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """What the roll call stands on."""
    orders = [order for order in await work.orders.all() if all(by.can(May.EXPORT, now=now, area=area) for area in order.areas)]
    for order in orders:
        yield {
            "type": "order", "id": str(order.id), "number": order.number, "drill": order.drill, "state": order.state.value,
            "areas": list(order.areas), "listed": order.listed, "lifted_at": order.lifted_at.isoformat() if order.lifted_at else None,
        }  # fmt: skip
        members = await work.members.of(order.id)
        for member in members:
            yield {
                "type": "member", "id": str(member.id), "order": str(order.id), "person": str(member.person), "area": member.area,
                "walk_in": member.walk_in, "drill": member.drill,
            }  # fmt: skip
        events = await work.members.events([member.id for member in members])
        for event in (event for lot in events.values() for event in lot):
            yield {
                "type": "event", "id": str(event.id), "member": str(event.member), "kind": event.kind.value, "how": event.how.value,
                "grade": event.grade.value, "at": event.at_effective.isoformat(), "received": event.at_received.isoformat(),
                "by": str(event.by) if event.by else None, "place": str(event.place) if event.place else None,
                "clear": event.clear, "certain": event.certain, "scan": str(event.scan) if event.scan else None,
                "annuls": str(event.annuls) if event.annuls else None, "drill": event.drill,
            }  # fmt: skip
    mine = {order.id for order in orders}
    for scan in (scan for scan in await work.scans.all() if scan.order in mine or May.EXPORT in by.rights):
        yield {
            "type": "scan", "id": str(scan.id), "key": scan.client_key, "person": str(scan.person) if scan.person else None,
            "purpose": scan.purpose.value, "via": scan.via.value, "outcome": scan.outcome.value, "reason": scan.reason.value,
            "grade": scan.grade, "order": str(scan.order) if scan.order else None, "place": str(scan.place) if scan.place else None,
            "at": scan.at_effective.isoformat(), "drill": scan.drill, "received": scan.at_received.isoformat(), "clock": scan.clock.value,
            "device": str(scan.device) if scan.device else None, "item": str(scan.item) if scan.item else None,
        }  # fmt: skip


PARTS = (orders_and_scans, entries_of_devices, notices_and_runs, copies_and_visits, gates_and_stays, reports_and_steps)
"""Each noun says its own lines."""
