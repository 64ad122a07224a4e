"""The list of people 转移清单 taken in from a file: cleaned, matched to who is known, reported row by row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.access import May
from domain.errors import Invalid, Refusal
from domain.identifiers import normal_id_number, normal_phone
from domain.people import Household, NameMissing, Person, Tag
from domain.places import Area, level_of, within
from domain.text import N_
from services.actors import Actor
from services.audit import Trail
from services.codes import Mint
from services.households import number_newcomers
from services.imports import Problem, Report
from services.ports import Clock, Ids, Work, Works

CHUNK = 400


class PhoneNotUsable(Invalid):
    code = "phone_not_usable"
    text = N_("“{value}” is not a phone number.")


class IdNumberNotUsable(Invalid):
    code = "id_number_not_usable"
    text = N_("The ID number’s length or check digit is wrong.")


class AreaNotKnown(Invalid):
    code = "area_not_known"
    text = N_("Area “{value}” is not known. Import the areas first.")


class TagNotKnown(Invalid):
    code = "tag_not_known"
    text = N_("Tag “{value}” is not one of: {known}.")


class ResponsibleNotKnown(Invalid):
    code = "responsible_not_known"
    text = N_("Nobody on the list has the phone number of the responsible person; the row went in, and that was left as it is.")


class ListBeingFilled(Invalid):
    code = "list_being_filled"
    text = N_("The list of order {number} is still being filled in. Until then nobody moves to another village; import this row again in a few minutes.")


class RegisteredAlone(Invalid):
    code = "registered_alone"
    text = N_("Somebody registered alone with this name and phone number. Both are on the list until the village has asked who it is.")


class TwiceInList(Invalid):
    code = "twice_in_list"
    text = N_("The same person is already on line {line}.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row after cleaning."""

    line: int
    name: str
    area: str
    household: str
    address: str
    phone: str | None
    id_number: str | None
    relation: str
    responsible: str | None
    deputy: str | None
    tags: tuple[Tag, ...]
    languages: tuple[str, ...]

    @property
    def bare(self) -> bool:
        """Without a household: the list says only in which village."""
        return not (self.household or self.address)


@dataclass(slots=True)
class Known:
    """Who and which households are known already, found the ways that identity is decided.

    Who came in alone, or by name at a door, is nobody else: what they typed was never checked (design §8: a merge is proposed).
    """

    people: dict[UUID, Person] = field(default_factory=dict)
    by_id_number: dict[str, UUID] = field(default_factory=dict)
    by_phone_name: dict[tuple[str, str], UUID] = field(default_factory=dict)
    by_home: dict[tuple[str, UUID], UUID] = field(default_factory=dict)
    by_phone: dict[str, UUID] = field(default_factory=dict)
    by_village: dict[tuple[str, str], UUID] = field(default_factory=dict)
    homes: dict[tuple[str, str], Household] = field(default_factory=dict)
    nameless: set[UUID] = field(default_factory=set)
    alone: set[tuple[str, str]] = field(default_factory=set)

    def open(self, key: tuple[str, str], home: Household) -> None:
        self.homes[key] = home
        if not (home.number or home.address):
            self.nameless.add(home.id)

    def take(self, people: Iterable[Person]) -> None:
        for person in people:
            if not person.confirmed:
                self.alone |= {(person.phone, person.name)} if person.phone else set()
                continue
            self.people[person.id] = person
            if person.id_number:
                self.by_id_number[person.id_number] = person.id
            if person.phone:
                self.by_phone_name[person.phone, person.name] = person.id
                self.by_phone.setdefault(person.phone, person.id)
            self.by_home[person.name, person.household] = person.id
            if person.household in self.nameless:
                self.by_village[person.name, person.area] = person.id

    def match(self, row: Row, home: Household | None) -> Person | None:
        """The same person: by ID number, else phone and name, else name and household (design §8); never one with another ID number."""
        others = [
            self.by_phone_name.get((row.phone, row.name)) if row.phone else None,
            self.by_home.get((row.name, home.id)) if home is not None else None,
            self.by_village.get((row.name, row.area)) if row.bare else None,
        ]
        found = self.by_id_number.get(row.id_number) if row.id_number else None
        for other in others:
            if found is None and other is not None and (not row.id_number or self.people[other].id_number in (None, row.id_number)):
                found = other
        return self.people[found] if found else None


