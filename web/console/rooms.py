"""The way in for whoever is signed in: to the first room that is theirs."""

from collections.abc import Sequence

from aiohttp import web

from web.keys import ACTOR, CLOCK
from web.rendering import rooms_of
from web.routing import Open, Route


async def first(request: web.Request) -> web.StreamResponse:
    """To the first room, or to the first page for whoever has none."""
    rooms = rooms_of(request[ACTOR], now=request.app[CLOCK].now())
    raise web.HTTPSeeOther(rooms[0][0] if rooms else "/")


def routes() -> Sequence[Route]:
    return (Route("GET", "/console", first, Open.SESSION),)
