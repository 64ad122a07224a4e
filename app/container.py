"""The one place where everything is made, by constructor, from the bottom to the top; and taken down in the opposite order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from app import sabotage
from app.clock import LabClock, SystemClock, SystemIds
from app.figures import counted
from app.keys import FollowedKeys, Keys, load_keys
from app.nursery import Nursery
from app.settings import DEMO_ISSUER, Settings
from codes.errors import CodesError
from codes.keyfolder import keep_revoked
from domain.lists import ListKind
from locales.catalogue import Catalogues
from services.approvals import Approvals
from services.areas import Areas
from services.audience import Audience
from services.audit import Audit, AuditLog, Trail
from services.authenticators import Authenticators, Verifier
from services.board import Board
from services.bundle import Services
from services.chats import Chats, Guests
from services.codes import Codes, Mint
from services.deliveries import Deliveries
from services.device_doors import DeviceDoors
from services.devices import Devices
from services.evacuations import Evacuations
from services.exports import Exports
from services.figures import FAULTS, Figures, NoFigures
from services.founders import Founders
from services.gates import Gates
from services.glass import Glasses
from services.grants import Grants
from services.group_import import GroupImport
from services.groups import Groups
from services.intake import Dialogues, Updates
from services.list_imports import ListImports, Taking
from services.lists import Lists
from services.logins import Logins
from services.notice_lists import NoticeLists
from services.notice_runs import NoticeRuns
from services.notices import Notices
from services.office import Office
from services.pauses import Pauses
from services.people import People
from services.people_import import PeopleImport
from services.ports import Clock, Ids, Queues, Wakeups, Works
from services.presence import Presence
from services.press import CodePress
from services.processes import Processes
from services.recipients import Recipients
from services.refusals import Refusals
from services.report_authors import ReportAuthors
from services.report_desk import ReportDesk
from services.report_photos import Media, ReportPhotos
from services.report_steps import ReportSteps
from services.reports import Reports
from services.rollcall import RollCall
from services.scans import Scans
from services.sessions import Doorman, Sessions
from services.sheets import Sheets
from services.shelters import Shelters
from services.sites import Sites
from services.uploads import Uploads
from services.users import Users
from services.visits import Visits
from services.watch import Beats, Watch
from services.workers import Workers
from storage.dialogues import SqlDialogues
from storage.engine import Databases, open_databases
from storage.leases import SqlLeases
from storage.media import MediaFiles
from storage.memory import MemoryWakeups
from storage.migrations.run import is_current
from storage.pauses import SqlPauses
from storage.processes import SqlProcesses
from storage.sealing import Sealing
from storage.updates import SqlUpdates
from storage.work import SqlWorks
from storage.writer import GroupCommits

REACH = timedelta(minutes=10)
CLOSING = 1.0

log = logging.getLogger("mashang.serve")


class PartMissing(Exception):
    """Something the house needs is not there; the message says what, and which command makes it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands at the boundary and may be replaced: by a test's fake, or by a saboteur that a story must notice."""

    clock: Clock
    ids: Ids
    works: Works
    updates: Updates
    dialogues: Dialogues
    wakeups: Wakeups
    media: Media


@dataclass(frozen=True, slots=True)
class House:
    """An opened house."""

    settings: Settings
    keys: Keys
    clock: Clock
    ids: Ids
    nursery: Nursery
    databases: Databases
    works: Works
    updates: Updates
    dialogues: Dialogues
    pauses: Pauses
    wakeups: Wakeups
    me: UUID
    """This process, among those of its house."""
    leases: SqlLeases
    processes: Processes
    catalogues: Catalogues
    press: CodePress
    services: Services
    figures: Figures
    beats: Beats
    lacks: list[Callable[[], bool]]
    """Asked whether Redis has to be done without: by the wake-ups, and by the send budget where there is one."""
    tells: list[Callable[[], list[str]]]

    def lacking(self) -> list[str]:
        """What this process has to do without at this moment; it goes on all the same."""
        return ["redis"] if any(lack() for lack in self.lacks) else []

    def troubled(self) -> list[str]:
        """What the other processes are told of this one: what it has to do without, and what the watchdog calls late here."""
        return sorted({*self.lacking(), *(word for told in self.tells for word in told())})


Replace = Callable[[Parts], Parts]


