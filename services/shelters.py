"""Shelters: imported from the office's list; a keeper answers for each."""

from collections.abc import Sequence
from uuid import UUID

from domain.access import Grant, May, Role
from domain.errors import Invalid, Refusal
from domain.identifiers import normal_phone
from domain.shelters import Shelter, ShelterLevel, ShelterState, ShelterUnknown
from domain.text import N_
from services.actors import Actor
from services.audit import Trail
from services.codes import Mint
from services.imports import Problem, Report
from services.people_import import AreaNotKnown
from services.ports import Clock, Ids, Work, Works


class ShelterNameMissing(Invalid):
    code = "shelter_name_missing"
    text = N_("The shelter has no name.")


class ShelterLevelUnknown(Invalid):
    code = "shelter_level_unknown"
    text = N_("Level “{value}” is not one of: county, township, village.")


class ShelterPlacesInvalid(Invalid):
    code = "shelter_places_invalid"
    text = N_("“{value}” is not a number of places.")


class ShelterPinInvalid(Invalid):
    code = "shelter_pin_invalid"
    text = N_("“{value}” is not a latitude and longitude in China’s range.")


class KeeperNotKnown(Invalid):
    code = "keeper_not_known"
    text = N_("Nobody has the keeper’s phone number; the shelter went in without a keeper.")


class Shelters:
    """Imports shelters and says which are whose."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, mint: Mint) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._mint = mint

    async def many(self, shelters: Sequence[UUID]) -> list[Shelter]:
        async with self._works.read() as work:
            found = await work.shelters.many(shelters)
        return [found[shelter] for shelter in shelters if shelter in found]

    async def named(self, name: str) -> UUID:
        """The one shelter of this name; refuses when there is none, or more than one."""
        async with self._works.read() as work:
            found = [shelter.id for shelter in await work.shelters.all() if shelter.name == name]
        if len(found) != 1:
            raise ShelterUnknown()
        return found[0]

    async def near(self, area: str) -> list[Shelter]:
        """Shelters of the same county, those of the same township first."""
        async with self._works.read() as work:
            everywhere = await work.shelters.all()
        here = [shelter for shelter in everywhere if shelter.area[:6] == area[:6]]
        return sorted(here, key=lambda shelter: (shelter.area[:12] != area[:12], shelter.area[:9] != area[:9], shelter.area, shelter.name))

    async def taken(self, shelter: UUID, *, drill: bool) -> int:
        """How many people stand in this shelter now."""
        async with self._works.read() as work:
            return (await work.shelters.inside([shelter], drill=drill)).get(shelter, 0)

    async def import_rows(self, rows: Sequence[tuple[int, dict[str, str]]], *, by: Actor, dry_run: bool = False) -> Report:
        """Take in shelters; the same name in the same area is the same shelter; keepers get their grant and the place a poster code."""
        now = self._clock.now()
        by.must(May.GRANT, now=now)
        problems: list[Problem] = []
        new: list[Shelter] = []
        changed: list[Shelter] = []
        unchanged = 0
        async with self._works.write() as work:
            known = {(shelter.area, shelter.name): shelter for shelter in await work.shelters.all()}
            for line, row in rows:
                try:
                    shelter, warning = await self._shelter(work, row, known=known)
                except Refusal as refusal:
                    problems.append(Problem(line, refusal))
                    continue
                if warning is not None:
                    problems.append(Problem(line, warning, warning=True))
                before = known.get((shelter.area, shelter.name))
                known[shelter.area, shelter.name] = shelter
                if before is None:
                    new.append(shelter)
                elif before != shelter:
                    changed.append(shelter)
                else:
                    unchanged += 1
            if not dry_run and (new or changed):
                await self._store(work, new, changed, by=by)
        return Report(len(rows), len(new), len(changed), unchanged, tuple(problems), dry_run=dry_run)

    async def _store(self, work: Work, new: list[Shelter], changed: list[Shelter], *, by: Actor) -> None:
        now = self._clock.now()
        await work.shelters.put([*new, *changed])
        await self._mint.places(work, [shelter.id for shelter in new], by=by, now=now)
        for shelter in [*new, *changed]:
            for keeper in (shelter.keeper, shelter.deputy):
                if keeper is not None and not any(g.place == shelter.id and g.role is Role.KEEPER and g.holds(now=now) for g in await work.grants.of(keeper)):
                    await work.grants.add(Grant(self._ids.new(), keeper, Role.KEEPER, None, shelter.id, None))
        await self._trail.add(work, by=by, action="shelters.import", subject="shelters", now=now, added=len(new), changed=len(changed))

    async def _shelter(self, work: Work, row: dict[str, str], *, known: dict[tuple[str, str], Shelter]) -> tuple[Shelter, Refusal | None]:
        text = {key: " ".join(value.split()) for key, value in row.items()}
        name, area = text.get("name", ""), text.get("area_code", "")
        if not name:
            raise ShelterNameMissing()
        if await work.areas.get(area) is None:
            raise AreaNotKnown(value=area[:20])
        level = text.get("level", "")
        if level not in set(ShelterLevel):
            raise ShelterLevelUnknown(value=level[:20])
        keeper, deputy, warning = await self._keepers(work, text)
        before, night = known.get((area, name)), text.get("places_night", "")
        shelter = Shelter(
            before.id if before else self._ids.new(), name, ShelterLevel(level), area, text.get("address", ""),
            _places(text.get("places_day") or night), _places(night), keeper, deputy, *_pin(text.get("lat", ""), text.get("lon", "")),
            before.state if before else ShelterState.OPEN,
        )  # fmt: skip
        return shelter, warning

    async def _keepers(self, work: Work, text: dict[str, str]) -> tuple[UUID | None, UUID | None, Refusal | None]:
        found: list[UUID | None] = []
        warning: Refusal | None = None
        for column in ("keeper_phone", "deputy_phone"):
            phone = normal_phone(text.get(column, ""))
            people = await work.people.with_phones([phone]) if phone else []
            found.append(people[0].id if people else None)
            if text.get(column) and not people:
                warning = KeeperNotKnown()
        return found[0], found[1], warning


def _places(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 100_000):
        raise ShelterPlacesInvalid(value=text[:20])
    return int(text)


def _pin(lat: str, lon: str) -> tuple[float | None, float | None]:
    if not lat and not lon:
        return None, None
    try:
        pin = float(lat), float(lon)
    except ValueError:
        raise ShelterPinInvalid(value=f"{lat} {lon}"[:30]) from None
    if not (3 <= pin[0] <= 54 and 73 <= pin[1] <= 136):
        raise ShelterPinInvalid(value=f"{lat} {lon}"[:30])
    return pin
