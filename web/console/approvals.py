"""/console/approvals: what waits for a second person, each with exactly what will be said; and what is in force, to be ended."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.approvals import LONGEST_REASON, ReasonMissing, checked_reason
from domain.colours import COLOURS
from domain.errors import Conflict, Gone, Refusal, family
from domain.evacuations import OwnDraft
from domain.notices import RISKS, NoticeToNobody, OwnNotice
from web import approval_words
from web.console.board import order_of
from web.forms import form
from web.keys import ACTOR, CLOCK, PAGES, SERVICES, SESSION
from web.middlewares.errors import STATUS, NoSuchPage
from web.routing import Route

HERE = "/console/approvals"


async def listing(request: web.Request) -> web.StreamResponse:
    """Drafts of the reader's areas, and what is out."""
    services = request.app[SERVICES]
    waiting = await services.approvals.waiting(by=request[ACTOR])
    areas = {area for order in (*waiting.orders, *waiting.out) for area in order.areas}
    areas |= {area for notice in (*waiting.notices, *waiting.active) for area in notice.areas}
    titles = await services.areas.titles(sorted(areas))
    return request.app[PAGES].page(
        request, "approvals.html", waiting=waiting, titles=titles, me=request[ACTOR].person, colours=COLOURS, risks=RISKS
    )


async def show_order(request: web.Request) -> web.StreamResponse:
    """The whole order, how many it moves, and what may be done with it now."""
    return await _order(request)


async def _order(request: web.Request, refusal: Refusal | None = None) -> web.Response:
    services, order = request.app[SERVICES], order_of(request)
    preview = await services.evacuations.preview(order, by=request[ACTOR])
    titles = await services.areas.titles(list(preview.order.areas))
    return request.app[PAGES].page(
        request, "approval_order.html", status=STATUS[family(refusal)] if refusal else 200, preview=preview, titles=titles, refusal=refusal,
        first=await services.approvals.first(order), **_common(request),
    )  # fmt: skip


async def show_notice(request: web.Request) -> web.StreamResponse:
    """The words in both languages, the exact audience, the next runs, and what may be done with it now."""
    return await _notice(request)


async def _notice(request: web.Request, refusal: Refusal | None = None) -> web.Response:
    services, notice = request.app[SERVICES], _notice_of(request)
    preview = await services.notices.preview(notice, by=request[ACTOR])
    parts = preview.notice.draft.parts
    titles = await services.areas.titles(sorted({part.area for part in parts} | {preview.notice.issuer}))
    groups = await services.groups.told({part.group for part in parts if part.group is not None})
    return request.app[PAGES].page(
        request, "approval_notice.html", status=STATUS[family(refusal)] if refusal else 200, preview=preview, titles=titles, groups=groups, refusal=refusal,
        first=await services.approvals.first(notice), colour=COLOURS[preview.notice.level], risk=RISKS[preview.notice.draft.risk], **_common(request),
    )  # fmt: skip


def _common(request: web.Request) -> dict[str, object]:
    fresh = request[SESSION].fresh(now=request.app[CLOCK].now())
    return {"me": request[ACTOR].person, "fresh": fresh, "most": LONGEST_REASON, "said": approval_words}


async def approve_order(request: web.Request) -> web.StreamResponse:
    """Exactly what was shown is issued."""
    shown = (await form(request)).get("shown", "")
    evacuations, order = request.app[SERVICES].evacuations, order_of(request)
    return await _done(request, _order, lambda: evacuations.approve(order, fingerprint=shown, by=request[ACTOR], key=_key(request, "approve")))


async def reject_order(request: web.Request) -> web.StreamResponse:
    reason = (await form(request)).get("reason", "")
    evacuations, order = request.app[SERVICES].evacuations, order_of(request)
    return await _done(request, _order, lambda: evacuations.reject(order, by=request[ACTOR], reason=checked_reason(reason)))


async def lift_order(request: web.Request) -> web.StreamResponse:
    """From now on people may return."""
    evacuations, order = request.app[SERVICES].evacuations, order_of(request)
    return await _done(request, _order, lambda: evacuations.lift(order, by=request[ACTOR]))


async def approve_notice(request: web.Request) -> web.StreamResponse:
    shown = (await form(request)).get("shown", "")
    notices, notice = request.app[SERVICES].notices, _notice_of(request)
    return await _done(request, _notice, lambda: notices.approve(notice, shown=shown, by=request[ACTOR], key=_key(request, "approve")))


async def reject_notice(request: web.Request) -> web.StreamResponse:
    reason = (await form(request)).get("reason", "")
    notices, notice = request.app[SERVICES].notices, _notice_of(request)
    return await _done(
        request, _notice, lambda: notices.reject(notice, by=request[ACTOR], key=_key(request, "reject"), reason=checked_reason(reason))
    )


async def cancel_notice(request: web.Request) -> web.StreamResponse:
    """No further run, and whoever got the last one is told."""
    notices, notice = request.app[SERVICES].notices, _notice_of(request)
    return await _done(request, _notice, lambda: notices.cancel(notice, by=request[ACTOR], key=_key(request, "cancel")))


async def _done(
    request: web.Request, page: Callable[[web.Request, Refusal | None], Awaitable[web.Response]], decide: Callable[[], Awaitable[object]]
) -> web.StreamResponse:
    """Back to the page, which says what was decided; whoever was second reads there who was first, and nothing was changed."""
    try:
        await decide()
    except (Conflict, Gone, ReasonMissing, NoticeToNobody, OwnDraft, OwnNotice) as refusal:
        return await page(request, refusal)
    raise web.HTTPSeeOther(request.path.rpartition("/")[0])


def _key(request: web.Request, what: str) -> str:
    return f"page {what} {request[SESSION].id} {request.path}"


def _notice_of(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["notice"])
    except ValueError:
        raise NoSuchPage() from None


def routes() -> Sequence[Route]:
    order, notice = f"{HERE}/orders/{{order}}", f"{HERE}/notices/{{notice}}"
    return (
        Route("GET", HERE, listing, May.APPROVE_ORDER),
        Route("GET", order, show_order, May.APPROVE_ORDER),
        Route("POST", f"{order}/approve", approve_order, May.APPROVE_ORDER, fresh=True),
        Route("POST", f"{order}/reject", reject_order, May.APPROVE_ORDER, fresh=True),
        Route("POST", f"{order}/lift", lift_order, May.LIFT, fresh=True),
        Route("GET", notice, show_notice, May.APPROVE_NOTICE),
        Route("POST", f"{notice}/approve", approve_notice, May.APPROVE_NOTICE, fresh=True),
        Route("POST", f"{notice}/reject", reject_notice, May.APPROVE_NOTICE, fresh=True),
        Route("POST", f"{notice}/cancel", cancel_notice, May.APPROVE_NOTICE, fresh=True),
    )
