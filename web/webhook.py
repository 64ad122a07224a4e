"""Telegram's updates by webhook: believed by their secret, durable before Telegram hears "received". What they mean is said elsewhere."""

import hmac
from collections.abc import Sequence

from aiohttp import web

from domain.errors import NotAllowed
from domain.text import N_
from services.updates_in import received
from web.keys import INTAKE, SITE, WAKEUPS
from web.middlewares.errors import NoSuchPage
from web.routing import Open, Route
from web.site import Site

HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATES = "updates"


class WrongSecret(NotAllowed):
    code = "wrong_secret"
    text = N_("The secret is wrong or missing.")


async def take(request: web.Request) -> web.Response:
    """200 only after the update is a row of its own; the same update twice is one row."""
    secret, intake = request.app[SITE].webhook_secret, request.app[INTAKE]
    given = request.headers.get(HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        raise WrongSecret()
    if intake is None:
        raise NoSuchPage()
    updates, bot = intake
    await updates.receive(bot, [received(await request.read())])
    request.app[WAKEUPS].publish(UPDATES)
    return web.Response()


def routes(site: Site) -> Sequence[Route]:
    """One route, at the path that only Telegram was told; none for a house that polls."""
    return (Route("POST", site.webhook_path, take, Open.EVERYBODY, machine=True),) if site.webhook_path else ()
