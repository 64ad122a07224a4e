"""The desk: reports from the field, one of them with its photos, and what is decided about it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.errors import Invalid
from domain.people import Person
from domain.reports import LONGEST_ANSWER, ReportDeed, WordsMissing, WordsTooLong, allows
from services.report_desk import ReportDesk, Sheet, Step
from web import report_words
from web.forms import form, once
from web.keys import ACTOR, PAGES, REFERENCE, SERVICES
from web.middlewares.errors import NoSuchPage
from web.routing import Route

PER_PAGE = 40
LAST_PAGE = 1000
NUMBER = r"{number:R-\d{4}-\d{4,6}}"


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says above everything: a mistake in a form, or who was first."""

    mistake: Invalid | None = None
    step: Step | None = None
    known: Person | None = None
    status: int = 200


async def listing(request: web.Request) -> web.StreamResponse:
    """Open reports of the reader's areas, newest first; with `?all` those that are done with, too."""
    every = "all" in request.query
    found = await request.app[SERVICES].report_desk.listing(by=request[ACTOR], every=every, page=_page(request), size=PER_PAGE)
    return request.app[PAGES].page(request, "reports.html", found=found, every=every, said=report_words)


def _page(request: web.Request) -> int:
    typed = request.query.get("page", "1")
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:6]) <= LAST_PAGE):
        raise NoSuchPage()
    return int(typed) - 1


async def show(request: web.Request) -> web.StreamResponse:
    """Everything about one report."""
    return await _sheet(request, Said())


async def _sheet(request: web.Request, above: Said) -> web.Response:
    services = request.app[SERVICES]
    sheet = await services.report_desk.show(request.match_info["number"], by=request[ACTOR])
    report = sheet.report
    title = (await services.areas.titles([report.area]))[report.area] if report.area is not None else ""
    hands = await services.report_desk.hands(report.id, by=request[ACTOR]) if sheet.handles and allows(report.state, ReportDeed.ASSIGNED) else []
    may = {deed.value: allows(report.state, deed) and (sheet.handles or deed is ReportDeed.CLOSED) for deed in ReportDeed}
    return request.app[PAGES].page(
        request, "report.html", status=above.status, sheet=sheet, report=report, title=title, hands=hands, may=may, above=above, said=report_words,
        most=LONGEST_ANSWER, once=request[REFERENCE],
    )  # fmt: skip


async def photo(request: web.Request) -> web.StreamResponse:
    """One JPEG, drawn anew when it came and sealed since; kept by nobody on the way."""
    try:
        wanted = UUID(request.match_info["photo"])
    except ValueError:
        raise NoSuchPage() from None
    body = await request.app[SERVICES].report_desk.photo(request.match_info["number"], wanted, by=request[ACTOR])
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{request.match_info["number"]}.jpg"'}
    return web.Response(body=body, content_type="image/jpeg", headers=headers)


async def verify(request: web.Request) -> web.StreamResponse:
    return await _decide(request, lambda sheet, fields, key: _desk(request).verify(sheet.report.id, by=request[ACTOR], key=key))


async def mark_same(request: web.Request) -> web.StreamResponse:
    return await _decide(request, lambda sheet, fields, key: _desk(request).mark_same(sheet.report.id, by=request[ACTOR], key=key))


async def assign(request: web.Request) -> web.StreamResponse:
    """To the one who was chosen, or else to the name that was typed."""

    async def step(sheet: Sheet, fields: dict[str, str], key: str) -> Step:
        chosen = next((person.id for person in await _desk(request).hands(sheet.report.id, by=request[ACTOR]) if str(person.id) == fields.get("person")), None)
        name = fields.get("name", "")
        return await _desk(request).assign(sheet.report.id, by=request[ACTOR], key=key, to=None if name.strip() else chosen, name=name, seen=_seen(fields))

    return await _decide(request, step)


async def close(request: web.Request) -> web.StreamResponse:
    return await _decide(
        request, lambda sheet, fields, key: _desk(request).close(sheet.report.id, fields.get("words", ""), by=request[ACTOR], key=key, seen=_seen(fields))
    )


async def reject(request: web.Request) -> web.StreamResponse:
    return await _decide(
        request, lambda sheet, fields, key: _desk(request).reject(sheet.report.id, fields.get("words", ""), by=request[ACTOR], key=key, seen=_seen(fields))
    )


async def unmask(request: web.Request) -> web.StreamResponse:
    """The whole name and number, this once; the log keeps who looked."""
    person = await _desk(request).unmask(request.match_info["number"], by=request[ACTOR])
    return await _sheet(request, Said(known=person))


async def _decide(request: web.Request, step: Callable[[Sheet, dict[str, str], str], Awaitable[Step]]) -> web.StreamResponse:
    """One decision from a form of ours. A mistake comes back to be mended; whoever was second reads who was first."""
    fields = dict(await form(request))
    sheet = await _desk(request).show(request.match_info["number"], by=request[ACTOR])
    try:
        taken = await step(sheet, fields, f"desk {once(request, fields)}")
    except (WordsMissing, WordsTooLong) as mistake:
        return await _sheet(request, Said(mistake=mistake, status=422))
    if not taken.fresh:
        return await _sheet(request, Said(step=taken, status=409))
    raise web.HTTPSeeOther(f"/reports/{sheet.report.number}")


def _desk(request: web.Request) -> ReportDesk:
    return request.app[SERVICES].report_desk


def _seen(fields: dict[str, str]) -> int | None:
    typed = fields.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 6 else None


def routes() -> Sequence[Route]:
    one = f"/reports/{NUMBER}"
    return (
        Route("GET", "/reports", listing, May.SEE_BOARD),
        Route("GET", one, show, May.SEE_BOARD),
        Route("GET", f"{one}/photos/{{photo}}", photo, May.SEE_BOARD),
        Route("POST", f"{one}/verify", verify, May.HANDLE_REPORT),
        Route("POST", f"{one}/assign", assign, May.HANDLE_REPORT),
        Route("POST", f"{one}/close", close, May.SEE_BOARD),
        Route("POST", f"{one}/reject", reject, May.HANDLE_REPORT),
        Route("POST", f"{one}/same", mark_same, May.HANDLE_REPORT),
        Route("POST", f"{one}/unmask", unmask, May.UNMASK, fresh=True),
    )
