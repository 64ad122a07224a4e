"""Files that a browser brings: read bit by bit, up to the limit of their own route, and not one byte before the form's token fits."""

import hmac
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from web.forms import FormUnreadable
from web.keys import SECRET
from web.middlewares.csrf import FIELD, NotFromHere, token_of

MOST_PARTS = 8
LONGEST_FIELD = 1000


@dataclass(frozen=True, slots=True)
class Brought:
    """The text fields of a form, and the one file in it; empty when none was chosen."""

    fields: dict[str, str]
    file: bytes


async def brought(request: web.Request, *, largest: int) -> Brought:
    """The form of an upload. Its first field is the token: a form of somebody else is refused before its file is read."""
    fields: dict[str, str] = {}
    file = b""
    try:
        reader = await request.multipart()
        for _ in range(MOST_PARTS):
            part = await reader.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader) or not part.name:
                raise FormUnreadable()
            if part.name != FIELD and not _fits(request, fields):
                raise NotFromHere()
            if part.filename is None:
                fields[part.name] = (await _read(part, LONGEST_FIELD)).decode()
            else:
                file = await _read(part, largest)
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        raise FormUnreadable() from None
    if not _fits(request, fields):
        raise NotFromHere()
    return Brought(fields, file)


def _fits(request: web.Request, fields: dict[str, str]) -> bool:
    return hmac.compare_digest(fields.get(FIELD, "").encode(), token_of(request[SECRET]).encode()) and bool(request[SECRET])


async def _read(part: BodyPartReader, most: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk():
        body += chunk
        if len(body) > most:
            raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(body))
    return bytes(body)
