"""Users on our own pages: who holds which role where; to give one and to take one back."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from aiohttp import web

from domain.access import TITLES, EndsAlready, May, NotYours, Role, WhyRevoked
from domain.errors import Invalid, Unknown
from domain.people import AreaUnknown, PersonUnknown
from domain.shelters import ShelterUnknown
from domain.text import N_
from services.grants import ScopeMissing
from services.users import Wanted
from web.forms import form
from web.keys import ACTOR, PAGES, SERVICES, SITE
from web.middlewares.errors import NoSuchPage
from web.routing import Route

HERE = "/console/users"
MENDED = (AreaUnknown, ShelterUnknown, ScopeMissing, EndsAlready)
WHY = {
    WhyRevoked.OVER: N_("the duty is over"), WhyRevoked.MOVED: N_("moved to another post"), WhyRevoked.MISTAKE: N_("given by mistake"),
    WhyRevoked.LOST_PHONE: N_("phone lost or stolen"), WhyRevoked.MISUSE: N_("misuse"),
}  # fmt: skip


class RoleMissing(Invalid):
    code = "role_missing"
    text = N_("Choose a role.")


class ScopeNotFound(Invalid):
    code = "scope_not_found"
    text = N_("There is no such area or place among yours. Type the code of an area, or the whole name of a shelter or site.")


class DayUnreadable(Invalid):
    code = "day_unreadable"
    text = N_("Write the day as 2026-07-25.")


async def listing(request: web.Request) -> web.StreamResponse:
    """Whoever holds a role in the reader's area; by name, phone, role or area."""
    query = request.query
    role, area = query.get("role", ""), query.get("area", "").strip()
    wanted = Wanted(query.get("words", "")[:40], Role(role) if role in set(Role) else None, area or None)
    users = await request.app[SERVICES].users.listing(wanted, by=request[ACTOR])
    titles = await request.app[SERVICES].areas.titles(sorted({user.person.area for user in users}))
    return request.app[PAGES].page(request, "users.html", users=users, wanted=wanted, roles=TITLES, titles=titles)


async def one(request: web.Request) -> web.StreamResponse:
    """What one person holds and held, and what was done about it."""
    return await _sheet(request)


async def _sheet(request: web.Request, mistake: Invalid | Unknown | None = None) -> web.Response:
    services, person = request.app[SERVICES], _id(request, "person")
    user, changes = await services.users.show(person, by=request[ACTOR])
    title = (await services.areas.titles([user.person.area])).get(user.person.area, user.person.area)
    typed = dict.fromkeys(("role", "scope", "until"), "") | (dict(await form(request)) if mistake else {})
    return request.app[PAGES].page(
        request, "user.html", status=422 if mistake else 200, user=user, changes=changes, title=title, roles=TITLES, why=WHY, mistake=mistake, typed=typed,
        own=request[ACTOR].person == person,
    )  # fmt: skip


async def give(request: web.Request) -> web.StreamResponse:
    """A role in a scope until the end of a day. A mistake comes back to be mended; what is elsewhere reads like what does not exist."""
    fields, person = await form(request), _id(request, "person")
    await request.app[SERVICES].users.show(person, by=request[ACTOR])
    try:
        role = _role(fields.get("role", ""))
        area, place = await _scope(request, fields.get("scope", "").strip())
        await request.app[SERVICES].grants.give(person, role, by=request[ACTOR], area=area, place=place, until=_until(request, fields.get("until", "")))
    except NotYours as refusal:
        await request.app[SERVICES].refusals.note(refusal, by=request[ACTOR], entrance="web", what=f"POST {HERE}/{{person}}/grants")
        return await _sheet(request, ScopeNotFound())
    except (RoleMissing, ScopeNotFound, DayUnreadable, *MENDED) as mistake:
        return await _sheet(request, ScopeNotFound() if isinstance(mistake, AreaUnknown | ShelterUnknown) else mistake)
    raise web.HTTPSeeOther(f"{HERE}/{person}")


def _role(typed: str) -> Role:
    if typed not in set(Role):
        raise RoleMissing()
    return Role(typed)


async def _scope(request: web.Request, typed: str) -> tuple[str | None, UUID | None]:
    """An area by its code, else a shelter or a site by its whole name."""
    services = request.app[SERVICES]
    if typed.isascii() and typed.isdecimal():
        return typed, None
    if not typed:
        raise ScopeMissing()
    try:
        return None, await services.shelters.named(typed)
    except Unknown:
        pass
    try:
        return None, (await services.sites.named(typed)).id
    except Unknown:
        raise ScopeNotFound() from None


def _until(request: web.Request, typed: str) -> datetime | None:
    """The end of that day in the office's zone."""
    if not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        raise DayUnreadable() from None
    return datetime.combine(day, time(23, 59, 59), tzinfo=request.app[SITE].zone)


async def revoke(request: web.Request) -> web.StreamResponse:
    """At once, with a reason from the list."""
    services, person, grant = request.app[SERVICES], _id(request, "person"), _id(request, "grant")
    user, _ = await services.users.show(person, by=request[ACTOR])
    if grant not in {held.grant.id for held in user.held}:
        raise PersonUnknown()
    why = (await form(request)).get("why", "")
    await services.grants.revoke(grant, by=request[ACTOR], why=WhyRevoked(why) if why in set(WhyRevoked) else WhyRevoked.OVER)
    raise web.HTTPSeeOther(f"{HERE}/{person}")


async def reset_authenticator(request: web.Request) -> web.StreamResponse:
    """For somebody who lost the phone with the app: they set up a new one at the next sign-in, and are signed out everywhere."""
    person = _id(request, "person")
    await request.app[SERVICES].authenticators.reset(person, by=request[ACTOR])
    raise web.HTTPSeeOther(f"{HERE}/{person}")


async def end_sessions(request: web.Request) -> web.StreamResponse:
    """Signed out of the console everywhere, at once."""
    person = _id(request, "person")
    await request.app[SERVICES].sessions.end_all(person, by=request[ACTOR])
    raise web.HTTPSeeOther(f"{HERE}/{person}")


def _id(request: web.Request, name: str) -> UUID:
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise NoSuchPage() from None


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, listing, May.GRANT),
        Route("GET", f"{HERE}/{{person}}", one, May.GRANT),
        Route("POST", f"{HERE}/{{person}}/grants", give, May.GRANT, fresh=True),
        Route("POST", f"{HERE}/{{person}}/grants/{{grant}}/revoke", revoke, May.GRANT, fresh=True),
        Route("POST", f"{HERE}/{{person}}/authenticator/reset", reset_authenticator, May.GRANT, fresh=True),
        Route("POST", f"{HERE}/{{person}}/sessions/end", end_sessions, May.GRANT, fresh=True),
    )
