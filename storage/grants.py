"""Grants: a role in a scope until a time. Nothing is deleted; a grant is revoked."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Table, Text, select, update

from domain.access import Grant, Role
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType, TextEnum, UtcTime

grants = Table(
    "grants",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("role", TextEnum(Role), nullable=False, index=True),
    Column("area", Text, ForeignKey("areas.code")),
    Column("place", IdType),
    Column("until", UtcTime),
    Column("revoked_at", UtcTime),
    info=kept(Retention.SETUP),
)


class SqlGrants(Rows):
    """Lists hold revoked and expired grants too, in the order they were given."""

    async def add(self, grant: Grant) -> None:
        values = {
            "id": grant.id,
            "person": grant.person,
            "role": grant.role,
            "area": grant.area,
            "place": grant.place,
            "until": grant.until,
            "revoked_at": grant.revoked_at,
        }
        await self._add(grants, [values])

    async def of(self, person: UUID) -> list[Grant]:
        asked = select(grants).where(grants.c.person == person).order_by(grants.c.id)
        return [_grant(row) for row in await self._fetch(asked)]

    async def get(self, grant: UUID) -> Grant | None:
        found = await self._first(select(grants).where(grants.c.id == grant))
        return _grant(found) if found else None

    async def all(self) -> list[Grant]:
        return [_grant(row) for row in await self._fetch(select(grants).order_by(grants.c.id))]

    async def with_role(self, role: Role) -> list[Grant]:
        asked = select(grants).where(grants.c.role == role).order_by(grants.c.id)
        return [_grant(row) for row in await self._fetch(asked)]

    async def revoke(self, grant: UUID, *, at: datetime) -> None:
        """The first revocation stands."""
        holding = (grants.c.id == grant) & grants.c.revoked_at.is_(None)
        await self._run(update(grants).where(holding).values(revoked_at=at))


def _grant(row: Found) -> Grant:
    return Grant(row.id, row.person, row.role, row.area, row.place, row.until, row.revoked_at)
