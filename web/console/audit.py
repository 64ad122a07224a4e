"""The audit log on our own pages: newest first, by who, what and day. Nothing is changed here."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aiohttp import web

from domain.access import May
from services.audit import Asked
from web.keys import ACTOR, PAGES, SERVICES
from web.middlewares.errors import NoSuchPage
from web.routing import Route

HERE = "/console/audit"
PER_PAGE = 50


async def listing(request: web.Request) -> web.StreamResponse:
    """One page of rows; the next begins before the number of the last."""
    asked = _asked(request)
    entries = await request.app[SERVICES].audit_log.listing(asked, by=request[ACTOR], most=PER_PAGE + 1)
    shown = entries[:PER_PAGE]
    older = {**request.query, "before": str(shown[-1].row.seq)} if len(entries) > PER_PAGE else None
    link = str(request.rel_url.with_query(older)) if older else None
    return request.app[PAGES].page(request, "audit.html", entries=shown, asked=asked, older=link)


def _asked(request: web.Request) -> Asked:
    query = request.query
    try:
        actor = UUID(query["actor"]) if query.get("actor") else None
        day = date.fromisoformat(query["day"]) if query.get("day") else None
    except ValueError:
        raise NoSuchPage() from None
    before = query.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) < 16):
        raise NoSuchPage()
    return Asked(actor, query.get("action", "")[:60].strip(), day, int(before) if before else None)


def routes() -> Sequence[Route]:
    return (Route("GET", HERE, listing, May.READ_AUDIT),)
