"""Named groups from a list: who is in which, and whose each group is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.errors import Refusal
from domain.groups import Group, MemberAmbiguous, MemberOutside, Membership, MemberUnknown, OwnerUnknown, checked_group_name
from domain.identifiers import normal_id_number, normal_phone
from domain.people import Person
from domain.places import within
from services.actors import Actor
from services.audit import Trail
from services.imports import Problem, Report
from services.people_import import AreaNotKnown
from services.ports import Clock, Ids, Work, Works


@dataclass(slots=True)
class Taken:
    """What one import has met so far."""

    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    members: dict[UUID, set[UUID]] = field(default_factory=dict)
    new_groups: list[Group] = field(default_factory=list)
    new_members: list[Membership] = field(default_factory=list)


class GroupImport:
    """Takes in lists of groups."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail

    async def import_rows(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, dry_run: bool = False) -> Report:
        """Members from (line, row) pairs: group,area_code,owner_phone,name,phone,id_number. A group that is not there is made.

        A member is found by ID number, else phone, else name, inside the group's area. A re-import never takes anybody out.
        """
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        unchanged = 0
        taken = Taken()
        problems: list[Problem] = []
        async with self._works.write() as work:
            for line, row in rows:
                try:
                    unchanged += not await self._take(work, row, taken, by=by, now=now)
                except Refusal as refusal:
                    problems.append(Problem(line, refusal))
            if not dry_run and (taken.new_groups or taken.new_members):
                for group in taken.new_groups:
                    await work.groups.add(group)
                await work.groups.join(taken.new_members)
                await self._trail.add(
                    work, by=by, action="groups.import", subject="groups", now=now, groups=len(taken.new_groups), added=len(taken.new_members)
                )  # fmt: skip
        return Report(len(rows), len(taken.new_members), 0, unchanged, tuple(problems), dry_run=dry_run)

    async def _take(self, work: Work, row: Mapping[str, str], taken: Taken, *, by: Actor, now: datetime) -> bool:
        """Whether the row brought somebody new into its group."""
        group = await self._named(work, row, taken, now=now)
        person = await _meant(work, row, group)
        members = taken.members.setdefault(group.id, await work.groups.members([group.id]) if group.id not in taken.members else set())
        if person.id in members:
            return False
        members.add(person.id)
        taken.new_members.append(Membership(self._ids.new(), group.id, person.id, now, added_by=by.person))
        return True

    async def _named(self, work: Work, row: Mapping[str, str], taken: Taken, *, now: datetime) -> Group:
        """The group of a row; a new one needs an owner who is on the list."""
        name, area = checked_group_name(row.get("group", "")), row.get("area_code", "").strip()
        if (name, area) in taken.groups:
            return taken.groups[name, area]
        if await work.areas.get(area) is None:
            raise AreaNotKnown(value=area[:20])
        group = await work.groups.named(name, area)
        if group is None:
            phone = normal_phone(row.get("owner_phone", ""))
            owners = await work.people.with_phones([phone]) if phone else []
            if not owners or (len(owners) > 1 and not owners[0].confirmed):
                raise OwnerUnknown(name=name)
            group = Group(self._ids.new(), name, area, owners[0].id, now)
            taken.new_groups.append(group)
        taken.groups[name, area] = group
        return group


async def _meant(work: Work, row: Mapping[str, str], group: Group) -> Person:
    """The one person of a row, who lives in the group's area."""
    number, phone = normal_id_number(row.get("id_number", "")), normal_phone(row.get("phone", ""))
    name = "".join(row.get("name", "").split())
    if number is not None:
        found = await work.people.with_id_numbers([number])
    elif phone is not None:
        found = _called(name, await work.people.with_phones([phone])) or await work.people.with_phones([phone])
    else:
        found = _called(name, await work.people.inside([group.area]))
    inside = [person for person in found if within(person.area, group.area)]
    if found and not inside:
        raise MemberOutside()
    if not inside:
        raise MemberUnknown()
    if len(inside) > 1:
        raise MemberAmbiguous(name=name)
    return inside[0]


def _called(name: str, people: Sequence[Person]) -> list[Person]:
    return [person for person in people if name and "".join(person.name.split()) == name]
