"""Forms as browsers send them; what cannot be read is a plain no, never a fault."""

from collections.abc import Mapping

from aiohttp import web
from aiohttp.http import HttpProcessingError

from domain.errors import Invalid
from domain.text import N_


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