class PeopleImport:
    """Takes in people from (line, row) pairs."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint

    async def import_rows(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, enrolled: bool = False, dry_run: bool = False) -> Report:
        """A bad row is reported, the good ones go in with a code each; the same list twice changes nothing; nobody is deleted."""
        by.must(May.GRANT, now=self._clock.now())
        good, problems = await self._clean(rows)
        known = await self._known(good)
        tally = {"added": 0, "changed": 0, "unchanged": 0}
        for start in range(0, len(good), CHUNK):
            problems += await self._take_in(good[start : start + CHUNK], known, tally=tally, by=by, enrolled=enrolled, dry_run=dry_run)
        problems.sort(key=lambda problem: problem.line)
        return Report(len(rows), tally["added"], tally["changed"], tally["unchanged"], tuple(problems), dry_run=dry_run)

    async def _clean(self, rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[list[Row], list[Problem]]:
        async with self._works.read() as work:
            areas = await work.areas.many({row.get("area_code", "").strip() for _, row in rows})
        good: list[Row] = []
        problems: list[Problem] = []
        seen: dict[tuple[str, ...], int] = {}
        for line, raw in rows:
            try:
                row = cleaned(line, raw, areas=areas)
                first = seen.setdefault(_identity(row), line)
                if first != line:
                    raise TwiceInList(line=first)
                good.append(row)
            except Refusal as refusal:
                problems.append(Problem(line, refusal))
        return good, problems

    async def _known(self, rows: Sequence[Row]) -> Known:
        known = Known()
        areas = sorted({row.area for row in rows})
        phones = {phone for row in rows for phone in (row.responsible, row.deputy, row.phone) if phone}
        numbers = {row.id_number for row in rows if row.id_number}
        async with self._works.read() as work:
            for home in await work.people.households_in(areas) if areas else []:
                known.open((home.area, home.number or home.address), home)
            known.take(await work.people.inside(areas) if areas else [])
            known.take(await work.people.with_phones(phones))
            known.take(await work.people.with_id_numbers(numbers))
        return known

    async def _take_in(self, rows: Sequence[Row], known: Known, *, tally: dict[str, int], by: Actor, enrolled: bool, dry_run: bool) -> list[Problem]:
        homes = self._homes(rows, known)
        new: list[Person] = []
        changed: list[Person] = []
        for row in rows:
            before = known.match(row, known.homes.get(_home_key(row)))
            person = self._person(row, known, before=before, enrolled=enrolled)
            kind = "added" if before is None else "unchanged" if person == before else "changed"
            tally[kind] += 1
            if kind != "unchanged":
                (new if before is None else changed).append(person)
                known.take([person])
        new, late = _with_responsible(rows, new, changed, known)
        if not dry_run and (homes or new or changed):
            held = await self._store(homes, new, changed, known, by=by)
            tally["changed"] -= len(held)
            late += [Problem(row.line, held[before.id]) for row in rows if (before := known.match(row, known.homes.get(_home_key(row)))) and before.id in held]
        return late

    def _homes(self, rows: Sequence[Row], known: Known) -> list[Household]:
        fresh = []
        for row in rows:
            key = _home_key(row)
            before = known.match(row, None) if row.bare else None
            if key not in known.homes and (before is None or before.area != row.area):
                home = Household(self._ids.new(), row.area, row.household, row.address)
                known.open(key, home)
                fresh.append(home)
        return fresh

    def _person(self, row: Row, known: Known, *, before: Person | None, enrolled: bool) -> Person:
        home = known.homes.get(_home_key(row))
        household = before.household if home is None and before is not None else known.homes[_home_key(row)].id
        if before is None:
            return Person(
                self._ids.new(), row.name, row.area, household, row.phone, row.id_number, row.relation,
                tags=row.tags, languages=row.languages, enrolled=enrolled, created_at=self._clock.now(),
            )  # fmt: skip
        return replace(
            before, name=row.name, area=row.area, household=household, phone=row.phone or before.phone,
            id_number=row.id_number or before.id_number, relation=row.relation or before.relation, tags=row.tags or before.tags,
            languages=row.languages or before.languages, enrolled=before.enrolled or enrolled,
        )  # fmt: skip

    async def _store(
        self, homes: list[Household], new: list[Person], changed: list[Person], known: Known, *, by: Actor
    ) -> dict[UUID, ListBeingFilled]:  # fmt: skip
        """Those who may not move now, with the reason. Who is new is known from the moment at which it is written."""
        async with self._works.write() as work:
            now = self._clock.now()
            held = await _held(work, changed)
            written = [replace(person, created_at=now) for person in new]
            known.take(written)
            await work.people.add_households(homes)
            before = await work.people.many({person.id for person in changed})
            await work.people.add(written)
            await work.people.change([person for person in changed if person.id not in held])
            await number_newcomers(work, [*written, *(person for person in changed if person.id not in held)], before=before)
            await self._mint.people(work, [person.id for person in new], by=by, now=now)
            await self._trail.add(work, by=by, action="people.import", subject="people", now=now, added=len(new), changed=len(changed) - len(held))
        return held


async def _held(work: Work, changed: Sequence[Person]) -> dict[UUID, ListBeingFilled]:
    """Whose village would change while a list is being filled in: they could be missed by it, or take another's place on it."""
    filling = [order for id in await work.orders.unfilled() if (order := await work.orders.get(id)) is not None]
    if not filling:
        return {}
    before = await work.people.many({person.id for person in changed})
    return {
        person.id: ListBeingFilled(number=order.number)
        for person in changed
        for order in filling
        if person.area != before[person.id].area and any(within(area, moved) for area in (person.area, before[person.id].area) for moved in order.areas)
    }


