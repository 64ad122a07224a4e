"""A number for every request, which a person can read out and the log can be searched for."""

import itertools

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from services.ports import Clock
from services.reference import referring
from web.keys import REFERENCE


def references(clock: Clock) -> Middleware:
    """Numbers like W-0725-100203-17: the day, the time (UTC), and a count within this process."""
    counted = itertools.count(1)

    @web.middleware
    async def reference(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[REFERENCE] = f"W-{clock.now():%m%d-%H%M%S}-{next(counted)}"
        with referring(request[REFERENCE]):
            return await handler(request)

    return reference
