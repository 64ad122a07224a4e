"""Phones that scan, on our own pages: the list, the four steps that enrol one, and the end of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.devices import OFFERED, LabelInvalid, PlaceNotChosen, PlaceNotTheirs, PurposeInvalid, PurposeMissing, checked_purposes
from domain.errors import Invalid, Refusal
from domain.people import PersonUnknown
from domain.text import N_
from services.devices import Offered, Wanted
from web import device_words
from web.forms import form
from web.keys import ACTOR, CLOCK, DIGITS, PAGES, SERVICES, SESSION, SITE
from web.limiting import Limit
from web.middlewares.errors import NoSuchPage, for_machine
from web.rendering import allowed
from web.routing import Route

HERE = "/console/devices"
LOOKED_UP = Limit("officials looked up", most=30, seconds=60)
LASTS = (1, 3, 7, 30, 90)
USUAL = 30
OPENS = "/scan/#enrol="


class OfficialUnknown(Invalid):
    code = "official_unknown"
    text = N_("Nobody of your area has this phone number.")


class SinceUnreadable(Invalid):
    code = "since_unreadable"
    text = N_("Write the time as 2026-07-25 10:02, and not in the future.")


async def listing(request: web.Request) -> web.StreamResponse:
    """Every phone of the reader's area, the newest first; above them the first step of enrolling one: whose phone."""
    return await _listing(request)


async def _listing(request: web.Request, mistake: Refusal | None = None, phone: str = "") -> web.Response:
    lines = await request.app[SERVICES].devices.listing(by=request[ACTOR])
    states = {line.device.id: line.device.state(now=request.app[CLOCK].now()) for line in lines}
    return request.app[PAGES].page(
        request, "devices.html", status=422 if mistake else 200, lines=lines, states=states, device_words=device_words,
        entries=allowed(request, May.SEE_PERSON), mistake=mistake, phone=phone,
    )  # fmt: skip


async def whose(request: web.Request) -> web.StreamResponse:
    """From a phone number to its owner, who is an id in addresses."""
    phone = (await form(request)).get("phone", "")
    try:
        found = await request.app[SERVICES].device_choices.of_phone(phone, by=request[ACTOR])
    except PersonUnknown:
        if for_machine(request):
            raise OfficialUnknown() from None
        return await _listing(request, OfficialUnknown(), phone)
    raise web.HTTPSeeOther(f"{HERE}/new/{found.person.id}")


async def ask(request: web.Request) -> web.StreamResponse:
    """What the phone is for, where, in a drill or not, with whose names, for how long."""
    return await _asking(request)


async def _asking(request: web.Request, mistake: Refusal | None = None, typed: Mapping[str, str] | None = None) -> web.Response:
    choices = await request.app[SERVICES].device_choices.of_person(_id(request, "person"), by=request[ACTOR])
    return request.app[PAGES].page(
        request, "device_new.html", status=422 if mistake else 200, choices=choices, offered=OFFERED, device_words=device_words, lasts=LASTS, mistake=mistake,
        typed=typed or {"days": str(USUAL)}, drill_only=request.app[SERVICES].office.drill_only,
    )  # fmt: skip


async def offer(request: web.Request) -> web.StreamResponse:
    """The ticket, shown this once. A list of names goes into a phone only after six digits."""
    fields, person = await form(request), _id(request, "person")
    with_list = _known(fields.get("list", ""))
    if with_list is not None and not request[SESSION].fresh(now=request.app[CLOCK].now()):
        return await request.app[DIGITS](request)
    try:
        wanted = Wanted(
            person, fields.get("label", ""), checked_purposes(_ticked(fields, "purpose-")),
            tuple(place for place in map(_known, _ticked(fields, "place-")) if place is not None), "drill" in fields, with_list, _lasts(fields),
        )  # fmt: skip
        offered = await request.app[SERVICES].devices.offer(wanted, by=request[ACTOR])
    except (LabelInvalid, PurposeInvalid, PurposeMissing, PlaceNotChosen, PlaceNotTheirs) as mistake:
        return await _asking(request, mistake, fields)
    return _ticket(request, offered)


