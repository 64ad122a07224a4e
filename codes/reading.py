"""What a text is worth: a parsed token held against the trust list, the list of revoked codes and the time. SPEC.md §7."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from codes.errors import Problem, Unreadable
from codes.payload import Payload
from codes.signing import KeyStatus, verified
from codes.token import Unverified, parse
from codes.trustlist import RevokedList, TrustKey, TrustList

GRACE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader knows about a text.

    `payload` is there when one of our keys made the signature, whatever else is wrong: an expired code still says whose
    it is. `problem` is None for a good code, else the first that SPEC.md §7 meets.
    """

    problem: Problem | None
    payload: Payload | None = None
    kid: bytes | None = None
    key_status: KeyStatus | None = None


def read(
    text: str,
    *,
    hosts: Collection[str],
    trust: TrustList,
    now: datetime,
    revoked: RevokedList | None = None,
    grace: timedelta = GRACE,
) -> Reading:
    """What this text is worth at `now`. Never raises; `grace` allows for wrong clocks at both ends of the span."""
    try:
        seen = parse(text, hosts=hosts)
    except Unreadable as refused:
        return Reading(refused.problem)
    return verify(seen, trust=trust, now=now, revoked=revoked, grace=grace)


def verify(seen: Unverified, *, trust: TrustList, now: datetime, revoked: RevokedList | None = None, grace: timedelta = GRACE) -> Reading:
    """As `read`, for a token that was parsed before. The algorithm is the trust list's, never the token's."""
    key = trust.key(seen.kid)
    unproven = _unproven(seen, key, trust)
    if key is None or unproven is not None:
        return Reading(unproven, None, seen.kid, key.status if key else None)
    doubt = _doubt(seen.payload, key, now=now, revoked=revoked, grace=grace)
    return Reading(doubt, seen.payload, seen.kid, key.status)


def _unproven(seen: Unverified, key: TrustKey | None, trust: TrustList) -> Problem | None:
    if seen.payload.issuer != trust.issuer:
        return Problem.WRONG_ISSUER
    if key is None:
        return Problem.UNKNOWN_KEY
    if seen.payload.kind not in key.kinds:
        return Problem.WRONG_KIND_FOR_KEY
    return None if verified(key.public, seen.signed, seen.signature) else Problem.BAD_SIGNATURE


def _doubt(payload: Payload, key: TrustKey, *, now: datetime, revoked: RevokedList | None, grace: timedelta) -> Problem | None:
    if key.status is KeyStatus.COMPROMISED:
        return Problem.KEY_COMPROMISED
    if revoked is not None and payload.cti in revoked:
        return Problem.REVOKED
    if not key.covers(payload.issued_at, payload.expires_at):
        return Problem.KEY_RETIRED
    if now < payload.issued_at - grace:
        return Problem.NOT_YET_VALID
    return Problem.EXPIRED if now >= payload.expires_at + grace else None
