"""A signed code, from payload to text and back to an unverified token. SPEC.md is normative; the vectors prove it."""

import re
from base64 import b32decode, b32encode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import cbor2
from cwt import COSE
from cwt.cose_key_interface import COSEKeyInterface

from codes.cbor import one_item
from codes.errors import NoSigningKey, Problem, Unreadable
from codes.hosts import origin
from codes.layout import laid_out, plain_bytes
from codes.payload import Payload, from_claims, to_claims
from codes.signing import KID_BYTES, ORDER, SIGNATURE_BYTES, KeyStatus, PrivateKey, SigningKey, is_low, sign

LONGEST_TEXT: Final = 512
LONGEST_TOKEN: Final = 160
ES256: Final = -7
ALG, KID = 1, 4
COSE_SIGN1: Final = 0xD2

_LINK: Final = re.compile(r"(https?://[^/?#\s]+)(/S/)(.*)", re.IGNORECASE | re.DOTALL | re.ASCII)
_BASE32: Final = re.compile(r"[A-Z2-7]+")
_BASE32_LOOSE: Final = re.compile(r"[A-Za-z2-7]+=*")
_LIKE_A_TOKEN: Final = re.compile(r"[A-Za-z2-7]{64,}=*")


@dataclass(frozen=True, slots=True)
class Unverified:
    """A token in its one spelling whose signature nobody has looked at yet: `payload` is only a claim."""

    token: str
    kid: bytes
    payload: Payload
    signature: bytes
    signed: bytes
    """What the signature covers: Sig_structure of RFC 9052 §4.4."""


def seal(payload: Payload, *, key: SigningKey) -> str:
    """The token: COSE_Sign1 over the claims, in base32. The same payload and key always give the same text.

    Raises NoSigningKey when this key may not sign this payload: another kind, not in use, or not for this time.
    """
    fits = key.not_before <= payload.issued_at and payload.expires_at <= key.expires_at
    if key.kind is not payload.kind or key.status is not KeyStatus.ACTIVE or not fits:
        raise NoSigningKey(f"{key.kind.word} key {key.kid.hex()} ({key.status}) for a {payload.kind.word}")
    sealed = COSE.new().encode_and_sign(to_claims(payload), _CoseKey(key.private), protected={ALG: ES256, KID: key.kid})
    if not isinstance(sealed, bytes):
        raise TypeError("COSE gave no bytes")
    return base32(sealed)


def code_text(public_url: str, token: str) -> str:
    """The text of the QR: `HTTPS://HOST/S/TOKEN`. Raises HostInvalid."""
    return f"{origin(public_url)}/S/{token}"


def parse(text: str, *, hosts: Collection[str]) -> Unverified:
    """The token in a scanned text, exactly as printed; `hosts` are our origins as `hosts.origin` writes them.

    Raises Unreadable. Costs next to nothing for a text of any length.
    """
    if len(text) > LONGEST_TEXT:
        raise Unreadable(Problem.TOO_LONG)
    link = _LINK.fullmatch(text)
    if link is None:
        raise Unreadable(Problem.NOT_A_CODE)
    if link[1].upper() not in hosts:
        raise Unreadable(Problem.FOREIGN_HOST)
    if link[1] not in hosts or link[2] != "/S/":
        raise Unreadable(Problem.NOT_CANONICAL)
    return parse_path(link[3])


def parse_path(token: str) -> Unverified:
    """The token alone, as the path of the public page carries it. Raises Unreadable."""
    if len(token) > LONGEST_TEXT:
        raise Unreadable(Problem.TOO_LONG)
    if (raw := plain_bytes(token)) is not None and (found := laid_out(raw)) is not None:
        return Unverified(token, *found)
    return parse_slowly(token)


def parse_slowly(token: str) -> Unverified:
    """The long way, which knows why a token is refused: SPEC.md §7, steps 5 to 11. Raises Unreadable."""
    kid, payload, signature = _taken_apart(_from_base32(token))
    if base32(encoded(payload, kid=kid, signature=signature)) != token:
        raise Unreadable(Problem.NOT_CANONICAL)
    return Unverified(token, kid, payload, signature, sig_structure(payload, kid=kid))


def sig_structure(payload: Payload, *, kid: bytes) -> bytes:
    """What is signed, as RFC 9052 §4.4 writes it."""
    return cbor2.dumps(["Signature1", protected(kid), b"", to_claims(payload)])


def looks_like_token(text: str) -> bool:
    """Whether a text was meant to be a token, however damaged."""
    return _LIKE_A_TOKEN.fullmatch(text) is not None


def protected(kid: bytes) -> bytes:
    """The protected header {1: −7, 4: kid}, encoded."""
    return cbor2.dumps({ALG: ES256, KID: kid})


def encoded(payload: Payload, *, kid: bytes, signature: bytes) -> bytes:
    """The one spelling of a token with these values, in bytes."""
    return cbor2.dumps(cbor2.CBORTag(18, [protected(kid), {}, to_claims(payload), signature]))


def base32(data: bytes) -> str:
    return b32encode(data).rstrip(b"=").decode()


class _CoseKey(COSEKeyInterface):
    """Lets `cwt` build the message and sign it our way: its own P-256 key is neither deterministic nor low-S."""

    def __init__(self, private: PrivateKey) -> None:
        super().__init__({1: 2, 3: ES256})
        self._private = private

    def sign(self, msg: bytes) -> bytes:
        return sign(self._private, msg)


def _from_base32(token: str) -> bytes:
    if not _BASE32.fullmatch(token):
        raise Unreadable(Problem.NOT_CANONICAL if _BASE32_LOOSE.fullmatch(token) else Problem.MALFORMED)
    if len(token) % 8 in (1, 3, 6) or len(token) * 5 // 8 > LONGEST_TOKEN:
        raise Unreadable(Problem.MALFORMED)
    return b32decode(token + "=" * (-len(token) % 8))


def _taken_apart(raw: bytes) -> tuple[bytes, Payload, bytes]:
    """Key id, payload and signature of a COSE_Sign1 of exactly our shape."""
    if not raw or raw[0] != COSE_SIGN1:
        raise Unreadable(Problem.MALFORMED)
    match one_item(raw[1:]):
        case [bytes(header), dict(unprotected), bytes(claims), bytes(signature)]:
            if unprotected:
                raise Unreadable(Problem.NOT_CANONICAL)
            return _kid(header), _payload(claims), _signature(signature)
        case _:
            raise Unreadable(Problem.MALFORMED)


def _kid(header: bytes) -> bytes:
    match one_item(header):
        case {1: algorithm} if algorithm != ES256:
            raise Unreadable(Problem.WRONG_ALGORITHM)
        case {1: _, 4: bytes(kid), **rest} if len(kid) == KID_BYTES and not rest:
            return kid
        case _:
            raise Unreadable(Problem.MALFORMED)


def _payload(claims: bytes) -> Payload:
    match one_item(claims):
        case dict(pairs):
            return from_claims(pairs)
        case _:
            raise Unreadable(Problem.MALFORMED)


def _signature(signature: bytes) -> bytes:
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if len(signature) != SIGNATURE_BYTES or not (0 < r < ORDER and 0 < s < ORDER):
        raise Unreadable(Problem.MALFORMED)
    if not is_low(signature):
        raise Unreadable(Problem.NOT_CANONICAL)
    return signature
