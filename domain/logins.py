"""Signing in 登录: a browser shows a code, its owner confirms it in chat, and only that browser goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.access import May
from domain.errors import Gone, Invalid, NotAllowed, TooOften
from domain.text import N_

LOGIN_LASTS = timedelta(minutes=10)
CODE_LENGTH = 8
MOST_TRIES = 5
TRY_WINDOW = timedelta(minutes=10)
CONSOLE = (May.SEE_BOARD, May.MUSTER, May.HANDLE_REPORT, May.CANCEL_NOTICE, May.GRANT, May.KEYS, May.READ_AUDIT)
"""Whoever has one of these has something to do in the console."""


class LoginState(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Login:
    """One browser that wants in. `digest` is of the secret in its cookie, `code` is of the code on its screen."""

    id: UUID
    digest: bytes
    code: bytes
    family: str
    made_at: datetime
    expires_at: datetime
    state: LoginState = LoginState.WAITING
    person: UUID | None = None

    def living(self, *, now: datetime) -> bool:
        return now < self.expires_at and self.state in (LoginState.WAITING, LoginState.ASKED, LoginState.CONFIRMED)


class LoginOver(Gone):
    code = "login_over"
    text = N_("This sign-in is over or too old. Begin again.")


class LoginNotConfirmed(NotAllowed):
    code = "login_not_confirmed"
    text = N_("This sign-in was not confirmed in chat yet.")


class LoginCodeWrong(Invalid):
    code = "login_code_wrong"
    text = N_("No page is waiting with this code. Check the characters on the page; a code works once, and for ten minutes.")


class LoginCodeSpent(Gone):
    code = "login_code_spent"
    text = N_("This code was used already or is too old. Let the page show a new one.")


class TooManyCodes(TooOften):
    code = "too_many_codes"
    text = N_("Too many wrong codes. Please wait {minutes} minutes.")
