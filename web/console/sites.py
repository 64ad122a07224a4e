"""Sites on our own pages: how many are inside each, and who, for those who may muster there; names stay masked."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from domain.access import May
from web.keys import ACTOR, PAGES, SERVICES
from web.middlewares.errors import NoSuchPage
from web.routing import Route


async def sites(request: web.Request) -> web.StreamResponse:
    """Every site where the reader may muster, with its headcount."""
    services = request.app[SERVICES]
    found = await services.presence.sites(by=request[ACTOR])
    titles = await services.areas.titles(sorted({site.area for site, _ in found}))
    return request.app[PAGES].page(request, "sites.html", sites=found, titles=titles)


async def one_site(request: web.Request) -> web.StreamResponse:
    """Who is inside, since when, by which last proof; and apart from them who left today without a scan."""
    services = request.app[SERVICES]
    try:
        site = UUID(request.match_info["site"])
    except ValueError:
        raise NoSuchPage() from None
    count = await services.presence.on_site(site, by=request[ACTOR])
    titles = await services.areas.titles([count.site.area])
    return request.app[PAGES].page(request, "site.html", count=count, title=titles[count.site.area], drill=services.office.drill_only)


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/sites", sites, May.MUSTER),
        Route("GET", "/sites/{site}", one_site, May.MUSTER),
    )
