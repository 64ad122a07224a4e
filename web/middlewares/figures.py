"""Every answer is counted by its route's template, never by its address: addresses hold codes and numbers."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web import HTTPException

from services.figures import HTTP_REQUESTS, HTTP_SECONDS
from web.keys import FIGURES, SITE
from web.routing import declared

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LIVE = "/live/"
GONE = 499
"""What stands for an answer that nobody waited for any more."""


@web.middleware
async def figures(request: web.Request, handler: Handler) -> web.StreamResponse:
    loop = asyncio.get_running_loop()
    began, status = loop.time(), GONE
    try:
        response = await handler(request)
        status = response.status
    except HTTPException as answer:
        status = answer.status
        raise
    finally:
        route = template(request)
        request.app[FIGURES].count(HTTP_REQUESTS, route, request.method if request.method in METHODS else "other", str(status))
        if not route.startswith(LIVE):
            request.app[FIGURES].observe(HTTP_SECONDS, loop.time() - began, route)
    return response


def template(request: web.Request) -> str:
    """A closed set. The webhook's path is a secret; a page that does not exist has no name."""
    route = declared(request)
    if route is None:
        return "none"
    return "/telegram" if route.path == request.app[SITE].webhook_path else route.path
