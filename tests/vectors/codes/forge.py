"""What a forger has: keys made from a word, and tokens put together byte by byte, right or wrong."""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from codes.payload import Kind, Payload, instant, to_claims
from codes.signing import ORDER, KeyStatus, PrivateKey, SigningKey, kid_of, sign
from codes.token import base32, protected
from codes.trustlist import TrustKey

NOW = 1_790_000_000  # 2026-09-21
YEAR = 365 * 86_400
HOST = "HTTPS://LS.EXAMPLE.ORG"
LOOPBACK = "HTTP://127.0.0.1:8080"
HOSTS = (HOST, LOOPBACK)


def private(word: str) -> PrivateKey:
    """Always the same key for the same word: for vectors only."""
    return ec.derive_private_key(int.from_bytes(sha256(f"mashang vectors {word}".encode()).digest()) % (ORDER - 1) + 1, ec.SECP256R1())


def key(kind: Kind, word: str | None = None, *, status: KeyStatus = KeyStatus.ACTIVE, retired: int | None = None, since: int = NOW - YEAR) -> SigningKey:
    secret = private(word or kind.word)
    return SigningKey(
        kid=kid_of(secret.public_key()), kind=kind, private=secret, not_before=instant(since), expires_at=instant(since + 6 * YEAR),
        status=status, retired_at=instant(retired) if retired else None,
    )  # fmt: skip


def trusted(one: SigningKey) -> TrustKey:
    return TrustKey(
        kid=one.kid, kinds=(one.kind,), public=one.private.public_key(), not_before=one.not_before, expires_at=one.expires_at,
        status=one.status, retired_at=one.retired_at,
    )  # fmt: skip


KEYS = {
    **{kind.word: key(kind) for kind in Kind if kind is not Kind.EQUIPMENT},
    "person later": key(Kind.PERSON, "person later", since=NOW - 30 * 86_400),
    "person retired": key(Kind.PERSON, "person retired", status=KeyStatus.RETIRED, retired=NOW - 86_400),
    "person copied": key(Kind.PERSON, "person copied", status=KeyStatus.COMPROMISED),
    "person next": key(Kind.PERSON, "person next", status=KeyStatus.NEXT, since=NOW + 7 * 86_400),
}


def cti(word: str) -> bytes:
    return sha256(word.encode()).digest()[:10]


def payload(kind: Kind = Kind.PERSON, word: str = "", *, issued: int = NOW - 3600, lasts: int = 3 * YEAR, **more: object) -> Payload:
    at = instant(issued)
    made = Payload(kind=kind, cti=cti(word or kind.word), issuer="LS", issued_at=at, expires_at=at + timedelta(seconds=lasts))
    return replace(made, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Pieces:
    """A COSE_Sign1 in its parts, each already encoded, so that each can be spoiled alone."""

    head: bytes = b"\xd2\x84"
    protected: bytes = b""
    unprotected: bytes = b"\xa0"
    claims: bytes = b""
    signature: bytes = b""

    def text(self, *, host: str = HOST, tail: bytes = b"") -> str:
        return f"{host}/S/{base32(self.bytes() + tail)}"

    def bytes(self) -> bytes:
        return self.head + cbor2.dumps(self.protected) + self.unprotected + cbor2.dumps(self.claims) + cbor2.dumps(self.signature)


def pieces(of: Payload | bytes, *, by: SigningKey, header: bytes | None = None) -> Pieces:
    """The parts of a token over a payload, or over claims that no payload can be, honestly signed by this key."""
    claims = of if isinstance(of, bytes) else to_claims(of)
    header = header if header is not None else protected(by.kid)
    signed = cbor2.dumps(["Signature1", header, b"", claims])
    return Pieces(protected=header, claims=claims, signature=sign(by.private, signed))


def claims(**changed: object) -> bytes:
    """The claims of an ordinary person's code, with some of them changed: iss, exp, iat, cti, ours."""
    usual = {"iss": "LS", "exp": NOW + YEAR, "iat": NOW - 3600, "cti": cti("person"), "ours": [1, 1, 0, 0]} | changed
    return cbor2.dumps({1: usual["iss"], 4: usual["exp"], 6: usual["iat"], 7: usual["cti"], -65537: usual["ours"]})


def high(signature: bytes) -> bytes:
    """The other signature that everybody can make from a good one."""
    return signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)
