"""Who comes: whoever the session cookie speaks for, with the rights of this moment. Open pages do not ask.

A session whose secret was renewed takes the new one to the browser with whatever is answered, a stream or an error too.
"""

from http.cookies import SimpleCookie

from aiohttp import web
from aiohttp.typedefs import Handler

from domain.sessions import LONGEST
from services.actors import Actor
from web.keys import ACTOR, RENEWED, SECRET, SERVICES, SESSION, SITE
from web.routing import Open, declared

LONGEST_SECONDS = int(LONGEST.total_seconds())


@web.middleware
async def identity(request: web.Request, handler: Handler) -> web.StreamResponse:
    route = declared(request)
    request[SECRET] = request.cookies.get(request.app[SITE].cookie, "")
    request[ACTOR] = Actor(via="web")
    if route is not None and route.may is Open.LOGIN:
        request[SECRET] = request.cookies.get(request.app[SITE].login_cookie, "")
    elif route is not None and route.may is not Open.EVERYBODY:
        present = await request.app[SERVICES].sessions.enter(request[SECRET])
        request[ACTOR], request[SESSION] = present.actor, present.session
        if present.secret is not None:
            renewed(request, present.secret)
    return await handler(request)


def renewed(request: web.Request, secret: str) -> None:
    """From now on this is the session's secret: in the tokens of the page that is being made, and in the browser."""
    request[SECRET] = request[RENEWED] = secret


async def take_along(request: web.Request, response: web.StreamResponse) -> None:
    """For `on_response_prepare`, when the response's own cookies are headers already."""
    if (secret := request.get(RENEWED)) is not None:
        site = request.app[SITE]
        cookie = SimpleCookie({site.cookie: secret})[site.cookie]
        cookie["max-age"], cookie["path"], cookie["samesite"] = LONGEST_SECONDS, "/", "Lax"
        cookie["httponly"], cookie["secure"] = True, site.secure
        response.headers.add("Set-Cookie", cookie.OutputString())
