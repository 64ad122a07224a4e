"""Break-glass 紧急授权: opened with a reason, told at once to all who watch, recorded with everything it was used for, ended by itself or by hand."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import May, NotYours
from domain.deliveries import Lane, Message, Subject
from domain.glass import (
    LONGEST,
    MINUTES,
    MOST_A_DAY,
    WATCHERS,
    Glass,
    GlassOpenAlready,
    GlassOver,
    GlassTooOften,
    GlassUnknown,
    MinutesWrong,
    checked_reason,
)
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works

MINUTE = timedelta(minutes=1)
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class GlassLine:
    """One in the list: whose it was and who ended it (masked at the edge), and whether the reader may end it."""

    glass: Glass
    name: str
    ended_by: str
    open: bool
    ends: bool


class Glasses:
    """Opens, ends and lists."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience
        self._wakeups = wakeups
        self._noted: dict[tuple[UUID, str], datetime] = {}

    async def open(self, reason: str, minutes: int, *, by: Actor, key: str, drill: bool = False) -> Glass:
        """From now on, for these minutes. One at a time, three a local day; the same key twice is one."""
        now = self._clock.now()
        by.must(May.BREAK_GLASS, now=now)
        why = checked_reason(reason)
        if minutes not in MINUTES or minutes * MINUTE > LONGEST:
            raise MinutesWrong()
        async with self._works.write() as work:
            id = self._ids.derived(key, "glass")
            if (again := await work.glass.get(id)) is not None:
                return again
            if await work.glass.open_of(by.registered(), now=now) is not None:
                raise GlassOpenAlready()
            if await work.glass.count_since(by.registered(), since=self._office.midnight(now)) >= MOST_A_DAY:
                raise GlassTooOften(most=MOST_A_DAY)
            opened = Glass(id, by.registered(), why, drill or self._office.drill_only, now, now + minutes * MINUTE)
            await work.glass.add(opened)
            await self._tell(work, opened, Subject.GLASS_OPENED, but=by.registered())
            await self._trail.add(work, by=by, action="glass.open", subject=id, now=now, drill=opened.drill, minutes=minutes)
        self._wakeups.publish("deliveries")
        return opened

    async def end(self, wanted: UUID, *, by: Actor) -> Glass:
        """At once: by whoever holds it, or by an approver or an administrator."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await work.glass.get(wanted)
            if found is None:
                raise GlassUnknown()
            if not self.may_end(found, by=by):
                raise NotYours()
            if not found.open(now=now):
                raise GlassOver()
            await work.glass.end(wanted, at=now, by=by.person)
            ended = replace(found, ended_at=now, ended_by=by.person)
            await self._tell(work, ended, Subject.GLASS_ENDED, but=by.person)
            await self._trail.add(work, by=by, action="glass.end", subject=wanted, now=now, drill=found.drill)
        self._wakeups.publish("deliveries")
        return ended

    def may_end(self, glass: Glass, *, by: Actor) -> bool:
        """Whoever holds it, and whoever approves or administers anywhere in the office."""
        now = self._clock.now()
        return (by.person is not None and by.person == glass.person) or by.can(May.APPROVE_ORDER, now=now) or by.can(May.GRANT, now=now)

    async def _tell(self, work: Work, glass: Glass, subject: Subject, *, but: UUID | None) -> None:
        """Whoever approves, administers or audits in this office; of an end also the one whose it was."""
        now = self._clock.now()
        people = {grant.person for role in WATCHERS for grant in await work.grants.with_role(role) if grant.holds(now=now)}
        if subject is Subject.GLASS_ENDED:
            people.add(glass.person)
        message = Message(self._ids.derived(str(glass.id), subject.value), subject, glass.id, glass.drill, now)
        await self._audience.tell(work, people - {but}, message, lane=Lane.RED)

    async def listing(self, *, by: Actor) -> list[GlassLine]:
        """The newest first, for whoever may open one, end one or read the audit log."""
        now = self._clock.now()
        if not any(by.can(may, now=now) for may in (May.GRANT, May.READ_AUDIT)):
            by.must(May.BREAK_GLASS, now=now)
        async with self._works.read() as work:
            found = await work.glass.newest(most=MOST_LISTED)
            people = await work.people.many({one.person for one in found} | {one.ended_by for one in found if one.ended_by})
        names = {id: person.name for id, person in people.items()}
        return [
            GlassLine(one, names.get(one.person, ""), names.get(one.ended_by, "") if one.ended_by else "", one.open(now=now), self.may_end(one, by=by))
            for one in found
        ]  # fmt: skip

    async def told(self, wanted: UUID) -> tuple[Glass, str, str]:
        """One with the names of whose it was and who ended it, as a message about it needs them; for views only."""
        async with self._works.read() as work:
            found = await work.glass.get(wanted)
            if found is None:
                raise GlassUnknown()
            people = await work.people.many({found.person} | ({found.ended_by} if found.ended_by else set()))
        name = people[found.person].name if found.person in people else ""
        return found, name, people[found.ended_by].name if found.ended_by in people else ""

    async def note_use(self, actor: Actor, *, what: str, entrance: str) -> None:
        """What was only looked at by means of it is recorded too; the same once a minute. What left a row of its own is there already."""
        pane, now = actor.pane, self._clock.now()
        if pane is None or not pane.gave or pane.written:
            return
        last = self._noted.get((pane.id, what))
        if last is not None and now - last < MINUTE:
            return
        self._noted = {key: at for key, at in self._noted.items() if now - at < MINUTE} | {(pane.id, what): now}
        async with self._works.write() as work:
            rights = ",".join(sorted(may.value for may in pane.gave))
            await self._trail.add(work, by=actor, action="glass.used", subject=pane.id, now=now, drill=pane.drill, what=what, entrance=entrance, rights=rights)
