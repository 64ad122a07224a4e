"""Forged codes by the million: none may be taken for a code of ours, and none may be an exception."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final

from codes.layout import laid_out, plain_bytes
from codes.payload import Kind, Payload
from codes.reading import Reading, read
from codes.signing import SigningKey, kid_of, new_key
from codes.token import parse_slowly
from codes.trustlist import TrustKey, TrustList
from lab.bench.forging import FORGERS, HOST, KINDS, Forge, good

NOW: Final = datetime(2026, 9, 21, tzinfo=UTC)
YEARS: Final = timedelta(days=3 * 365)
EACH_KIND: Final = 6
Reader = Callable[[str], Reading]


class Office:
    """An office of its own with fresh keys, its honest codes, and codes by keys that must not sign them."""

    def __init__(self, chance: Random) -> None:
        self.keys = {kind: _key(kind) for kind in KINDS}
        stranger = _key(Kind.PERSON)
        honest = [good(_payload(kind, chance), key) for kind, key in self.keys.items() for _ in range(EACH_KIND)]
        misused = [good(_payload(kind, chance), key) for kind in KINDS for key in self.keys.values() if key.kind is not kind]
        misused += [good(_payload(kind, chance), stranger, kid=key.kid) for kind, key in self.keys.items()]
        misused += [good(_payload(Kind.PERSON, chance), stranger), good(_payload(Kind.EQUIPMENT, chance), stranger)]
        self.forge = Forge(honest, misused)

    @property
    def trust(self) -> TrustList:
        keys = tuple(
            TrustKey(
                kid=key.kid, kinds=(key.kind,), public=key.private.public_key(), not_before=key.not_before, expires_at=key.expires_at, status=key.status
            )
            for key in self.keys.values()
        )  # fmt: skip
        return TrustList(issuer="LS", sequence=1, issued_at=NOW, valid_until=NOW + YEARS, keys=keys, status_key=new_key().public_key())


def measured(*, tokens: int, seed: int) -> dict[str, Any]:
    """The figures of one run. `false_accepts`: taken although no honest code reads so, or with claims that were not signed in it."""
    chance = Random(seed)
    office = Office(chance)
    reader = partial(read, hosts=(HOST,), trust=office.trust, now=NOW + timedelta(days=1))
    honest = {one.text: one.payload for one in office.forge.honest}
    if wrong := [text for text, payload in honest.items() if reader(text).payload != payload or reader(text).problem is not None]:
        raise AssertionError(f"an honest code is refused: {wrong[0]}")
    began, found = time.perf_counter(), Counter[str]()
    problems, by_forger = Counter[str](), Counter[str]()
    for name, text in forged(office.forge, tokens=tokens, chance=chance):
        by_forger[name] += 1
        problems[judge(text, reader=reader, honest=honest, found=found)] += 1
    seconds = time.perf_counter() - began
    return {
        "tokens": tokens, "seed": seed, "exceptions": found["exceptions"], "false_accepts": found["false_accepts"], "two_answers": found["two_answers"],
        "unchanged": found["unchanged"], "per_kind": dict(sorted(by_forger.items())), "problems": dict(sorted(problems.items())),
        "seconds": round(seconds, 1), "per_second": round(tokens / seconds),
    }  # fmt: skip


def missed(figures: dict[str, Any]) -> list[str]:
    """The promises that this run broke."""
    return [f"{figures[name]} {name.replace('_', ' ')}; none is allowed" for name in ("exceptions", "false_accepts", "two_answers") if figures[name]]


def forged(forge: Forge, *, tokens: int, chance: Random) -> Iterator[tuple[str, str]]:
    """So many forged texts, each with the name of what was done, all ways in turn."""
    ways = list(FORGERS.items())
    for number in range(tokens):
        name, way = ways[number % len(ways)]
        yield name, way(chance.choice(forge.honest), forge, chance)


def judge(text: str, *, reader: Reader, honest: dict[str, Payload], found: Counter[str]) -> str:
    try:
        reading = reader(text)
        found["two_answers"] += _two_answers(text)
    except Exception as fault:  # noqa: BLE001  whatever it is, a reader must not raise it: it is counted
        found["exceptions"] += 1
        return type(fault).__name__
    if text in honest:
        found["unchanged"] += 1
        found["false_accepts"] += reading.payload != honest[text]
    elif reading.payload is not None or reading.problem is None:
        found["false_accepts"] += 1
    return reading.problem or "none"


def _two_answers(text: str) -> bool:
    """Whether the short way says yes where the long way says something else."""
    token = text.rpartition("/")[2]
    raw = plain_bytes(token)
    short = laid_out(raw) if raw is not None else None
    if short is None:
        return False
    long = parse_slowly(token)
    return (long.kid, long.payload, long.signature, long.signed) != short


def _key(kind: Kind) -> SigningKey:
    private = new_key()
    return SigningKey(kid=kid_of(private.public_key()), kind=kind, private=private, not_before=NOW - timedelta(days=1), expires_at=NOW + 2 * YEARS)


def _payload(kind: Kind, chance: Random) -> Payload:
    scope = chance.choice((0, 3311, 331123, 331123104201)) if kind.scoped else 0
    return Payload(
        kind=kind, cti=chance.randbytes(10), issuer="LS", issued_at=NOW, expires_at=NOW + YEARS, scope=scope, drill_only=chance.random() < 0.2,
        live=chance.random() < 0.2,
    )  # fmt: skip
