"""Named groups: made and kept by their owner, filled by hand or from a list, tied to a Telegram group by a one-time code."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.access import May
from domain.chats import ChatState
from domain.groups import (
    BINDING_LASTS,
    Binding,
    BindingNotYours,
    BindingSpent,
    Group,
    GroupNameTaken,
    GroupNotYours,
    GroupUnknown,
    MemberOutside,
    Membership,
    MemberUnknown,
    checked_group_name,
)
from domain.identifiers import normal_phone
from domain.people import AreaUnknown, Person, PersonUnknown
from domain.places import within
from services.actors import Actor
from services.audit import Trail
from services.chats import Guests
from services.ports import Clock, Ids, Work, Works

MOST_FOUND = 8
CODE_BYTES = 12
PREFIX = "group-"


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as its keeper sees it: how many are in it, whether it has a Telegram group and that one still takes posts."""

    group: Group
    members: int
    posts: ChatState | None = None


class Groups:
    """One group from its name to its members."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, guests: Guests, digest: Callable[[bytes], bytes]
    ) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._guests = guests
        self._digest = digest

    async def make(self, called: str, area: str, *, by: Actor, key: str) -> Group:
        """An empty group of this area, owned by who makes it. Refuses a name that the area has already."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now, area=area)
        name = checked_group_name(called)
        id = self._ids.derived(key, "group")
        async with self._works.write() as work:
            if (again := await work.groups.get(id)) is not None:
                return again
            if await work.areas.get(area) is None:
                raise AreaUnknown(asked=area[:20])
            if await work.groups.named(name, area) is not None:
                raise GroupNameTaken(name=name)
            group = Group(id, name, area, by.registered(), now)
            await work.groups.add(group)
            await self._trail.add(work, by=by, action="groups.make", subject=id, now=now, area=area)
        return group

    async def listing(self, *, by: Actor) -> list[GroupView]:
        """Every group inside the areas where the asker may draft notices, the own ones first."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        async with self._works.read() as work:
            found = [group for group in await work.groups.all() if by.can(May.DRAFT_NOTICE, now=now, area=group.area)]
            found.sort(key=lambda group: (group.owner != by.person, group.area, group.called))
            return await self._views(work, found)

    async def everything(self, *, by: Actor) -> list[GroupView]:
        """Every group of the areas whose board the asker sees, for the operator's command line."""
        now = self._clock.now()
        by.must(May.SEE_BOARD, now=now)
        async with self._works.read() as work:
            return await self._views(work, [group for group in await work.groups.all() if by.can(May.SEE_BOARD, now=now, area=group.area)])

    async def get(self, group: UUID, *, by: Actor) -> GroupView:
        async with self._works.read() as work:
            found = await self._group(work, group)
            by.must(May.DRAFT_NOTICE, now=self._clock.now(), area=found.area)
            return (await self._views(work, [found]))[0]

    async def _views(self, work: Work, groups: Sequence[Group]) -> list[GroupView]:
        counts = await work.groups.counts()
        chats = await work.chats.many({group.chat for group in groups if group.chat is not None})
        return [GroupView(group, counts.get(group.id, 0), chats[group.chat].state if group.chat in chats else None) for group in groups]

    async def told(self, groups: Collection[UUID]) -> dict[UUID, str]:
        """What these groups are called; for views only."""
        async with self._works.read() as work:
            found = [await work.groups.get(group) for group in groups]
        return {group.id: group.called for group in found if group is not None}

    def keeps(self, group: Group, *, by: Actor) -> bool:
        """Whether this person may change the group: its owner, or somebody with GRANT in its area."""
        now = self._clock.now()
        owner = by.person is not None and by.person == group.owner and by.can(May.DRAFT_NOTICE, now=now, area=group.area)
        return owner or by.can(May.GRANT, now=now, area=group.area)

    async def _kept(self, work: Work, group: UUID, *, by: Actor) -> Group:
        found = await self._group(work, group)
        if not self.keeps(found, by=by):
            by.must(May.DRAFT_NOTICE, now=self._clock.now(), area=found.area)
            raise GroupNotYours()
        return found

    async def candidates(self, group: UUID, words: str, *, by: Actor) -> list[Person]:
        """People of the group's area with this phone number, or with these words in their name; at most 8. Refuses when there is none."""
        asked = "".join(words.split()).casefold()
        async with self._works.read() as work:
            found = await self._kept(work, group, by=by)
            phone = normal_phone(words)
            if phone is not None:
                people = [person for person in await work.people.with_phones([phone]) if within(person.area, found.area)]
            else:
                inside = await work.people.inside([found.area]) if asked else []
                people = [person for person in inside if asked in "".join(person.name.split()).casefold()]
        if not people:
            raise MemberUnknown()
        return sorted(people, key=lambda person: (len(person.name), person.area, str(person.id)))[:MOST_FOUND]

    async def members(self, group: UUID, *, by: Actor) -> list[Person]:
        """Who is in it now, by area and household."""
        async with self._works.read() as work:
            found = await self._kept(work, group, by=by)
            people = await work.people.many(await work.groups.members([found.id]))
        return sorted(people.values(), key=lambda person: (person.area, str(person.household), str(person.id)))

    async def add(self, group: UUID, person: UUID, *, by: Actor) -> int:
        """This person is in the group from now on; how many there are then. Who is in it already stays."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._kept(work, group, by=by)
            if (who := await work.people.get(person)) is None:
                raise PersonUnknown()
            if not within(who.area, found.area):
                raise MemberOutside()
            if person not in await work.groups.members([group]):
                await work.groups.join([Membership(self._ids.new(), group, person, now, added_by=by.person)])
                await self._trail.add(work, by=by, action="groups.add", subject=group, now=now, person=str(person))
            return len(await work.groups.members([group]))

    async def remove(self, group: UUID, person: UUID, *, by: Actor) -> int:
        """This person is out of the group from now on; how many are left. The row says how long they were in it."""
        now = self._clock.now()
        async with self._works.write() as work:
            await self._kept(work, group, by=by)
            if await work.groups.leave(group, person, at=now):
                await self._trail.add(work, by=by, action="groups.remove", subject=group, now=now, person=str(person))
            return len(await work.groups.members([group]))

    async def bind_code(self, group: UUID, *, by: Actor, key: str) -> str:
        """What the owner says in a Telegram group to tie it: works once, for half an hour, said by the owner's own account only."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._kept(work, group, by=by)
            if by.registered() != found.owner:
                raise GroupNotYours()
            code = PREFIX + self._ids.random_bytes(CODE_BYTES).hex()
            await work.groups.withdraw_bindings(group, at=now)
            await work.groups.add_binding(Binding(self._ids.new(), group, self._digest(code.encode()), found.owner, now + BINDING_LASTS))
            await self._trail.add(work, by=by, action="groups.bind_code", subject=group, now=now)
        return code

    async def met(self, code: str, *, number: int, by: Actor) -> tuple[UUID, Group]:
        """The code was said in the Telegram group with this number, by this account; the owner is still to confirm. The binding, and the group.

        A code is for one Telegram group: the question that names the first must not tie the second.
        """
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        async with self._works.write() as work:
            binding = await work.groups.binding_with(self._digest(code.encode()))
            if binding is None or binding.used_at is not None or now >= binding.expires_at:
                raise BindingSpent()
            if binding.made_by != by.person:
                raise BindingNotYours()
            group = await self._kept(work, binding.group, by=by)
            if binding.address and binding.address != str(number):
                raise BindingSpent()
            await work.groups.change_binding(replace(binding, bot=by.bot, address=str(number)))
        return binding.id, group

    async def bind(self, binding: UUID, *, by: Actor) -> Group:
        """The owner confirms in private: from now on notices to this group are posted there. Confirming again changes nothing."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        async with self._works.write() as work:
            found = await work.groups.binding(binding)
            if found is None or found.made_by != by.person:
                raise BindingNotYours()
            group = await self._kept(work, found.group, by=by)
            if found.used_at is not None and group.chat is not None:
                return group
            if found.used_at is not None or now >= found.expires_at or not found.address:
                raise BindingSpent()
            chat = await self._guests.group(work, bot=found.bot, number=int(found.address), language=by.language)
            await work.groups.set_chat(group.id, chat)
            await work.groups.change_binding(replace(found, used_at=now))
            await self._trail.add(work, by=by, action="groups.bind", subject=group.id, now=now)
        return replace(group, chat=chat)

    async def unbind(self, group: UUID, *, by: Actor) -> Group:
        """No more posts to the Telegram group."""
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._kept(work, group, by=by)
            await work.groups.set_chat(group, None)
            await self._trail.add(work, by=by, action="groups.unbind", subject=group, now=now)
        return replace(found, chat=None)

    async def _group(self, work: Work, group: UUID) -> Group:
        if (found := await work.groups.get(group)) is None:
            raise GroupUnknown()
        return found