@asynccontextmanager
async def opened(settings: Settings, *, replace: Replace | None = None, figures: Figures | None = None) -> AsyncIterator[House]:
    """The house of these settings, closed and drained at the end. PartMissing when `mashang init` or `migrate` is still to be run."""
    if not settings.keys_dir.is_dir():
        raise PartMissing(f"There are no keys in {settings.keys_dir}. Run `mashang init` first.")
    if not await stands(settings):
        raise PartMissing("The database is missing or of another version. Run `mashang migrate` first.")
    keys = keys_of(settings)
    clock = LabClock(settings.lab_clock) if settings.lab_clock else SystemClock()
    told = figures or NoFigures()
    nursery = Nursery(failed=lambda *_: told.count(FAULTS, "task"))
    queues = GroupCommits(spawn=nursery.spawn, figures=figures)
    databases = open_databases(settings.database)
    try:
        try:
            house = build(settings, keys=keys, clock=clock, nursery=nursery, queues=queues, databases=databases, replace=replace, figures=figures)
        except CodesError as error:
            raise PartMissing(f"MASHANG_ISSUER, MASHANG_PUBLIC_URL and the keys do not fit together: {error}") from None
        yield house
    finally:
        await within(CLOSING, queues.close)
        await nursery.close(within=CLOSING)
        await within(CLOSING, databases.close)


async def within(seconds: float, close: Callable[[], Awaitable[object]]) -> None:
    """One step of the end; who does not answer does not hold it up."""
    try:
        async with asyncio.timeout(seconds):
            await close()
    except TimeoutError:
        log.warning("not closed within %g s: %s", seconds, close.__qualname__)


async def stands(settings: Settings) -> bool:
    """Whether the database is of this version. PartMissing when it does not answer."""
    try:
        return await is_current(settings.database)
    except (OSError, TimeoutError, DBAPIError) as error:
        raise PartMissing(f"The database does not answer ({type(error).__name__}). Look at MASHANG_DATABASE_URL and at the server.") from None


def keys_of(settings: Settings) -> Keys:
    """The office's keys. PartMissing when some are not there, or are damaged."""
    try:
        return load_keys(settings.keys_dir)
    except (CodesError, OSError, ValueError, KeyError) as error:
        raise PartMissing(f"The keys in {settings.keys_dir} cannot be used ({type(error).__name__}: {error}). Restore them from your backup.") from error


def wakeups_of(settings: Settings, *, keys: Keys, clock: Clock, nursery: Nursery) -> Wakeups:
    """Between processes where there is a Redis, else inside this one. On one Redis installations are told apart by their keys: two may have the same issuer."""
    if settings.redis_url is None:
        return MemoryWakeups()
    try:
        from storage.redis import RedisWakeups
    except ImportError:
        raise PartMissing("MASHANG_REDIS_URL is set, but the package is not installed: pip install 'mashang[redis]'") from None

    office = f"{settings.issuer or DEMO_ISSUER}:{keys.digest(b'wakeups').hex()[:16]}"
    made = RedisWakeups(settings.redis_url.get_secret_value(), office=office, clock=clock, spawn=nursery.spawn)
    made.start()
    return made


def build(
    settings: Settings, *, keys: Keys, clock: Clock, nursery: Nursery, queues: GroupCommits, databases: Databases, replace: Replace | None = None,
    figures: Figures | None = None,
) -> House:  # fmt: skip
    """Every object of the house, top to bottom."""
    ids = SystemIds(clock.now)
    sealing = Sealing(keys.sealing, index_key=keys.index, random_bytes=ids.random_bytes)
    parts = Parts(
        clock, ids, SqlWorks(databases, sealing), SqlUpdates(databases, sealing, ids=ids, clock=clock, queues=queues),
        SqlDialogues(databases, sealing), wakeups_of(settings, keys=keys, clock=clock, nursery=nursery),
        MediaFiles(settings.data_dir / "media", sealing),
    )  # fmt: skip
    if replace is not None:
        parts = replace(parts)
    if settings.lab_sabotage:
        parts = sabotage.apply(settings.lab_sabotage, parts, nursery=nursery)
    if figures is not None:
        parts = counted(parts, figures)
    issuer = settings.issuer or keys.codes.issuer
    office = Office(issuer, drill_only=issuer == DEMO_ISSUER, language=settings.language, zone=settings.zone, bounds=settings.box)
    followed = FollowedKeys(settings.keys_dir, keys.codes, clock=parts.clock)
    press = CodePress(
        keys.codes, issuer=issuer, public_url=settings.public_url or "http://127.0.0.1:8080", bot_link=settings.bot_link, following=followed
    )  # fmt: skip
    signed = signed_lists(parts, office=office, followed=followed, folder=settings.keys_dir)
    services = use_cases(parts, office=office, press=press, keys=keys, queues=queues, signed=signed)
    return House(
        settings, keys, parts.clock, parts.ids, nursery, databases, parts.works, parts.updates, parts.dialogues,
        SqlPauses(databases, sealing, clock=parts.clock), parts.wakeups, ids.new(), SqlLeases(databases, sealing), SqlProcesses(databases),
        Catalogues.packaged(default=settings.language), press, services, figures or NoFigures(), Beats(SystemClock()),
        [lambda: bool(getattr(parts.wakeups, "degraded", False))], [],
    )  # fmt: skip


