"""The limits that a route declares, counted per address."""

from aiohttp import web
from aiohttp.typedefs import Handler

from web.keys import LIMITER
from web.limiting import address
from web.routing import declared


@web.middleware
async def limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    route = declared(request)
    for limit in route.limits if route is not None else ():
        request.app[LIMITER].count(limit, address(request))
    return await handler(request)
