"""How the office's keys follow one another: each change is a new trust list, asked for here and signed elsewhere by the root key. SPEC.md §10.

The server holds no root key. It makes the new private keys and writes a *request*: the list in use, and the list that is asked for.
Whoever holds the root key holds the two against each other by `must_follow`, so that no key changes its meaning, none comes back,
and a new one is known to every scanner before its first code.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from codes.errors import ChangeRefused, KeyProblem, ListProblem, ListRefused
from codes.keyring import LASTS, TRUSTED_FOR
from codes.payload import Kind
from codes.signing import KeyStatus, PrivateKey, PublicKey, coordinates, kid_of
from codes.trustlist import TrustKey, TrustList, open_trust, seal_trust, trust_body, trust_of

AHEAD: Final = timedelta(days=7)
"""A key is published at least so long before its first code: the time in which every scanner is once in a network."""
CEREMONY: Final = timedelta(days=1)
"""How long a request may lie before it is signed and installed. A key that is rotated out signs until then."""
REQUEST: Final = "trust request 1"
LONGEST_REQUEST: Final = 1024 * 1024
AFTER: Final[dict[KeyStatus, frozenset[KeyStatus]]] = {
    KeyStatus.NEXT: frozenset(KeyStatus),
    KeyStatus.ACTIVE: frozenset(KeyStatus) - {KeyStatus.NEXT},
    KeyStatus.RETIRED: frozenset({KeyStatus.RETIRED, KeyStatus.COMPROMISED}),
    KeyStatus.COMPROMISED: frozenset({KeyStatus.COMPROMISED}),
}
"""What may become of a key; never the other way round."""


def with_next(trust: TrustList, kind: Kind, public: PublicKey, *, now: datetime, ahead: timedelta) -> TrustList:
    """A key is published that signs later. Raises ChangeRefused (too_soon) when that is sooner than in seven days."""
    if ahead < AHEAD:
        raise ChangeRefused(KeyProblem.TOO_SOON, f"a key is published at least {AHEAD.days} days before its first code")
    return _changed(trust, now, [*trust.keys, _key(kind, public, since=now + ahead, status=KeyStatus.NEXT)])


def with_replacement(trust: TrustList, kind: Kind, public: PublicKey, *, now: datetime) -> TrustList:
    """A key that signs at once, for a kind whose keys were compromised. Scanners that have not heard of it yet refuse its codes."""
    if not in_emergency(trust, kind):
        raise ChangeRefused(KeyProblem.NO_EMERGENCY, f"a {kind.word} key is active, or none is compromised")
    return _changed(trust, now, [*trust.keys, _key(kind, public, since=now, status=KeyStatus.ACTIVE)])


def rotated(trust: TrustList, kind: Kind, *, now: datetime, at_once: bool = False) -> TrustList:
    """The next key signs from now on; the active ones only verify, from a day later on: until then the change can be signed.

    `at_once` takes a next key before its time, after a compromise.
    """
    waiting = sorted((key for key in trust.keys if key.kinds == (kind,) and key.status is KeyStatus.NEXT), key=lambda key: key.not_before)
    if not waiting:
        raise ChangeRefused(KeyProblem.NO_NEXT_KEY, kind.word)
    if at_once and not in_emergency(trust, kind):
        raise ChangeRefused(KeyProblem.NO_EMERGENCY, f"a {kind.word} key is active, or none is compromised")
    due = [key for key in waiting if key.not_before <= now] or waiting[:1]
    if due[0].not_before > now and not at_once:
        raise ChangeRefused(KeyProblem.NOT_DUE, f"{due[0].kid.hex()} signs from {due[0].not_before:%Y-%m-%d %H:%M} UTC on")
    taken = due[-1].kid

    def turn(key: TrustKey) -> TrustKey:
        if key.kid == taken:
            return replace(key, status=KeyStatus.ACTIVE, not_before=min(key.not_before, _whole(now)))
        if key.kinds == (kind,) and key.status is KeyStatus.ACTIVE:
            return replace(key, status=KeyStatus.RETIRED, retired_at=_whole(now) + CEREMONY)
        return key

    return _changed(trust, now, map(turn, trust.keys))


def retired(trust: TrustList, kid: bytes, *, now: datetime) -> TrustList:
    """This key only verifies. Raises ChangeRefused (last_key) when no other one signs codes of its kind."""
    key = _known(trust, kid)
    if key.status not in (KeyStatus.ACTIVE, KeyStatus.NEXT):
        raise ChangeRefused(KeyProblem.OVER_ALREADY, f"{kid.hex()} is {key.status}")
    if key.status is KeyStatus.ACTIVE and not any(one.kid != kid and one.kinds == key.kinds and one.status is KeyStatus.ACTIVE for one in trust.keys):
        raise ChangeRefused(KeyProblem.LAST_KEY, f"nothing else signs for {', '.join(kind.word for kind in key.kinds)}: rotate instead")
    return _each(trust, kid, now, lambda one: replace(one, status=KeyStatus.RETIRED, retired_at=_whole(now) + CEREMONY))


def compromised(trust: TrustList, kid: bytes, *, now: datetime) -> TrustList:
    """Somebody else may have this key: all its codes prove nothing any more, and are looked at one by one."""
    if _known(trust, kid).status is KeyStatus.COMPROMISED:
        raise ChangeRefused(KeyProblem.OVER_ALREADY, f"{kid.hex()} is compromised already")
    return _each(trust, kid, now, lambda one: replace(one, status=KeyStatus.COMPROMISED))


def renewed(trust: TrustList, *, now: datetime, status_key: PublicKey | None = None) -> TrustList:
    """The same keys for another 400 days, perhaps with a new status key."""
    return replace(_changed(trust, now, trust.keys), status_key=status_key or trust.status_key)


def in_emergency(trust: TrustList, kind: Kind) -> bool:
    """Whether a kind's key was compromised and none signs for it."""
    statuses = {key.status for key in trust.keys if kind in key.kinds}
    return KeyStatus.COMPROMISED in statuses and KeyStatus.ACTIVE not in statuses


