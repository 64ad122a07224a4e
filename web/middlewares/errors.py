"""From an expected "no" to a status and a page in the reader's language; from a fault to a number and nothing internal."""

import logging
from collections.abc import Mapping

from aiohttp import ClientConnectionResetError, web
from aiohttp.typedefs import Handler

from domain.errors import Conflict, Gone, Invalid, NotAllowed, Refusal, TooOften, Unknown, family
from domain.text import N_
from services.actors import Actor
from services.figures import FAULTS, REFUSALS
from web.keys import ACTOR, CATALOGUE, FIGURES, PAGES, REFERENCE, SERVICES, SITE

STATUS: Mapping[type[Refusal], int] = {Unknown: 404, NotAllowed: 403, Invalid: 422, Conflict: 409, Gone: 410, TooOften: 429}
AWAY = N_("This service cannot reach its records now. What you sent may not be recorded: please repeat it in a minute. In danger call 119, 110 or 120.")
AGAIN_SECONDS = 10
READER_LEFT = 499
FAULT = N_("Something went wrong on our side. Please try again. If it happens again, tell your office this number: {reference}.")
FOR_MACHINES = ("/api/", "/live/", "/telegram/", "/readyz", "/healthz")

log = logging.getLogger(__name__)


class NoSuchPage(Unknown):
    code = "no_such_page"
    text = N_("There is no such page.")


class NotDoneHere(Invalid):
    code = "not_done_here"
    text = N_("This address does not do that.")


class NotUnderstood(Invalid):
    code = "not_understood"
    text = N_("This request cannot be understood.")


class BodyTooLarge(Invalid):
    code = "body_too_large"
    text = N_("This is too large to be sent here.")


FROM_HTTP: Mapping[int, type[Refusal]] = {404: NoSuchPage, 405: NotDoneHere, 413: BodyTooLarge}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        await noted(request, refusal)
        return refused(request, refusal, status=STATUS[family(refusal)])
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        response = refused(request, FROM_HTTP.get(answer.status, NotUnderstood)(), status=answer.status)
        if "Allow" in answer.headers:
            response.headers["Allow"] = answer.headers["Allow"]
        return response
    except ClientConnectionResetError:
        return web.Response(status=READER_LEFT)  # While the answer was written. No connection of ours is broken, and nobody reads this one.
    except web.RequestPayloadError:
        return refused(request, NotUnderstood(), status=400)
    except Exception as error:
        if request.app[SITE].away(error):
            log.error("the database is away: %s in %s (%s)", request[REFERENCE], place(request), type(error).__name__)
            return gone(request)
        if isinstance(error, ConnectionResetError | TimeoutError):
            raise
        log.exception("fault %s in %s", request[REFERENCE], place(request))
        return faulted(request)


def place(request: web.Request) -> str:
    """Method and route, without what was typed into it."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else '?'}"


async def noted(request: web.Request, refusal: Refusal) -> None:
    """Who was refused a right leaves a trace. Whoever was not asked for a name yet is a stranger here."""
    if SERVICES not in request.app:
        return
    by = request.get(ACTOR) or Actor(via="web")
    try:
        await request.app[SERVICES].refusals.note(refusal, by=by, entrance="web", what=place(request), reference=request[REFERENCE])
    except Exception as error:
        if not request.app[SITE].away(error):
            raise
        log.error("the database is away: a refusal of %s stands in the log alone (%s)", request[REFERENCE], type(error).__name__)


def refused(request: web.Request, refusal: Refusal, *, status: int) -> web.Response:
    """The refusal as a page, or as JSON for a program: sentence, reason code, reference."""
    request.app[FIGURES].count(REFUSALS, "web", refusal.code)
    said = request[CATALOGUE].say(refusal.text, **refusal.fields)
    response = _answer(request, said, code=refusal.code, status=status)
    if isinstance(refusal, TooOften) and "seconds" in refusal.fields:
        response.headers["Retry-After"] = str(refusal.fields["seconds"])
    return response


def faulted(request: web.Request) -> web.Response:
    request.app[FIGURES].count(FAULTS, "web")
    return _answer(request, request[CATALOGUE].say(FAULT, reference=request[REFERENCE]), code="fault", status=500)


def gone(request: web.Request) -> web.Response:
    """The database cannot be reached: said as it is, with when to come again."""
    request.app[FIGURES].count(FAULTS, "database")
    response = _answer(request, request[CATALOGUE].say(AWAY), code="database_away", status=503)
    response.headers["Retry-After"] = str(AGAIN_SECONDS)
    return response


def for_machine(request: web.Request) -> bool:
    """Whether a program asks: by where, or because it takes JSON and no page."""
    accepts = request.headers.get("Accept", "")
    return request.path.startswith(FOR_MACHINES) or ("application/json" in accepts and "text/html" not in accepts)


def _answer(request: web.Request, said: str, *, code: str, status: int) -> web.Response:
    if for_machine(request):
        return web.json_response({"error": {"code": code, "text": said, "reference": request[REFERENCE]}}, status=status)
    return request.app[PAGES].page(request, "refused.html", status=status, said=said, code=code, broken=status >= 500)
