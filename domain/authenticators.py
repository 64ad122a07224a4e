"""Authenticators 动态口令: six digits of an app on the telephone (RFC 6238: SHA-1, 30 s), each of which works once; and codes for when it is lost."""

import hmac
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1
from urllib.parse import quote
from uuid import UUID

from domain.errors import Conflict, Invalid, NotAllowed, TooOften
from domain.text import N_

STEP = 30
DIGITS = 6
SKEW = 1
SECRET_BYTES = 20
MOST_WRONG = 5
WINDOW = timedelta(minutes=10)
LOCKED_FOR = timedelta(minutes=10)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class Authenticator:
    """One person's app. `last_step` is the newest step whose digits were used; neither it nor an older one works again."""

    person: UUID
    secret: bytes
    made_at: datetime
    last_step: int
    locked_until: datetime | None = None

    def locked(self, *, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """Opens instead of six digits, once."""

    id: UUID
    person: UUID
    digest: bytes
    used_at: datetime | None = None


def digits_at(secret: bytes, step: int) -> str:
    """The six digits of a step (RFC 4226 §5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8), sha1)
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def step_that_fits(secret: bytes, typed: str, *, now: datetime) -> int | None:
    """The step, at most one away from now, whose digits these are; None for wrong ones. Takes the same time for either."""
    fitting = [step for step in range(step_of(now) - SKEW, step_of(now) + SKEW + 1) if hmac.compare_digest(digits_at(secret, step), typed)]
    return fitting[-1] if fitting else None


def typed_digits(text: str) -> str | None:
    """Six digits as somebody typed or pasted them (full width, spaces); None for anything else."""
    digits = "".join(unicodedata.normalize("NFKC", text).split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def typed_code(text: str, *, length: int) -> str | None:
    """So many characters of our alphabet as somebody typed them (lower case, dashes, O for 0); None for anything else."""
    code = "".join(character for character in unicodedata.normalize("NFKC", text) if character.isalnum()).upper().translate(ALIKE)
    return code if len(code) == length and set(code) <= set(ALPHABET) else None


def code_of(random: bytes, *, length: int) -> str:
    """A code of so many characters, each of five random bits; `random` has at least 5 × length bits."""
    number = int.from_bytes(random)
    return "".join(ALPHABET[(number >> 5 * at) & 31] for at in range(length))


def grouped(code: str, *, by: int) -> str:
    return "-".join(code[at : at + by] for at in range(0, len(code), by))


def in_words(secret: bytes) -> str:
    """The secret as people type it into an app: groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, office: str, account: str) -> str:
    """What an app reads from the QR (the key URI format that all of them know; SHA-1, six digits and 30 s are what they take for granted)."""
    text = b32encode(secret).decode().rstrip("=")
    issuer, name = quote(office, safe=""), quote(account, safe="")
    return f"otpauth://totp/{name}?secret={text}&issuer={issuer}"


class DigitsWrong(Invalid):
    code = "digits_wrong"
    text = N_("These six digits are not right. Take the ones that your authenticator app shows now.")


class DigitsUsed(Conflict):
    code = "digits_used"
    text = N_("These six digits were used already. Wait until your app shows new ones.")


class AuthenticatorLocked(TooOften):
    code = "authenticator_locked"
    text = N_("Too many wrong digits. Please wait {minutes} minutes and try again.")


class NoAuthenticator(Conflict):
    code = "no_authenticator"
    text = N_("No authenticator app is set up for this person.")


class AuthenticatorThere(Conflict):
    code = "authenticator_there"
    text = N_("An authenticator app is set up already. To set up another one, sign in and open “Security”.")


class SixDigitsWanted(NotAllowed):
    code = "six_digits_wanted"
    text = N_("This needs the six digits of your authenticator app first.")