def must_follow(before: TrustList, after: TrustList, *, now: datetime) -> None:
    """Whether one list may follow another, at the signing and again at the installing. Raises ChangeRefused or ListRefused."""
    if after.issuer != before.issuer:
        raise ListRefused(ListProblem.WRONG_ISSUER)
    if after.sequence <= before.sequence:
        raise ListRefused(ListProblem.LOWER_SEQUENCE)
    for old in before.keys:
        new = after.key(old.kid)
        if new is None:
            if old.expires_at + CEREMONY > now:
                raise ChangeRefused(KeyProblem.TAKEN_BACK, f"{old.kid.hex()} still verifies codes")
        else:
            _key_follows(old, new, before, now=now)
    for key in after.keys:
        if before.key(key.kid) is None:
            _key_may_come(key, before, after, now=now)


def said(before: TrustList, after: TrustList) -> list[str]:
    """What changes, in words for whoever holds the root key."""
    lines = [f"list {before.sequence} → {after.sequence} of office {after.issuer}, good until {after.valid_until:%Y-%m-%d}"]
    for key in after.keys:
        old, name = before.key(key.kid), f"{','.join(kind.word for kind in key.kinds)} key {key.kid.hex()}"
        if old is None:
            lines.append(f"new: {name}, {key.status}, signs from {key.not_before:%Y-%m-%d %H:%M} UTC on")
        elif old.status is not key.status:
            lines.append(f"{name}: {old.status} → {key.status}")
    lines += [f"gone: key {key.kid.hex()}, all its codes have ended" for key in before.keys if after.key(key.kid) is None]
    return lines + (["new: the status key"] if coordinates(before.status_key) != coordinates(after.status_key) else [])


def make_request(current: str, asked: TrustList) -> str:
    """What travels to the root key: the list in use as it was signed, and the list that is asked for."""
    return json.dumps({"mashang": REQUEST, "current": current, "asked": trust_body(asked)}, sort_keys=True, indent=1)


