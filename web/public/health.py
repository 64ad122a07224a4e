"""For whoever watches over the machine: alive, and ready."""

from collections.abc import Sequence

from aiohttp import web

from web.keys import SITE
from web.routing import Open, Route


async def alive(_: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """200 when every part is ready, else 503 with the names of those that are not; `degraded` names what is done without meanwhile."""
    site = request.app[SITE]
    missing = await site.ready()
    return web.json_response({"ready": not missing, "missing": missing, "degraded": site.degraded()}, status=503 if missing else 200)


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/healthz", alive, Open.EVERYBODY),
        Route("GET", "/readyz", ready, Open.EVERYBODY),
    )
