"""Orders to move. Drill or real belongs to the order; (id, drill) is the key that every row of it must repeat."""

from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, func, select

from domain.evacuations import Order, OrderState
from storage.metadata import Retention, kept, metadata
from storage.rollcall import members
from storage.rows import Found, Rows, Values
from storage.types import IdType, JsonText, TextEnum, UtcTime

orders = Table(
    "orders",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("drill", Boolean, nullable=False),
    Column("areas", JsonText, nullable=False),
    Column("shelter", IdType, ForeignKey("shelters.id")),
    Column("place", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("state", TextEnum(OrderState), nullable=False, index=True),
    Column("drafted_by", IdType, nullable=False),
    Column("drafted_at", UtcTime, nullable=False, index=True),
    Column("approved_by", IdType),
    Column("issued_at", UtcTime),
    Column("lifted_at", UtcTime),
    Column("listed", Integer, nullable=False),
    UniqueConstraint("id", "drill"),
    info=kept(Retention.RESPONSE),
)


class SqlOrders(Rows):
    async def add(self, order: Order) -> None:
        await self._add(orders, [_row(order)])

    async def change(self, order: Order) -> None:
        await self._change(orders, [_row(order)])

    async def get(self, order: UUID) -> Order | None:
        found = await self._first(select(orders).where(orders.c.id == order))
        return _order(found) if found else None

    async def all(self) -> list[Order]:
        """In the order they were drafted."""
        return [_order(row) for row in await self._fetch(select(orders).order_by(orders.c.drafted_at, orders.c.number))]

    async def in_force(self) -> list[Order]:
        asked = select(orders).where(orders.c.state == OrderState.ISSUED)
        newest = asked.order_by(orders.c.issued_at.desc(), orders.c.number.desc())
        return [_order(row) for row in await self._fetch(newest)]

    async def issued(self) -> list[Order]:
        """Those in force and those that were lifted."""
        asked = select(orders).where(orders.c.state.in_([OrderState.ISSUED, OrderState.LIFTED]))
        return [_order(row) for row in await self._fetch(asked.order_by(orders.c.issued_at.desc(), orders.c.number.desc()))]

    async def last_number(self, prefix: str) -> int:
        return await self._highest(orders.c.number, prefix)

    async def unfilled(self) -> list[UUID]:
        here = (members.c.order_id == orders.c.id) & members.c.walk_in.is_(False)
        filled = select(func.count()).select_from(members).where(here).scalar_subquery()
        asked = select(orders.c.id).where(orders.c.state.in_([OrderState.ISSUED, OrderState.LIFTED]), filled < orders.c.listed)
        return [row.id for row in await self._fetch(asked.order_by(orders.c.issued_at))]


def _row(order: Order) -> Values:
    return {name: getattr(order, name) for name in orders.c.keys()} | {"areas": list(order.areas)}


def _order(row: Found) -> Order:
    return Order(**{**row._mapping, "areas": tuple(row.areas)})