def open_request(text: str, *, root: PublicKey) -> tuple[TrustList, TrustList]:
    """The list in use and the one that is asked for. Raises ChangeRefused: not_a_request, or wrong_root for another office's."""
    try:
        held = json.loads(text if len(text) <= LONGEST_REQUEST else "null")
        if held["mashang"] != REQUEST:
            raise ValueError(REQUEST)
        current, asked = str(held["current"]), trust_of(held["asked"])
    except (ValueError, TypeError, KeyError, RecursionError, ListRefused):
        raise ChangeRefused(KeyProblem.NOT_A_REQUEST) from None
    try:
        return open_trust(current, root=root, now=asked.issued_at), asked
    except ListRefused:
        raise ChangeRefused(KeyProblem.WRONG_ROOT, "the list in use was not signed by this root key") from None


def sign_request(text: str, *, root: PrivateKey, now: datetime) -> tuple[str, list[str]]:
    """The signed trust list, and what it changes. Raises ChangeRefused or ListRefused."""
    before, asked = open_request(text, root=root.public_key())
    must_follow(before, asked, now=now)
    return seal_trust(asked, root=root), said(before, asked)


def _key_follows(old: TrustKey, new: TrustKey, before: TrustList, *, now: datetime) -> None:
    name = old.kid.hex()
    same = old.kinds == new.kinds and coordinates(old.public) == coordinates(new.public) and old.expires_at == new.expires_at
    if not same or new.status not in AFTER[old.status]:
        raise ChangeRefused(KeyProblem.TAKEN_BACK, f"{name}: {old.status} → {new.status}")
    starts = old.status is KeyStatus.NEXT and new.status is KeyStatus.ACTIVE
    early = new.not_before != old.not_before or (starts and new.not_before > now + CEREMONY)
    if early and not (starts and all(in_emergency(before, kind) for kind in new.kinds)):
        raise ChangeRefused(KeyProblem.NOT_DUE, name)
    stops = new.status is KeyStatus.RETIRED and old.status is not KeyStatus.RETIRED
    if stops and (new.retired_at is None or new.retired_at < now):
        raise ChangeRefused(KeyProblem.TOO_LATE, f"{name} signed on after the request: ask again")
    if old.status is KeyStatus.RETIRED and new.retired_at != old.retired_at:
        raise ChangeRefused(KeyProblem.TAKEN_BACK, name)


def _key_may_come(key: TrustKey, before: TrustList, after: TrustList, *, now: datetime) -> None:
    name = key.kid.hex()
    if key.kid != kid_of(key.public):
        raise ChangeRefused(KeyProblem.TAKEN_BACK, f"{name} is not the name of its key")
    if key.status is KeyStatus.NEXT and key.not_before >= now + AHEAD:
        return
    others = replace(after, keys=tuple(one for one in after.keys if before.key(one.kid) is not None))
    if key.status is not KeyStatus.ACTIVE or not all(in_emergency(others, kind) for kind in key.kinds):
        raise ChangeRefused(KeyProblem.TOO_SOON, f"{name} signs from {key.not_before:%Y-%m-%d %H:%M} UTC on, less than {AHEAD.days} days ahead")


def _key(kind: Kind, public: PublicKey, *, since: datetime, status: KeyStatus) -> TrustKey:
    at = _whole(since)
    return TrustKey(kid=kid_of(public), kinds=(kind,), public=public, not_before=at, expires_at=at + LASTS, status=status)


def _changed(trust: TrustList, now: datetime, keys: "list[TrustKey] | tuple[TrustKey, ...] | map[TrustKey]") -> TrustList:
    """The list that follows, without keys whose last code has ended."""
    at = _whole(now)
    left = tuple(key for key in keys if key.expires_at + CEREMONY > at)
    return replace(trust, sequence=trust.sequence + 1, issued_at=at, valid_until=at + TRUSTED_FOR, keys=left)


def _each(trust: TrustList, kid: bytes, now: datetime, turn: Callable[[TrustKey], TrustKey]) -> TrustList:
    return _changed(trust, now, [turn(key) if key.kid == kid else key for key in trust.keys])


def _known(trust: TrustList, kid: bytes) -> TrustKey:
    key = trust.key(kid)
    if key is None:
        raise ChangeRefused(KeyProblem.UNKNOWN_KEY, kid.hex())
    return key


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
