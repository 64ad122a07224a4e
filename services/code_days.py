"""What was issued on each day, by whom: counted when the day is over, told to a second person, and shown with what is unusual first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.access import May, NotYours, Role
from domain.deliveries import Lane, Message, Subject
from domain.issuing import ASKED, DAY, DayCount, unusual
from domain.places import within
from services.actors import Actor
from services.audience import Audience
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works

CAUGHT_UP = 7
SHOWN = timedelta(days=30)
SEES = (May.ISSUE_CODE, May.READ_AUDIT, May.APPROVE_ORDER, May.GRANT)


@dataclass(frozen=True, slots=True)
class CountLine:
    """One official's count of one day, with the name (masked at the edge, "" for the house itself), and whether it is unusual."""

    count: DayCount
    name: str
    unusual: bool


class CodeDays:
    """Counts, tells and shows."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, office: Office, audience: Audience, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._office = office
        self._audience = audience
        self._wakeups = wakeups

    async def close(self) -> int:
        """Count each day that is over and was not counted, once: its rows say so. How many days that were."""
        today = self._today()
        async with self._works.read() as work:
            last = await work.code_days.last()
        first = max(date.fromisoformat(last) + timedelta(days=1), today - timedelta(days=CAUGHT_UP)) if last else today - DAY
        days = [first + timedelta(days=number) for number in range((today - first).days)]
        for day in days:
            async with self._works.write() as work:
                await self._close(work, day)
        if days:
            self._wakeups.publish("deliveries")
        return len(days)

    async def _close(self, work: Work, day: date) -> None:
        counts = await self._counted(work, day)
        marker = DayCount(self._id(day, "", None), day.isoformat(), "", None, sum(one.total for one in counts if one.issuer is None))
        await work.code_days.add([one for one in counts if one.issuer is not None] + [marker])
        for county in sorted({one.county for one in counts if one.issuer is not None}):
            issuers = {one.issuer for one in counts if one.county == county and one.issuer is not None}
            message = Message(self._id(day, county, None), Subject.CODES_COUNTED, self._id(day, county, None), self._office.drill_only, self._clock.now())
            await self._audience.tell(work, await self._second(work, county, issuers), message, lane=Lane.BULK)

    async def _second(self, work: Work, county: str, issuers: set[UUID]) -> set[UUID]:
        """Approvers and administrators over this county; where all of them issued codes themselves, also auditors and other issuers."""
        people = await self._audience.holders(work, May.APPROVE_ORDER, [county]) | await self._audience.holders(work, May.GRANT, [county])
        if people - issuers:
            return people
        now = self._clock.now()
        watching = {grant.person for role in (Role.ADMIN, Role.AUDITOR) for grant in await work.grants.with_role(role) if grant.holds(now=now)}
        return people | watching | await self._audience.holders(work, May.REVOKE_CODE, [county])

    async def _counted(self, work: Work, day: date) -> list[DayCount]:
        since = datetime.combine(day, time(), tzinfo=self._office.zone)
        until = datetime.combine(day + DAY, time(), tzinfo=self._office.zone)
        found: dict[tuple[str, UUID | None], dict[str, int]] = {}
        for issuer, county, reason, count in await work.codes.tally(since=since, until=until):
            if reason in ASKED or issuer is None:
                found.setdefault((county, issuer), {})[reason] = count
        return [
            DayCount(self._id(day, county, issuer), day.isoformat(), county, issuer, sum(reasons.values()), reasons)
            for (county, issuer), reasons in sorted(found.items(), key=lambda item: (item[0][0], str(item[0][1])))
        ]  # fmt: skip

    def _id(self, day: date, county: str, issuer: UUID | None) -> UUID:
        return self._ids.derived(f"{day.isoformat()} {county}", f"codes {issuer or ''}")

    def _today(self) -> date:
        return self._office.local_day(self._clock.now())

    async def lines(self, *, by: Actor) -> list[CountLine]:
        """Thirty days and today so far, the unusual ones first, for whoever issues, approves, administers or audits there."""
        now = self._clock.now()
        if not any(by.can(may, now=now) for may in SEES):
            raise NotYours()
        async with self._works.read() as work:
            counts = await work.code_days.since((self._today() - SHOWN).isoformat())
            counts = [*(await self._counted(work, self._today())), *counts]
            names = {id: person.name for id, person in (await work.people.many({one.issuer for one in counts if one.issuer})).items()}
        lines = [self._line(one, counts, names) for one in counts if one.issuer is not None and self._sees(one.county, by=by)]
        return sorted(lines, key=lambda line: not line.unusual)

    def _sees(self, county: str, *, by: Actor) -> bool:
        now = self._clock.now()
        if by.can(May.READ_AUDIT, now=now):
            return True
        areas = [area for may in SEES for area in by.areas_for(may, now=now)]
        return not county or any(within(county, area) or within(area, county) for area in areas) or by.can(May.GRANT, now=now, area=county)

    def _line(self, one: DayCount, counts: list[DayCount], names: dict[UUID, str]) -> CountLine:
        earlier = [other.total for other in counts if (other.issuer, other.county) == (one.issuer, one.county) and other.day < one.day]
        return CountLine(one, names.get(one.issuer, "") if one.issuer else "", unusual(one.total, earlier))

    async def told(self, about: UUID) -> list[CountLine]:
        """The counts of one day in one county, the largest first, as the message about them needs them; for views only."""
        since = (self._today() - SHOWN).isoformat()
        async with self._works.read() as work:
            counts = await work.code_days.since(since)
            names = {id: person.name for id, person in (await work.people.many({one.issuer for one in counts if one.issuer})).items()}
        mine = [one for one in counts if one.issuer and self._id(date.fromisoformat(one.day), one.county, None) == about]
        return sorted((self._line(one, counts, names) for one in mine), key=lambda line: (not line.unusual, -line.count.total))
