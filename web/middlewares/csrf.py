"""Requests that change something come from our own pages: by what the browser says of where they start, and in a session also by its token.

What is refused is in the program's log; where a session of ours came with it, in the audit too.
"""

import hashlib
import hmac
import logging
from typing import NoReturn
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import NotAllowed
from domain.text import N_
from web.forms import form
from web.keys import REFERENCE, SERVICES, SITE
from web.routing import Open, Route, declared

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "token"
HEADER = "X-CSRF-Token"

log = logging.getLogger(__name__)


class NotFromHere(NotAllowed):
    code = "not_from_here"
    text = N_("This came from another website and was not done. Open the page again and repeat it there.")


@web.middleware
async def csrf(request: web.Request, handler: Handler) -> web.StreamResponse:
    route = declared(request)
    if request.method not in SAFE and route is not None and not route.machine:
        if not from_here(request):
            await _refused(request, route)
        site = request.app[SITE]
        cookie = site.login_cookie if route.may is Open.LOGIN else site.cookie
        if route.may is not Open.EVERYBODY and not route.uploads and not await token_fits(request, cookie=cookie):
            await _refused(request, route)
    return await handler(request)


async def _refused(request: web.Request, route: Route) -> NoReturn:
    log.warning("not from here: %s %s, %s", route.method, route.path, request[REFERENCE])
    if secret := request.cookies.get(request.app[SITE].cookie, ""):
        await request.app[SERVICES].sessions.forged(secret, what=route.path)
    raise NotFromHere()


def token_of(secret: str) -> str:
    """The token of a session: only who holds the cookie, or a page made for them, can know it."""
    return hmac.digest(secret.encode(), b"csrf", hashlib.sha256).hex() if secret else ""


def from_here(request: web.Request) -> bool:
    """By Sec-Fetch-Site and by Origin: neither may speak against it, and one must be there."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return False
    return (site is None or site in ("same-origin", "none")) and (origin is None or is_ours(request, origin))


def is_ours(request: web.Request, origin: str) -> bool:
    """An origin of this service: the host that was asked, or the office's public address; over https where the office is."""
    ours, asked = request.app[SITE], urlsplit(origin)
    hosts = (request.host.lower(), urlsplit(ours.public_url).netloc.lower())
    return bool(asked.netloc) and asked.netloc.lower() in hosts and asked.scheme in (("https",) if ours.secure else ("http", "https"))


async def token_fits(request: web.Request, *, cookie: str = "") -> bool:
    """The token of the session, or of what else this cookie holds."""
    secret = request.cookies.get(cookie or request.app[SITE].cookie, "")
    given = request.headers.get(HEADER) or (await form(request)).get(FIELD, "")
    return bool(secret) and hmac.compare_digest(given.encode(), token_of(secret).encode())
