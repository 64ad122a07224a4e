"""A code as the register knows it: whose it is, and whether it still stands. The format itself is in the room `codes`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Gone, Unknown
from domain.text import N_


class Holder(StrEnum):
    PERSON = "person"
    HOUSEHOLD = "household"
    PLACE = "place"
    PASS = "pass"
    VEHICLE = "vehicle"
    TEAM = "team"
    DEVICE = "device"


class CodeStatus(StrEnum):
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """One code that was issued. `holder` is the person, household, place, pass, team or device, None on a blank card; `token` is the text
    without the host. `scope` is the area code of a pass, vehicle or team; `live` marks a code made on demand for ten minutes.
    `reason` is a word of domain.issuing.Why, `area` where its holder belonged when it was issued (a blank card: for which area it was printed);
    `shared` marks a blank card that was given to more than one person.
    """

    cti: bytes
    kind: Holder
    holder: UUID | None
    short: str
    token: str
    issued_at: datetime
    expires_at: datetime
    drill_only: bool
    issued_by: UUID | None = None
    revoked_at: datetime | None = None
    replaced_by: bytes | None = None
    scope: str = ""
    live: bool = False
    reason: str = "listed"
    area: str = ""
    shared: bool = False

    def status(self, *, now: datetime) -> CodeStatus:
        if self.replaced_by is not None:
            return CodeStatus.REPLACED
        if self.revoked_at is not None:
            return CodeStatus.REVOKED
        return CodeStatus.EXPIRED if now >= self.expires_at else CodeStatus.LIVE


class CodeUnknown(Unknown):
    code = "code_unknown"
    text = N_("This code is not in our register.")


class CodeOver(Gone):
    code = "code_over"
    text = N_("This code was withdrawn or replaced already. Look for the newer one.")


class NoKeySigns(Conflict):
    code = "no_key_signs"
    text = N_("No key signs codes of this kind now. The operator has to bring the root key (guide: Keys).")


class NoCodeYet(Unknown):
    code = "no_code_yet"
    text = N_("There is no code for this person yet. Ask the village officer.")
