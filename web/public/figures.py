"""Figures for Prometheus: for whoever asks from this machine itself, or knows the token. To anybody else there is no such page."""

import hmac
from collections.abc import Sequence
from ipaddress import ip_address

from aiohttp import web

from web.keys import SITE
from web.middlewares.errors import NoSuchPage
from web.routing import Open, Route

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
CARRIED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
"""Whoever sends one of these stands behind a proxy, wherever the proxy stands."""


async def metrics(request: web.Request) -> web.Response:
    page = request.app[SITE].metrics
    if page is None or not may_look(request):
        raise NoSuchPage()
    return web.Response(body=page(), headers={"Content-Type": FORMAT})


def may_look(request: web.Request) -> bool:
    """How busy an office is, and what it lacks, is nobody else's business."""
    return on_this_machine(request) or knows_token(request)


def on_this_machine(request: web.Request) -> bool:
    """Asked directly from loopback, through no proxy."""
    if any(header in request.headers for header in CARRIED):
        return False
    try:
        return ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def knows_token(request: web.Request) -> bool:
    token, said = request.app[SITE].metrics_token, request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(said.encode(), f"Bearer {token}".encode())


def routes() -> Sequence[Route]:
    return (Route("GET", "/metrics", metrics, Open.EVERYBODY, machine=True),)
