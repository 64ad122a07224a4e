"""The press: signs and reads codes with the office's keys, and says what it saw in the house's words."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from codes import deeplink, shortcode
from codes.errors import CodesError, NoSigningKey, Problem, Unreadable
from codes.hosts import as_printed, origin
from codes.keyring import Keyring
from codes.payload import Kind, Payload
from codes.reading import Reading, verify
from codes.token import LONGEST_TEXT, Unverified, looks_like_token, parse, parse_path, seal
from domain.codes import Holder, NoKeySigns
from domain.scans import Reason
from services.codes import Seen

REASON_OF: Final = {
    Problem.TOO_LONG: Reason.TOO_LONG,
    Problem.NOT_A_CODE: Reason.NOT_A_CODE,
    Problem.FOREIGN_HOST: Reason.FOREIGN,
    Problem.MALFORMED: Reason.UNREADABLE,
    Problem.NOT_CANONICAL: Reason.FORGED,
    Problem.WRONG_ALGORITHM: Reason.FORGED,
    Problem.UNKNOWN_VERSION: Reason.UNREADABLE,
    Problem.WRONG_ISSUER: Reason.FOREIGN,
    Problem.UNKNOWN_KEY: Reason.FORGED,
    Problem.WRONG_KIND_FOR_KEY: Reason.FORGED,
    Problem.BAD_SIGNATURE: Reason.FORGED,
    Problem.KEY_COMPROMISED: Reason.KEY_COMPROMISED,
    Problem.REVOKED: Reason.REVOKED,
    Problem.KEY_RETIRED: Reason.KEY_COMPROMISED,
    Problem.NOT_YET_VALID: Reason.NAME_NOT_CHECKED,
    Problem.EXPIRED: Reason.EXPIRED,
}
"""What the house says to each problem of the format. A sound signature with a wrong date is amber, never red."""

KIND_OF: Final = {holder: Kind[holder.name] for holder in Holder}
HOLDER_OF: Final = {kind: holder for holder, kind in KIND_OF.items()}

_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_PARAMETER: Final = re.compile(rf"[A-Za-z0-9_-]{{{deeplink.LENGTH}}}")


class OtherOffice(CodesError):
    """The keys are another office's: what they sign would be refused by every reader of this one."""


class CodePress:
    """Implements services.codes.Press with the keys of one office.

    `bot_link` is what a deep link starts with (`https://t.me/BOTNAME`); without it there are no deep links.
    `following` gives the keys as they are at this moment, for a process that outlives a change of keys.
    Raises HostInvalid for a public address that codes cannot be printed with, OtherOffice for keys of another issuer.
    """

    def __init__(
        self, keyring: Keyring, *, issuer: str, public_url: str, bot_link: str | None, following: Callable[[], Keyring] | None = None
    ) -> None:  # fmt: skip
        if keyring.issuer != issuer:
            raise OtherOffice(f"keys of {keyring.issuer}, office {issuer}")
        self._current = following or (lambda: keyring)
        self._origin = origin(public_url)
        self._bot_link = bot_link.rstrip("/") if bot_link else None

    @property
    def _keys(self) -> Keyring:
        return self._current()

    def sign(
        self, *, kind: Holder, cti: bytes, issued_at: datetime, expires_at: datetime, drill_only: bool, scope: str = "", live: bool = False
    ) -> str:
        """The token of a new code; `scope` is an area code. Raises NoKeySigns when no key covers that time."""
        keys = self._keys
        payload = Payload(
            kind=KIND_OF[kind], cti=cti, issuer=keys.issuer, issued_at=issued_at, expires_at=expires_at, scope=int(scope or 0),
            drill_only=drill_only, live=live,
        )  # fmt: skip
        try:
            return seal(payload, key=keys.signing_key(payload.kind, issued_at, until=expires_at))
        except NoSigningKey:
            raise NoKeySigns() from None

    def short(self, random: bytes) -> str:
        """Twelve characters without dashes, from at least seven random bytes."""
        return shortcode.make(random)

    def url(self, token: str) -> str:
        """The text of the QR."""
        return f"{self._origin}/S/{token}"

    def deep_link(self, kind: Holder, cti: bytes) -> str:
        """The link that opens the bot on this code; empty when no bot is known."""
        if self._bot_link is None:
            return ""
        return f"{self._bot_link}?start={deeplink.make(KIND_OF[kind], cti, key=self._keys.deep_link_key)}"

    def read(self, text: str, *, now: datetime) -> Seen:
        """What this text is: our link, the token alone, a short code however typed, or the start parameter of a deep link,
        alone or in a link to our bot. Never raises; a text of any length costs next to nothing.
        """
        if len(text) > LONGEST_TEXT:
            return Seen(reason=Reason.TOO_LONG)
        text = text.strip()
        if (parameter := self._start_parameter(text)) is not None:
            return self._linked(parameter) or Seen(reason=Reason.FORGED if _PARAMETER.fullmatch(parameter) else Reason.NOT_A_CODE)
        if (linked := self._linked(text)) is not None:
            return linked
        if (short := shortcode.normalise(text)) is not None:
            return Seen(short=short, typed=True) if shortcode.valid(short) else Seen(reason=Reason.SHORT_CODE_WRONG, typed=True)
        if _PARAMETER.fullmatch(text):
            return Seen(reason=Reason.FORGED)
        try:
            return self._seen(verify(self._parsed(text), trust=self._keys.trust, now=now))
        except Unreadable as refused:
            return Seen(reason=REASON_OF[refused.problem])

    def _start_parameter(self, text: str) -> str | None:
        """The parameter of a link to our bot, with or without its scheme, its host in any case."""
        if self._bot_link is None or "?start=" not in text.lower():
            return None
        ours, given = (_SCHEME.sub("", link) for link in (f"{self._bot_link}?start=", text))
        return given[len(ours) :] if given[: len(ours)].lower() == ours.lower() else None

    def _linked(self, parameter: str) -> Seen | None:
        link = deeplink.read(parameter, key=self._keys.deep_link_key)
        return _of(link.kind, link.cti, Reason.OK) if link is not None else None

    def _parsed(self, text: str) -> Unverified:
        return parse_path(text) if looks_like_token(text) else parse(as_printed(text, hosts=(self._origin,)), hosts=(self._origin,))

    def _seen(self, reading: Reading) -> Seen:
        reason = REASON_OF[reading.problem] if reading.problem is not None else Reason.OK
        if reading.payload is None:
            return Seen(reason=reason)
        seen = _of(reading.payload.kind, reading.payload.cti, reason)
        return replace(seen, live=reading.payload.live, issued_at=reading.payload.issued_at)


def _of(kind: Kind, cti: bytes, reason: Reason) -> Seen:
    """A code of ours; of a kind that this house does not issue, it is refused as such."""
    holder = HOLDER_OF.get(kind)
    return Seen(cti=cti, kind=holder, reason=reason if holder is not None else Reason.WRONG_KIND)
