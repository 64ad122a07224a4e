"""For whoever watches over the machine: alive, and ready."""

from collections.abc import Sequence

from aiohttp import web

from web.keys import SITE
from web.public.figures import may_look
from web.routing import Open, Route


async def alive(_: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """200 when every part is ready, else 503 with the names of those that are not; `degraded` names what is done without meanwhile.

    What is `late` stands beside it for whoever may read the figures: the house can serve all the same.
    """
    site = request.app[SITE]
    missing = await site.ready()
    late = {"late": site.late()} if may_look(request) else {}
    return web.json_response({"ready": not missing, "missing": missing, "degraded": site.degraded(), **late}, status=503 if missing else 200)


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/healthz", alive, Open.EVERYBODY),
        Route("GET", "/readyz", ready, Open.EVERYBODY),
    )
