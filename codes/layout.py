"""The short way through a good token: its bytes stand where SPEC.md §2 says, so they are cut out and not parsed.

Whatever does not stand so takes the long way (codes.token), which finds the reason. So this room may only ever say yes to
the one spelling that the long way would write, and never has to say no; the fuzz run holds the two against each other.
"""

import re
from typing import Final

from codes.errors import PayloadInvalid
from codes.payload import LATEST, Flag, Kind, Payload, instant
from codes.signing import ORDER

SHORTEST: Final = 118
LONGEST: Final = 126
DRILL_ONLY, LIVE = int(Flag.DRILL_ONLY), int(Flag.LIVE)
_ALPHABET: Final = re.compile(r"[A-Z2-7]+", re.ASCII)
_DIGITS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_LAYOUT: Final = re.compile(
    rb"\xd2\x84\x47\xa2\x01\x26\x04\x42(?P<kid>..)\xa0\x58(?P<length>.)"
    rb"(?P<claims>\xa5\x01\x62(?P<iss>[A-Z0-9]{2})\x04\x1a(?P<exp>.{4})\x06\x1a(?P<iat>.{4})\x07\x4a(?P<cti>.{10})\x3a\x00\x01\x00\x00"
    rb"\x84\x01(?P<kind>[\x01-\x08])(?P<scope>[\x00-\x17]|\x18.|\x19..|\x1a.{4}|\x1b.{8})(?P<flags>[\x00-\x03]))\x58\x40(?P<signature>.{64})",
    re.DOTALL,
)
_LEAST: Final = {1: 0, 2: 24, 3: 1 << 8, 5: 1 << 16, 9: 1 << 32}
"""The least number that may be written with so many bytes."""

Parts = tuple[bytes, Payload, bytes, bytes]


def plain_bytes(token: str) -> bytes | None:
    """The bytes behind base32 in its one spelling, or None."""
    size, spare = divmod(len(token) * 5, 8)
    if not SHORTEST <= size <= LONGEST or spare > 4 or _ALPHABET.fullmatch(token) is None:
        return None
    number = int(token.translate(_DIGITS), 32)
    return None if number & ((1 << spare) - 1) else (number >> spare).to_bytes(size)


def laid_out(raw: bytes) -> Parts | None:
    """Key id, payload, signature, and what was signed, when every byte stands as SPEC.md §2 writes it; else None."""
    found = _LAYOUT.fullmatch(raw)
    if found is None:
        return None
    kid, length, claims, iss, exp, iat, cti, kind, scope, flags, signature = found.groups()
    area = int.from_bytes(scope) if len(scope) == 1 else int.from_bytes(scope[1:])
    if length[0] != len(claims) or area < _LEAST[len(scope)] or not _in_range(signature):
        return None
    payload = _payload(iss, cti, span=(int.from_bytes(iat), int.from_bytes(exp)), kind=kind[0], area=area, flags=flags[0])
    return None if payload is None else (kid, payload, signature, b"\x84\x6aSignature1" + raw[2:10] + b"\x40\x58" + length + claims)


def _payload(iss: bytes, cti: bytes, *, span: tuple[int, int], kind: int, area: int, flags: int) -> Payload | None:
    iat, exp = span
    if exp > LATEST:
        return None
    try:
        return Payload(
            kind=Kind(kind), cti=cti, issuer=iss.decode(), issued_at=instant(iat), expires_at=instant(exp), scope=area,
            drill_only=bool(flags & DRILL_ONLY), live=bool(flags & LIVE),
        )  # fmt: skip
    except (ValueError, PayloadInvalid):
        return None


def _in_range(signature: bytes) -> bool:
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    return 0 < r < ORDER and 0 < s <= ORDER // 2
