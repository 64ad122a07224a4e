"""Whom a notice goes to: from its parts to people, exactly counted, inside somebody else's transaction."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import Role
from domain.chats import ChatState
from domain.groups import GroupUnknown
from domain.notices import SHOWN_NAMES, Draft, Notice, Part, PartKind, needs_second
from domain.people import AreaUnknown
from domain.places import within
from services.office import Office
from services.ports import Work


@dataclass(frozen=True, slots=True)
class Counted:
    """An audience at one moment. `languages` counts those with a contact by its language; `sample` are names from all over it."""

    people: tuple[UUID, ...]
    languages: Mapping[str, int]
    posts: int
    sample: tuple[str, ...]

    @property
    def without_contact(self) -> int:
        return len(self.people) - sum(self.languages.values())


class Recipients:
    """Turns parts into people and chats."""

    def __init__(self, *, office: Office) -> None:
        self._office = office

    async def must_be_known(self, work: Work, parts: Iterable[Part]) -> None:
        """Refuses an area that is not known, and a group that is not in the area it was named with."""
        given = list(parts)
        known = await work.areas.many({part.area for part in given})
        for part in given:
            if part.area not in known:
                raise AreaUnknown(asked=part.area[:20])
            if part.kind is PartKind.GROUP:
                group = await work.groups.get(part.group) if part.group is not None else None
                if group is None or group.area != part.area:
                    raise GroupUnknown()

    async def people(self, work: Work, parts: Iterable[Part], *, drill: bool, now: datetime, joined_by: datetime | None = None) -> list[UUID]:
        """Everybody in at least one part, each once, in a stable order. Of groups without whoever joined after `joined_by`; in a drill only the enrolled."""
        found: set[UUID] = set()
        for part in parts:
            found |= await self._in_part(work, part, drill=drill, now=now, joined_by=joined_by)
        if drill:
            found = await work.notices.enrolled_among(found)
        return sorted(found, key=lambda id: id.bytes)

    async def _in_part(self, work: Work, part: Part, *, drill: bool, now: datetime, joined_by: datetime | None) -> set[UUID]:
        match part.kind:
            case PartKind.AREA:
                return await work.notices.people_inside([part.area], enrolled_only=drill)
            case PartKind.GROUP if part.group is not None:
                return await work.groups.members([part.group], joined_by=joined_by)
            case PartKind.ROLE if part.role is not None:
                return await self._with_role(work, part.role, part.area, now=now)
            case PartKind.FIRM if part.firm is not None:
                return await self._of_firm(work, part.firm, part.area)
            case _:
                return set()

    async def _with_role(self, work: Work, role: Role, area: str, *, now: datetime) -> set[UUID]:
        grants = [grant for grant in await work.grants.with_role(role) if grant.holds(now=now)]
        bound = {grant.place for grant in grants if grant.place is not None}
        places = {id: shelter.area for id, shelter in (await work.shelters.many(bound)).items()}
        places |= {id: site.area for id, site in (await work.sites.many(bound)).items()}
        scopes = [(grant.person, grant.area or (places.get(grant.place) if grant.place else None)) for grant in grants]
        return {person for person, scope in scopes if scope is not None and within(scope, area)}

    async def _of_firm(self, work: Work, firm: str, area: str) -> set[UUID]:
        """Its workers who live in the area, or stand on the list of a site there."""
        workers = {worker.person for worker in await work.workers.of_firm(firm)}
        here = await work.notices.living_inside(workers, [area])
        sites = {site.id for site in await work.sites.all() if within(site.area, area)}
        for site in sites:
            here |= workers & await work.sites.listed(site)
        return here

    async def chats(self, work: Work, parts: Iterable[Part], *, drill: bool) -> list[UUID]:
        """The group chats that get a post. Who reads there is not known, so a drill of a real office is not posted."""
        if drill and not self._office.drill_only:
            return []
        groups = [await work.groups.get(part.group) for part in parts if part.group is not None]
        ids = {group.chat for group in groups if group is not None and group.chat is not None}
        active = [chat.id for chat in (await work.chats.many(ids)).values() if chat.state is ChatState.ACTIVE]
        return sorted(active, key=lambda id: id.bytes)

    async def members(self, work: Work, parts: Iterable[Part]) -> str:
        """A digest of who is in the named groups now; empty when no group is named."""
        groups = sorted({part.group for part in parts if part.group is not None}, key=lambda id: id.bytes)
        if not groups:
            return ""
        digest = hashlib.sha256()
        for group in groups:
            digest.update(group.bytes + b"".join(sorted(id.bytes for id in await work.groups.members([group]))))
        return digest.hexdigest()

    async def counted(self, work: Work, draft: Draft, *, now: datetime) -> Counted:
        people = await self.people(work, draft.parts, drill=draft.drill, now=now)
        spoken = await work.notices.languages_of(people)
        languages: dict[str, int] = {}
        for language in spoken.values():
            languages[language] = languages.get(language, 0) + 1
        return Counted(tuple(people), languages, len(await self.chats(work, draft.parts, drill=draft.drill)), await self._sample(work, people))

    async def _sample(self, work: Work, people: Sequence[UUID]) -> tuple[str, ...]:
        """Ten names, evenly from the whole list."""
        step = max(1, len(people) // SHOWN_NAMES)
        wanted = list(people)[::step][:SHOWN_NAMES]
        known = await work.people.many(wanted)
        return tuple(known[id].name for id in wanted if id in known)

    async def of_run(self, work: Work, notice: Notice, *, now: datetime) -> list[UUID]:
        """Who gets a run now. Red and orange go to nobody who joined a group after a second person approved."""
        joined_by = notice.approved_at if needs_second(notice.level) else None
        return await self.people(work, notice.draft.parts, drill=notice.drill, now=now, joined_by=joined_by)


def audience_key(draft: Draft) -> str:
    """The same for drafts with the same parts, whatever they say."""
    said = sorted("|".join(f"{name}={value}" for name, value in sorted(part.written().items())) for part in draft.parts)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
