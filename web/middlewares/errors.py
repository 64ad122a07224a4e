"""From an expected "no" to a status and a page in the reader's language; from a fault to a number and nothing internal."""

import logging
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from domain.errors import Conflict, Gone, Invalid, NotAllowed, Refusal, TooOften, Unknown, family
from domain.text import N_
from web.keys import CATALOGUE, PAGES, REFERENCE

STATUS: Mapping[type[Refusal], int] = {Unknown: 404, NotAllowed: 403, Invalid: 422, Conflict: 409, Gone: 410, TooOften: 429}
FAULT = N_("Something went wrong on our side. Please try again. If it happens again, tell your office this number: {reference}.")
FOR_MACHINES = ("/api/", "/live/", "/telegram/", "/readyz", "/healthz")

log = logging.getLogger(__name__)


class NoSuchPage(Unknown):
    code = "no_such_page"
    text = N_("There is no such page.")


class NotDoneHere(Invalid):
    code = "not_done_here"
    text = N_("This address does not do that.")


class BodyTooLarge(Invalid):
    code = "body_too_large"
    text = N_("This is too large to be sent here.")


FROM_HTTP: Mapping[int, type[Refusal]] = {404: NoSuchPage, 405: NotDoneHere, 413: BodyTooLarge}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return refused(request, refusal, status=STATUS[family(refusal)])
    except web.HTTPException as answer:
        if (known := FROM_HTTP.get(answer.status)) is None:
            raise
        response = refused(request, known(), status=answer.status)
        if "Allow" in answer.headers:
            response.headers["Allow"] = answer.headers["Allow"]
        return response
    except (ConnectionResetError, TimeoutError):
        raise
    except Exception:
        resource = request.match_info.route.resource
        log.exception("fault %s in %s %s", request[REFERENCE], request.method, resource.canonical if resource else "?")
        return faulted(request)


def refused(request: web.Request, refusal: Refusal, *, status: int) -> web.Response:
    """The refusal as a page, or as JSON for a program: sentence, reason code, reference."""
    said = request[CATALOGUE].say(refusal.text, **refusal.fields)
    response = _answer(request, said, code=refusal.code, status=status)
    if isinstance(refusal, TooOften) and "seconds" in refusal.fields:
        response.headers["Retry-After"] = str(refusal.fields["seconds"])
    return response


def faulted(request: web.Request) -> web.Response:
    return _answer(request, request[CATALOGUE].say(FAULT, reference=request[REFERENCE]), code="fault", status=500)


def _answer(request: web.Request, said: str, *, code: str, status: int) -> web.Response:
    if request.path.startswith(FOR_MACHINES):
        return web.json_response({"error": {"code": code, "text": said, "reference": request[REFERENCE]}}, status=status)
    return request.app[PAGES].page(request, "refused.html", status=status, said=said, code=code)
