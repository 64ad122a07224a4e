"""What readers trust: `trust.json`, signed by the root key, and `revoked.json`, signed by the status key. SPEC.md §8."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, TypeVar

from codes.documents import open_document, refused_unless, seal_document, whole
from codes.errors import ListProblem, ListRefused
from codes.payload import ISSUER_ALPHABET, Kind, instant, seconds
from codes.signing import KID_BYTES, KeyStatus, PrivateKey, PublicKey, base64url, coordinates, from_base64url, point

VERSION: Final = 1
TRUST_TYPE: Final = "mashang-trust+json"
REVOKED_TYPE: Final = "mashang-revoked+json"
LONGEST_TRUST: Final = 256 * 1024
LONGEST_REVOKED: Final = 16 * 1024 * 1024
HASH_BYTES: Final = 8
FAST_CLOCK: Final = timedelta(minutes=10)
OLD: Final = timedelta(hours=24)

_BROKEN: Final = (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustKey:
    """A public key, what it may sign, and whether it is still believed."""

    kid: bytes
    kinds: tuple[Kind, ...]
    public: PublicKey
    not_before: datetime
    expires_at: datetime
    status: KeyStatus
    retired_at: datetime | None = None

    def covers(self, issued_at: datetime, expires_at: datetime) -> bool:
        """Whether this key was in use for a code of that span."""
        retired = self.retired_at is not None and issued_at > self.retired_at
        return self.not_before <= issued_at and expires_at <= self.expires_at and not retired


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """The keys of one office, numbered; a higher `sequence` replaces a lower one and never the other way round."""

    issuer: str
    sequence: int
    issued_at: datetime
    valid_until: datetime
    keys: tuple[TrustKey, ...]
    status_key: PublicKey
    _by_kid: dict[bytes, TrustKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kid = {key.kid: key for key in self.keys}
        refused_unless(len(by_kid) == len(self.keys), ListProblem.MALFORMED)
        object.__setattr__(self, "_by_kid", by_kid)

    def key(self, kid: bytes) -> TrustKey | None:
        return self._by_kid.get(kid)

    def age(self, *, now: datetime) -> timedelta:
        return now - self.issued_at

    def stale(self, *, now: datetime) -> bool:
        """Past its date: every reading by it is amber, none is refused for it."""
        return now > self.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedList:
    """Codes that were withdrawn before their time, as the first 8 bytes of SHA-256(cti); `cti in revoked` asks it."""

    issuer: str
    sequence: int
    issued_at: datetime
    hashes: frozenset[bytes]

    @classmethod
    def of(cls, ctis: Iterable[bytes], *, issuer: str, sequence: int, issued_at: datetime) -> "RevokedList":
        return cls(issuer=issuer, sequence=sequence, issued_at=issued_at, hashes=frozenset(map(cti_hash, ctis)))

    def __contains__(self, cti: bytes) -> bool:
        return cti_hash(cti) in self.hashes

    def age(self, *, now: datetime) -> timedelta:
        return now - self.issued_at

    def stale(self, *, now: datetime) -> bool:
        return self.age(now=now) > OLD


Numbered = TypeVar("Numbered", TrustList, RevokedList)


def cti_hash(cti: bytes) -> bytes:
    return sha256(cti).digest()[:HASH_BYTES]


def seal_trust(trust: TrustList, *, root: PrivateKey) -> str:
    """The contents of trust.json."""
    return seal_document(trust_body(trust), kind=TRUST_TYPE, key=root)


def trust_body(trust: TrustList) -> dict[str, object]:
    """What the root key signs."""
    return {
        "v": VERSION, "iss": trust.issuer, "seq": trust.sequence, "iat": seconds(trust.issued_at),
        "exp": seconds(trust.valid_until), "keys": [_key_body(key) for key in trust.keys], "status": _point_body(trust.status_key),
    }  # fmt: skip


def open_trust(text: str, *, root: PublicKey, now: datetime, newest: TrustList | None = None) -> TrustList:
    """The list in `text`. Raises ListRefused; `newest` is the list in use, which a lower sequence never replaces."""
    return _following(trust_of(open_document(text, kind=TRUST_TYPE, key=root, longest=LONGEST_TRUST)), newest, now=now)


def trust_of(body: Mapping[str, Any]) -> TrustList:
    """The list that `trust_body` wrote. Raises ListRefused."""
    try:
        return TrustList(
            **_head(body), valid_until=instant(whole(body["exp"])), keys=tuple(map(_key, body["keys"])), status_key=_point(body["status"])
        )  # fmt: skip
    except _BROKEN:
        raise ListRefused(ListProblem.MALFORMED) from None


def seal_revoked(revoked: RevokedList, *, key: PrivateKey) -> str:
    """The contents of revoked.json; `key` is the status key."""
    body = {
        "v": VERSION, "iss": revoked.issuer, "seq": revoked.sequence, "iat": seconds(revoked.issued_at),
        "cti8": base64url(b"".join(sorted(revoked.hashes))),
    }  # fmt: skip
    return seal_document(body, kind=REVOKED_TYPE, key=key)


def open_revoked(text: str, *, trust: TrustList, now: datetime, newest: RevokedList | None = None) -> RevokedList:
    """The list in `text`, signed by the status key of `trust`. Raises ListRefused."""
    body = open_document(text, kind=REVOKED_TYPE, key=trust.status_key, longest=LONGEST_REVOKED)
    try:
        revoked = RevokedList(**_head(body), hashes=_hashes(body["cti8"]))
    except _BROKEN:
        raise ListRefused(ListProblem.MALFORMED) from None
    refused_unless(revoked.issuer == trust.issuer, ListProblem.WRONG_ISSUER)
    return _following(revoked, newest, now=now)


def _following(found: Numbered, newest: Numbered | None, *, now: datetime) -> Numbered:
    refused_unless(found.issued_at <= now + FAST_CLOCK, ListProblem.FROM_THE_FUTURE)
    if newest is not None:
        refused_unless(found.issuer == newest.issuer, ListProblem.WRONG_ISSUER)
        refused_unless(found.sequence >= newest.sequence, ListProblem.LOWER_SEQUENCE)
        refused_unless(found.sequence > newest.sequence or found == newest, ListProblem.SAME_SEQUENCE)
    return found


def _head(body: Mapping[str, Any]) -> dict[str, Any]:
    issuer = body["iss"]
    if whole(body["v"]) != VERSION or not _several(body.get("keys", [])) or len(issuer) != 2 or not ISSUER_ALPHABET.issuperset(issuer):
        raise ValueError(issuer)
    return {"issuer": issuer, "sequence": whole(body["seq"]), "issued_at": instant(whole(body["iat"]))}


def _several(value: object) -> bool:
    """Whether a JSON value is an array, as every reader in another language would ask."""
    return isinstance(value, list)


def _key_body(key: TrustKey) -> dict[str, object]:
    retired = {"rat": seconds(key.retired_at)} if key.retired_at is not None else {}
    return {
        "kid": key.kid.hex(), "kinds": [kind.word for kind in key.kinds], "status": key.status.value,
        "nbf": seconds(key.not_before), "exp": seconds(key.expires_at), **_point_body(key.public), **retired,
    }  # fmt: skip


def _key(body: Mapping[str, Any]) -> TrustKey:
    kid = bytes.fromhex(body["kid"])
    if len(kid) != KID_BYTES or kid.hex() != body["kid"] or not _several(body["kinds"]):
        raise ValueError(kid)
    return TrustKey(
        kid=kid, kinds=tuple(Kind[word.upper()] for word in body["kinds"]), public=_point(body), status=KeyStatus(body["status"]),
        not_before=instant(whole(body["nbf"])), expires_at=instant(whole(body["exp"])),
        retired_at=instant(whole(body["rat"])) if "rat" in body else None,
    )  # fmt: skip


def _point_body(key: PublicKey) -> dict[str, object]:
    x, y = map(base64url, coordinates(key))
    return {"alg": "ES256", "x": x, "y": y}


def _point(body: Mapping[str, Any]) -> PublicKey:
    x, y = from_base64url(body["x"]), from_base64url(body["y"])
    if body["alg"] != "ES256" or len(x) != 32 or len(y) != 32:
        raise ValueError(body["alg"])
    return point(x, y)


def _hashes(text: str) -> frozenset[bytes]:
    raw = from_base64url(text)
    cut = [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]
    if len(raw) % HASH_BYTES or any(low >= high for low, high in pairwise(cut)):
        raise ValueError("not sorted, or not in eights")
    return frozenset(cut)
