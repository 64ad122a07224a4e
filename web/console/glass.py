"""Break-glass on our own pages: open one with a reason, see which were opened, end one."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.errors import Invalid
from domain.glass import LEAST_REASON, MINUTES, MOST_REASON
from web.forms import form, once
from web.keys import ACTOR, CLOCK, PAGES, REFERENCE, SERVICES
from web.middlewares.errors import NoSuchPage
from web.routing import Open, Route

HERE = "/console/glass"


async def page(request: web.Request) -> web.StreamResponse:
    """The newest first, for whoever may open one, end one or read the audit log; above them the form."""
    return await _page(request)


async def _page(request: web.Request, *, mistake: Invalid | None = None, typed: str = "") -> web.Response:
    services, actor = request.app[SERVICES], request[ACTOR]
    lines = await services.glass.listing(by=actor)
    may_open = actor.can(May.BREAK_GLASS, now=request.app[CLOCK].now()) and actor.pane is None
    return request.app[PAGES].page(
        request, "glass.html", status=422 if mistake else 200, lines=lines, opens=may_open, minutes=MINUTES, least=LEAST_REASON, most=MOST_REASON,
        mistake=mistake, typed=typed, once=request[REFERENCE], drill_only=services.office.drill_only,
    )  # fmt: skip


async def open_it(request: web.Request) -> web.StreamResponse:
    """With a reason, for so many minutes. A mistake comes back to be mended."""
    fields = await form(request)
    minutes, reason = fields.get("minutes", ""), fields.get("reason", "")
    try:
        await request.app[SERVICES].glass.open(
            reason, int(minutes) if minutes.isascii() and minutes.isdecimal() and len(minutes) < 4 else 0, by=request[ACTOR],
            key=f"glass {once(request, fields)}", drill="drill" in fields,
        )  # fmt: skip
    except Invalid as mistake:
        return await _page(request, mistake=mistake, typed=reason)
    raise web.HTTPSeeOther(HERE)


async def end(request: web.Request) -> web.StreamResponse:
    try:
        wanted = UUID(request.match_info["glass"])
    except ValueError:
        raise NoSuchPage() from None
    await request.app[SERVICES].glass.end(wanted, by=request[ACTOR])
    raise web.HTTPSeeOther(HERE)


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, page, Open.SESSION),
        Route("POST", HERE, open_it, May.BREAK_GLASS, fresh=True),
        Route("POST", f"{HERE}/{{glass}}/end", end, Open.SESSION),
    )
