"""Forged tokens by the million against the scanner's own JavaScript; a sample of them must get the same answer from Python."""

import time
from base64 import b32decode
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from codes.payload import Kind, Payload, instant, seconds
from codes.reading import read
from codes.signing import ORDER, KeyStatus, PrivateKey, SigningKey, base64url, coordinates, kid_of
from codes.token import code_text, parse_path, seal
from codes.trustlist import RevokedList, TrustKey, TrustList, seal_revoked, seal_trust
from lab.node import asked

NOW = 1_790_000_000
HOST = "https://fz.example.org"
HOSTS = (HOST.upper(),)
YEAR = timedelta(days=365)
THREADS = 2
SCRIPT = Path(__file__).with_name("fuzz_scanner.mjs")
SCRIPTS = Path(__file__).parents[2] / "web" / "static" / "scan"
SCOPES = {Kind.PASS: 331_102, Kind.VEHICLE: 331_102_001_201, Kind.TEAM: 999_999_999_999_999}


@dataclass(frozen=True, slots=True)
class Office:
    """An invented office: its lists as readers get them, and the keys that the forger has borrowed."""

    trust: TrustList
    revoked: RevokedList
    keys: tuple[SigningKey, ...]
    told: dict[str, Any]


def measured(*, tokens: int, seed: int, compared: int, threads: int = THREADS, scripts: Path = SCRIPTS) -> dict[str, Any]:
    """The figures of one run of the reader in `scripts`; `mismatched` are texts of the sample that Python reads otherwise. Raises NodeAbsent."""
    office = founded(seed)
    began = time.monotonic()
    wanted = {"scripts": scripts.as_uri(), "tokens": tokens, "seed": seed, "samples": compared, "threads": threads}
    done = asked(SCRIPT, {**wanted, "office": office.told})
    spent = time.monotonic() - began
    mismatched = [sample["text"] for sample in done["samples"] if not same(sample, office)]
    return {
        "tokens": done["tokens"], "exceptions": done["exceptions"], "false_accepts": done["false_accepts"], "false_refusals": done["false_refusals"],
        "compared": len(done["samples"]), "mismatched": len(mismatched), "seconds": round(spent, 1), "seed": seed, "words": done["words"],
        "examples": [*done["examples"], *({"wrong": "mismatched", "text": text} for text in mismatched[:20])],
    }  # fmt: skip


def missed(figures: dict[str, Any]) -> list[str]:
    """What must not be."""
    return [f"{figures[name]} {name}" for name in ("exceptions", "false_accepts", "false_refusals", "mismatched") if figures[name]]


def slow(_: dict[str, Any]) -> list[str]:
    """How long it takes is no promise."""
    return []


def same(sample: dict[str, Any], office: Office) -> bool:
    """Whether Python says of this text what the scanner said."""
    reading = read(sample["text"], hosts=HOSTS, trust=office.trust, revoked=office.revoked, now=instant(NOW))
    seen = reading.payload
    payload = seen and {
        "kind": seen.kind.word, "cti": seen.cti.hex(), "issuer": seen.issuer, "issuedAt": seconds(seen.issued_at) * 1000,
        "expiresAt": seconds(seen.expires_at) * 1000, "scope": seen.scope, "drillOnly": seen.drill_only, "live": seen.live,
    }  # fmt: skip
    said = (reading.problem, payload, reading.kid.hex() if reading.kid else None, reading.key_status)
    return said == (sample["problem"], sample["payload"], sample["kid"], sample["keyStatus"])


