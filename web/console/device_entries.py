"""Entries of devices that somebody has to look at, and entries that are brought by hand in a file: on a stick, by Telegram, by mail."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.errors import Invalid, Refusal
from domain.text import N_
from domain.uploads import Taken
from services.device_entries import Entry
from web import device_words
from web.api.scans import take_carried
from web.api.signed import parsed
from web.keys import ACTOR, CATALOGUE, FORMATS, PAGES, SERVICES
from web.limiting import Limit
from web.middlewares.errors import NoSuchPage
from web.rendering import allowed
from web.routing import Route
from web.uploads import brought

HERE = "/console/devices/entries"
FORMAT = "outbox 1"
LARGEST_FILE = 24 * 1024 * 1024
MOST_BATCHES = 400
BROUGHT = Limit("outbox files", most=10, seconds=60)
SHOWN = (Taken.ACCEPTED, Taken.DUPLICATE, Taken.CONFLICT, Taken.REJECTED)


class OutboxInvalid(Invalid):
    code = "outbox_invalid"
    text = N_("This is no file of a scanner’s entries. On the phone: menu, “save entries as a file”.")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one batch of a file: how many entries of each kind, or why none of it was taken."""

    device: str
    counts: Counter[Taken]
    refused: str


async def page(request: web.Request) -> web.StreamResponse:
    """The newest first. What stands here was kept and counted nowhere, or has to be verified."""
    return await _page(request)


async def _page(request: web.Request, *, whole: UUID | None = None) -> web.Response:
    services, by = request.app[SERVICES], request[ACTOR]
    entries = await services.device_entries.told(await services.uploads.disputes(by=by), by=by)
    return request.app[PAGES].page(
        request, "device_entries.html", entries=entries, reasons=[sentence(request, one) for one in entries],
        device_words=device_words, most=LARGEST_FILE // 1024 // 1024, devices=allowed(request, May.ENROL_DEVICE), whole=whole,
    )  # fmt: skip


def sentence(request: web.Request, entry: Entry) -> str:
    """Why it stands here."""
    at = entry.arrival.at_effective or entry.arrival.at_received
    blank = {"time": request[FORMATS].time(at), "before": "–", "shelter": entry.place or "–", "places": "–"}
    return request[CATALOGUE].say(device_words.reason(entry.arrival.reason), **blank)


async def settle(request: web.Request) -> web.StreamResponse:
    """Somebody found out what happened and did what had to be done."""
    await request.app[SERVICES].uploads.settle(_key(request), by=request[ACTOR])
    raise web.HTTPSeeOther(HERE)


async def unmask(request: web.Request) -> web.StreamResponse:
    """The list again, with the whole name of one entry."""
    key = _key(request)
    await request.app[SERVICES].device_entries.unmask(key, by=request[ACTOR])
    return await _page(request, whole=key)


def _key(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["entry"])
    except ValueError:
        raise NoSuchPage() from None


async def bring(request: web.Request) -> web.StreamResponse:
    """Take in a file of entries; each batch is believed for the signature of its device, whoever brings it. The same file twice changes nothing."""
    got = await brought(request, largest=LARGEST_FILE)
    batches = await asyncio.to_thread(_batches, got.file)
    await request.app[SERVICES].device_entries.brought(len(batches), by=request[ACTOR])
    results = [await _result(request, one) for one in batches]
    return request.app[PAGES].page(request, "device_brought.html", results=results, shown=SHOWN, device_words=device_words)


def _batches(file: bytes) -> list[Any]:
    try:
        found = parsed(file)
    except Refusal:
        raise OutboxInvalid() from None
    batches = found.get("batches")
    if found.get("mashang") != FORMAT or not isinstance(batches, list) or not 1 <= len(batches) <= MOST_BATCHES:
        raise OutboxInvalid()
    return batches


async def _result(request: web.Request, given: Any) -> Result:
    try:
        answered = await take_carried(request, given)
    except Refusal as refusal:
        return Result(_device(given), Counter(), request[CATALOGUE].say(refusal.text, **refusal.fields))
    return Result(_device(given), Counter(one.taken for one in answered.items), "")


def _device(given: Any) -> str:
    """The end of the device's id, as the phone shows it; for people who compare."""
    try:
        device = json.loads(given["body"])["device"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "?"
    return device[-6:] if isinstance(device, str) and device.isascii() else "?"


def routes() -> Sequence[Route]:
    return (
        Route("GET", HERE, page, May.SEE_PERSON),
        Route("POST", f"{HERE}/{{entry}}/settle", settle, May.SEE_PERSON),
        Route("POST", f"{HERE}/{{entry}}/unmask", unmask, May.UNMASK, fresh=True),
        Route("POST", "/console/devices/import", bring, May.SEE_PERSON, limits=(BROUGHT,), uploads=True),
    )
