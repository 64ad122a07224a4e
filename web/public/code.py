"""What a camera opens: is this code ours, what to do now, whom to call; and a report by somebody who is beside its owner.

Nothing here says who a code belongs to, where they are or how they are, not even to somebody who reports.
"""

import hashlib
import logging
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import quote

from aiohttp import web

from codes.shortcode import normalise
from domain.codes import Holder
from domain.errors import Invalid
from domain.rollcall import PlaceMissing
from domain.scans import Purpose, Reason, Via
from domain.shelters import Shelter
from domain.sites import Site
from domain.text import N_
from services.actors import Actor
from services.codes import PublicAnswer
from services.scans import Asked
from web.forms import form
from web.keys import GUESSES, LIMITER, PAGES, REFERENCE, SERVICES
from web.limiting import Limit, address
from web.routing import Open, Route

LOOKS = Limit("looks", most=120, seconds=60)
TYPED = Limit("typed codes", most=10, seconds=60)
REPORTS_FROM = Limit("reports from", most=20, seconds=600)
REPORTS_ON = Limit("reports on", most=5, seconds=600)
LONGEST_TYPED = 64
MOST_WRONG = 60
"""So many wrong short codes in a minute, from wherever they come, are no typing errors any more."""
STANDS = frozenset({Reason.OK, Reason.EXPIRED, Reason.KEY_COMPROMISED})

log = logging.getLogger(__name__)


class Tone(StrEnum):
    """Green: fine. Yellow: look twice. Red: not a code of ours. Each has its own shape and word beside its colour."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


VERDICTS = {Tone.GREEN: N_("Valid"), Tone.YELLOW: N_("Check"), Tone.RED: N_("Not valid")}


class NothingChosen(Invalid):
    code = "nothing_chosen"
    text = N_("Please tap what you report: safe, or needs help.")


async def look_up(request: web.Request) -> web.StreamResponse:
    """From the form on the first page: a short code as somebody typed it."""
    typed = request.query.get("code", "")[:64]
    raise web.HTTPSeeOther(f"/S/{normalise(typed) or 'x'}" if typed.strip() else "/")


async def as_printed(request: web.Request) -> web.StreamResponse:
    """For whoever typed the address in small letters."""
    raise web.HTTPSeeOther(f"/S/{quote(request.match_info['code'].upper(), safe='')}")


async def show(request: web.Request) -> web.StreamResponse:
    """The public answer to one code. Changes nothing."""
    return await _page(request, await _answer(request))


async def report(request: web.Request) -> web.StreamResponse:
    """Somebody beside the owner says safe or in need, and where. It is only ever *reported*; a mistake in the form comes back to be mended."""
    answer = await _answer(request)
    if not may_report(answer):
        return await _page(request, answer)
    fields = await form(request)
    said, place = fields.get("said", ""), " ".join(fields.get("place", "").split())
    try:
        recorded = await _report(request, answer, said=said, place=place, once=fields.get("once", ""))
    except (PlaceMissing, NothingChosen) as mistake:
        return await _page(request, answer, place=place, mistake=mistake)
    return request.app[PAGES].page(request, "reported.html", said=said, recorded=recorded, code=request.match_info["code"])


async def _report(request: web.Request, answer: PublicAnswer, *, said: str, place: str, once: str) -> bool:
    services, text = request.app[SERVICES], request.match_info["code"]
    if said not in ("safe", "help"):
        raise NothingChosen()
    if not any(character.isalnum() for character in place):
        raise PlaceMissing()
    cti = (answer.cti or b"").hex()
    request.app[LIMITER].count(REPORTS_ON, cti)
    key = "link " + hashlib.sha256("\x1f".join([cti, once or request[REFERENCE], said, place]).encode()).hexdigest()
    if said == "help":
        call = await services.rollcall.ask_help(by=Actor(via="link"), of=await services.codes.owner(text), key=key, note=place)
        return call.on_board or call.told > 0
    verdict = await services.scans.record(Asked(key, Actor(via="link"), Purpose.REPORTED_SAFE, Via.LINK, text=text, note=place, confirmed=True))
    return verdict.reason is not Reason.NO_ORDER


async def _answer(request: web.Request) -> PublicAnswer:
    text = request.match_info["code"]
    typed = len(text) <= LONGEST_TYPED
    if typed:
        request.app[LIMITER].count(TYPED, address(request))
    answer = await request.app[SERVICES].codes.public_answer(text)
    if typed and answer.kind is None and (count := request.app[GUESSES].count()):
        log.warning("%d wrong short codes in one minute: somebody may be trying them one after another", count)
        await request.app[SERVICES].codes.note_guessing(count, by=Actor(via="web"))
    return answer


async def _page(request: web.Request, answer: PublicAnswer, *, place: str = "", mistake: Invalid | None = None) -> web.Response:
    tone = tone_of(answer)
    return request.app[PAGES].page(
        request, "code.html", status=422 if mistake else 200, answer=answer, tone=tone, verdict=VERDICTS[tone], shelter=await _shelter(request, answer),
        workplace=await _workplace(request, answer), reporting=may_report(answer), code=request.match_info["code"], place=place, mistake=mistake,
    )  # fmt: skip


async def _shelter(request: web.Request, answer: PublicAnswer) -> Shelter | None:
    found = await request.app[SERVICES].shelters.many([answer.place]) if answer.place is not None else []
    return found[0] if found else None


async def _workplace(request: web.Request, answer: PublicAnswer) -> Site | None:
    return await request.app[SERVICES].sites.get(answer.place) if answer.place is not None else None


def tone_of(answer: PublicAnswer) -> Tone:
    if answer.kind is None:
        return Tone.RED
    return Tone.GREEN if answer.reason is Reason.OK else Tone.YELLOW


def may_report(answer: PublicAnswer) -> bool:
    """A person's code that was not withdrawn: an old card still tells whose it is."""
    return answer.kind is Holder.PERSON and answer.reason in STANDS


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/S", look_up, Open.EVERYBODY, limits=(LOOKS,)),
        Route("GET", "/S/{code}", show, Open.EVERYBODY, limits=(LOOKS,)),
        Route("GET", "/s/{code}", as_printed, Open.EVERYBODY, limits=(LOOKS,)),
        Route("POST", "/S/{code}/report", report, Open.EVERYBODY, limits=(REPORTS_FROM,)),
    )
