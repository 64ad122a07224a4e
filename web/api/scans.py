"""What devices recorded, in signed batches: their own, or another device's that one of them carries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from domain.devices import BatchInvalid, SignatureWrong
from domain.errors import Refusal
from domain.scans import REASONS, Reason
from domain.uploads import LONGEST_BODY, WORDS, ItemInvalid, Why, read_batch
from services.uploads import Answer, Answered, Sent
from web.api.signed import parsed, said, signature_of, signed
from web.keys import CATALOGUE, FORMATS, SERVICES
from web.limiting import Limit
from web.routing import Open, Route

PATH = "/api/v1/scans"
MOST_CARRIED = 50
LONGEST_CARRIED = 4 * 1024 * 1024
OFTEN = (Limit("device batches", 240, 60),)


async def take(request: web.Request) -> web.Response:
    """A batch of this device's own."""
    device, actor, body = await signed(request, longest=LONGEST_BODY, withdrawn=True)
    batch = _batch(body)
    if batch.device != device.id:
        raise SignatureWrong()
    return web.json_response(as_json(request, await request.app[SERVICES].uploads.take(Sent(batch, device, actor))))


async def carried(request: web.Request) -> web.Response:
    """Batches that another device exported. The carrier is known and signs too; each batch is believed for its own signature alone."""
    _, _, body = await signed(request, longest=LONGEST_CARRIED)
    batches = body.get("batches")
    if not isinstance(batches, list) or not 1 <= len(batches) <= MOST_CARRIED:
        raise BatchInvalid(problem="batches")
    return web.json_response({"batches": [await one_carried(request, one) for one in batches]})


async def one_carried(request: web.Request, given: object) -> dict[str, Any]:
    """The answer to one carried batch: as to one that came by itself, or the refusal of it."""
    try:
        return as_json(request, await take_carried(request, given))
    except Refusal as refusal:
        return {"code": refusal.code, "text": request[CATALOGUE].say(refusal.text, **refusal.fields)}


async def take_carried(request: web.Request, given: object) -> Answered:
    """A batch of another device, believed for that device's signature over the path on which it would have come by itself."""
    if not isinstance(given, dict) or not isinstance(given.get("body"), str) or not isinstance(given.get("signature"), str):
        raise BatchInvalid(problem="malformed")
    text = given["body"].encode(errors="replace")
    if len(text) > LONGEST_BODY:
        raise BatchInvalid(problem="too_long")
    services, batch = request.app[SERVICES], _batch(parsed(text))
    device, actor = await services.device_doors.enter(
        batch.device, said=said("POST", PATH, text), signature=signature_of(given["signature"]), withdrawn=True
    )  # fmt: skip
    return await services.uploads.take(Sent(batch, device, actor))


def _batch(body: dict[str, Any]) -> Any:
    try:
        return read_batch(body)
    except ItemInvalid as wrong:
        raise BatchInvalid(problem=str(wrong.fields.get("field", "malformed"))) from None


def as_json(request: web.Request, answered: Answered) -> dict[str, Any]:
    return {
        "now": int(answered.now.timestamp() * 1000), "skew": int(answered.skew / timedelta(milliseconds=1)),
        "items": [_item(request, one) for one in answered.items],
    }  # fmt: skip


def _item(request: web.Request, one: Answer) -> dict[str, Any]:
    return {
        "key": str(one.key), "answer": one.taken.value, "reason": one.reason, "text": sentence(request, one), "at_effective": _milliseconds(one.at_effective),
        "short": one.short,
        "beside": [{"why": other.why.value, "at": _milliseconds(other.at), "place": other.place, "number": other.number} for other in one.beside],
    }  # fmt: skip


def _milliseconds(at: datetime | None) -> int | None:
    return int(at.timestamp() * 1000) if at is not None else None


def sentence(request: web.Request, one: Answer) -> str:
    """The reason in the device's language, with the times and places that it names."""
    fields = dict(one.fields)
    at = request[FORMATS].time(datetime.fromisoformat(fields["at"])) if "at" in fields else "–"
    told = {"time": at, "before": fields.get("before", "–"), "shelter": fields.get("shelter", "–"), "places": "–"}
    text = REASONS[Reason(one.reason)] if one.reason in set(Reason) else WORDS.get(Why(one.reason)) if one.reason in set(Why) else None
    return request[CATALOGUE].say(text, **told) if text is not None else ""


def routes() -> Sequence[Route]:
    return (
        Route("POST", PATH, take, Open.EVERYBODY, OFTEN, machine=True),
        Route("POST", f"{PATH}/carried", carried, Open.EVERYBODY, OFTEN, machine=True),
    )
