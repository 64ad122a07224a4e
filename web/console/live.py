"""The live board: one stream per open page, a new set of numbers each time the board rings, a heartbeat in between."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.errors import Refusal
from services.evacuations import BOARD
from web.console.board import order_of
from web.console.numbers import as_json
from web.keys import ACTOR, CATALOGUE, CLOCK, SECRET, SERVICES, STREAMS, WAKEUPS
from web.routing import Route

BETWEEN = 0.5
RETRY_MS = 2000


async def live(request: web.Request) -> web.StreamResponse:
    """Server-sent events `board`, `beat` and, when rights or the session end, `end`. Rights are asked for anew before each.

    An open board is a session in use: on the wall of a duty room it stays until the session's twelve hours are over.
    """
    order, app = order_of(request), request.app
    with app[STREAMS].one(request[ACTOR].registered()):
        async with app[WAKEUPS].subscribe(BOARD) as rings:
            first = await _numbers(request, order)
            stream = await _opened(request)
            try:
                await _send(stream, "board", first)
                while True:
                    rung = await _rung(rings, within=app[STREAMS].heartbeat)
                    await _send(stream, "board" if rung else "beat", await _numbers(request, order) if rung else await _beat(request))
                    if rung:
                        await app[CLOCK].sleep(BETWEEN)
            except Refusal as refusal:
                await _send(stream, "end", {"code": refusal.code, "text": request[CATALOGUE].say(refusal.text, **refusal.fields)})
            except ConnectionError:
                pass
            return stream


async def _opened(request: web.Request) -> web.StreamResponse:
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"})
    await stream.prepare(request)
    await stream.write(f"retry: {RETRY_MS}\n\n".encode())
    return stream


async def _rung(rings: AsyncIterator[None], *, within: float) -> bool:
    """True when the board rang; False when nothing happened for one heartbeat, `within` seconds."""
    try:
        async with asyncio.timeout(within):
            await anext(rings)
    except TimeoutError:
        return False
    return True


async def _numbers(request: web.Request, order: UUID) -> Mapping[str, Any]:
    """The board for whoever the session speaks for at this moment; refuses when it speaks for nobody any more."""
    services = request.app[SERVICES]
    reader = await services.sessions.actor(request[SECRET])
    return as_json(await services.board.order(order, by=reader), at=request.app[CLOCK].now())


async def _beat(request: web.Request) -> Mapping[str, Any]:
    reader = await request.app[SERVICES].sessions.actor(request[SECRET])
    reader.must(May.SEE_BOARD, now=request.app[CLOCK].now())
    return {"at": request.app[CLOCK].now().isoformat()}


async def _send(stream: web.StreamResponse, event: str, data: Mapping[str, Any]) -> None:
    await stream.write(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode())


async def close(app: web.Application) -> None:
    """For `on_shutdown`: an open board must not keep the house from closing."""
    app[STREAMS].end()


def routes() -> Sequence[Route]:
    return (Route("GET", "/live/board/{order}", live, May.SEE_BOARD),)