def _ticket(request: web.Request, offered: Offered) -> web.Response:
    """The QR stands in the page itself: no address leads to its secret, and nothing keeps it."""
    from codes.qr import svg

    site = request.app[SITE]
    address = f"{site.public_url or str(request.url.origin())}{OPENS}{offered.secret}"
    return request.app[PAGES].page(
        request, "device_ticket.html", ticket=offered.ticket, picture=svg(address, label=None), address=address.partition("#")[0],
        secret=_grouped(offered.secret),
    )  # fmt: skip


async def state(request: web.Request) -> web.StreamResponse:
    """Whether the phone has come: for the open page a part of it, or nothing while it waits; without scripts a page of its own."""
    ticket = await request.app[SERVICES].devices.ticket(_id(request, "ticket"), by=request[ACTOR])
    waits = ticket.spent_at is None and request.app[CLOCK].now() < ticket.expires_at
    if "HX-Request" not in request.headers:
        return request.app[PAGES].page(request, "device_come.html", ticket=ticket, waits=waits)
    if waits:
        return web.Response(status=204)
    text = request.app[PAGES].part(request, "device_state.html", ticket=ticket, waits=False)
    return web.Response(text=text, content_type="text/html", charset="utf-8")


async def one(request: web.Request) -> web.StreamResponse:
    """One phone, and the question before it is withdrawn."""
    return await _one(request)


async def _one(request: web.Request, mistake: Invalid | None = None, typed: str = "") -> web.Response:
    line = await request.app[SERVICES].devices.one(_id(request, "device"), by=request[ACTOR])
    standing = line.device.state(now=request.app[CLOCK].now())
    return request.app[PAGES].page(
        request, "device.html", status=422 if mistake else 200, line=line, state=standing, ends=line.device.revoked_at is None, device_words=device_words,
        mistake=mistake, typed=typed,
    )  # fmt: skip


async def revoke(request: web.Request) -> web.StreamResponse:
    """At once, and without six digits: whoever hears of a stolen phone must not look for their own first."""
    typed = (await form(request)).get("since", "")
    try:
        since = _since(request, typed)
    except SinceUnreadable as mistake:
        return await _one(request, mistake, typed)
    done = await request.app[SERVICES].devices.revoke(_id(request, "device"), by=request[ACTOR], since=since)
    return request.app[PAGES].page(request, "device_over.html", done=done)


def _since(request: web.Request, typed: str) -> datetime | None:
    if not typed.strip():
        return None
    try:
        at = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise SinceUnreadable() from None
    at = at if at.tzinfo is not None else at.replace(tzinfo=request.app[SITE].zone)
    if at > request.app[CLOCK].now():
        raise SinceUnreadable()
    return at


def _ticked(fields: Mapping[str, str], prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name in fields if name.startswith(prefix)]


def _lasts(fields: Mapping[str, str]) -> timedelta:
    days = fields.get("days", "")
    return timedelta(days=int(days) if days in map(str, LASTS) else USUAL)


def _known(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _grouped(secret: str) -> str:
    """In blocks that can be read aloud and typed."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _id(request: web.Request, name: str) -> UUID:
    if (found := _known(request.match_info[name])) is None:
        raise NoSuchPage()
    return found


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, listing, May.ENROL_DEVICE),
        Route("POST", f"{HERE}/whose", whose, May.ENROL_DEVICE, limits=(LOOKED_UP,)),
        Route("GET", f"{HERE}/new/{{person}}", ask, May.ENROL_DEVICE),
        Route("POST", f"{HERE}/new/{{person}}", offer, May.ENROL_DEVICE),
        Route("GET", f"{HERE}/tickets/{{ticket}}", state, May.ENROL_DEVICE),
        Route("GET", f"{HERE}/one/{{device}}", one, May.ENROL_DEVICE),
        Route("POST", f"{HERE}/one/{{device}}/revoke", revoke, May.ENROL_DEVICE),
    )
