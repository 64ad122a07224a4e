"""The `start` parameter of a Telegram link: kind(1) ‖ cti(10) ‖ HMAC-SHA256/128(16) = 36 characters. SPEC.md §6.

A signature does not fit into Telegram's 64 characters. The key is used for nothing else; the link identifies and never grants.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from codes.payload import CTI_BYTES, Kind

KEY_BYTES: Final = 32
LENGTH: Final = 36
TAG_BYTES: Final = 16
_CONTEXT: Final = b"mashang deep link 1"
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{36}")


@dataclass(frozen=True, slots=True)
class DeepLink:
    kind: Kind
    cti: bytes


def make(kind: Kind, cti: bytes, *, key: bytes) -> str:
    """36 characters of `[A-Za-z0-9_-]`."""
    if len(cti) != CTI_BYTES or len(key) != KEY_BYTES:
        raise ValueError("a cti has 10 bytes and the key 32")
    body = bytes([kind]) + cti
    return urlsafe_b64encode(body + _tag(body, key)).decode()


def read(parameter: str, *, key: bytes) -> DeepLink | None:
    """What a `start` parameter names; None for anything that this key did not make."""
    if len(parameter) != LENGTH or not _FORM.fullmatch(parameter):
        return None
    raw = urlsafe_b64decode(parameter)
    body, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
    if not hmac.compare_digest(_tag(body, key), tag) or body[0] not in list(Kind):
        return None
    return DeepLink(Kind(body[0]), body[1:])


def _tag(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _CONTEXT + body, "sha256")[:TAG_BYTES]
