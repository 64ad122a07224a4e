"""/console/security: one's own sessions and authenticator; and the six digits that open what is dangerous for five minutes."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from aiohttp import web

from domain.authenticators import AuthenticatorLocked, DigitsUsed, DigitsWrong
from domain.errors import Refusal, family
from domain.sessions import SessionUnknown
from web.digits import question
from web.forms import FormUnreadable, form
from web.keys import ACTOR, CLOCK, PAGES, SECRET, SERVICES, SESSION, SITE
from web.limiting import Limit
from web.middlewares.errors import STATUS
from web.middlewares.identity import renewed
from web.public.landing import is_local
from web.rendering import home_of
from web.routing import Open, Route

HERE = "/console/security"
TRIES = Limit("digits", most=20, seconds=60)


async def show(request: web.Request) -> web.StreamResponse:
    """Where one is signed in, and by what."""
    services = request.app[SERVICES]
    sessions = await services.sessions.mine(by=request[ACTOR])
    app = await services.authenticators.mine(by=request[ACTOR])
    return request.app[PAGES].page(request, "security.html", sessions=sessions, this=request[SESSION].id, app=app)


async def end(request: web.Request) -> web.StreamResponse:
    """One of one's own sessions is over, at once."""
    try:
        await request.app[SERVICES].sessions.end(UUID((await form(request)).get("session", "")), by=request[ACTOR])
    except ValueError:
        raise SessionUnknown() from None
    raise web.HTTPSeeOther(HERE)


async def end_others(request: web.Request) -> web.StreamResponse:
    await request.app[SERVICES].sessions.end_others(request[SESSION].id, by=request[ACTOR])
    raise web.HTTPSeeOther(HERE)


async def digits(request: web.Request) -> web.StreamResponse:
    """Six digits for this session. Then back to where the reader was; what they had typed waits for their own tap."""
    fields = await form(request)
    back, again, typed = (fields.get(name, "") for name in ("back", "again", "typed"))
    try:
        opened = await request.app[SERVICES].sessions.step_up(request[SESSION].id, fields.get("code", ""), by=request[ACTOR])
    except (DigitsWrong, DigitsUsed, AuthenticatorLocked) as mistake:
        return await question(request, back=back, again=again, typed=typed, mistake=mistake, status=STATUS[family(mistake)])
    renewed(request, opened.secret)
    back = back if is_local(back) else home_of(request[ACTOR], now=request.app[CLOCK].now())
    if is_local(again):
        return request.app[PAGES].page(request, "again.html", again=again, kept=_kept(typed), back=back)
    raise web.HTTPSeeOther(back)


def _kept(typed: str) -> Mapping[str, str]:
    try:
        kept = json.loads(typed)
    except ValueError:
        raise FormUnreadable() from None
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise FormUnreadable()
    return kept


async def ask_digits(request: web.Request) -> web.StreamResponse:
    """The same question, asked for beforehand: the way back is in the address."""
    back = request.query.get("back", "")
    return await question(request, back=back if is_local(back) else HERE, status=200)


async def another(request: web.Request) -> web.StreamResponse:
    """A new app instead of the one there is."""
    return await _offer(request)


async def _offer(request: web.Request, mistake: Refusal | None = None) -> web.Response:
    from codes.qr import svg

    seed = request[SECRET]
    offer = request.app[SERVICES].authenticators.offer(seed, office=request.app[SITE].office_name or "Mashang", account=request[ACTOR].name)
    status = STATUS[family(mistake)] if mistake is not None else 200
    return request.app[PAGES].page(request, "authenticator.html", status=status, mistake=mistake, offer=offer, picture=svg(offer.address))


async def replace(request: web.Request) -> web.StreamResponse:
    services = request.app[SERVICES]
    try:
        codes = await services.authenticators.replace(request[SECRET], (await form(request)).get("code", ""), by=request[ACTOR])
    except DigitsWrong as mistake:
        return await _offer(request, mistake)
    renewed(request, (await services.sessions.renew(request[SESSION].id, by=request[ACTOR], why="authenticator")).secret)
    return request.app[PAGES].page(request, "recovery_codes.html", codes=codes, onward=HERE)


async def new_codes(request: web.Request) -> web.StreamResponse:
    codes = await request.app[SERVICES].authenticators.renew_codes(by=request[ACTOR])
    return request.app[PAGES].page(request, "recovery_codes.html", codes=codes, onward=HERE)


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, show, Open.SESSION),
        Route("POST", f"{HERE}/end", end, Open.SESSION),
        Route("POST", f"{HERE}/end-others", end_others, Open.SESSION),
        Route("GET", f"{HERE}/digits", ask_digits, Open.SESSION),
        Route("POST", f"{HERE}/digits", digits, Open.SESSION, limits=(TRIES,)),
        Route("GET", f"{HERE}/authenticator", another, Open.SESSION, fresh=True),
        Route("POST", f"{HERE}/authenticator", replace, Open.SESSION, fresh=True),
        Route("POST", f"{HERE}/codes", new_codes, Open.SESSION, fresh=True),
    )
