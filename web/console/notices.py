"""Risk notices on our own pages: which go out when, and the truth of each last run. Nothing is changed here."""

from collections.abc import Sequence

from aiohttp import web

from domain.access import May
from domain.colours import COLOURS
from domain.notices import RISKS
from web.keys import ACTOR, PAGES, SERVICES
from web.routing import Route

MOST = 100


async def notices(request: web.Request) -> web.StreamResponse:
    """Notices of the reader's areas: those in force first, each with its next run and where its last one stands."""
    services = request.app[SERVICES]
    lines = await services.notice_lists.listing(by=request[ACTOR], most=MOST)
    titles = await services.areas.titles(sorted({area for line in lines for area in line.notice.areas}))
    return request.app[PAGES].page(request, "notices.html", lines=lines, titles=titles, colours=COLOURS, risks=RISKS)


def routes() -> Sequence[Route]:
    return (Route("GET", "/notices", notices, May.CANCEL_NOTICE),)
