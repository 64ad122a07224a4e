"""Every use case, made by constructor over the parts: the second half of the assembly (app/container.py)."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from app.keys import FollowedKeys, Keys
from app.parts import Parts
from codes.keyfolder import keep_revoked
from domain.lists import ListKind
from services.approvals import Approvals
from services.areas import Areas
from services.audience import Audience
from services.audit import Audit, AuditLog, Trail
from services.authenticators import Authenticators, Verifier
from services.blanks import Blanks
from services.board import Board
from services.bundle import Services
from services.cards import Cards
from services.chats import Chats, Guests
from services.checkpoints import Checkpoints
from services.code_days import CodeDays
from services.codes import Codes, Mint
from services.crossings import Crossings
from services.deliveries import Deliveries
from services.device_choices import DeviceChoices
from services.device_doors import DeviceDoors
from services.device_entries import DeviceEntries
from services.devices import Devices
from services.evacuations import Evacuations
from services.exports import Exports
from services.founders import Founders
from services.gates import Gates
from services.glass import Glasses
from services.grants import Grants
from services.group_import import GroupImport
from services.groups import Groups
from services.households import Households
from services.issuing import Issuing
from services.list_imports import ListImports, Taking
from services.lists import Lists
from services.logins import Logins
from services.notice_lists import NoticeLists
from services.notice_runs import NoticeRuns
from services.notices import Notices
from services.office import Office
from services.passes import Passes
from services.people import People
from services.people_import import PeopleImport
from services.ports import Queues
from services.presence import Presence
from services.press import CodePress
from services.recipients import Recipients
from services.refusals import Refusals
from services.report_authors import ReportAuthors
from services.report_desk import ReportDesk
from services.report_photos import ReportPhotos
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
from services.watch import Watch
from services.workers import Workers

REACH = timedelta(minutes=10)


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


def issuing_of(
    parts: Parts, *, office: Office, trail: Trail, mint: Mint, codes: Codes, press: CodePress, audience: Audience
) -> tuple[Issuing, Blanks, Households, CodeDays]:
    """The rooms of issuing: codes of every kind, blank cards, whose numbers stand on a household's card, and what is counted of all that."""
    works, clock, ids = parts.works, parts.clock, parts.ids
    return (
        Issuing(works, clock=clock, ids=ids, trail=trail, mint=mint, codes=codes),
        Blanks(works, clock=clock, ids=ids, trail=trail, office=office, press=press, wakeups=parts.wakeups),
        Households(works, clock=clock),
        CodeDays(works, clock=clock, ids=ids, office=office, audience=audience, wakeups=parts.wakeups),
    )


def passes_of(
    parts: Parts, *, office: Office, trail: Trail, audience: Audience, mint: Mint, codes: Codes, press: CodePress
) -> tuple[Checkpoints, Passes, Crossings]:  # fmt: skip
    """Where passes are shown, who has one, and who went through."""
    works, clock, ids, wakeups = parts.works, parts.clock, parts.ids, parts.wakeups
    return (
        Checkpoints(works, clock=clock, ids=ids, trail=trail),
        Passes(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, mint=mint, codes=codes, wakeups=wakeups),
        Crossings(works, clock=clock, ids=ids, trail=trail, office=office, press=press, wakeups=wakeups),
    )


def devices_of(
    parts: Parts, *, trail: Trail, people: People, press: CodePress, keys: Keys
) -> tuple[Devices, DeviceDoors, DeviceChoices, DeviceEntries]:  # fmt: skip
    """Phones that scan: how they are enrolled, what they may ask, and what of theirs somebody has to look at."""
    works, clock = parts.works, parts.clock
    return (
        Devices(works, clock=clock, ids=parts.ids, trail=trail, people=people, wakeups=parts.wakeups, keyed=keys.digest),
        DeviceDoors(works, clock=clock, trail=trail, people=people, press=press),
        DeviceChoices(works, clock=clock, people=people),
        DeviceEntries(works, clock=clock, trail=trail),
    )


def use_cases(parts: Parts, *, office: Office, press: CodePress, keys: Keys, queues: Queues, signed: Lists) -> Services:
    """Every use case, over these parts."""
    works, clock, ids, wakeups = parts.works, parts.clock, parts.ids, parts.wakeups
    trail = Trail(ids)
    mint = Mint(ids, press, office, trail)
    audience = Audience(clock=clock, ids=ids)
    reports, photos, desk = reports_of(parts, office=office, trail=trail, audience=audience)
    notices, runs, groups = notices_of(parts, office=office, trail=trail, audience=audience, keys=keys)
    codes = Codes(works, clock=clock, trail=trail, press=press)
    issuing, blanks, households, days = issuing_of(parts, office=office, trail=trail, mint=mint, codes=codes, press=press, audience=audience)
    people = People(works, clock=clock, ids=ids, trail=trail, mint=mint, office=office, digest=keys.digest)
    lists = lists_of(parts, office=office, trail=trail, mint=mint, codes=codes)
    grants, users, glass = rights_of(parts, office=office, trail=trail, audience=audience)
    sessions, logins, authenticators = entry_of(parts, office=office, trail=trail, audience=audience, people=people, keys=keys)
    devices, doors, choices, entries = devices_of(parts, trail=trail, people=people, press=press, keys=keys)
    checkpoints, passes, crossings = passes_of(parts, office=office, trail=trail, audience=audience, mint=mint, codes=codes, press=press)
    return Services(
        office=office, areas=lists.areas, people=people, people_import=lists.people, shelters=lists.shelters,
        grants=grants, users=users, glass=glass,
        codes=codes, lists=signed, issuing=issuing, blanks=blanks, households=households, code_days=days,
        cards=Cards(works, clock=clock, trail=trail, mint=mint, codes=codes),
        scans=Scans(works, clock=clock, ids=ids, trail=trail, mint=mint, press=press, queues=queues, wakeups=wakeups),
        evacuations=Evacuations(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, wakeups=wakeups),
        rollcall=RollCall(works, clock=clock, ids=ids, trail=trail, audience=audience, wakeups=wakeups),
        board=Board(works, clock=clock), deliveries=Deliveries(works, clock=clock, ids=ids, wakeups=wakeups),
        chats=Chats(works), visits=Visits(works, clock=clock, trail=trail),
        sessions=sessions, logins=logins, authenticators=authenticators, approvals=Approvals(works, clock=clock),
        founders=Founders(works, clock=clock, ids=ids, trail=trail, office=office, digest=keys.digest),
        exports=Exports(works, clock=clock, trail=trail), sheets=Sheets(works, clock=clock, trail=trail),
        audit=Audit(works), audit_log=AuditLog(works, clock=clock, office=office), refusals=Refusals(works, clock=clock, trail=trail),
        reports=reports, report_photos=photos, report_desk=desk,
        notices=notices, notice_runs=runs, notice_lists=lists.notices,
        groups=groups, group_import=lists.groups, list_imports=lists.imports, workers=lists.workers, sites=lists.sites,
        gates=Gates(works, clock=clock, ids=ids, trail=trail, office=office, press=press),
        presence=Presence(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience, wakeups=wakeups),
        watch=Watch(works, clock=clock, ids=ids, trail=trail, office=office, audience=audience),
        devices=devices, device_doors=doors, device_choices=choices, device_entries=entries,
        uploads=Uploads(works, clock=clock, ids=ids, trail=trail, mint=mint, press=press, office=office, queues=queues, wakeups=wakeups),
        checkpoints=checkpoints, passes=passes, crossings=crossings,
    )
