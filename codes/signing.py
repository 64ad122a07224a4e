"""ES256 as this format wants it: deterministic (RFC 6979), low-S, 64 bytes r‖s; and the keys that sign codes. SPEC.md §4."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from codes.payload import Kind

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey

ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SIGNATURE_BYTES: Final = 64
KID_BYTES: Final = 2
_DETERMINISTIC: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_ES256: Final = ec.ECDSA(hashes.SHA256())


class KeyStatus(StrEnum):
    """next = published, does not sign yet; active = signs; retired = only verifies; compromised = its codes prove nothing."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key for one kind of code.

    It signs codes issued from `not_before` on that end by `expires_at`; `retired_at` is when it stopped signing.
    """

    kid: bytes
    kind: Kind
    private: PrivateKey = field(repr=False)
    not_before: datetime
    expires_at: datetime
    status: KeyStatus = KeyStatus.ACTIVE
    retired_at: datetime | None = None


def new_key() -> PrivateKey:
    """A fresh P-256 key from the system's randomness: for `init` and key rotation only."""
    return ec.generate_private_key(ec.SECP256R1())


def kid_of(key: PublicKey) -> bytes:
    """The key's identifier: the first two bytes of SHA-256(x‖y). A list of keys never holds one twice."""
    return sha256(b"".join(coordinates(key))).digest()[:KID_BYTES]


def sign(key: PrivateKey, data: bytes) -> bytes:
    """The one signature of `data` by this key that a reader accepts, 64 bytes."""
    r, s = decode_dss_signature(key.sign(data, _DETERMINISTIC))
    return r.to_bytes(32) + min(s, ORDER - s).to_bytes(32)


def verified(key: PublicKey, data: bytes, signature: bytes) -> bool:
    """Whether `signature` is this key's low-S signature of `data`."""
    if len(signature) != SIGNATURE_BYTES or not is_low(signature):
        return False
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        key.verify(der, data, _ES256)
    except InvalidSignature:
        return False
    return True


def is_low(signature: bytes) -> bool:
    """Whether s stands in the lower half of the order: for each (r, s) also (r, n − s) verifies, and only one of them is a code's."""
    return 0 < int.from_bytes(signature[32:]) <= ORDER // 2


def coordinates(key: PublicKey) -> tuple[bytes, bytes]:
    """The point's x and y, 32 bytes each, as JWK and COSE write them."""
    numbers = key.public_numbers()
    return numbers.x.to_bytes(32), numbers.y.to_bytes(32)


def point(x: bytes, y: bytes) -> PublicKey:
    """The public key at these coordinates. Raises ValueError when they are not on the curve."""
    return ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()).public_key()


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url. Raises ValueError for any other spelling."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise ValueError("not base64url in its one spelling")
    return data
