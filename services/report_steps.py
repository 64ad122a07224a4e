"""What every step of a report does, inside somebody else's transaction: one more line in its history, and who hears of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.access import TABLE, Grant, May, Role
from domain.deliveries import Lane, Message, Subject
from domain.places import within
from domain.reports import TO, Report, ReportDeed, ReportEvent
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.ports import Clock, Ids, Work

COUNTY = 6
HEARD = frozenset({
    ReportDeed.VERIFIED, ReportDeed.ASSIGNED, ReportDeed.CLOSED, ReportDeed.REJECTED, ReportDeed.DUPLICATE,
})  # fmt: skip
"""Steps that the reporter is told of."""


class ReportSteps:
    """Writes a step down and tells those whom it concerns."""

    def __init__(self, *, clock: Clock, ids: Ids, trail: Trail, audience: Audience) -> None:
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._audience = audience

    def id_of(self, key: str, deed: ReportDeed) -> UUID:
        """The id of the event that this run of a step writes, the same in every re-run."""
        return self._ids.derived(key, f"report_{deed.value}")

    async def history(self, work: Work, report: UUID) -> list[ReportEvent]:
        return (await work.reports.events([report])).get(report, [])

    async def happen(self, work: Work, report: Report, deed: ReportDeed, actor: Actor, key: str, **more: Any) -> tuple[Report, ReportEvent]:
        """The report after this step, and the step. `more`: reason, words, assignee of the event. Whether it may happen was asked before."""
        now = self._clock.now()
        seq = len(await self.history(work, report.id)) + 1
        event = ReportEvent(self.id_of(key, deed), report.id, report.drill, seq, deed, now, actor.person, actor.via, **more)
        after = replace(report, state=TO.get(deed, report.state))
        await work.reports.add_event(event)
        await work.reports.change(after)
        if deed is not ReportDeed.REFUSED:
            facts = {"number": after.number, "reason": event.reason or None}
            await self._trail.add(work, by=actor, action=f"reports.{deed.value}", subject=report.id, now=now, drill=report.drill, **facts)
        if deed in HEARD:
            await self.tell_reporters(work, after, event)
        return after, event

    async def tell_reporters(self, work: Work, report: Report, event: ReportEvent) -> None:
        """Whoever sent it, and whoever sent the same before they knew, or the same as that."""
        reports = [report]
        for each in reports:
            reports += await work.reports.duplicates_of(each.id)
        for each in reports:
            message = Message(
                self._ids.derived(str(event.id), f"step {each.id}"), Subject.REPORT_STEP, each.id, each.drill, event.at, {"event": str(event.id)}
            )
            if each.reporter is not None:
                await self._audience.tell(work, {each.reporter}, message, lane=Lane.YELLOW)
            elif each.guest is not None:
                await self._audience.post(work, message, [each.guest], lane=Lane.YELLOW)

    async def tell_desk(self, work: Work, report: Report, event: ReportEvent) -> int:
        """The officials who handle reports from there; to how many chats it goes."""
        message = Message(self._ids.derived(str(event.id), "desk"), Subject.REPORT_FILED, report.id, report.drill, event.at, {"event": str(event.id)})
        people = await self._reached(work, await self._desk(work, report.desk), drill=report.drill)
        return await self._audience.tell(work, people, message, lane=Lane.RED if report.urgent else Lane.ORANGE)

    async def tell_assignee(self, work: Work, report: Report, event: ReportEvent) -> None:
        message = Message(self._ids.derived(str(event.id), "assignee"), Subject.REPORT_ASSIGNED, report.id, report.drill, event.at, {"event": str(event.id)})
        people = await self._reached(work, {report.assignee} if report.assignee is not None else set(), drill=report.drill)
        await self._audience.tell(work, people, message, lane=Lane.RED if report.urgent else Lane.ORANGE)

    async def _reached(self, work: Work, people: set[UUID], *, drill: bool) -> set[UUID]:
        """A drill reaches only people who are enrolled."""
        if not drill:
            return people
        return {person.id for person in (await work.people.many(people)).values() if person.enrolled}

    async def desk_of(self, work: Work, place: str) -> str:
        """Who deals with what lies there: the place itself where somebody covers it, else "" for every county's desk. An office without a
        county's desk has it on its widest one, since what stands on no desk would be seen by nobody.
        """
        areas = [grant.area or "" for grant in await self._handling(work)]
        if any(within(place, area) for area in areas):
            return place
        widest = min(areas, key=lambda area: (len(area), area), default="")
        return widest if len(widest) > COUNTY else ""

    async def _handling(self, work: Work) -> list[Grant]:
        now = self._clock.now()
        return [
            grant
            for role in Role
            if May.HANDLE_REPORT in TABLE[role]
            for grant in await work.grants.with_role(role)
            if grant.holds(now=now) and grant.area is not None
        ]

    async def _desk(self, work: Work, desk: str) -> set[UUID]:
        """Everybody whose area holds that place; else every county’s desk; in the end everybody who handles reports."""
        grants = await self._handling(work)
        covering = {grant.person for grant in grants if desk and within(desk, grant.area or "")}
        wide = {grant.person for grant in grants if len(grant.area or "") <= COUNTY}
        return covering or wide or {grant.person for grant in grants}
