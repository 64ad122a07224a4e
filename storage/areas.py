"""Areas 行政区划 by their official codes."""

from collections.abc import Collection, Iterable

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, Table, Text, and_, case, func, select

from domain.places import Area, AreaLevel, within
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import TextEnum

LONGEST_CODE = 15

areas = Table(
    "areas",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("level", TextEnum(AreaLevel), nullable=False),
    Column("parent", Text, ForeignKey("areas.code", deferrable=True, initially="DEFERRED")),
    Index(None, "level", "name"),
    info=kept(Retention.SETUP),
)


class SqlAreas(Rows):
    async def put(self, given: Collection[Area]) -> None:
        rows = [{"code": area.code, "name": area.name, "level": area.level, "parent": area.parent} for area in given]
        await self._put(areas, rows)

    async def get(self, code: str) -> Area | None:
        found = await self._first(select(areas).where(areas.c.code == code))
        return _area(found) if found else None

    async def many(self, codes: Collection[str]) -> dict[str, Area]:
        return {row.code: _area(row) for row in await self._among(select(areas), areas.c.code, codes)}

    async def all(self) -> list[Area]:
        return [_area(row) for row in await self._fetch(select(areas).order_by(areas.c.code))]

    async def tops(self) -> list[str]:
        asked = select(areas.c.code).where(areas.c.parent.is_(None)).order_by(areas.c.code)
        return [row.code for row in await self._fetch(asked)]

    async def named(self, part: str, *, level: AreaLevel, inside: str | None, most: int) -> list[Area]:
        """The areas of this level whose name has this part in it: the very name first, then those that begin with it."""
        name = areas.c.name
        nearness = case((name == part, 0), (name.startswith(part, autoescape=True), 1), else_=2)
        asked = (
            select(areas)
            .where(areas.c.level == level, name.contains(part, autoescape=True))
            .order_by(nearness, func.length(name), areas.c.code)
            .limit(most)
        )
        if inside is not None:
            asked = asked.where(in_subtree(areas.c.code, inside))
        return [_area(row) for row in await self._fetch(asked)]


def _area(row: Found) -> Area:
    return Area(row.code, row.name, row.level, row.parent)


def in_subtree(column: Column[str], area: str) -> ColumnElement[bool]:
    """Whether the code in the column is this area or lies inside it.

    A range instead of LIKE, so that an index serves it; digits sort alike in every collation.
    """
    return and_(column >= area, column <= area + "9" * LONGEST_CODE)


def roots(codes: Iterable[str]) -> list[str]:
    """The codes in order, without those that lie inside another one of them."""
    kept_codes: list[str] = []
    for code in sorted(set(codes)):
        if not (kept_codes and within(code, kept_codes[-1])):
            kept_codes.append(code)
    return kept_codes
