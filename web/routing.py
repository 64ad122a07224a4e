"""Routes: each says who may come before it says what happens. A route that does not say, cannot be built."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

from aiohttp import web

from domain.access import VEILED, May, NotHere
from web.keys import ACTOR, CLOCK, DIGITS, SERVICES, SESSION, TABLE
from web.limiting import Limit

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Open(StrEnum):
    """Routes that need no right: for everybody, for a browser that began to sign in, or for whoever has a session."""

    EVERYBODY = "everybody"
    LOGIN = "login"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path. `limits` are counted per address; `machine` marks a caller that is no browser and brings a secret of its own;
    `uploads` marks a form with a file, whose token its handler checks before it reads the file (web/uploads.py);
    `fresh` asks for six digits of the authenticator within the last five minutes, in this session.
    """

    method: str
    path: str
    handler: Handler
    may: May | Open
    limits: tuple[Limit, ...] = ()
    machine: bool = False
    uploads: bool = False
    fresh: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.may, May | Open):
            raise TypeError(f"{self.method} {self.path} does not say who may come")
        if self.fresh and self.may in (Open.EVERYBODY, Open.LOGIN):
            raise TypeError(f"{self.method} {self.path} asks for digits where there is no session")


Table = dict[Handler, Route]


def add(app: web.Application, routes: Iterable[Route]) -> None:
    """Build these routes, all of an application at once; the right is asked for before the handler runs. GET answers HEAD too, except for a stream."""
    table: Table = {}
    for route in routes:
        handler = guarded(route)
        table[handler] = route
        app.router.add_route(route.method, route.path, handler)
        if route.method == "GET" and not route.path.startswith("/live/"):
            app.router.add_route("HEAD", route.path, handler)
    app[TABLE] = table


def guarded(route: Route) -> Handler:
    """The handler behind its right: NotYours before anything is read, for whoever has it nowhere; then, if it is so declared, behind six digits.

    Behind a right, what does not exist and what is somebody else's are refused in the same words.
    """

    @wraps(route.handler)
    async def enter(request: web.Request) -> web.StreamResponse:
        if isinstance(route.may, May):
            request[ACTOR].must(route.may, now=request.app[CLOCK].now())
        if route.fresh and not request[SESSION].fresh(now=request.app[CLOCK].now()):
            return await request.app[DIGITS](request)
        if route.may is Open.EVERYBODY:
            return await route.handler(request)
        try:
            answer = await route.handler(request)
        except VEILED as refusal:
            raise NotHere() from refusal
        finally:
            await request.app[SERVICES].glass.note_use(request[ACTOR], what=f"{route.method} {route.path}", entrance="web")
        return answer

    return enter


def declared(request: web.Request) -> Route | None:
    """The route that a request goes to; None when there is no such page."""
    return request.app[TABLE].get(request.match_info.handler)
