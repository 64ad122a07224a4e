"""Orders for programs."""

from collections.abc import Sequence

from aiohttp import web

from domain.access import May
from web.console.board import order_of
from web.console.numbers import as_json
from web.keys import ACTOR, CLOCK, SERVICES
from web.routing import Route


async def board(request: web.Request) -> web.Response:
    """The numbers of one order, as the board shows them."""
    found = await request.app[SERVICES].board.order(order_of(request), by=request[ACTOR])
    return web.json_response(as_json(found, at=request.app[CLOCK].now()))


def routes() -> Sequence[Route]:
    return (Route("GET", "/api/v1/orders/{order}/board", board, May.SEE_BOARD),)
