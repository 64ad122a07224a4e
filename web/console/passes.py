"""/console/passes: who is inside now, what was asked, granted, refused and revoked; the form to ask, and the decisions."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from aiohttp import web

from domain.access import May, NotYours
from domain.errors import Conflict, Gone, Invalid, Refusal, TooOften, family
from domain.passes import KINDS, LONGEST_NAME, LONGEST_WORDS, STATES, USUAL, Pass, PassKind, Wish
from domain.people import AreaUnknown
from web.console.mistakes import no_such_area
from web.forms import form, once
from web.keys import ACTOR, CLOCK, PAGES, REFERENCE, SERVICES
from web.middlewares.errors import STATUS, NoSuchPage
from web.rendering import allowed
from web.routing import Route

HERE = "/console/passes"
MOST = 200
FIELDS = ("kind", "who", "team", "area", "hours", "why_longer", "reason")
USUAL_HOURS = int(USUAL.total_seconds() // 3600)


async def page(request: web.Request) -> web.StreamResponse:
    """Inside now above all, the overdue first; then every pass that the reader asked for or may decide on, what waits for them first."""
    return await _page(request)


async def _page(request: web.Request, refusal: Refusal | None = None, typed: Mapping[str, str] | None = None) -> web.Response:
    services, actor, now = request.app[SERVICES], request[ACTOR], request.app[CLOCK].now()
    lines = sorted(await services.passes.listing(by=actor), key=lambda line: not line.decides)[:MOST]
    inside = await services.passes.inside(by=actor) if allowed(request, May.SEE_BOARD) else []
    own = actor.areas_for(May.ASK_PASS, now=now)
    titles = await services.areas.titles(sorted({line.held.area for line in lines} | {line.held.area for line in inside} | set(own)))
    return request.app[PAGES].page(
        request, "passes.html", status=STATUS[family(refusal)] if refusal else 200, lines=lines, inside=inside, titles=titles, own=own, refusal=refusal,
        typed={name: (typed or {}).get(name, "") for name in FIELDS}, kinds=KINDS, states=STATES,
        usual=USUAL_HOURS, most=LONGEST_WORDS, longest=LONGEST_NAME, once=request[REFERENCE],
        sees=allowed(request, May.SEE_BOARD),
    )  # fmt: skip


async def ask(request: web.Request) -> web.StreamResponse:
    """A mistake comes back to be mended."""
    fields = await form(request)
    try:
        await request.app[SERVICES].passes.ask(_wish(fields), by=request[ACTOR], key=f"pass {once(request, fields)}")
    except (NotYours, AreaUnknown) as refusal:
        return await _page(request, await no_such_area(request, refusal, fields.get("area", ""), may=May.ASK_PASS), fields)
    except (Invalid, TooOften) as refusal:
        return await _page(request, refusal, fields)
    raise web.HTTPSeeOther(HERE)


def _wish(fields: Mapping[str, str]) -> Wish:
    hours = fields.get("hours", "").strip()
    try:
        kind = PassKind(fields.get("kind", ""))
    except ValueError:
        kind = PassKind.PERSON
    words = {name: fields.get(name, "") for name in ("who", "team", "reason", "why_longer")}
    return Wish(kind, area=fields.get("area", "").strip(), hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 5 else 0, **words)


async def grant(request: web.Request) -> web.StreamResponse:
    held, why = _held(request), (await form(request)).get("why", "")
    return await _done(request, lambda: request.app[SERVICES].passes.decide(held, granted=True, why=why, by=request[ACTOR]))


async def refuse(request: web.Request) -> web.StreamResponse:
    held, why = _held(request), (await form(request)).get("why", "")
    return await _done(request, lambda: request.app[SERVICES].passes.decide(held, granted=False, why=why, by=request[ACTOR]))


async def revoke(request: web.Request) -> web.StreamResponse:
    held, why = _held(request), (await form(request)).get("why", "")
    return await _done(request, lambda: request.app[SERVICES].passes.revoke(held, why, by=request[ACTOR]))


async def _done(request: web.Request, decide: Callable[[], Awaitable[Pass]]) -> web.StreamResponse:
    """Back to the list; a reason that is missing, or a pass that somebody else decided, is said above it."""
    try:
        await decide()
    except (Invalid, Conflict, Gone) as refusal:
        return await _page(request, refusal)
    raise web.HTTPSeeOther(HERE)


def _held(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["held"])
    except ValueError:
        raise NoSuchPage() from None


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, page, May.ASK_PASS),
        Route("POST", HERE, ask, May.ASK_PASS),
        Route("POST", f"{HERE}/{{held}}/grant", grant, May.APPROVE_PASS),
        Route("POST", f"{HERE}/{{held}}/refuse", refuse, May.APPROVE_PASS),
        Route("POST", f"{HERE}/{{held}}/revoke", revoke, May.ASK_PASS),
    )
