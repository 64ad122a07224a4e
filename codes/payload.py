"""What a code says: eight kinds, an opaque identifier, a time span. Nothing about a person. SPEC.md §2 and §3."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, IntFlag
from typing import Final

import cbor2

from codes.errors import PayloadInvalid, Problem, Unreadable

VERSION: Final = 1
CTI_BYTES: Final = 10
EARLIEST: Final = 1_577_836_800  # 2020-01-01T00:00:00Z
LATEST: Final = 0xFFFF_FFFF  # 2106-02-07T06:28:15Z, four bytes
LARGEST_SCOPE: Final = 999_999_999_999_999  # a grid's area code has fifteen digits

ISS, EXP, IAT, CTI, MASHANG = 1, 4, 6, 7, -65537
ISSUER_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


class Kind(IntEnum):
    """What the code stands for. The number is what is signed and never changes its meaning; EQUIPMENT is reserved."""

    PERSON = 1
    HOUSEHOLD = 2
    PLACE = 3
    PASS = 4
    VEHICLE = 5
    TEAM = 6
    DEVICE = 7
    EQUIPMENT = 8

    @property
    def word(self) -> str:
        """The kind as JSON, settings and file names spell it: `person`."""
        return self.name.lower()

    @property
    def scoped(self) -> bool:
        """Whether a code of this kind may name an area."""
        return self in (Kind.PASS, Kind.VEHICLE, Kind.TEAM)


class Flag(IntFlag):
    DRILL_ONLY = 1
    LIVE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The claims of one code. Instants are UTC in whole seconds; `scope` is an area code as a number, 0 for none.

    Raises PayloadInvalid for values that no code can carry.
    """

    kind: Kind
    cti: bytes
    issuer: str
    issued_at: datetime
    expires_at: datetime
    scope: int = 0
    drill_only: bool = False
    live: bool = False
    version: int = VERSION

    def __post_init__(self) -> None:
        if self.version != VERSION:
            raise PayloadInvalid(f"version {self.version}")
        if len(self.cti) != CTI_BYTES:
            raise PayloadInvalid(f"cti of {len(self.cti)} bytes")
        if len(self.issuer) != 2 or not ISSUER_ALPHABET.issuperset(self.issuer):
            raise PayloadInvalid(f"issuer {self.issuer!r}")
        if not 0 <= self.scope <= LARGEST_SCOPE or (self.scope and not self.kind.scoped):
            raise PayloadInvalid(f"scope {self.scope} of a {self.kind.word}")
        if not EARLIEST <= seconds(self.issued_at) < seconds(self.expires_at) <= LATEST:
            raise PayloadInvalid(f"from {self.issued_at} to {self.expires_at}")

    @property
    def flags(self) -> Flag:
        return (Flag.DRILL_ONLY if self.drill_only else Flag(0)) | (Flag.LIVE if self.live else Flag(0))


def seconds(at: datetime) -> int:
    """Seconds since 1970 of an aware instant without a fraction; anything else is a PayloadInvalid."""
    if at.utcoffset() is None or at.microsecond:
        raise PayloadInvalid(f"instant {at!r}")
    return int(at.timestamp())


def instant(of: int) -> datetime:
    return datetime.fromtimestamp(of, UTC)


def to_claims(payload: Payload) -> bytes:
    """The CWT claims set in CBOR core deterministic encoding (RFC 8949 §4.2.1): the keys stand in bytewise order."""
    return cbor2.dumps({
        ISS: payload.issuer,
        EXP: seconds(payload.expires_at),
        IAT: seconds(payload.issued_at),
        CTI: payload.cti,
        MASHANG: [payload.version, int(payload.kind), payload.scope, int(payload.flags)],
    })  # fmt: skip


def from_claims(claims: Mapping[object, object]) -> Payload:
    """The payload of decoded claims; raises Unreadable (malformed, or a version that is newer than this reader)."""
    match [claims.get(key) for key in (ISS, EXP, IAT, CTI, MASHANG)]:
        case [str(issuer), int(exp), int(iat), bytes(cti), [int(version), *rest]] if len(claims) == 5:
            if version != VERSION:
                raise Unreadable(Problem.UNKNOWN_VERSION)
            return _checked(issuer, cti, span=(iat, exp), rest=rest)
        case _:
            raise Unreadable(Problem.MALFORMED)


def _checked(issuer: str, cti: bytes, *, span: tuple[int, int], rest: list[object]) -> Payload:
    iat, exp = span
    match rest:
        case [int(kind), int(scope), int(flags)] if 0 <= flags <= 3 and max(iat, exp) <= LATEST and min(iat, exp) >= EARLIEST:
            try:
                return Payload(
                    kind=Kind(kind), cti=cti, issuer=issuer, issued_at=instant(iat), expires_at=instant(exp), scope=scope,
                    drill_only=bool(flags & Flag.DRILL_ONLY), live=bool(flags & Flag.LIVE),
                )  # fmt: skip
            except (ValueError, PayloadInvalid):
                raise Unreadable(Problem.MALFORMED) from None
        case _:
            raise Unreadable(Problem.MALFORMED)