def cleaned(line: int, raw: dict[str, str], *, areas: Mapping[str, Area]) -> Row:
    """A usable row, or the refusal that says what is wrong with it."""
    text = {key: " ".join(value.split()) for key, value in raw.items()}
    name, area = text.get("name", ""), text.get("area_code", "")
    if not 1 <= len(name) <= 40:
        raise NameMissing()
    if level_of(area) is None or area not in areas:
        raise AreaNotKnown(value=area[:20])
    number = text.get("id_number", "")
    if number and normal_id_number(number) is None:
        raise IdNumberNotUsable()
    return Row(
        line, name, area, text.get("household", ""), text.get("address", ""), _phone(text.get("phone", "")),
        normal_id_number(number) if number else None, text.get("relation", ""), _phone(text.get("responsible_phone", "")),
        _phone(text.get("deputy_phone", "")), _tags(text.get("tags", "")), tuple(part for part in text.get("languages", "").split(";") if part),
    )  # fmt: skip


def _phone(text: str) -> str | None:
    if not text:
        return None
    phone = normal_phone(text)
    if phone is None:
        raise PhoneNotUsable(value=text[:20])
    return phone


def _tags(text: str) -> tuple[Tag, ...]:
    names = [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
    for name in names:
        if name not in set(Tag):
            raise TagNotKnown(value=name[:20], known=", ".join(Tag))
    return tuple(Tag(name) for name in names)


def _home_key(row: Row) -> tuple[str, str]:
    return row.area, row.household or row.address or f"{row.name} {row.phone or ''}"


def _identity(row: Row) -> tuple[str, ...]:
    if row.id_number:
        return ("id", row.id_number)
    if row.phone:
        return ("phone", row.phone, row.name)
    return ("home", row.name, *_home_key(row))


def _with_responsible(rows: Sequence[Row], new: list[Person], changed: list[Person], known: Known) -> tuple[list[Person], list[Problem]]:
    """Ties each row to the people who answer for it, by phone; an unknown phone is a warning, not a refusal."""
    late = []
    stored = {person.id for person in new}
    touched = {person.id for person in changed}
    for row in rows:
        person = known.match(row, known.homes.get(_home_key(row)))
        if person is None:
            continue
        responsible = known.by_phone.get(row.responsible or "", person.responsible)
        deputy = known.by_phone.get(row.deputy or "", person.deputy)
        if person.id in stored and (row.phone, row.name) in known.alone:
            late.append(Problem(row.line, RegisteredAlone(), warning=True))
        if any(phone and phone not in known.by_phone for phone in (row.responsible, row.deputy)):
            late.append(Problem(row.line, ResponsibleNotKnown(), warning=True))
        if (responsible, deputy) != (person.responsible, person.deputy):
            tied = replace(person, responsible=responsible, deputy=deputy)
            known.take([tied])
            if tied.id not in stored | touched:
                touched.add(tied.id)
                changed.append(tied)
    changed[:] = [known.people[person.id] for person in changed]
    return [known.people[person.id] for person in new], late
