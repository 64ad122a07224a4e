"""Codes on our own pages: what was issued and by whom, to replace and withdraw one, blank cards, and cards that were given twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from codes.shortcode import grouped, normalise
from domain.access import May
from domain.codes import CodeStatus, CodeUnknown, Holder, NoCodeYet
from domain.errors import Conflict, Gone, Invalid, Refusal, TooOften
from domain.issuing import ASKED, KINDS, MOST_AT_ONCE, REASONS, CountWrong, HolderUnknown, checked_why
from domain.people import PersonUnknown
from domain.text import N_
from services.issuing import Listed
from web.forms import form
from web.keys import ACTOR, CLOCK, PAGES, SERVICES
from web.routing import Open, Route

HERE = "/console/codes"
SHOWN, MOST_COUNTS = 20, 40
STATUS = {
    CodeStatus.LIVE: N_("Valid"), CodeStatus.EXPIRED: N_("Past its date"), CodeStatus.REVOKED: N_("Withdrawn"), CodeStatus.REPLACED: N_("Replaced"),
}  # fmt: skip
MENDED = (Invalid, Conflict, Gone, TooOften, HolderUnknown, NoCodeYet)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page was asked for."""

    area: str
    kind: str
    code: str


async def page(request: web.Request) -> web.StreamResponse:
    """Counts for whoever watches; codes, forms and tasks for whoever issues."""
    return await _page(request)


async def _page(request: web.Request, mistake: Refusal | None = None) -> web.Response:
    services, actor = request.app[SERVICES], request[ACTOR]
    counts = (await services.code_days.lines(by=actor))[:MOST_COUNTS]
    issues = actor.can(May.ISSUE_CODE, now=request.app[CLOCK].now())
    wanted = _wanted(request)
    lines = await _lines(request, wanted) if issues else []
    disputes = await services.blanks.disputes(by=actor) if issues else []
    areas = sorted({line.code.area for line in lines} | {line.count.county for line in counts})
    return request.app[PAGES].page(
        request, "codes.html", status=422 if mistake else 200, counts=counts, issues=issues, wanted=wanted, lines=lines, disputes=disputes, mistake=mistake,
        titles=await services.areas.titles([area for area in areas if area]), kinds=KINDS, why=REASONS, asked=ASKED, status_words=STATUS, grouped=grouped,
        most=MOST_AT_ONCE, revokes=actor.can(May.REVOKE_CODE, now=request.app[CLOCK].now()), shown=SHOWN,
    )  # fmt: skip


def _wanted(request: web.Request) -> Wanted:
    """The area that was asked for, else the first that is the reader's."""
    own = request[ACTOR].areas_for(May.ISSUE_CODE, now=request.app[CLOCK].now())
    query = request.query
    return Wanted(query.get("area", "").strip()[:15] or (own[0] if own else ""), query.get("kind", "")[:12], query.get("code", "").strip()[:64])


async def _lines(request: web.Request, wanted: Wanted) -> list[Listed]:
    issuing, actor = request.app[SERVICES].issuing, request[ACTOR]
    if wanted.code:
        return await issuing.found(normalise(wanted.code) or "", by=actor)
    kind = Holder(wanted.kind) if wanted.kind in set(Holder) else None
    return await issuing.listing(wanted.area, by=actor, kind=kind, most=SHOWN) if wanted.area else []


async def blanks(request: web.Request) -> web.StreamResponse:
    """So many cards without an owner, for an area."""
    fields = await form(request)
    count, area = fields.get("count", ""), fields.get("area", "").strip()
    try:
        if not (count.isascii() and count.isdecimal() and len(count) < 5):
            raise CountWrong(most=MOST_AT_ONCE)
        await request.app[SERVICES].issuing.blanks(int(count), area=area, by=request[ACTOR], reason=checked_why(fields.get("reason", "")))
    except MENDED as mistake:
        return await _page(request, mistake)
    raise web.HTTPSeeOther(f"{HERE}?area={area}&kind=person")


async def households(request: web.Request) -> web.StreamResponse:
    """A card for every household of an area that has none."""
    fields = await form(request)
    area = fields.get("area", "").strip()
    try:
        await request.app[SERVICES].issuing.households(area, by=request[ACTOR], reason=checked_why(fields.get("reason", "")))
    except MENDED as mistake:
        return await _page(request, mistake)
    raise web.HTTPSeeOther(f"{HERE}?area={area}&kind=household")


async def replace(request: web.Request) -> web.StreamResponse:
    """A new code for the holder of this one; the old one ends in the same moment."""
    fields = await form(request)
    try:
        short, why = _short(fields.get("short", "")), checked_why(fields.get("reason", ""))
        card = await request.app[SERVICES].issuing.replace_short(short, by=request[ACTOR], reason=why)
    except MENDED as mistake:
        return await _page(request, mistake)
    raise web.HTTPSeeOther(f"{HERE}?code={card.short}")


async def revoke(request: web.Request) -> web.StreamResponse:
    """This code ends, without a new one."""
    short = _short((await form(request)).get("short", ""))
    await request.app[SERVICES].codes.revoke(short, by=request[ACTOR])
    raise web.HTTPSeeOther(f"{HERE}?code={short}")


async def settle(request: web.Request) -> web.StreamResponse:
    """Whose a card is that was given to more than one person."""
    fields = await form(request)
    try:
        person = UUID(fields.get("person", ""))
    except ValueError:
        raise PersonUnknown() from None
    await request.app[SERVICES].blanks.settle(_short(fields.get("short", "")), person, by=request[ACTOR])
    raise web.HTTPSeeOther(HERE)


def _short(text: str) -> str:
    """Twelve characters. Raises CodeUnknown for what is no short code."""
    short = normalise(text)
    if short is None:
        raise CodeUnknown()
    return short


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, page, Open.SESSION),
        Route("POST", f"{HERE}/blanks", blanks, May.ISSUE_CODE),
        Route("POST", f"{HERE}/households", households, May.ISSUE_CODE),
        Route("POST", f"{HERE}/replace", replace, May.ISSUE_CODE),
        Route("POST", f"{HERE}/revoke", revoke, May.REVOKE_CODE),
        Route("POST", f"{HERE}/settle", settle, May.ISSUE_CODE),
    )
