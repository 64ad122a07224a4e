"""Devices as programs: a phone enrols itself with a ticket, asks what it may do, downloads its list, looks somebody up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from codes.signing import from_base64url
from codes.trustlist import cti_hash
from domain.devices import BatchInvalid, Device, KeyInvalid
from domain.identifiers import masked_name, masked_phone
from domain.scans import REASONS
from domain.uploads import ItemInvalid, asked_at
from services.device_doors import Hello, Resident
from web.api.signed import SMALL_BODY, parsed, signed, whole
from web.keys import CATALOGUE, CLOCK, SERVICES, SITE
from web.limiting import Limit
from web.routing import Open, Route

ENROLLING = (Limit("enrolling", 20, 600),)
ASKING = (Limit("device questions", 240, 60),)
LONGEST_ASKED = 80


async def enrol(request: web.Request) -> web.Response:
    """A ticket and a fresh public key become a device."""
    body = parsed(await whole(request, longest=SMALL_BODY))
    ticket, key = body.get("ticket"), body.get("key")
    if not isinstance(ticket, str) or not isinstance(key, dict):
        raise BatchInvalid(problem="ticket")
    device = await request.app[SERVICES].devices.enrol(ticket, x=_coordinate(key, "x"), y=_coordinate(key, "y"))
    actor = await request.app[SERVICES].people.actor_of(device.person, via="device")
    hello = await request.app[SERVICES].device_doors.hello(device, by=actor)
    return web.json_response({**document(request, hello), **await numbers(request)}, status=201)


def _coordinate(key: dict[str, Any], name: str) -> bytes:
    value = key.get(name)
    if key.get("kty") != "EC" or key.get("crv") != "P-256" or not isinstance(value, str):
        raise KeyInvalid()
    try:
        return from_base64url(value[:64])
    except ValueError:
        raise KeyInvalid() from None


async def hello(request: web.Request) -> web.Response:
    """What this device is and may do now."""
    device, actor, _ = await signed(request)
    made = document(request, await request.app[SERVICES].device_doors.hello(device, by=actor))
    return web.json_response({**made, **await numbers(request)})


async def roster(request: web.Request) -> web.Response:
    """The list of names, for a device that was enrolled with it."""
    device, actor, body = await signed(request)
    found = await request.app[SERVICES].device_doors.roster(device, asked_at=_asked_at(body), by=actor)
    return web.json_response({
        "order": str(found.order), "made": _ms(request.app[CLOCK].now()),
        "households": [
            {"id": str(home), "card": cti_hash(card.cti).hex() if card is not None else None, "members": [_resident(one) for one in lot]}
            for home, card, lot in found.households
        ],
    })  # fmt: skip


async def find(request: web.Request) -> web.Response:
    """Whose a short code, ID number or phone number is."""
    device, actor, body = await signed(request)
    asked = body.get("q")
    if not isinstance(asked, str) or not 1 <= len(asked) <= LONGEST_ASKED:
        raise BatchInvalid(problem="q")
    found = await request.app[SERVICES].device_doors.find(device, asked, asked_at=_asked_at(body), by=actor)
    person = found.person
    return web.json_response({
        "person": str(person.id) if person else None, "name": masked_name(person.name) if person else None, "reason": found.reason.value,
        "text": request[CATALOGUE].say(REASONS[found.reason], **dict.fromkeys(("time", "before", "shelter", "places"), "–")),
    })  # fmt: skip


def _asked_at(body: dict[str, Any]) -> datetime:
    try:
        return asked_at(body)
    except ItemInvalid:
        raise BatchInvalid(problem="at") from None


def _resident(one: Resident) -> dict[str, Any]:
    person, standing = one.person, one.member.standing if one.member is not None else None
    where = standing.whereabouts.kind.value if standing is not None and standing.whereabouts is not None else None
    return {
        "person": str(person.id), "number": person.number, "name": person.name, "phone": masked_phone(person.phone) if person.phone else None,
        "cti8": [cti_hash(code.cti).hex() for code in one.codes], "short": [code.short for code in one.codes], "standing": where,
        "safe": standing is not None and standing.safe, "listed": one.member is not None, "responsible": one.responsible,
    }  # fmt: skip


def document(request: web.Request, hello: Hello) -> dict[str, Any]:
    """The device document: everything that the scanner has to know about itself."""
    device, until = hello.device, _ms(hello.device.scope.until)
    return {
        "device": str(device.id), "label": device.label, "official": masked_name(hello.official.name), **_scope(device),
        "places": [{"id": str(spot.id), "kind": spot.kind.value, "name": spot.name, "area": spot.area} for spot in hello.spots],
        "orders": [{"id": str(one.id), "title": one.number, "drill": one.drill, "areas": list(one.areas)} for one in hello.orders],
        "with_list": {"order": str(hello.with_list), "until": until} if hello.with_list is not None else None,
        "now": _ms(request.app[CLOCK].now()), "office_phone": request.app[SITE].office_phone,
    }  # fmt: skip


async def numbers(request: web.Request) -> dict[str, int]:
    """Which lists are in use, so that a device fetches newer ones at once."""
    lists = request.app[SERVICES].lists
    return {"trust": (await lists.trust()).sequence, "revoked": (await lists.revoked()).sequence}


def _scope(device: Device) -> dict[str, Any]:
    scope = device.scope
    return {"purposes": [one.value for one in scope.purposes], "drill": scope.drill, "until": _ms(scope.until)}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def routes() -> Sequence[Route]:
    return (
        Route("POST", "/api/v1/devices", enrol, Open.EVERYBODY, ENROLLING, machine=True),
        Route("POST", "/api/v1/devices/hello", hello, Open.EVERYBODY, ASKING, machine=True),
        Route("POST", "/api/v1/devices/roster", roster, Open.EVERYBODY, ASKING, machine=True),
        Route("POST", "/api/v1/devices/find", find, Open.EVERYBODY, ASKING, machine=True),
    )
