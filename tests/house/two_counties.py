"""Two counties on one night, each with something of everything; and officials of every role: here, there, one whose role was taken, one whose role ended.

What the walks over routes and handlers tell of the names here: an id of HERE is this county's, the same of THERE is the other's.
"""

import atexit
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

from domain.access import Role
from domain.evacuations import Destination
from domain.issuing import Why
from domain.lists import ListKind
from domain.notices import Part, PartKind
from domain.reports import ReportKind
from domain.rollcall import Happening, How
from services.actors import Actor
from services.office import CONSENT_VERSION
from services.sessions import Opened
from storage.metadata import metadata
from tests import cast
from tests.announcing import DRAFT
from tests.fakes.clock import FakeClock
from tests.field import a_photo
from tests.gatehouse import QUARRY, YARD, site_row
from tests.house.devices import with_device
from tests.house.use_cases import GLASS, VISIT, Scene, a_night
from tests.houses import BOT, Town, a_house, a_town, hall_row
from tests.relief import passes_in
from tests.signing import Apps, Who

OTHER_YARD, OTHER_HALL = "青田新区工地", "小舟小学"
LIST = "姓名,村代码\n".encode()
SOLE = ("此居民家属", "13705780001")
"""Of this county, without any role, and never with one."""
AT_PLACES = {Role.KEEPER: OTHER_HALL, Role.GUARD: QUARRY, Role.SITE_MANAGER: QUARRY, Role.SAFETY_OFFICER: QUARRY}
"""A keeper sees the county of the own shelter (services/board.py), so theirs stands in the other one; a site is a site of its own."""
WRITTEN = "written_by_anybody"
"""A table of the walk's own: how often each table was written. Whatever writes, its triggers see it."""
COLUMNS = {table.name: table.columns.keys() for table in metadata.sorted_tables}
HOW = ("here", "there", "revoked", "ended", "elsewhere")
NAMES = tuple(who[0] for who in (cast.LIN, cast.LIN_WIFE, cast.LIN_SON, cast.GRANNY_HU))
"""Whom nobody from elsewhere may ever read."""


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody with one role: over this county, over the other one, taken away, ended, or at another place of this county."""

    role: Role
    how: str
    who: Who
    chat: int
    session: Opened
    app: bytes
    """The secret of their authenticator."""

    def __str__(self) -> str:
        return f"{self.role.value}, {self.how}"


@dataclass(frozen=True, slots=True)
class Counties:
    """The night, its officials, and the ids of either side by what they are ids of."""

    scene: Scene
    officials: Mapping[tuple[Role, str], Official]
    here: Mapping[str, str]
    there: Mapping[str, str]
    secret: tuple[str, ...]
    """What stands nowhere but in this county's records: names, numbers."""
    other_secret: tuple[str, ...]
    reader: sqlite3.Connection
    seen: "dict[str, tuple[int, Lot]]"
    """What was read of each table, and how often it had been written by then."""
    columns: Mapping[str, list[str]]

    def rows(self) -> "Rows":
        """Every row of every table; a table is read anew only when somebody has written there since."""
        written = dict(self.reader.execute(f"SELECT place, times FROM {WRITTEN}"))
        for table in self.columns:
            times = written[table]
            if table not in self.seen or self.seen[table][0] != times:
                self.seen[table] = times, frozenset(self.reader.execute(f'SELECT * FROM "{table}"'))
        return {table: rows for table, (_, rows) in self.seen.items()}

    def changed(self, before: "Rows") -> dict[str, list[str]]:
        """Per table what was added, changed or taken away since, with the names of the columns."""
        found = {}
        for table, rows in self.rows().items():
            if rows is not before[table] and (differing := rows ^ before[table]):
                found[table] = [str(dict(zip(self.columns[table], row, strict=True))) for row in differing]
        return found


Lot = frozenset[tuple[Any, ...]]
Rows = Mapping[str, Lot]


@asynccontextmanager
async def two_counties_in(folder: Path) -> AsyncIterator[Counties]:
    """Both in a house of its own, copied from one that this process furnished once."""
    model, made = await _furnished_once()
    shutil.copytree(model, folder, dirs_exist_ok=True)
    clock = FakeClock(made.scene.town.clock.now())
    async with a_house(folder, clock=clock, bot_link="https://t.me/mashang_lab_bot") as house:
        with closing(sqlite3.connect(folder / "mashang.db", isolation_level=None)) as reader:
            yield replace(made, scene=replace(made.scene, town=Town(house, clock, made.scene.hall)), reader=reader, seen={}, columns=COLUMNS)


_MADE: list[tuple[Path, Counties]] = []


