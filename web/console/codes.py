"""Codes on our own pages: what was issued and by whom, to replace and withdraw one, blank cards, and cards that were given twice."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from codes.shortcode import grouped, normalise
from domain.access import May, NotYours
from domain.codes import CodeStatus, CodeUnknown, Holder, NoCodeYet
from domain.errors import Conflict, Gone, Invalid, Refusal, TooOften, family
from domain.issuing import ASKED, KINDS, MOST_AT_ONCE, REASONS, CountWrong, HolderUnknown, ReplacedAlready, Why, checked_why
from domain.people import PersonUnknown
from domain.text import N_
from services.issuing import Listed
from web.console.mistakes import no_such_area
from web.forms import form, once
from web.keys import ACTOR, CLOCK, PAGES, REFERENCE, SERVICES
from web.middlewares.errors import STATUS as STATUSES
from web.rendering import allowed
from web.routing import Open, Route

HERE = "/console/codes"
SHOWN, MOST_COUNTS = 20, 40
STATUS = {
    CodeStatus.LIVE: N_("Valid"), CodeStatus.EXPIRED: N_("Past its date"), CodeStatus.REVOKED: N_("Withdrawn"), CodeStatus.REPLACED: N_("Replaced"),
}  # fmt: skip
SINGLES = (Holder.PERSON, Holder.TEAM)
MENDED = (Invalid, Conflict, Gone, TooOften, HolderUnknown, NoCodeYet, PersonUnknown)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page was asked for; `made` = so many codes were issued by the form before it."""

    area: str
    kind: str
    code: str
    made: int | None


async def page(request: web.Request) -> web.StreamResponse:
    """Counts for whoever watches; codes, forms and tasks for whoever issues."""
    return await _page(request)


async def _page(request: web.Request, mistake: Refusal | None = None, typed: Mapping[str, str] | None = None, *, at: str = "") -> web.Response:
    """`at` is the form that holds a mistake: it comes back with what was typed."""
    services, actor, fields = request.app[SERVICES], request[ACTOR], typed or {}
    counts = (await services.code_days.lines(by=actor))[:MOST_COUNTS]
    issues = actor.can(May.ISSUE_CODE, now=request.app[CLOCK].now())
    wanted = _wanted(request, short=fields.get("short", "") if at == "replace" else "")
    lines, mistake = await _lines(request, wanted, mistake) if issues else ([], mistake)
    disputes = await services.blanks.disputes(by=actor) if issues else []
    areas = sorted({line.code.area for line in lines} | {line.count.county for line in counts})
    return request.app[PAGES].page(
        request, "codes.html", status=STATUSES[family(mistake)] if mistake else 200, counts=counts, issues=issues, wanted=wanted, lines=lines,
        disputes=disputes, mistake=mistake, titles=await services.areas.titles([area for area in areas if area]), kinds=KINDS, why=REASONS, asked=ASKED,
        status_words=STATUS, grouped=grouped, most=MOST_AT_ONCE, revokes=actor.can(May.REVOKE_CODE, now=request.app[CLOCK].now()), shown=SHOWN,
        typed={at: fields}, once=request[REFERENCE], singles=SINGLES, prints=allowed(request, May.PRINT), passes=allowed(request, May.ASK_PASS),
        decides=allowed(request, May.APPROVE_PASS),
    )  # fmt: skip


def _wanted(request: web.Request, *, short: str) -> Wanted:
    """The area that was asked for, else the first that is the reader's."""
    own = request[ACTOR].areas_for(May.ISSUE_CODE, now=request.app[CLOCK].now())
    query = request.query
    made = query.get("made", "")
    return Wanted(
        query.get("area", "").strip()[:15] or (own[0] if own else ""), query.get("kind", "")[:12], short or query.get("code", "").strip()[:64],
        int(made) if _few(made) else None,
    )  # fmt: skip