def reports_of(parts: Parts, *, office: Office, trail: Trail, audience: Audience) -> tuple[Reports, ReportPhotos, ReportDesk]:
    """Reports from the field: their authors' side, their photos, and the desk's side."""
    from papers.pictures import Redrawing

    works, clock, ids, wakeups, files = parts.works, parts.clock, parts.ids, parts.wakeups, parts.media
    authors = ReportAuthors(Guests(ids))
    steps = ReportSteps(clock=clock, ids=ids, trail=trail, audience=audience)
    return (
        Reports(works, clock=clock, ids=ids, office=office, authors=authors, steps=steps, files=files, wakeups=wakeups),
        ReportPhotos(works, clock=clock, ids=ids, authors=authors, steps=steps, pictures=Redrawing(), files=files),
        ReportDesk(works, clock=clock, trail=trail, steps=steps, files=files, wakeups=wakeups),
    )


def notices_of(parts: Parts, *, office: Office, trail: Trail, audience: Audience, keys: Keys) -> tuple[Notices, NoticeRuns, Groups]:
    """The rooms of notices: who they go to, how they are decided, how they go out; and the groups that they name."""
    works, clock, ids, wakeups = parts.works, parts.clock, parts.ids, parts.wakeups
    recipients = Recipients(office=office)
    notices = Notices(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, recipients=recipients, wakeups=wakeups)
    runs = NoticeRuns(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, recipients=recipients, wakeups=wakeups)
    groups = Groups(works, clock=clock, ids=ids, trail=trail, guests=Guests(ids), digest=keys.digest)
    return notices, runs, groups


@dataclass(frozen=True, slots=True)
class Taken:
    """The use cases that take in lists, and the one door to all of them."""

    areas: Areas
    people: PeopleImport
    shelters: Shelters
    sites: Sites
    workers: Workers
    groups: GroupImport
    notices: NoticeLists
    imports: ListImports


def lists_of(parts: Parts, *, office: Office, trail: Trail, mint: Mint, codes: Codes) -> Taken:
    """The rooms of lists; in the demo's office drills may reach everybody who is brought."""
    works, clock, ids = parts.works, parts.clock, parts.ids
    areas, people = Areas(works, clock=clock, trail=trail), PeopleImport(works, clock=clock, ids=ids, trail=trail, mint=mint)
    shelters, sites = Shelters(works, clock=clock, ids=ids, trail=trail, mint=mint), Sites(works, clock=clock, ids=ids, trail=trail, mint=mint, codes=codes)
    workers, groups = Workers(works, clock=clock, ids=ids, trail=trail, mint=mint, office=office), GroupImport(works, clock=clock, ids=ids, trail=trail)
    notices = NoticeLists(works, clock=clock, trail=trail, office=office)
    enrolling = partial(people.import_rows, enrolled=True)
    takers: dict[ListKind, Taking] = {
        ListKind.AREAS: areas.import_rows, ListKind.PEOPLE: enrolling if office.drill_only else people.import_rows,
        ListKind.SHELTERS: shelters.import_rows, ListKind.SITES: sites.import_rows, ListKind.WORKERS: workers.import_rows,
        ListKind.GROUPS: groups.import_rows, ListKind.HOLIDAYS: notices.import_holidays,
    }  # fmt: skip
    imports = ListImports(works, clock=clock, ids=ids, trail=trail, takers=takers, enrolling=enrolling)
    return Taken(areas, people, shelters, sites, workers, groups, notices, imports)


