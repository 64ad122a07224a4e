"""A whole house on a real SQLite file, with the cast in it, for tests of use cases and entrances."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from app.commands.init import found_keys
from app.container import House, build
from app.keys import load_keys
from app.nursery import Nursery
from app.parts import Parts
from app.settings import Settings, read
from domain.access import Role
from domain.evacuations import Destination, Order
from domain.people import Person
from services.actors import Actor
from services.office import CONSENT_VERSION
from storage.engine import async_url, open_databases
from storage.migrations.run import upgrade
from storage.writer import GroupCommits
from tests import cast
from tests.databases import a_model, copied, shelf
from tests.fakes.clock import FakeClock

BOT = 7000000001
HALL = "平乐村文化礼堂"


@dataclass(frozen=True, slots=True)
class Town:
    """A house with the cast in it: people by name, officials as actors."""

    house: House
    clock: FakeClock
    hall: UUID

    async def person(self, name: str) -> Person:
        async with self.house.works.read() as work:
            found = [person for person in await work.people.inside(["3311"]) if person.name == name]
        assert len(found) == 1, name
        return found[0]

    async def actor(self, who: tuple[str, str | None]) -> Actor:
        person = await self.person(who[0])
        return replace(await self.house.services.people.actor_of(person.id, via="chat"), bot=BOT, address=f"chat {who[0]}")

    async def linked(self, who: tuple[str, str | None]) -> Actor:
        """The person with a chat of their own, linked by a warden's code."""
        person = await self.person(who[0])
        people = self.house.services.people
        digits = await people.make_link_code(person.id, by=Actor.operator(), key=f"code {who[0]}")
        stranger = Actor(via="chat", bot=BOT, address=f"chat {who[0]}")
        await people.link(digits, language="zh_CN", consent=CONSENT_VERSION, by=stranger, key=f"link {who[0]}")
        return await people.actor(channel="telegram", bot=BOT, address=f"chat {who[0]}", language="zh_CN")

    async def order(self, *areas: str, drill: bool = False, key: str = "order") -> Order:
        """An order in force over these areas (default: the village), drafted by one official and approved by another."""
        evacuations = self.house.services.evacuations
        where = Destination(self.hall, HALL, "沿村道向东，过桥")
        draft = await evacuations.draft(areas or (cast.VILLAGE.code,), where, by=await self.actor(cast.OFFICER), key=key, drill=drill)
        return await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=await self.actor(cast.APPROVER), key=f"{key} approved")


def settings_in(folder: Path, **changed: object) -> Settings:
    """Settings of a house that lives in this folder."""
    return read({}, data_dir=folder, issuer="LS", public_url="https://ls.example.org", **changed)


@asynccontextmanager
async def a_house(folder: Path, *, clock: FakeClock, **changed: object) -> AsyncIterator[House]:
    """A house in this folder, founded when there is none yet."""
    settings = settings_in(folder, **changed)
    if not settings.keys_dir.exists():
        found_keys(settings, issuer=settings.issuer or "LS", root_key=folder / "root-key.pem", clock=clock)
        await upgrade(settings.database)
    nursery = Nursery()
    queues = GroupCommits(spawn=nursery.spawn)
    databases = open_databases(settings.database)

    def with_clock(parts: Parts) -> Parts:
        return replace(parts, clock=clock)

    try:
        yield build(settings, keys=load_keys(settings.keys_dir), clock=clock, nursery=nursery, queues=queues, databases=databases, replace=with_clock)
    finally:
        await queues.close()
        await nursery.close()
        await databases.close()


@asynccontextmanager
async def a_town(folder: Path, *, clock: FakeClock | None = None, **changed: object) -> AsyncIterator[Town]:
    """The cast, in a house that has areas, people, a shelter and roles; copied from one that this process furnished once."""
    clock = clock or FakeClock()
    url = settings_in(folder, **changed).database
    model = await _furnished_once(url)
    shutil.copytree(model.folder, folder, dirs_exist_ok=True)
    await copied(model.database, url)
    async with a_house(folder, clock=clock, **changed) as house:
        yield Town(house, clock, await house.services.shelters.named(HALL))


@dataclass(frozen=True, slots=True)
class _Model:
    """The town that all others are copied from: its keys, and its database."""

    folder: Path
    database: str


@cache
def _models() -> dict[str, _Model]:
    """By kind of database."""
    return {}


async def _furnished_once(url: str) -> _Model:
    kind = async_url(url).drivername
    if kind not in _models():
        model = _Model(Path(mkdtemp(dir=shelf())), await a_model(url))
        async with a_house(model.folder, clock=FakeClock(), database_url=model.database) as house:
            await _furnish(house)
        _models()[kind] = model
    return _models()[kind]


async def _furnish(house: House) -> None:
    operator = Actor.operator()
    await house.services.areas.import_rows(
        [(n, {"code": a.code, "name": a.name, "level": a.level.value, "parent_code": a.parent or ""}) for n, a in enumerate(cast.AREAS, 2)], by=operator
    )
    await house.services.people_import.import_rows(list(enumerate(people_rows(), 2)), by=operator)
    report = await house.services.shelters.import_rows([(2, hall_row())], by=operator)
    assert not report.problems, report.problems
    await _give_roles(house)


async def _give_roles(house: House) -> None:
    roles = (
        (cast.WARDEN, Role.WARDEN, cast.VILLAGE.code), (cast.OFFICER, Role.DUTY_OFFICER, cast.COUNTY.code),
        (cast.APPROVER, Role.APPROVER, cast.COUNTY.code), (cast.OTHER_OFFICER, Role.DUTY_OFFICER, cast.OTHER_COUNTY.code),
    )  # fmt: skip
    for who, role, area in roles:
        person = await house.services.grants.with_phone(who[1] or "")
        await house.services.grants.give(person.id, role, by=Actor.operator(), area=area)


def people_rows() -> list[dict[str, str]]:
    """Officials live in the next village, so that the ordered village holds residents only."""
    officials = (cast.WARDEN, cast.KEEPER, cast.OFFICER, cast.APPROVER, cast.MALLORY)
    rows = [_row(name, phone, cast.NEXT_VILLAGE.code, f"官{n}") for n, (name, phone) in enumerate(officials)]
    rows.append(_row(*cast.OTHER_OFFICER, cast.OTHER_VILLAGE.code, "外1"))
    for household, members in (("1", (cast.LIN, cast.LIN_WIFE, cast.LIN_SON)), ("2", (cast.GRANNY_HU,)), ("3", (cast.YE,))):
        rows += [_row(name, phone, cast.VILLAGE.code, household, responsible=cast.WARDEN[1]) for name, phone in members]
    return rows


def _row(name: str, phone: str | None, area: str, household: str, *, responsible: str = "") -> dict[str, str]:
    return {"name": name, "phone": phone or "", "area_code": area, "household": household, "responsible_phone": responsible}


def hall_row(*, places: int = 50, name: str = HALL) -> dict[str, str]:
    return {
        "name": name, "level": "village", "area_code": cast.VILLAGE.code, "address": "平乐村 1 号", "places_day": str(places), "places_night": str(places),
        "keeper_phone": cast.KEEPER[1],
    }  # fmt: skip
