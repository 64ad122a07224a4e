"""Requests of devices: JSON of one spelling, signed by the key that the device made for itself."""

import json
from typing import Any
from uuid import UUID

from aiohttp import web

from codes.signing import from_base64url
from domain.devices import BatchInvalid, Device, DeviceUnknown, SignatureWrong
from services.actors import Actor
from web.keys import ACTOR, SERVICES

DEVICE, SIGNATURE = "Mashang-Device", "Mashang-Signature"
FIRST = "mashang device 1"
SMALL_BODY = 16 * 1024
DEEPEST = 16
"""A batch goes four levels down; what goes on for hundreds is meant for whoever reads it later."""


async def signed(request: web.Request, *, longest: int = SMALL_BODY, withdrawn: bool = False) -> tuple[Device, Actor, dict[str, Any]]:
    """Who sent this, and what it says; nothing is believed, or even parsed, before the signature. Raises DeviceUnknown, SignatureWrong,
    DeviceRevoked, BatchInvalid.
    """
    body = await whole(request, longest=longest)
    device, actor = await request.app[SERVICES].device_doors.enter(
        _device(request), said=said(request.method, request.path, body), signature=signature_of(request.headers.get(SIGNATURE, "")), withdrawn=withdrawn
    )  # fmt: skip
    request[ACTOR] = actor
    return device, actor, parsed(body)


def said(method: str, path: str, body: bytes) -> bytes:
    """What a device signs."""
    return f"{FIRST}\n{method} {path}\n".encode() + body


def signature_of(text: str) -> bytes:
    try:
        return from_base64url(text[:128])
    except ValueError:
        raise SignatureWrong() from None


def _device(request: web.Request) -> UUID:
    try:
        return UUID(request.headers.get(DEVICE, ""))
    except ValueError:
        raise DeviceUnknown() from None


async def whole(request: web.Request, *, longest: int) -> bytes:
    """The body, refused as soon as it is longer than that."""
    if request.content_length is not None and request.content_length > longest:
        raise BatchInvalid(problem="too_long")
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > longest:
            raise BatchInvalid(problem="too_long")
    return bytes(body)


def parsed(body: bytes) -> dict[str, Any]:
    """The one JSON object in `body`. Refuses what two readers could understand differently: a key twice, NaN, endless nesting,
    anything that is no object.
    """
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError):
        raise BatchInvalid(problem="malformed") from None
    if not isinstance(found, dict) or _deeper(found, than=DEEPEST):
        raise BatchInvalid(problem="malformed")
    return found


def _deeper(found: object, *, than: int) -> bool:
    level = [found]
    for _ in range(than):
        level = [part for one in level if isinstance(one, dict | list) for part in (one.values() if isinstance(one, dict) else one)]
    return bool(level)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _never(word: str) -> Any:
    raise ValueError(word)
