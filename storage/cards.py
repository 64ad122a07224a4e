"""People and households in the order in which their cards are printed: by area, then household, then person; a page at a time."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, or_, select, tuple_

from domain.cards import Cursor
from domain.people import Household, Person
from storage.areas import in_subtree
from storage.people import SqlPeople, households, people
from storage.types import IdType

HOME = (households.c.area, households.c.id)
ORDER = (people.c.area, people.c.household, people.c.id)


class SqlCards(SqlPeople):
    """Nothing of its own: other rooms' rows, in another order."""

    async def people_after(self, area: str, *, last: Cursor | None, most: int) -> list[Person]:
        asked = select(people).where(in_subtree(people.c.area, area)).order_by(*ORDER).limit(most)
        if last is not None:
            here = (people.c.area == last.area) & (tuple_(people.c.household, people.c.id) > tuple_(*_bound(last.household, last.person)))
            asked = asked.where(people.c.area >= last.area, or_(people.c.area > last.area, here))
        return self._people(await self._fetch(asked))

    async def households_after(self, area: str, *, last: Cursor | None, most: int) -> list[Household]:
        """Only those in which somebody lives."""
        lived_in = select(people.c.id).where(people.c.household == households.c.id).exists()
        asked = select(households).where(in_subtree(households.c.area, area), lived_in).order_by(*HOME).limit(most)
        if last is not None:
            asked = asked.where(households.c.area >= last.area, or_(households.c.area > last.area, households.c.id > last.household))
        return [self._household(row) for row in await self._fetch(asked)]

    async def count_people(self, area: str) -> int:
        return await self._number(select(func.count()).select_from(people).where(in_subtree(people.c.area, area)))

    async def count_households(self, area: str) -> int:
        lived_in = select(people.c.household).where(in_subtree(people.c.area, area)).distinct().subquery()
        return await self._number(select(func.count()).select_from(lived_in))


def _bound(*ids: UUID) -> list[Any]:
    return [literal(each, IdType()) for each in ids]
