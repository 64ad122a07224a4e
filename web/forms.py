"""Forms as browsers send them; what cannot be read is a plain no, never a fault."""

import hashlib
from collections.abc import Mapping

from aiohttp import web
from aiohttp.http import HttpProcessingError

from domain.errors import Invalid
from domain.text import N_
from web.keys import REFERENCE, SECRET


class FormUnreadable(Invalid):
    code = "form_unreadable"
    text = N_("This form cannot be read. Open the page again and repeat it there.")


async def form(request: web.Request) -> Mapping[str, str]:
    """The text fields of the body; a file that somebody adds is left out."""
    try:
        fields = await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        raise FormUnreadable() from None
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def once(request: web.Request, fields: Mapping[str, str], *more: str) -> str:
    """The key of this form in this session: the same when a button was pressed twice, another when what stands in `more` is another."""
    said = "\x1f".join([request[SECRET], request.path, fields.get("once", "") or request[REFERENCE], *more])
    return hashlib.sha256(said.encode()).hexdigest()
