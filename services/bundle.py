"""The typed set of use cases that the entrances are handed."""

from dataclasses import dataclass

from services.approvals import Approvals
from services.areas import Areas
from services.audit import Audit, AuditLog
from services.authenticators import Authenticators
from services.blanks import Blanks
from services.board import Board
from services.cards import Cards
from services.chats import Chats
from services.checkpoints import Checkpoints
from services.code_days import CodeDays
from services.codes import Codes
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
from services.list_imports import ListImports
from services.lists import Lists
from services.logins import Logins
from services.notice_lists import NoticeLists
from services.notice_runs import NoticeRuns
from services.notices import Notices
from services.office import Office
from services.passes import Passes
from services.people import People
from services.people_import import PeopleImport
from services.presence import Presence
from services.refusals import Refusals
from services.report_desk import ReportDesk
from services.report_photos import ReportPhotos
from services.reports import Reports
from services.rollcall import RollCall
from services.scans import Scans
from services.sessions import Sessions
from services.sheets import Sheets
from services.shelters import Shelters
from services.sites import Sites
from services.uploads import Uploads
from services.users import Users
from services.visits import Visits
from services.watch import Watch
from services.workers import Workers


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case of the house, by noun."""

    office: Office
    areas: Areas
    people: People
    people_import: PeopleImport
    grants: Grants
    glass: Glasses
    users: Users
    shelters: Shelters
    codes: Codes
    lists: Lists
    issuing: Issuing
    blanks: Blanks
    households: Households
    code_days: CodeDays
    cards: Cards
    scans: Scans
    evacuations: Evacuations
    rollcall: RollCall
    board: Board
    deliveries: Deliveries
    chats: Chats
    visits: Visits
    sessions: Sessions
    logins: Logins
    authenticators: Authenticators
    founders: Founders
    approvals: Approvals
    exports: Exports
    sheets: Sheets
    audit: Audit
    audit_log: AuditLog
    refusals: Refusals
    reports: Reports
    report_photos: ReportPhotos
    report_desk: ReportDesk
    workers: Workers
    sites: Sites
    gates: Gates
    presence: Presence
    notices: Notices
    notice_runs: NoticeRuns
    notice_lists: NoticeLists
    groups: Groups
    group_import: GroupImport
    list_imports: ListImports
    watch: Watch
    devices: Devices
    device_doors: DeviceDoors
    device_choices: DeviceChoices
    device_entries: DeviceEntries
    uploads: Uploads
    checkpoints: Checkpoints
    passes: Passes
    crossings: Crossings
