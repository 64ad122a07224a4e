"""Rescue teams, as far as their codes need them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Table, Text, select

from domain.issuing import Team
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType

teams = Table(
    "teams",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("title", Text, nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    info=kept(Retention.SETUP),
)


class SqlTeams(Rows):
    async def put(self, given: Team) -> None:
        await self._add_once(teams, [{"id": given.id, "title": given.title, "area": given.area}])

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Team]:
        return {row.id: Team(*row) for row in await self._among(select(teams), teams.c.id, ids)}
