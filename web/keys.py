"""The typed keys under which the application and each request carry what handlers need."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp.web import AppKey, Request, RequestKey, StreamResponse

from domain.sessions import Session
from locales.catalogue import Catalogue, Catalogues
from locales.formats import Formats
from services.actors import Actor
from services.bundle import Services
from services.figures import Figures
from services.intake import Updates
from services.ports import Clock, Wakeups
from web.site import Site

if TYPE_CHECKING:
    from web.console.streams import Streams
    from web.limiting import Alarm, Limiter
    from web.rendering import Pages
    from web.routing import Table
    from web.scanner.bundle import Bundle

SERVICES: AppKey[Services] = AppKey("services", Services)
SITE: AppKey[Site] = AppKey("site", Site)
CLOCK: AppKey[Clock] = AppKey("clock")
WAKEUPS: AppKey[Wakeups] = AppKey("wakeups")
CATALOGUES: AppKey[Catalogues] = AppKey("catalogues", Catalogues)
INTAKE: AppKey[tuple[Updates, int] | None] = AppKey("intake")
PAGES: AppKey["Pages"] = AppKey("pages")
TABLE: AppKey["Table"] = AppKey("table")
LIMITER: AppKey["Limiter"] = AppKey("limiter")
GUESSES: AppKey["Alarm"] = AppKey("guesses")
STREAMS: AppKey["Streams"] = AppKey("streams")
FIGURES: AppKey[Figures] = AppKey("figures")
SCANNER: AppKey["Bundle"] = AppKey("scanner")
DIGITS: AppKey[Callable[[Request], Awaitable[StreamResponse]]] = AppKey("digits")
"""What answers instead of a route that asks for six digits first."""

REFERENCE: RequestKey[str] = RequestKey("reference", str)
CATALOGUE: RequestKey[Catalogue] = RequestKey("catalogue", Catalogue)
FORMATS: RequestKey[Formats] = RequestKey("formats", Formats)
ACTOR: RequestKey[Actor] = RequestKey("actor", Actor)
SECRET: RequestKey[str] = RequestKey("secret", str)
SESSION: RequestKey[Session] = RequestKey("session", Session)
RENEWED: RequestKey[str] = RequestKey("renewed", str)
"""A new secret of the session, which the answer takes to the browser."""
