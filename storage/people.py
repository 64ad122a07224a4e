"""People, their households and what they agreed to. Names, numbers and addresses are sealed; two blind indexes find them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Select, Table, Text, func, or_, select, update

from domain.people import Consent, Household, Person, Tag
from storage.areas import in_subtree, roots
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import BlindIndex, IdType, JsonText, Sealed, UtcTime

PHONE = "phone"
ID_NUMBER = "id_number"
SUBTREES_AT_ONCE = 200

households = Table(
    "households",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("area", Text, ForeignKey("areas.code"), nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("address", Sealed, nullable=False),
    Column("highest", Integer, nullable=False),
    info=kept(Retention.SETUP),
)

people = Table(
    "people",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("name", Sealed, nullable=False),
    Column("area", Text, ForeignKey("areas.code"), nullable=False),
    Column("household", IdType, ForeignKey("households.id"), nullable=False, index=True),
    Column("phone", Sealed),
    Column("phone_index", BlindIndex, index=True),
    Column("id_number", Sealed),
    Column("id_number_index", BlindIndex, index=True),
    Column("relation", Text, nullable=False),
    Column("responsible", IdType, ForeignKey("people.id", deferrable=True, initially="DEFERRED"), index=True),
    Column("deputy", IdType, ForeignKey("people.id", deferrable=True, initially="DEFERRED"), index=True),
    Column("tags", JsonText, nullable=False),
    Column("languages", JsonText, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("enrolled", Boolean, nullable=False),
    Column("created_at", UtcTime),
    Column("number", Integer, nullable=False),
    Index(None, "area", "household", "id"),
    info=kept(Retention.SETUP),
)

consents = Table(
    "consents",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    info=kept(Retention.SETUP),
)


class SqlPeople(Rows):
    async def add(self, given: Collection[Person]) -> None:
        await self._add(people, [self._row(person) for person in given])

    async def change(self, given: Collection[Person]) -> None:
        await self._change(people, [self._row(person) for person in given])

    async def get(self, person: UUID) -> Person | None:
        found = await self._first(select(people).where(people.c.id == person))
        return self._person(found) if found else None

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        return {row.id: self._person(row) for row in await self._among(select(people), people.c.id, ids)}

    async def with_phones(self, phones: Collection[str]) -> list[Person]:
        """Numbers in their normal form (E.164). Of one number first whoever is confirmed."""
        asked = select(people).order_by(people.c.confirmed.desc(), people.c.id)
        return self._people(await self._among(asked, people.c.phone_index, self._indexes(PHONE, phones)))

    async def with_id_numbers(self, numbers: Collection[str]) -> list[Person]:
        """Numbers in their normal form (18 characters, upper-case X)."""
        asked = select(people).order_by(people.c.id)
        return self._people(await self._among(asked, people.c.id_number_index, self._indexes(ID_NUMBER, numbers)))

    async def inside(self, areas: Collection[str], *, enrolled_only: bool = False) -> list[Person]:
        """By area, then household."""
        asked = select(people).order_by(people.c.area, people.c.household, people.c.id)
        return self._people(chain(*[await self._fetch(part) for part in _parts(asked, areas, enrolled_only)]))

    async def after(self, areas: Collection[str], *, last: UUID | None, most: int, enrolled_only: bool, known_by: datetime) -> list[Person]:
        known = or_(people.c.created_at.is_(None), people.c.created_at <= known_by)
        asked = select(people).where(known).order_by(people.c.id).limit(most)
        if last is not None:
            asked = asked.where(people.c.id > last)
        found = list(chain(*[await self._fetch(part) for part in _parts(asked, areas, enrolled_only)]))
        return self._people(sorted(found, key=lambda row: row.id.bytes)[:most])

    async def count(self, areas: Collection[str], *, enrolled_only: bool) -> int:
        asked = select(func.count()).select_from(people)
        return sum([await self._number(part) for part in _parts(asked, areas, enrolled_only)])

    async def in_households(self, homes: Collection[UUID]) -> list[Person]:
        asked = select(people).order_by(people.c.household, people.c.id)
        return self._people(await self._among(asked, people.c.household, homes))

    async def answered_for(self, responsible: UUID) -> list[Person]:
        theirs = or_(people.c.responsible == responsible, people.c.deputy == responsible)
        asked = select(people).where(theirs).order_by(people.c.area, people.c.household, people.c.id)
        return self._people(await self._fetch(asked))

    async def add_households(self, given: Collection[Household]) -> None:
        rows = [
            {
                "id": home.id,
                "area": home.area,
                "number": home.number,
                "address": self._sealed(households.c.address, home.id, home.address),
                "highest": home.highest,
            }
            for home in given
        ]
        await self._add(households, rows)

    async def households(self, homes: Collection[UUID]) -> dict[UUID, Household]:
        found = await self._among(select(households), households.c.id, homes)
        return {row.id: self._household(row) for row in found}

    async def households_in(self, areas: Collection[str]) -> list[Household]:
        asked = select(households).order_by(households.c.area, households.c.id)
        return [self._household(row) for row in await self._among(asked, households.c.area, areas)]

    async def numbered(self, numbers: Mapping[UUID, int], highest: Mapping[UUID, int]) -> None:
        for person, number in numbers.items():
            await self._run(update(people).where(people.c.id == person).values(number=number))
        for home, most in highest.items():
            await self._run(update(households).where(households.c.id == home).values(highest=most))

    async def areas_of(self, ids: Collection[UUID]) -> dict[UUID, str]:
        return {row.id: row.area for row in await self._among(select(people.c.id, people.c.area), people.c.id, ids)}

    async def add_consent(self, consent: Consent) -> None:
        values = {"id": consent.id, "person": consent.person, "version": consent.version}
        await self._add_once(consents, [values | {"language": consent.language, "at": consent.at}])

    async def consent_of(self, person: UUID) -> Consent | None:
        """The newest one."""
        asked = select(consents).where(consents.c.person == person).order_by(consents.c.at.desc(), consents.c.id.desc())
        found = await self._first(asked.limit(1))
        return Consent(found.id, found.person, found.version, found.language, found.at) if found else None

    def _people(self, rows: Any) -> list[Person]:
        return [self._person(row) for row in rows]

    def _person(self, row: Found) -> Person:
        return Person(
            id=row.id,
            name=self._opened(people.c.name, row.id, row.name),
            area=row.area,
            household=row.household,
            phone=self._opened(people.c.phone, row.id, row.phone),
            id_number=self._opened(people.c.id_number, row.id, row.id_number),
            relation=row.relation,
            responsible=row.responsible,
            deputy=row.deputy,
            tags=tuple(Tag(tag) for tag in row.tags),
            languages=tuple(row.languages),
            confirmed=row.confirmed,
            enrolled=row.enrolled,
            created_at=row.created_at,
            number=row.number,
        )

    def _row(self, person: Person) -> Values:
        return {
            "id": person.id,
            "name": self._sealed(people.c.name, person.id, person.name),
            "area": person.area,
            "household": person.household,
            "phone": self._sealed(people.c.phone, person.id, person.phone),
            "phone_index": self._index(PHONE, person.phone),
            "id_number": self._sealed(people.c.id_number, person.id, person.id_number),
            "id_number_index": self._index(ID_NUMBER, person.id_number),
            "relation": person.relation,
            "responsible": person.responsible,
            "deputy": person.deputy,
            "tags": [tag.value for tag in person.tags],
            "languages": list(person.languages),
            "confirmed": person.confirmed,
            "enrolled": person.enrolled,
            "created_at": person.created_at,
            "number": person.number,
        }

    def _household(self, row: Found) -> Household:
        return Household(row.id, row.area, row.number, self._opened(households.c.address, row.id, row.address), row.highest)


def _parts(asked: Select[Any], areas: Collection[str], enrolled_only: bool) -> list[Select[Any]]:
    """The question cut into few enough subtrees each. No person is in two parts; the parts are in the order of areas."""
    if enrolled_only:
        asked = asked.where(people.c.enrolled)
    codes = roots(areas)
    lots = [codes[start : start + SUBTREES_AT_ONCE] for start in range(0, len(codes), SUBTREES_AT_ONCE)]
    return [asked.where(or_(*[in_subtree(people.c.area, code) for code in lot])) for lot in lots]
