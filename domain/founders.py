"""The first admin 首位管理员: a code that `mashang init` prints makes one person admin of the whole office, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.errors import Conflict, Gone, Invalid, TooOften
from domain.text import N_

CODE_LENGTH = 16
CODE_LASTS = timedelta(days=7)
MOST_TRIES = 5
TRY_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FounderCode:
    """Only its digest is kept; a new one ends the older ones."""

    id: UUID
    digest: bytes
    expires_at: datetime
    used_at: datetime | None = None


class AdminThere(Conflict):
    code = "admin_there"
    text = N_("There is an admin already. Whoever is to be another one gets the role from them.")


class FounderCodeWrong(Invalid):
    code = "founder_code_wrong"
    text = N_("This admin code is not right, was used already, or is too old. The server's operator makes a new one: mashang people admin-code")


class FounderTooOften(TooOften):
    code = "founder_too_often"
    text = N_("Too many wrong admin codes. Please wait {minutes} minutes.")


class NoAreasYet(Conflict):
    code = "no_areas_yet"
    text = N_("The office has no areas yet. The server's operator imports them first: mashang areas import FILE. The code stays good.")


class CodeSpentMeanwhile(Gone):
    code = "founder_code_spent"
    text = N_("Somebody else used this admin code a moment ago.")
