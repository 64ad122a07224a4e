"""Signed JSON documents: a flattened JWS (RFC 7515 §7.2.2) with one header, one key and one spelling. SPEC.md §8.

The signature covers bytes that travel as they are, so that no reader has to spell JSON the way the writer did.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from codes.errors import ListProblem, ListRefused
from codes.signing import PrivateKey, PublicKey, base64url, from_base64url, sign, verified

PARTS: Final = {"protected", "payload", "signature"}


def seal_document(body: Mapping[str, object], *, kind: str, key: PrivateKey) -> str:
    """`body` signed as a document of this `kind` (its media type, which keeps one kind from being taken for another)."""
    header, payload = base64url(_canonical({"alg": "ES256", "typ": kind})), base64url(_canonical(body))
    signature = base64url(sign(key, f"{header}.{payload}".encode()))
    return _canonical({"protected": header, "payload": payload, "signature": signature}).decode()


def open_document(text: str, *, kind: str, key: PublicKey, longest: int) -> dict[str, Any]:
    """The body of a document of this kind that `key` signed. Raises ListRefused; nothing is believed before the signature."""
    refused_unless(len(text) <= longest, ListProblem.TOO_LONG)
    parts = _object(text)
    refused_unless(parts.keys() == PARTS and all(isinstance(part, str) for part in parts.values()), ListProblem.MALFORMED)
    header = base64url(_canonical({"alg": "ES256", "typ": kind}))
    refused_unless(parts["protected"] == header, ListProblem.BAD_SIGNATURE)
    payload, signature = _bytes(parts["payload"]), _bytes(parts["signature"])
    refused_unless(verified(key, f"{header}.{parts['payload']}".encode(), signature), ListProblem.BAD_SIGNATURE)
    return _object(payload)


def refused_unless(claim: bool, problem: ListProblem) -> None:
    if not claim:
        raise ListRefused(problem)


def whole(value: object) -> int:
    """A JSON integer that is not negative. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(value)
    return value


def _canonical(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ListRefused(ListProblem.MALFORMED) from None
    if not isinstance(found, dict):
        raise ListRefused(ListProblem.MALFORMED)
    return found


def _bytes(text: str) -> bytes:
    try:
        return from_base64url(text)
    except ValueError:
        raise ListRefused(ListProblem.MALFORMED) from None
