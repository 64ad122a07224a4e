"""The board: orders, one order's villages, the people behind each number, and everything that was said about one of them."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from domain.access import May
from services.board import Column
from web.keys import ACTOR, PAGES, SERVICES
from web.middlewares.errors import NoSuchPage
from web.rendering import allowed
from web.routing import Route

MOST = 500
RELOAD = 30


async def orders(request: web.Request) -> web.StreamResponse:
    """The orders that touch the reader's areas, newest first; when there is only one, the one, unless `?all` asks for the list."""
    found = await request.app[SERVICES].board.orders(by=request[ACTOR])
    if len(found) == 1 and "all" not in request.query:
        raise web.HTTPSeeOther(f"/board/{found[0].id}")
    titles = await request.app[SERVICES].areas.titles(sorted({area for order in found for area in order.areas}))
    return request.app[PAGES].page(
        request, "orders.html", orders=found, titles=titles, passes=await passes_inside(request), asks=allowed(request, May.ASK_PASS)
    )  # fmt: skip


async def passes_inside(request: web.Request) -> dict[str, int]:
    """How many passes are inside the reader's areas now, and how many of them past their end."""
    inside = await request.app[SERVICES].passes.inside(by=request[ACTOR])
    return {"inside": len(inside), "overdue": sum(line.overdue for line in inside)}


async def one_order(request: web.Request) -> web.StreamResponse:
    """Per village: listed, proven, reported, not yet safe, needs help, walk-ins; each number leads to its people.

    Live where the browser can; with `?reload` it comes anew by itself, for whoever asked for that.
    """
    board, reloading = await request.app[SERVICES].board.order(order_of(request), by=request[ACTOR]), RELOAD if "reload" in request.query else 0
    page = request.app[PAGES].page(
        request, "board.html", board=board, opens=allowed(request, May.SEE_PERSON), changed=frozenset(), reloading=reloading,
        passes=await passes_inside(request), asks=allowed(request, May.ASK_PASS),
    )  # fmt: skip
    if reloading:
        page.headers["Refresh"] = str(reloading)
    return page


async def people(request: web.Request) -> web.StreamResponse:
    """The people that one number counts, those who need help first; of a very long list its beginning."""
    order, column, area = order_of(request), _column(request), request.query.get("area") or None
    services = request.app[SERVICES]
    lines = await services.board.people(order, by=request[ACTOR], area=area, column=column)
    board = await services.board.order(order, by=request[ACTOR])
    titles = await services.areas.titles(sorted({line.line.area for line in lines[:MOST]} | ({area} if area else set())))
    return request.app[PAGES].page(request, "people.html", order=board.order, column=column, area=area, lines=lines[:MOST], count=len(lines), titles=titles)


async def member(request: web.Request) -> web.StreamResponse:
    """Everything that was said about one person: who, when, how; what was taken back is struck through."""
    services = request.app[SERVICES]
    timeline = await services.board.timeline(_id(request, "member"), by=request[ACTOR])
    titles = await services.areas.titles([timeline.line.area])
    return request.app[PAGES].page(request, "member.html", timeline=timeline, title=titles[timeline.line.area])


def order_of(request: web.Request) -> UUID:
    return _id(request, "order")


def _id(request: web.Request, name: str) -> UUID:
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise NoSuchPage() from None


def _column(request: web.Request) -> Column:
    try:
        return Column(request.query.get("column", Column.NOT_YET_SAFE))
    except ValueError:
        raise NoSuchPage() from None


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/board", orders, May.SEE_BOARD),
        Route("GET", "/board/{order}", one_order, May.SEE_BOARD),
        Route("GET", "/board/{order}/people", people, May.SEE_PERSON),
        Route("GET", "/board/member/{member}", member, May.SEE_PERSON),
    )
