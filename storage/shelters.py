"""Shelters 避灾安置场所, and how many people stand in each."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, Double, ForeignKey, Integer, Table, Text, func, select, update

from domain.evacuations import OrderState
from domain.rollcall import Happening
from domain.shelters import Shelter, ShelterLevel, ShelterState
from storage.evacuations import orders
from storage.metadata import Retention, kept, metadata
from storage.rollcall import members
from storage.rows import Found, Rows
from storage.types import IdType, TextEnum

shelters = Table(
    "shelters",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", TextEnum(ShelterLevel), nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("places_day", Integer, nullable=False),
    Column("places_night", Integer, nullable=False),
    Column("keeper", IdType, ForeignKey("people.id")),
    Column("deputy", IdType, ForeignKey("people.id")),
    Column("lat", Double),
    Column("lon", Double),
    Column("state", TextEnum(ShelterState), nullable=False),
    info=kept(Retention.SETUP),
)


class SqlShelters(Rows):
    async def put(self, given: Collection[Shelter]) -> None:
        rows = [{name: getattr(shelter, name) for name in shelters.c.keys()} for shelter in given]
        await self._put(shelters, rows)

    async def get(self, shelter: UUID) -> Shelter | None:
        found = await self._first(select(shelters).where(shelters.c.id == shelter))
        return _shelter(found) if found else None

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Shelter]:
        return {row.id: _shelter(row) for row in await self._among(select(shelters), shelters.c.id, ids)}

    async def all(self) -> list[Shelter]:
        asked = select(shelters).order_by(shelters.c.area, shelters.c.name, shelters.c.id)
        return [_shelter(row) for row in await self._fetch(asked)]

    async def set_state(self, shelter: UUID, state: ShelterState) -> None:
        await self._run(update(shelters).where(shelters.c.id == shelter).values(state=state))

    async def inside(self, ids: Collection[UUID], *, drill: bool) -> dict[UUID, int]:
        """People whose last known whereabouts is this shelter, in orders not closed; a shelter with nobody in it is left out."""
        asked = (
            select(members.c.place, func.count(members.c.person.distinct()).label("people"))
            .join(orders, orders.c.id == members.c.order_id)
            .where(members.c.whereabouts == Happening.AT_SHELTER, members.c.drill.is_(drill))
            .where(orders.c.state != OrderState.CLOSED)
            .group_by(members.c.place)
        )
        return {row.place: row.people for row in await self._among(asked, members.c.place, ids)}


def _shelter(row: Found) -> Shelter:
    return Shelter(*row)