async def _furnished_once() -> tuple[Path, Counties]:
    if not _MADE:
        folder = Path(mkdtemp(prefix="mashang-counties-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        async with a_town(folder) as town:
            made = await _both(town)
        _count_what_is_written(folder)
        _MADE.append((folder, made))
    return _MADE[0]


def _count_what_is_written(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "mashang.db", isolation_level=None)) as writer:
        writer.execute(f"CREATE TABLE {WRITTEN} (place TEXT PRIMARY KEY, times INTEGER NOT NULL)")
        for table in COLUMNS:
            writer.execute(f"INSERT INTO {WRITTEN} VALUES (?, 0)", (table,))
            for happening in ("INSERT", "UPDATE", "DELETE"):
                writer.execute(
                    f'CREATE TRIGGER "{WRITTEN}_{happening}_{table}" AFTER {happening} ON "{table}" '
                    f"BEGIN UPDATE {WRITTEN} SET times = times + 1 WHERE place = '{table}'; END"
                )


async def _both(town: Town) -> Counties:
    scene = await a_night(town)
    services = town.house.services
    rows = [(2, site_row(OTHER_YARD, area_code=cast.OTHER_VILLAGE.code, firm="青田一建", manager_phone="")), (3, site_row(QUARRY, manager_phone=""))]
    report = await services.sites.import_rows(rows, by=Actor.operator())
    assert not report.problems, report.problems
    hall = hall_row(name=OTHER_HALL) | {"area_code": cast.OTHER_VILLAGE.code, "keeper_phone": ""}
    report = await services.shelters.import_rows([(2, hall)], by=Actor.operator())
    assert not report.problems, report.problems
    officials = await _officials(town)
    there, other_secret = await _there(town, officials)
    here = await _here(scene, officials)
    secret = (*NAMES, scene.order.number, scene.draft.number, YARD)
    return Counties(scene, officials, here, there, secret, other_secret, None, {}, {})  # type: ignore[arg-type]


async def _officials(town: Town) -> dict[tuple[Role, str], Official]:
    people = {(role, how): (f"{role.value}-{how}", f"1370579{n:02}{m:02}") for n, role in enumerate(Role) for m, how in enumerate(HOW)}
    lines = [_row(SOLE, "此家", cast.NEXT_VILLAGE.code)]
    lines += [_row(who, f"此{who[0]}", (cast.OTHER_VILLAGE if how == "there" else cast.NEXT_VILLAGE).code) for (_, how), who in people.items()]
    report = await town.house.services.people_import.import_rows(list(enumerate(lines, 2)), by=Actor.operator())
    assert not report.problems, report.problems
    found, apps = {}, Apps(town)
    ends = town.clock.now() + timedelta(seconds=60)
    await _linked(town, SOLE, 4999)
    for number, ((role, how), who) in enumerate(people.items()):
        if how != "elsewhere" or role in AT_PLACES:
            found[role, how] = await _official(town, apps, Official(role, how, who, 5000 + number, None, b""), ends)  # type: ignore[arg-type]
    town.clock.go_on(seconds=60)
    return found


def _row(who: Who, household: str, area: str) -> dict[str, str]:
    return {"name": who[0], "phone": who[1] or "", "area_code": area, "household": household, "responsible_phone": ""}


async def _official(town: Town, apps: Apps, one: Official, ends: Any) -> Official:
    services = town.house.services
    person = (await services.grants.with_phone(one.who[1] or "")).id
    place = await _place(town, AT_PLACES[one.role]) if one.how == "elsewhere" else None
    area = None if place else (cast.OTHER_COUNTY if one.how == "there" else cast.COUNTY).code
    until = ends if one.how == "ended" else None
    grant = await services.grants.give(person, one.role, by=Actor.operator(), area=area, place=place, until=until)
    await _linked(town, one.who, one.chat)
    opened = await _signed_in(town, apps, one.who, person)
    if one.how == "revoked":
        await services.grants.revoke(grant.id, by=Actor.operator())
    return replace(one, session=opened, app=apps.secrets[one.who[0]])


async def _signed_in(town: Town, apps: Apps, who: Who, person: UUID) -> Opened:
    """Who has nothing to do in the console had another role when the session was opened."""
    services = town.house.services
    once = await services.grants.give(person, Role.ADMIN, by=Actor.operator(), area=cast.CITY.code)
    opened = await apps.sign_in(who)
    await services.grants.revoke(once.id, by=Actor.operator())
    present = await services.sessions.enter(opened.secret)
    return replace(opened, secret=present.secret or opened.secret)


async def _place(town: Town, name: str) -> UUID:
    services = town.house.services
    return await services.shelters.named(name) if name == OTHER_HALL else (await services.sites.named(name)).id


async def _linked(town: Town, who: Who, chat: int) -> None:
    people = town.house.services.people
    person = await town.house.services.grants.with_phone(who[1] or "")
    digits = await people.make_link_code(person.id, by=Actor.operator(), key=f"code {who[0]}")
    by = Actor(via="chat", bot=BOT, address=str(chat))
    await people.link(digits, language="zh_CN", consent=CONSENT_VERSION, by=by, key=f"link {who[0]}")


async def _here(scene: Scene, officials: Mapping[tuple[Role, str], Official]) -> dict[str, str]:
    lin = await scene.town.person(cast.LIN[0])
    admin = officials[Role.ADMIN, "here"]
    upload = await scene.services.list_imports.keep(ListKind.PEOPLE, LIST, by=await scene.town.actor(admin.who))
    made = {
        "order": scene.order.id, "draft": scene.draft.id, "member": scene.members[cast.LIN[0]], "site": scene.site, "number": scene.report.number,
        "report": scene.report.id, "photo": scene.photo, "notice": scene.announced.waiting.id, "active": scene.announced.active.id, "upload": upload.id,
        "group": scene.announced.group, "person": lin.id, "household": lin.household, "shelter": scene.hall, "event": scene.tick, "visit": VISIT,
        "binding": scene.announced.binding, "session": admin.session.session.id, "code": scene.short, "area": cast.VILLAGE.code,
        "order_number": scene.order.number, "grant": scene.grant, "shown_order": scene.draft.fingerprint,
        "holder": (await scene.town.person(cast.YE[0])).id, "glass": GLASS, "shown_notice": scene.announced.shown, "card": scene.claimed,
        "held": scene.held, "granted": scene.granted, "checkpoint": scene.checkpoint, **scene.device,
    }  # fmt: skip
    return {name: str(value) for name, value in made.items()}


async def _there(town: Town, officials: Mapping[tuple[Role, str], Official]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The same of the other county, made by its own people."""
    services, codes = town.house.services, (cast.OTHER_VILLAGE.code,)
    officer, approver, warden, admin = [
        await town.actor(officials[role, "there"].who) for role in (Role.DUTY_OFFICER, Role.APPROVER, Role.WARDEN, Role.ADMIN)
    ]  # fmt: skip
    hall = await services.shelters.named(OTHER_HALL)
    school = Destination(hall, OTHER_HALL, "过桥")
    order = await services.evacuations.draft(codes, school, by=officer, key="there")
    draft = await services.evacuations.draft(codes, school, by=officer, key="there again")
    await services.evacuations.approve(order.id, fingerprint=order.fingerprint, by=approver, key="there yes")
    person = await town.person(officials[Role.RESIDENT, "there"].who[0])
    await services.rollcall.tick([person.id], Happening.MOVING, How.SAW, by=warden, key="there tick")
    async with town.house.works.read() as work:
        member = next(member for member in await work.members.of(order.id) if member.person == person.id)
        event = next(event for lot in (await work.members.events([member.id])).values() for event in lot)
    notices = await _notices_there(town, officer)
    number, report, photo = await _report_there(town, officials)
    group = await services.groups.make("外县组", cast.OTHER_TOWNSHIP.code, by=officer, key="there group")
    upload = await services.list_imports.keep(ListKind.PEOPLE, LIST, by=admin)
    card = await services.codes.of_person(person.id, by=officer)
    (blank,) = await services.issuing.blanks(1, area=cast.OTHER_VILLAGE.code, by=officer, reason=Why.OTHER)
    await services.blanks.bind(blank.short, person=person.id, by=officer, key="there card")
    post, held, granted = await passes_in(town, cast.OTHER_VILLAGE.code, officer, approver)
    made = {
        "card": blank.short,
        "held": held, "granted": granted, "checkpoint": post,
        "order": order.id, "draft": draft.id, "member": member.id, "site": (await services.sites.named(OTHER_YARD)).id, "number": number, "report": report,
        "photo": photo, "notice": notices[0], "active": notices[1], "upload": upload.id, "group": group.id, "person": person.id, "household": person.household,
        "shelter": hall, "event": event.id, "visit": UUID(int=62), "binding": UUID(int=63),
        "session": officials[Role.ADMIN, "there"].session.session.id, "code": card.short, "area": cast.OTHER_VILLAGE.code, "order_number": order.number,
        "grant": admin.grants[0].id, "holder": admin.person, "glass": UUID(int=64),
        **await with_device(town, warden.registered(), by=admin),
    }  # fmt: skip
    made |= {"shown_order": draft.fingerprint, "shown_notice": "0" * 64}
    return {name: str(value) for name, value in made.items()}, (person.name, order.number, draft.number, OTHER_YARD)


async def _notices_there(town: Town, officer: Actor) -> tuple[UUID, UUID]:
    services, found = town.house.services, []
    for key in ("waiting", "active"):
        draft = replace(DRAFT, parts=(Part(PartKind.AREA, cast.OTHER_VILLAGE.code),))
        preview = await services.notices.foresee(draft, by=officer)
        found.append((await services.notices.draft(draft, shown=preview.shown[:16], by=officer, key=f"there {key}")).id)
    return found[0], found[1]


async def _report_there(town: Town, officials: Mapping[tuple[Role, str], Official]) -> tuple[str, UUID, UUID]:
    author, services = await town.actor(officials[Role.WORKER, "there"].who), town.house.services
    draft = await services.reports.begin(for_self=True, by=author, key="there report")
    await services.reports.choose_kind(draft.id, ReportKind.FLOOD, by=author)
    await services.reports.put_village(draft.id, cast.OTHER_VILLAGE.code, by=author)
    await services.report_photos.add(draft.id, a_photo(), by=author, key="there photo")
    filed = await services.reports.send(draft.id, by=author, key="there sent")
    async with town.house.works.read() as work:
        (photo,) = await work.media.of(draft.id)
    return filed.report.number or "", filed.report.id, photo.id