def founded(seed: int) -> Office:
    """An office whose keys come from the seed: for this benchmark only."""
    root, status = secret(f"{seed} root"), secret(f"{seed} status")
    keys = tuple(_keys(seed))
    trust = TrustList(
        issuer="FZ", sequence=1, issued_at=instant(NOW - 3600), valid_until=instant(NOW) + YEAR, keys=tuple(map(_trusted, keys)), status_key=status.public_key()
    )
    texts = [text for key in keys for text in _texts(key)]
    withdrawn = [parse_path(_token(text)).payload.cti for text in texts[::7]]
    revoked = RevokedList.of(withdrawn, issuer="FZ", sequence=1, issued_at=instant(NOW - 60))
    x, y = map(base64url, coordinates(root.public_key()))
    told = {
        "now": NOW, "hosts": list(HOSTS), "root": {"x": x, "y": y}, "trust": seal_trust(trust, root=root), "revoked": seal_revoked(revoked, key=status),
        "keys": [{"kid": key.kid.hex(), "kind": int(key.kind), "jwk": jwk(key.private)} for key in keys], "foreign": jwk(secret(f"{seed} foreign")),
        "bases": list(map(_base, texts)),
    }  # fmt: skip
    return Office(trust, revoked, keys, told)


def secret(word: str) -> PrivateKey:
    """Always the same key for the same word."""
    return ec.derive_private_key(int.from_bytes(sha256(f"mashang fuzz {word}".encode()).digest()) % (ORDER - 1) + 1, ec.SECP256R1())


def jwk(key: PrivateKey) -> dict[str, str]:
    x, y = map(base64url, coordinates(key.public_key()))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": base64url(key.private_numbers().private_value.to_bytes(32))}


def _keys(seed: int) -> list[SigningKey]:
    """One for each kind, and three more for people: retired, copied by somebody, not yet in use."""
    plain = [_key(seed, kind.word, kind) for kind in Kind if kind is not Kind.EQUIPMENT]
    retired = replace(_key(seed, "retired", Kind.PERSON), status=KeyStatus.RETIRED, retired_at=instant(NOW - 86_400))
    copied = replace(_key(seed, "copied", Kind.PERSON), status=KeyStatus.COMPROMISED)
    return [*plain, retired, copied, replace(_key(seed, "next", Kind.PERSON), status=KeyStatus.NEXT)]


def _key(seed: int, word: str, kind: Kind) -> SigningKey:
    private = secret(f"{seed} {word}")
    return SigningKey(kid=kid_of(private.public_key()), kind=kind, private=private, not_before=instant(NOW) - YEAR, expires_at=instant(NOW) + 5 * YEAR)


def _trusted(key: SigningKey) -> TrustKey:
    return TrustKey(
        kid=key.kid, kinds=(key.kind,), public=key.private.public_key(), not_before=key.not_before, expires_at=key.expires_at, status=key.status,
        retired_at=key.retired_at,
    )  # fmt: skip


def _texts(key: SigningKey) -> list[str]:
    """What this key signed while it was in use: ordinary, for drills, live, ended, not begun."""
    spans = ((-3600, 3 * YEAR), (-3600, timedelta(seconds=600)), (-100 * 86_400, timedelta(days=30)), (7200, YEAR), (-2 * 86_400, YEAR))
    made = []
    for number, (since, lasts) in enumerate(spans):
        at = instant(NOW + since)
        payload = Payload(
            kind=key.kind, cti=sha256(key.kid + bytes([number])).digest()[:10], issuer="FZ", issued_at=at, expires_at=at + lasts,
            scope=SCOPES.get(key.kind, 0) if number % 2 == 0 else 0, drill_only=number == 4, live=number == 1,
        )  # fmt: skip
        made.append(code_text(HOST, seal(payload, key=replace(key, status=KeyStatus.ACTIVE))))
    return made


def _base(text: str) -> dict[str, Any]:
    """A text with what the forger knows about it."""
    token = _token(text)
    seen = parse_path(token)
    of = seen.payload
    payload = {
        "iss": of.issuer, "exp": seconds(of.expires_at), "iat": seconds(of.issued_at), "cti": of.cti.hex(), "kind": int(of.kind), "scope": of.scope,
        "flags": int(of.flags),
    }  # fmt: skip
    raw = b32decode(token + "=" * (-len(token) % 8))
    return {"text": text, "token": list(raw), "kid": seen.kid.hex(), "kind": int(of.kind), "payload": payload, "signature": list(seen.signature)}


def _token(text: str) -> str:
    return text.rsplit("/", 1)[1]
