"""Roles given to people, in a scope, until a time."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain.access import EndsAlready, Grant, GrantToSelf, GrantUnknown, May, NotYours, Role, WhyRevoked
from domain.deliveries import Lane, Message, Subject
from domain.errors import Invalid
from domain.identifiers import normal_phone
from domain.people import AreaUnknown, Person, PersonUnknown
from domain.shelters import ShelterUnknown
from domain.text import N_
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.ports import Clock, Ids, Wakeups, Work, Works

TOLD_OF = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles of which the other administrators hear at once."""


class ScopeMissing(Invalid):
    code = "scope_missing"
    text = N_("A role needs a scope: an area code or a shelter.")


class Grants:
    """Gives and takes roles."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, audience: Audience, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._audience = audience
        self._wakeups = wakeups

    async def with_phone(self, phone: str) -> Person:
        """The person that a phone number belongs to, for the operator's commands; nobody when only several who registered alone typed it."""
        number = normal_phone(phone)
        async with self._works.read() as work:
            found = await work.people.with_phones([number]) if number else []
        if not found or (len(found) > 1 and not found[0].confirmed):
            raise PersonUnknown()
        return found[0]

    async def give(self, person: UUID, role: Role, *, by: Actor, area: str | None = None, place: UUID | None = None, until: datetime | None = None) -> Grant:
        """One role in one scope, to somebody of the giver's area and never to oneself. The same living grant twice is one."""
        now = self._clock.now()
        by.must(May.GRANT, now=now, area=area)
        if area is None and place is None:
            raise ScopeMissing()
        if until is not None and until <= now:
            raise EndsAlready()
        async with self._works.write() as work:
            by.must(May.GRANT, now=now, area=await area_of(work, place))
            held = await self._may_manage(work, person, by=by)
            if by.person == person:
                raise GrantToSelf()
            if area is not None and await work.areas.get(area) is None:
                raise AreaUnknown(asked=area)
            if place is not None and await area_of(work, place) is None:
                raise ShelterUnknown()
            for one in held:
                if one.holds(now=now) and (one.role, one.area, one.place, one.until) == (role, area, place, until):
                    return one
            grant = Grant(self._ids.new(), person, role, area, place, until)
            await work.grants.add(grant)
            await self._tell(work, grant, by=by, now=now)
            ends = until.isoformat() if until is not None else None
            facts: dict[str, str | int | bool | None] = {"grant": str(grant.id), "role": role.value, "area": area, "place": str(place or ""), "until": ends}
            await self._trail.add(work, by=by, action="grants.give", subject=person, now=now, drill=False, **facts)
        self._wakeups.publish("deliveries")
        return grant

    async def _may_manage(self, work: Work, person: UUID, *, by: Actor) -> list[Grant]:
        """The grants of somebody who lives in the manager's area or holds a role there; refused for anybody else."""
        now = self._clock.now()
        who = await work.people.get(person)
        if who is None:
            raise PersonUnknown()
        held = await work.grants.of(person)
        if not by.can(May.GRANT, now=now, area=who.area) and not await self._any_inside(work, held, by=by, now=now):
            raise NotYours()
        return held

    async def _any_inside(self, work: Work, held: Collection[Grant], *, by: Actor, now: datetime) -> bool:
        scopes = [grant.area or await area_of(work, grant.place) for grant in held]
        return any(scope is not None and by.can(May.GRANT, now=now, area=scope) for scope in scopes)

    async def _tell(self, work: Work, grant: Grant, *, by: Actor, now: datetime) -> None:
        """A new administrator or auditor is announced to every other administrator."""
        if grant.role not in TOLD_OF:
            return
        admins = {one.person for one in await work.grants.with_role(Role.ADMIN) if one.holds(now=now)} - {grant.person, by.person}
        message = Message(self._ids.derived(str(grant.id), "given"), Subject.GRANT_GIVEN, grant.id, False, now)
        await self._audience.tell(work, admins, message, lane=Lane.YELLOW)

    async def told(self, grant: UUID) -> tuple[Grant, str, str]:
        """One with the names of its holder and its scope, as a message about it needs them; for views only."""
        async with self._works.read() as work:
            found = await work.grants.get(grant)
            if found is None:
                raise GrantUnknown()
            holder = await work.people.get(found.person)
            area = await work.areas.get(found.area) if found.area is not None else None
        return found, holder.name if holder else "", area.called if area else ""

    async def revoke(self, grant: UUID, *, by: Actor, why: WhyRevoked = WhyRevoked.OVER) -> None:
        """At once. Whoever was revoked first stays so."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            held = await work.grants.get(grant)
            if held is None:
                raise GrantUnknown()
            by.must(May.GRANT, now=now, area=held.area or await area_of(work, held.place))
            await work.grants.revoke(grant, at=now)
            facts: dict[str, str | int | bool | None] = {"grant": str(grant), "role": held.role.value, "why": why.value}
            await self._trail.add(work, by=by, action="grants.revoke", subject=held.person, now=now, drill=False, **facts)


async def area_of(work: Work, place: UUID | None) -> str | None:
    """Where a shelter, a site or a checkpoint stands; None without one."""
    if place is None:
        return None
    found = await work.shelters.get(place) or await work.sites.get(place) or await work.checkpoints.get(place)
    return found.area if found else None
