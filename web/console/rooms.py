"""The way in for whoever is signed in: to the first room that is theirs."""

from collections.abc import Sequence

from aiohttp import web

from web.keys import ACTOR, CLOCK
from web.rendering import home_of
from web.routing import Open, Route


async def first(request: web.Request) -> web.StreamResponse:
    """To the first room, or to the first page for whoever has none."""
    raise web.HTTPSeeOther(home_of(request[ACTOR], now=request.app[CLOCK].now()))


def routes() -> Sequence[Route]:
    return (Route("GET", "/console", first, Open.SESSION),)
