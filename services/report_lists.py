"""Reports for programs: which of them an asker may take away, and their lines in an export."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from domain.access import May
from domain.reports import Report
from services.actors import Actor
from services.ports import Work


async def taken_away(work: Work, by: Actor, now: datetime) -> list[Report]:
    """The asker's own, oldest first. What nobody could place belongs to the operator only."""
    sent = await work.reports.sent()
    return [each for each in reversed(sent) if May.EXPORT in by.rights or (each.desk and by.can(May.EXPORT, now=now, area=each.desk))]


async def exported(work: Work, *, by: Actor, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """Every report that was sent and every step of it: no names, no words, no coordinates."""
    reports = await taken_away(work, by, now)
    for report in reports:
        yield {
            "type": "report", "id": str(report.id), "number": report.number, "kind": report.kind.value if report.kind else None,
            "for_self": report.for_self, "state": report.state.value, "photos": report.photos, "hurt": report.hurt, "trapped": report.trapped,
            "person": str(report.reporter) if report.reporter else None, "area": report.area, "at": report.filed_at.isoformat() if report.filed_at else None,
            "drill": report.drill,
        }  # fmt: skip
    for lot in (await work.reports.events([report.id for report in reports])).values():
        for event in lot:
            yield {
                "type": "report_event", "id": str(event.id), "report": str(event.report), "kind": event.kind.value, "seq": event.seq,
                "reason": event.reason or None, "at": event.at.isoformat(), "by": str(event.by) if event.by else None, "drill": event.drill,
            }  # fmt: skip
