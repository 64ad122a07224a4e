"""The reader's language: what they chose here, else what the browser asks for, else the office's."""

from aiohttp import web
from aiohttp.typedefs import Handler

from locales.catalogue import LANGUAGES
from locales.formats import Formats
from web.keys import CATALOGUE, CATALOGUES, FORMATS, SITE

COOKIE = "lang"


@web.middleware
async def locale(request: web.Request, handler: Handler) -> web.StreamResponse:
    catalogues = request.app[CATALOGUES]
    chosen = request.cookies.get(COOKIE)
    catalogue = catalogues.of(chosen if chosen in LANGUAGES else request.headers.get("Accept-Language"))
    request[CATALOGUE] = catalogue
    request[FORMATS] = Formats(catalogue, request.app[SITE].zone)
    return await handler(request)
