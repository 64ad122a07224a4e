"""Who comes: whoever the session cookie speaks for, with the rights of this moment. Open pages do not ask."""

from aiohttp import web
from aiohttp.typedefs import Handler

from services.actors import Actor
from web.keys import ACTOR, SECRET, SERVICES, SITE
from web.routing import Open, declared


@web.middleware
async def identity(request: web.Request, handler: Handler) -> web.StreamResponse:
    route = declared(request)
    request[SECRET] = request.cookies.get(request.app[SITE].cookie, "")
    request[ACTOR] = Actor(via="web")
    if route is not None and route.may is not Open.EVERYBODY:
        request[ACTOR] = await request.app[SERVICES].sessions.actor(request[SECRET])
    return await handler(request)
