"""From chat to browser: a link that a preview may fetch without harm, spent by a tap; and the way out."""

import re
from collections.abc import Sequence

from aiohttp import web

from domain.access import May
from web.browsers import browser
from web.keys import CLOCK, PAGES, SECRET, SERVICES, SITE
from web.limiting import Limit
from web.middlewares.identity import renewed
from web.routing import Open, Route

TRIES = Limit("tickets", most=20, seconds=60)
REPORT = re.compile(r"R-\d{4}-\d{4,6}")


async def ask(request: web.Request) -> web.Response:
    """One button. Nothing is looked up and nothing is spent."""
    return request.app[PAGES].page(request, "enter.html", ticket=request.match_info["ticket"], report=_report(request))


def _report(request: web.Request) -> str:
    """The number of the report that the link leads to; "" for none. Nowhere else can a link lead."""
    asked = request.query.get("report", "")
    return asked if REPORT.fullmatch(asked) else ""


async def enter(request: web.Request) -> web.StreamResponse:
    """Spend the ticket; the browser gets a new session, and an older one in it ends."""
    sessions = request.app[SERVICES].sessions
    opened = await sessions.open(request.match_info["ticket"], family=browser(request))
    if request[SECRET]:
        await sessions.close(request[SECRET])
    reader = await sessions.actor(opened.secret)
    board = "/board" if reader.can(May.SEE_BOARD, now=request.app[CLOCK].now()) else "/sites"
    renewed(request, opened.secret)
    raise web.HTTPSeeOther(f"/reports/{report}" if (report := _report(request)) else board)


async def leave(request: web.Request) -> web.StreamResponse:
    """End the session here and in the register; the browser forgets what it kept of us."""
    site = request.app[SITE]
    await request.app[SERVICES].sessions.close(request[SECRET])
    answer = web.HTTPSeeOther("/")
    answer.del_cookie(site.cookie, path="/", httponly=True, samesite="Lax", secure=site.secure)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    raise answer


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/board/enter/{ticket:[A-Za-z0-9_-]{20,64}}", ask, Open.EVERYBODY),
        Route("POST", "/board/enter/{ticket:[A-Za-z0-9_-]{20,64}}", enter, Open.EVERYBODY, limits=(TRIES,)),
        Route("POST", "/logout", leave, Open.SESSION),
    )