async def _lines(request: web.Request, wanted: Wanted, mistake: Refusal | None) -> tuple[list[Listed], Refusal | None]:
    """What was searched; for an area that is not the reader's nothing, and the mistake."""
    issuing, actor = request.app[SERVICES].issuing, request[ACTOR]
    if wanted.code:
        return await issuing.found(normalise(wanted.code) or "", by=actor), mistake
    kind = Holder(wanted.kind) if wanted.kind in set(Holder) else None
    try:
        return await issuing.listing(wanted.area, by=actor, kind=kind, most=SHOWN) if wanted.area else [], mistake
    except NotYours as refusal:
        return [], await no_such_area(request, refusal, wanted.area, may=May.ISSUE_CODE)


async def _issued(request: web.Request, at: str, issue: Callable[[Mapping[str, str], Why], Awaitable[str]]) -> web.StreamResponse:
    """On to what was issued; a mistake comes back to be mended."""
    fields = await form(request)
    try:
        raise web.HTTPSeeOther(await issue(fields, checked_why(fields.get("reason", ""))))
    except MENDED as mistake:
        return await _page(request, mistake, fields, at=at)
    except NotYours as refusal:
        if "area" not in fields:
            raise
        return await _page(request, await no_such_area(request, refusal, fields["area"], may=May.ISSUE_CODE), fields, at=at)


async def blanks(request: web.Request) -> web.StreamResponse:
    """So many cards without an owner, for an area; the same form twice makes one lot."""

    async def issue(fields: Mapping[str, str], why: Why) -> str:
        count, area = fields.get("count", ""), fields.get("area", "").strip()
        if not _few(count):
            raise CountWrong(most=MOST_AT_ONCE)
        key = f"blanks {once(request, fields, count, area)}"
        made = await request.app[SERVICES].issuing.blanks(int(count), area=area, by=request[ACTOR], reason=why, key=key)
        return f"{HERE}?area={area}&kind=person&made={len(made)}"

    return await _issued(request, "blanks", issue)


async def households(request: web.Request) -> web.StreamResponse:
    """A card for every household of an area that has none."""

    async def issue(fields: Mapping[str, str], why: Why) -> str:
        area = fields.get("area", "").strip()
        made = await request.app[SERVICES].issuing.households(area, by=request[ACTOR], reason=why)
        return f"{HERE}?area={area}&kind=household&made={len(made)}"

    return await _issued(request, "households", issue)


async def one(request: web.Request) -> web.StreamResponse:
    """A first code for one: a person of the list by their phone number, or a team by its name."""

    async def issue(fields: Mapping[str, str], why: Why) -> str:
        issuing, words = request.app[SERVICES].issuing, fields.get("words", "")
        if fields.get("kind") == Holder.TEAM.value:
            card = await issuing.team(words, fields.get("area", "").strip(), by=request[ACTOR], reason=why)
        else:
            card = await issuing.of_phone(words, by=request[ACTOR], reason=why)
        return f"{HERE}?code={card.short}&made=1"

    return await _issued(request, "one", issue)


async def replace(request: web.Request) -> web.StreamResponse:
    """A new code for the holder of this one; the old one ends in the same moment. Pressed twice it leads to the one new code."""

    async def issue(fields: Mapping[str, str], why: Why) -> str:
        try:
            card = await request.app[SERVICES].issuing.replace_short(_short(fields.get("short", "")), by=request[ACTOR], reason=why)
        except ReplacedAlready as before:
            return f"{HERE}?code={before.fields['short']}"
        return f"{HERE}?code={card.short}&made=1"

    return await _issued(request, "replace", issue)


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


def _few(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5


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
        Route("POST", f"{HERE}/one", one, May.ISSUE_CODE),
        Route("POST", f"{HERE}/replace", replace, May.ISSUE_CODE),
        Route("POST", f"{HERE}/revoke", revoke, May.REVOKE_CODE),
        Route("POST", f"{HERE}/settle", settle, May.ISSUE_CODE),
    )
