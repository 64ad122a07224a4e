"""Roles given to people, in a scope, until a time."""

from datetime import datetime
from uuid import UUID

from domain.access import Grant, May, Role
from domain.errors import Invalid
from domain.identifiers import normal_phone
from domain.people import AreaUnknown, Person, PersonUnknown
from domain.shelters import ShelterUnknown
from domain.text import N_
from services.actors import Actor
from services.audit import Trail
from services.ports import Clock, Ids, Work, Works


class ScopeMissing(Invalid):
    code = "scope_missing"
    text = N_("A role needs a scope: an area code or a shelter.")


class Grants:
    """Gives and takes roles."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail

    async def with_phone(self, phone: str) -> Person:
        """The person that a phone number belongs to, for the operator's commands; nobody when only several who registered alone typed it."""
        number = normal_phone(phone)
        async with self._works.read() as work:
            found = await work.people.with_phones([number]) if number else []
        if not found or (len(found) > 1 and not found[0].confirmed):
            raise PersonUnknown()
        return found[0]

    async def give(self, person: UUID, role: Role, *, by: Actor, area: str | None = None, place: UUID | None = None, until: datetime | None = None) -> Grant:
        """One role in one scope. The same living grant twice is one."""
        now = self._clock.now()
        by.must(May.GRANT, now=now, area=area)
        if area is None and place is None:
            raise ScopeMissing()
        async with self._works.write() as work:
            by.must(May.GRANT, now=now, area=await _area_of(work, place))
            if await work.people.get(person) is None:
                raise PersonUnknown()
            if area is not None and await work.areas.get(area) is None:
                raise AreaUnknown(asked=area)
            if place is not None and await work.shelters.get(place) is None and await work.sites.get(place) is None:
                raise ShelterUnknown()
            for held in await work.grants.of(person):
                if held.holds(now=now) and (held.role, held.area, held.place, held.until) == (role, area, place, until):
                    return held
            grant = Grant(self._ids.new(), person, role, area, place, until)
            await work.grants.add(grant)
            await self._trail.add(work, by=by, action="grants.give", subject=person, now=now, role=role.value, area=area, place=str(place or ""))
        return grant

    async def revoke(self, grant: UUID, *, by: Actor) -> None:
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.write() as work:
            held = await work.grants.get(grant)
            if held is None:
                raise PersonUnknown()
            by.must(May.GRANT, now=now, area=held.area or await _area_of(work, held.place))
            await work.grants.revoke(grant, at=now)
            await self._trail.add(work, by=by, action="grants.revoke", subject=held.person, now=now, role=held.role.value)


async def _area_of(work: Work, place: UUID | None) -> str | None:
    """Where a shelter or a site stands; None without one."""
    if place is None:
        return None
    found = await work.shelters.get(place) or await work.sites.get(place)
    return found.area if found else None
