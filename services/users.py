"""Users: who holds which role where, for those who give and take roles. Names are masked at the edge."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import Grant, May, NotYours, Role
from domain.audit import AuditRow
from domain.identifiers import normal_phone
from domain.people import ContactState, Person, PersonUnknown
from domain.places import within
from services.actors import Actor
from services.grants import area_of
from services.ports import Clock, Work, Works

MOST_FOUND = 50
SMALL_ENOUGH = 9
"""Everybody of a township may be looked through by name (their rows have to be opened for that), not everybody of a county."""
MOST_HISTORY = 100


@dataclass(frozen=True, slots=True)
class Held:
    """A grant with the name of its scope, and whether it holds now."""

    grant: Grant
    scope: str
    holds: bool


@dataclass(frozen=True, slots=True)
class User:
    """A person with what they hold or held; `linked`: can be written to."""

    person: Person
    held: tuple[Held, ...]
    linked: bool


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done about a person's roles, and by whom."""

    row: AuditRow
    by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a whole phone number or part of a name; a role; an area with all inside it."""

    words: str = ""
    role: Role | None = None
    area: str | None = None


class Users:
    """Lists and shows, cut to the area in which the reader may give roles."""

    def __init__(self, works: Works, *, clock: Clock) -> None:
        self._works = works
        self._clock = clock

    async def listing(self, wanted: Wanted, *, by: Actor) -> list[User]:
        """At most 50. By phone anybody; by name whoever holds a role, and within a township everybody; without words whoever holds a role."""
        now = self._clock.now()
        by.must(May.GRANT, now=now, area=wanted.area)
        async with self._works.read() as work:
            scopes = await self._scopes(work, by=by, area=wanted.area)
            grants = await self._grants_inside(work, scopes, now=now)
            people = await self._candidates(work, wanted, grants, scopes)
            if wanted.role is not None:
                holders = {grant.person for grant in grants if grant.role is wanted.role and grant.holds(now=now)}
                people = [person for person in people if person.id in holders]
            return await self._users(work, people[:MOST_FOUND])

    async def _scopes(self, work: Work, *, by: Actor, area: str | None) -> list[str]:
        if area is not None:
            return [area]
        return await work.areas.tops() if May.GRANT in by.rights else by.areas_for(May.GRANT, now=self._clock.now())

    async def _grants_inside(self, work: Work, scopes: Sequence[str], *, now: datetime) -> list[Grant]:
        """Grants in these areas, those that are over too."""
        everything = await work.grants.all()
        shelters = await work.shelters.many({grant.place for grant in everything if grant.place is not None})
        places = {id: shelter.area for id, shelter in shelters.items()}
        for id in {grant.place for grant in everything if grant.place is not None} - places.keys():
            places[id] = await area_of(work, id) or ""
        found = []
        for grant in everything:
            area = grant.area or (places.get(grant.place, "") if grant.place else "")
            if any(within(area, scope) for scope in scopes):
                found.append(grant)
        return found

    async def _candidates(self, work: Work, wanted: Wanted, grants: Collection[Grant], scopes: Sequence[str]) -> list[Person]:
        holders = await work.people.many(sorted({grant.person for grant in grants}))
        words = "".join(wanted.words.split()).casefold()
        if words and (phone := normal_phone(words)) is not None:
            found = await work.people.with_phones([phone])
            return [person for person in found if person.id in holders or any(within(person.area, scope) for scope in scopes)]
        people = dict(holders)
        if words and wanted.area is not None and len(wanted.area) >= SMALL_ENOUGH:
            people |= {person.id: person for person in await work.people.inside([wanted.area])}
        matching = [person for person in people.values() if words in "".join(person.name.split()).casefold()]
        return sorted(matching, key=lambda person: (person.area, len(person.name), str(person.id)))

    async def show(self, person: UUID, *, by: Actor) -> tuple[User, list[Change]]:
        """One with everything that was done about their roles, newest first; refused for somebody of another area."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        async with self._works.read() as work:
            found = await work.people.get(person)
            if found is None:
                raise PersonUnknown()
            held = await work.grants.of(person)
            scopes = [found.area, *[grant.area or await area_of(work, grant.place) or "" for grant in held]]
            if not any(scope and by.can(May.GRANT, now=now, area=scope) for scope in scopes):
                raise NotYours()
            rows = await work.audit.search(subject=str(person), actions=("grants.give", "grants.revoke"), most=MOST_HISTORY)
            names = await work.people.many({row.actor for row in rows if row.actor is not None})
            (user,) = await self._users(work, [found])
        return user, [Change(row, names[row.actor].name if row.actor in names else "") for row in rows]

    async def _users(self, work: Work, people: Sequence[Person]) -> list[User]:
        now = self._clock.now()
        reachable = {one.person for one in await work.contacts.of([person.id for person in people]) if one.state is ContactState.ACTIVE}
        users = []
        for person in people:
            held = [Held(grant, await self._scope(work, grant), grant.holds(now=now)) for grant in await work.grants.of(person.id)]
            users.append(User(person, tuple(sorted(held, key=lambda one: not one.holds)), person.id in reachable))
        return users

    async def _scope(self, work: Work, grant: Grant) -> str:
        if grant.place is not None:
            place = await work.shelters.get(grant.place) or await work.sites.get(grant.place)
            return place.name if place else ""
        area = await work.areas.get(grant.area) if grant.area is not None else None
        return area.called if area else ""
