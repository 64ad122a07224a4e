"""What each official issued on each local day: counted once, after the day was over."""

from collections.abc import Collection

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, func, select

from domain.issuing import DayCount
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, JsonText

code_days = Table(
    "code_days",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("day", Text, nullable=False, index=True),
    Column("county", Text, nullable=False),
    Column("issuer", IdType, ForeignKey("people.id")),
    Column("total", Integer, nullable=False),
    Column("reasons", JsonText, nullable=False),
    info=kept(Retention.AUDIT),
)


class SqlCodeDays(Rows):
    async def add(self, given: Collection[DayCount]) -> None:
        await self._add_once(code_days, [{name: getattr(one, name) for name in code_days.c.keys()} for one in given])

    async def last(self) -> str | None:
        """The newest day that was counted."""
        found = await self._first(select(func.max(code_days.c.day).label("day")))
        return found.day if found else None

    async def since(self, day: str) -> list[DayCount]:
        asked = select(code_days).where(code_days.c.day >= day).order_by(code_days.c.day.desc(), code_days.c.total.desc(), code_days.c.id)
        return [DayCount(*row) for row in await self._fetch(asked)]
