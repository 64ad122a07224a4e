"""The typed set of use cases that the entrances are handed."""

from dataclasses import dataclass

from services.areas import Areas
from services.audit import Audit
from services.board import Board
from services.codes import Codes
from services.deliveries import Deliveries
from services.evacuations import Evacuations
from services.exports import Exports
from services.grants import Grants
from services.office import Office
from services.people import People
from services.people_import import PeopleImport
from services.rollcall import RollCall
from services.scans import Scans
from services.sessions import Sessions
from services.shelters import Shelters


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case of the house, by noun."""

    office: Office
    areas: Areas
    people: People
    people_import: PeopleImport
    grants: Grants
    shelters: Shelters
    codes: Codes
    scans: Scans
    evacuations: Evacuations
    rollcall: RollCall
    board: Board
    deliveries: Deliveries
    sessions: Sessions
    exports: Exports
    audit: Audit
