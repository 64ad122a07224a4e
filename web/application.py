"""The whole web entrance: what surrounds a request, and every route there is."""

import logging
from collections.abc import Sequence

from aiohttp import web

from locales.catalogue import Catalogues
from services.bundle import Services
from services.figures import STREAMS_OPEN, Figures, NoFigures
from services.intake import Updates
from services.ports import Clock, Wakeups
from web import webhook
from web.api import devices as device_api
from web.api import lists, orders
from web.api import scans as scan_api
from web.console import (
    approvals,
    audit,
    board,
    cards,
    codes,
    device_entries,
    devices,
    exports,
    glass,
    imports,
    live,
    logins,
    notices,
    passes,
    reports,
    rooms,
    security,
    sites,
    tickets,
    users,
)
from web.console.streams import Streams
from web.digits import digits_wanted
from web.keys import CATALOGUES, CLOCK, DIGITS, FIGURES, GUESSES, INTAKE, LIMITER, PAGES, SCANNER, SERVICES, SITE, STREAMS, WAKEUPS
from web.limiting import Alarm, Limiter
from web.middlewares.csrf import csrf
from web.middlewares.errors import errors
from web.middlewares.figures import figures as counted
from web.middlewares.headers import add_headers
from web.middlewares.identity import identity, take_along
from web.middlewares.limits import limits
from web.middlewares.locale import locale
from web.middlewares.reference import references
from web.public import code, health, landing
from web.public import figures as watched
from web.rendering import Pages, read_assets
from web.routing import Route, add
from web.scanner import bundle
from web.site import Site

LARGEST_BODY = 1024 * 1024

log = logging.getLogger(__name__)


def application(
    services: Services, *, updates: Updates | None, bot_id: int | None, catalogues: Catalogues, clock: Clock, wakeups: Wakeups, site: Site,
    figures: Figures | None = None,
) -> web.Application:  # fmt: skip
    """The application, ready to be run. With `updates`, `bot_id` and the site's webhook path it also takes Telegram's updates."""
    middlewares = [references(clock), counted, locale, errors, limits, csrf, identity]
    app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
    app[SERVICES], app[SITE], app[CLOCK], app[WAKEUPS], app[CATALOGUES] = services, site, clock, wakeups, catalogues
    app[INTAKE] = (updates, bot_id) if updates is not None and bot_id is not None else None
    app[PAGES] = Pages(site=site, clock=clock, assets=read_assets())
    if not app[PAGES].scripts:
        log.warning("the scripts of the pages are missing, so that numbers do not change by themselves: `make assets` brings them")
    app[SCANNER] = bundle.bundled(site, catalogues)
    if not app[SCANNER].decodes:
        log.warning("the decoder of the scanner is missing, so that it takes typed codes only: `make assets` brings it")
    app[LIMITER], app[GUESSES] = Limiter(clock), Alarm(clock, most=code.MOST_WRONG, seconds=60)
    app[STREAMS] = streams = Streams()
    app[FIGURES] = figures or NoFigures()
    app[FIGURES].ask(STREAMS_OPEN, streams.count)
    app[DIGITS] = digits_wanted
    add(app, routes(site))
    app.on_response_prepare.append(add_headers)
    app.on_response_prepare.append(take_along)
    app.on_shutdown.append(live.close)
    return app


def routes(site: Site) -> Sequence[Route]:
    """Every route, with who may come."""
    return (
        *landing.routes(),
        *health.routes(),
        *watched.routes(),
        *code.routes(),
        *tickets.routes(),
        *logins.routes(),
        *security.routes(),
        *rooms.routes(),
        *approvals.routes(),
        *board.routes(),
        *live.routes(),
        *sites.routes(),
        *notices.routes(),
        *reports.routes(),
        *imports.routes(),
        *cards.routes(),
        *exports.routes(),
        *passes.routes(),
        *glass.routes(),
        *codes.routes(),
        *users.routes(),
        *devices.routes(),
        *device_entries.routes(),
        *audit.routes(),
        *orders.routes(),
        *device_api.routes(),
        *scan_api.routes(),
        *bundle.routes(),
        *lists.routes(),
        *webhook.routes(site),
    )


def side_door(*, catalogues: Catalogues, clock: Clock, site: Site, figures: Figures) -> web.Application:
    """Health and figures alone, for a process that has no web part, or beside it."""
    app = web.Application(middlewares=[references(clock), counted, locale, errors])
    app[SITE], app[CLOCK], app[CATALOGUES], app[FIGURES] = site, clock, catalogues, figures
    app[PAGES] = Pages(site=site, clock=clock, assets=read_assets())
    add(app, (*health.routes(), *watched.routes()))
    app.on_response_prepare.append(add_headers)
    return app