def entry_of(parts: Parts, *, office: Office, trail: Trail, audience: Audience, people: People, keys: Keys) -> tuple[Sessions, Logins, Authenticators]:
    """The ways into the console, and what opens them."""
    works, clock, ids = parts.works, parts.clock, parts.ids
    doorman = Doorman(ids=ids, trail=trail)
    verifier = Verifier(ids=ids, trail=trail, audience=audience, office=office, digest=keys.digest)
    return (
        Sessions(works, clock=clock, ids=ids, trail=trail, people=people, doorman=doorman, verifier=verifier),
        Logins(works, clock=clock, ids=ids, trail=trail, doorman=doorman, verifier=verifier, keyed=keys.digest),
        Authenticators(works, clock=clock, trail=trail, verifier=verifier, digest=keys.digest),
    )


def rights_of(parts: Parts, *, office: Office, trail: Trail, audience: Audience) -> tuple[Grants, Users, Glasses]:
    """Who may do what: roles, who holds them, and more than one's own for an hour."""
    works, clock, ids, wakeups = parts.works, parts.clock, parts.ids, parts.wakeups
    return (
        Grants(works, clock=clock, ids=ids, trail=trail, audience=audience, wakeups=wakeups),
        Users(works, clock=clock),
        Glasses(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, wakeups=wakeups),
    )


def signed_lists(parts: Parts, *, office: Office, followed: FollowedKeys, folder: Path) -> Lists:
    """What scanners check codes by, signed with the keys as they are now; each new list also lies beside them."""
    def keep(text: str) -> object:
        return keep_revoked(folder, text, now=parts.clock.now())

    return Lists(parts.works, clock=parts.clock, trail=Trail(parts.ids), office=office, keys=followed, keep=keep)


def use_cases(parts: Parts, *, office: Office, press: CodePress, keys: Keys, queues: Queues, signed: Lists) -> Services:
    """Every use case, over these parts."""
    works, clock, ids, wakeups = parts.works, parts.clock, parts.ids, parts.wakeups
    trail = Trail(ids)
    mint = Mint(ids, press, office, trail)
    audience = Audience(clock=clock, ids=ids)
    reports, photos, desk = reports_of(parts, office=office, trail=trail, audience=audience)
    notices, runs, groups = notices_of(parts, office=office, trail=trail, audience=audience, keys=keys)
    codes = Codes(works, clock=clock, trail=trail, mint=mint, press=press)
    people = People(works, clock=clock, ids=ids, trail=trail, mint=mint, office=office, digest=keys.digest)
    lists = lists_of(parts, office=office, trail=trail, mint=mint, codes=codes)
    grants, users, glass = rights_of(parts, office=office, trail=trail, audience=audience)
    sessions, logins, authenticators = entry_of(parts, office=office, trail=trail, audience=audience, people=people, keys=keys)
    return Services(
        office=office,
        areas=lists.areas,
        people=people,
        people_import=lists.people,
        shelters=lists.shelters,
        grants=grants, users=users, glass=glass,
        codes=codes, lists=signed,
        scans=Scans(works, clock=clock, ids=ids, trail=trail, mint=mint, press=press, queues=queues, wakeups=wakeups),
        evacuations=Evacuations(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, wakeups=wakeups),
        rollcall=RollCall(works, clock=clock, ids=ids, trail=trail, audience=audience, wakeups=wakeups),
        board=Board(works, clock=clock),
        deliveries=Deliveries(works, clock=clock, ids=ids, wakeups=wakeups),
        chats=Chats(works),
        visits=Visits(works, clock=clock, trail=trail),
        sessions=sessions, logins=logins, authenticators=authenticators, approvals=Approvals(works, clock=clock),
        founders=Founders(works, clock=clock, ids=ids, trail=trail, office=office, digest=keys.digest),
        exports=Exports(works, clock=clock, trail=trail),
        sheets=Sheets(works, clock=clock, trail=trail),
        audit=Audit(works), audit_log=AuditLog(works, clock=clock, office=office), refusals=Refusals(works, clock=clock, trail=trail),
        reports=reports, report_photos=photos, report_desk=desk,
        notices=notices, notice_runs=runs, notice_lists=lists.notices,
        groups=groups, group_import=lists.groups, list_imports=lists.imports, workers=lists.workers, sites=lists.sites,
        gates=Gates(works, clock=clock, ids=ids, trail=trail, office=office, press=press),
        presence=Presence(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, wakeups=wakeups),
        watch=Watch(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience),
        devices=Devices(works, clock=clock, ids=ids, trail=trail, people=people, wakeups=wakeups, keyed=keys.digest),
        device_doors=DeviceDoors(works, clock=clock, trail=trail, people=people, press=press),
        uploads=Uploads(works, clock=clock, ids=ids, trail=trail, mint=mint, press=press, office=office, queues=queues, wakeups=wakeups),
    )
