"""The first page, the language and the size of the text, and the small files."""

from collections.abc import Collection, Mapping, Sequence

from aiohttp import web

from locales.catalogue import LANGUAGES
from web.forms import form
from web.keys import PAGES, SITE
from web.middlewares.errors import NoSuchPage
from web.middlewares.locale import COOKIE
from web.rendering import SIZE_COOKIE, SIZES
from web.routing import Open, Route

FOR_EVER = "public, max-age=31536000, immutable"
YEAR = 365 * 24 * 3600
ROBOTS = "User-agent: *\nDisallow: /\n"


async def landing(request: web.Request) -> web.Response:
    """What this is, and how to take part."""
    return request.app[PAGES].page(request, "landing.html", chat=request.app[SITE].chat_url)


async def choose_language(request: web.Request) -> web.StreamResponse:
    """Keep the language in a cookie and go back to where the reader was."""
    fields = await form(request)
    raise _kept(request, fields, COOKIE, fields.get("language", ""), LANGUAGES)


async def choose_size(request: web.Request) -> web.StreamResponse:
    """Keep the size of the text in a cookie and go back to where the reader was."""
    fields = await form(request)
    raise _kept(request, fields, SIZE_COOKIE, fields.get("size", ""), SIZES)


def _kept(request: web.Request, fields: Mapping[str, str], cookie: str, chosen: str, known: Collection[str]) -> web.HTTPSeeOther:
    """Back to where the reader was, with what was chosen in a cookie; what is not known is not kept."""
    back = fields.get("back", "/")
    answer = web.HTTPSeeOther(back if is_local(back) else "/")
    if chosen in known:
        answer.set_cookie(cookie, chosen, max_age=YEAR, path="/", samesite="Lax", httponly=True, secure=request.app[SITE].secure)
    return answer


def is_local(path: str) -> bool:
    """A path of this site: no other host can be meant by it."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()


async def static(request: web.Request) -> web.Response:
    """A file by name; kept for ever under its own hash, not at all under another."""
    asset = request.app[PAGES].assets.get(request.match_info["name"])
    if asset is None:
        raise NoSuchPage()
    kept = FOR_EVER if request.match_info["hash"] == asset.hash else "no-cache"
    return web.Response(body=asset.body, content_type=asset.type, charset="utf-8", headers={"Cache-Control": kept})


async def robots(_: web.Request) -> web.Response:
    return web.Response(text=ROBOTS)


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/", landing, Open.EVERYBODY),
        Route("POST", "/language", choose_language, Open.EVERYBODY),
        Route("POST", "/text-size", choose_size, Open.EVERYBODY),
        Route("GET", "/static/{hash:[0-9a-f]+}/{name:[a-z]+\\.[a-z]+}", static, Open.EVERYBODY),
        Route("GET", "/robots.txt", robots, Open.EVERYBODY),
    )
