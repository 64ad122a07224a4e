"""The two lists by which anybody can check a code, as they were signed. Nothing in them is secret, and nobody is named."""

from collections.abc import Sequence

from aiohttp import ETag, web

from services.lists import Signed
from web.keys import SERVICES
from web.limiting import Limit
from web.routing import Open, Route

FETCHED = Limit("lists", most=120, seconds=60)


async def trust(request: web.Request) -> web.Response:
    return _answer(request, await request.app[SERVICES].lists.trust())


async def revoked(request: web.Request) -> web.Response:
    """Whatever was revoked before this was asked stands in it."""
    return _answer(request, await request.app[SERVICES].lists.revoked())


def _answer(request: web.Request, signed: Signed) -> web.Response:
    """The text to the letter; nothing but its tag for whoever has it already."""
    asked = request.if_none_match or ()
    known = any(tag.value in (signed.tag, "*") for tag in asked)
    answer = web.Response(status=304) if known else web.Response(text=signed.text, content_type="application/json")
    answer.etag = ETag(signed.tag)
    answer.last_modified = signed.issued_at
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/api/v1/trust.json", trust, Open.EVERYBODY, limits=(FETCHED,), machine=True),
        Route("GET", "/api/v1/revoked.json", revoked, Open.EVERYBODY, limits=(FETCHED,), machine=True),
    )
