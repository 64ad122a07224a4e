"""/login: this browser shows a code, its owner confirms it in chat, six digits open the session, and only here."""

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from domain.authenticators import AuthenticatorLocked, AuthenticatorThere, DigitsUsed, DigitsWrong
from domain.errors import Refusal, family
from domain.logins import LOGIN_LASTS, Login, LoginOver, LoginState
from services.sessions import Opened
from web.browsers import browser
from web.forms import form
from web.keys import ACTOR, CLOCK, PAGES, SECRET, SERVICES, SITE
from web.limiting import Limit
from web.middlewares.errors import STATUS
from web.middlewares.identity import renewed
from web.rendering import home_of
from web.routing import Open, Route

BEGINS = Limit("logins", most=20, seconds=60)
TRIES = Limit("login digits", most=20, seconds=60)
LOOKS = Limit("login looks", most=900, seconds=60)
CODE_LASTS = int(2 * LOGIN_LASTS.total_seconds())
PREFIX = "login-"


async def ask(request: web.Request) -> web.Response:
    """What signing in is, and one button. Nothing is begun by looking."""
    return request.app[PAGES].page(request, "login.html")


async def begin(request: web.Request) -> web.StreamResponse:
    """This browser wants in: it gets a secret of its own, and the page shows the code that goes with it."""
    site = request.app[SITE]
    secret = await request.app[SERVICES].logins.begin(family=browser(request))
    answer = web.HTTPSeeOther("/login/code")
    answer.set_cookie(site.login_cookie, secret, max_age=CODE_LASTS, path="/", httponly=True, samesite="Lax", secure=site.secure)
    raise answer


async def show(request: web.Request) -> web.StreamResponse:
    """The code while it waits; once it was confirmed, onwards; once it is over, why."""
    login = await _login(request)
    if login is None:
        raise web.HTTPSeeOther("/login")
    living = login.living(now=_now(request))
    if living and login.state is LoginState.CONFIRMED:
        held = await request.app[SERVICES].authenticators.held(login.person)
        raise web.HTTPSeeOther("/login/digits" if held else "/login/authenticator")
    code, chat = request.app[SERVICES].logins.code_of(request[SECRET]), request.app[SITE].chat_url
    link = f"{chat}?start={PREFIX}{code.replace('-', '')}" if chat else ""
    return request.app[PAGES].page(
        request, "login_code.html", code=code, link=link, picture=_picture(link), state=login.state if living or login.state is LoginState.DENIED else None,
        until=login.expires_at,
    )  # fmt: skip


async def state(request: web.Request) -> web.Response:
    """For the page that waits."""
    login = await _login(request)
    living = login is not None and login.living(now=_now(request))
    return web.json_response({"state": login.state.value if login is not None and living else "over"})


async def digits(request: web.Request) -> web.StreamResponse:
    """The second factor of whoever has one."""
    return await _asking(request, "login_digits.html")


async def finish(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    try:
        opened = await request.app[SERVICES].logins.finish(request[SECRET], fields.get("code", ""))
    except (DigitsWrong, DigitsUsed, AuthenticatorLocked) as mistake:
        return await _asking(request, "login_digits.html", mistake)
    await _enter(request, opened)
    answer = web.HTTPSeeOther(home_of(request[ACTOR], now=_now(request)))
    await _opened(request, opened, answer)
    raise answer


async def authenticator(request: web.Request) -> web.StreamResponse:
    """A secret for an app: as a picture and as text. It is kept when its digits come back, and not before."""
    return await _asking(request, "login_authenticator.html")


async def set_up(request: web.Request) -> web.StreamResponse:
    fields = await form(request)
    try:
        made = await request.app[SERVICES].logins.set_up(request[SECRET], fields.get("code", ""))
    except DigitsWrong as mistake:
        return await _asking(request, "login_authenticator.html", mistake)
    except AuthenticatorThere:
        raise web.HTTPSeeOther("/login/digits") from None
    await _enter(request, made.opened)
    page = request.app[PAGES].page(request, "recovery_codes.html", codes=made.codes, onward=home_of(request[ACTOR], now=_now(request)))
    await _opened(request, made.opened, page)
    return page


async def _asking(request: web.Request, template: str, mistake: Refusal | None = None) -> web.StreamResponse:
    login = await _login(request)
    if login is None or login.state is not LoginState.CONFIRMED or not login.living(now=_now(request)) or login.person is None:
        raise web.HTTPSeeOther("/login/code")
    services = request.app[SERVICES]
    if await services.authenticators.held(login.person) != (template == "login_digits.html"):
        raise web.HTTPSeeOther("/login/code")
    who = await services.people.actor_of(login.person, via="web")
    offer = services.authenticators.offer(request[SECRET], office=request.app[SITE].office_name or "Mashang", account=who.name)
    status = STATUS[family(mistake)] if mistake is not None else 200
    return request.app[PAGES].page(request, template, status=status, mistake=mistake, offer=offer, picture=_picture(offer.address))


async def _login(request: web.Request) -> Login | None:
    try:
        return await request.app[SERVICES].logins.get(request[SECRET])
    except LoginOver:
        return None


async def _enter(request: web.Request, opened: Opened) -> None:
    """Who is in now, for the page that is made next."""
    request[ACTOR] = await request.app[SERVICES].sessions.actor(opened.secret)


async def _opened(request: web.Request, opened: Opened, answer: web.Response) -> None:
    """A new secret for the session, the login's own is of no more use, and a session that the browser had before ends."""
    site = request.app[SITE]
    if before := request.cookies.get(site.cookie, ""):
        await request.app[SERVICES].sessions.close(before)
    renewed(request, opened.secret)
    answer.del_cookie(site.login_cookie, path="/", httponly=True, samesite="Lax", secure=site.secure)


def _picture(text: str) -> str:
    from codes.qr import svg

    return svg(text) if text else ""


def _now(request: web.Request) -> datetime:
    return request.app[CLOCK].now()


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/login", ask, Open.EVERYBODY),
        Route("POST", "/login", begin, Open.EVERYBODY, limits=(BEGINS,)),
        Route("GET", "/login/code", show, Open.LOGIN),
        Route("GET", "/login/state", state, Open.LOGIN, limits=(LOOKS,)),
        Route("GET", "/login/digits", digits, Open.LOGIN),
        Route("POST", "/login/digits", finish, Open.LOGIN, limits=(TRIES,)),
        Route("GET", "/login/authenticator", authenticator, Open.LOGIN),
        Route("POST", "/login/authenticator", set_up, Open.LOGIN, limits=(TRIES,)),
    )
