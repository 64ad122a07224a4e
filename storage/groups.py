"""Named groups and who was in them when. Nothing is deleted: somebody who leaves has a row that ended."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint, func, or_, select, text, update

from domain.groups import Binding, Group, Membership
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType, Sealed, UtcTime

groups = Table(
    "named_groups",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("called", Text, nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    Column("owner", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("made_at", UtcTime, nullable=False),
    Column("chat", IdType, ForeignKey("chats.id")),
    UniqueConstraint("area", "called"),
    info=kept(Retention.SETUP),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("group", IdType, ForeignKey("named_groups.id"), nullable=False),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("joined_at", UtcTime, nullable=False),
    Column("left_at", UtcTime),
    Column("added_by", IdType),
    Index("uq_memberships_living", "group", "person", unique=True, sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL")),
    info=kept(Retention.SETUP),
)

bindings = Table(
    "bindings",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("group", IdType, ForeignKey("named_groups.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("made_by", IdType, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("bot", BigInteger, nullable=False),
    Column("address", Sealed),
    Column("used_at", UtcTime),
    info=kept(Retention.TRANSIENT),
)


class SqlGroups(Rows):
    async def add(self, group: Group) -> None:
        await self._add(groups, [asdict(group)])

    async def get(self, group: UUID) -> Group | None:
        found = await self._first(select(groups).where(groups.c.id == group))
        return _group(found) if found else None

    async def all(self) -> list[Group]:
        return [_group(row) for row in await self._fetch(select(groups).order_by(groups.c.area, groups.c.called))]

    async def named(self, called: str, area: str) -> Group | None:
        found = await self._first(select(groups).where(groups.c.called == called, groups.c.area == area))
        return _group(found) if found else None

    async def set_chat(self, group: UUID, chat: UUID | None) -> None:
        await self._run(update(groups).where(groups.c.id == group).values(chat=chat))

    async def counts(self) -> dict[UUID, int]:
        """How many are in each group now; a group without anybody is left out."""
        asked = select(memberships.c.group, func.count().label("number")).where(memberships.c.left_at.is_(None)).group_by(memberships.c.group)
        return {row.group: row.number for row in await self._fetch(asked)}

    async def members(self, wanted: Collection[UUID], *, joined_by: datetime | None = None) -> set[UUID]:
        """Who is in one of these groups now, without those who joined after `joined_by`."""
        asked = select(memberships.c.person).where(memberships.c.left_at.is_(None))
        if joined_by is not None:
            asked = asked.where(memberships.c.joined_at <= joined_by)
        return {row.person for row in await self._among(asked, memberships.c.group, wanted)}

    async def members_as_of(self, group: UUID, *, at: datetime) -> set[UUID]:
        """Who was in the group at that instant."""
        then = or_(memberships.c.left_at.is_(None), memberships.c.left_at > at)
        asked = select(memberships.c.person).where(memberships.c.group == group, memberships.c.joined_at <= at, then)
        return {row.person for row in await self._fetch(asked)}

    async def join(self, rows: Collection[Membership]) -> None:
        """Who is in the group already stays as they are."""
        await self._add_once(memberships, [asdict(row) for row in rows])

    async def leave(self, group: UUID, person: UUID, *, at: datetime) -> bool:
        """False when the person was not in it."""
        here = (memberships.c.group == group) & (memberships.c.person == person) & memberships.c.left_at.is_(None)
        return await self._run(update(memberships).where(here).values(left_at=at)) > 0

    async def add_binding(self, binding: Binding) -> None:
        await self._add(bindings, [asdict(binding) | {"address": None}])

    async def binding(self, id: UUID) -> Binding | None:
        found = await self._first(select(bindings).where(bindings.c.id == id))
        return self._binding(found) if found else None

    async def binding_with(self, digest: bytes) -> Binding | None:
        found = await self._first(select(bindings).where(bindings.c.digest == digest))
        return self._binding(found) if found else None

    async def change_binding(self, binding: Binding) -> None:
        address = self._sealed(bindings.c.address, binding.id, binding.address or None)
        await self._change(bindings, [asdict(binding) | {"address": address}])

    async def withdraw_bindings(self, group: UUID, *, at: datetime) -> None:
        """Spend every unused code of this group, so that only the newest one works."""
        open_ones = (bindings.c.group == group) & bindings.c.used_at.is_(None)
        await self._run(update(bindings).where(open_ones).values(used_at=at))

    def _binding(self, row: Found) -> Binding:
        return Binding(**{**row._mapping, "address": self._opened(bindings.c.address, row.id, row.address) or ""})


def _group(row: Found) -> Group:
    return Group(**row._mapping)
