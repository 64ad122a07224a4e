"""The live board: one stream per open page, new numbers each time the board rings, a heartbeat in between."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from aiohttp import web

from domain.access import May
from domain.errors import Away, Refusal
from services.evacuations import BOARD
from web.console.board import order_of
from web.console.told import Changes, Event, Numbers, Teller
from web.keys import ACTOR, CLOCK, REFERENCE, SERVICES, SESSION, STREAMS, WAKEUPS
from web.routing import Route

BETWEEN = 0.5
RETRY_MS = 2000

log = logging.getLogger(__name__)


async def live(request: web.Request) -> web.StreamResponse:
    """For programs: `board` with all numbers as JSON, `beat`, and `end` when rights or the session end."""
    return await _stream(request, Numbers(request))


async def page(request: web.Request) -> web.StreamResponse:
    """For the open page: `numbers` with the parts of it that changed, `beat`, `end`."""
    return await _stream(request, Changes(request))


async def _stream(request: web.Request, teller: Teller) -> web.StreamResponse:
    """Rights are asked for anew before each event.

    An open board is a session in use: on the wall of a duty room it stays until the session's twelve hours are over.
    """
    order, app = order_of(request), request.app
    with app[STREAMS].one(request[ACTOR].registered()):
        async with app[WAKEUPS].subscribe(BOARD) as rings:
            first, turns = await _board(request, order, teller)
            stream = await _opened(request)
            try:
                await stream.write(bytes(first))
                while True:
                    rung = await _rung(rings, within=app[STREAMS].heartbeat)
                    if rung or (turns is not None and app[CLOCK].now() > turns):
                        event, turns = await _board(request, order, teller)
                    else:
                        event = await _beat(request, teller)
                    await stream.write(bytes(event))
                    if rung:
                        await app[CLOCK].sleep(BETWEEN)
            except Refusal as refusal:
                await stream.write(bytes(teller.end(refusal)))
            except (Away, ConnectionError):
                pass
            except Exception:
                log.exception("fault %s in an open board; its browser comes again", request[REFERENCE])
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


async def _board(request: web.Request, order: UUID, teller: Teller) -> tuple[Event, datetime | None]:
    """The board for whoever the session speaks for at this moment, and when to look again unasked; refuses when it speaks for nobody any more."""
    services = request.app[SERVICES]
    reader = await services.sessions.still(request[SESSION].id)
    board = await services.board.order(order, by=reader)
    return teller.board(board, reader=reader), board.turns_at


async def _beat(request: web.Request, teller: Teller) -> Event:
    reader = await request.app[SERVICES].sessions.still(request[SESSION].id)
    reader.must(May.SEE_BOARD, now=request.app[CLOCK].now())
    return teller.beat()


async def close(app: web.Application) -> None:
    """For `on_shutdown`: an open board must not keep the house from closing."""
    await app[STREAMS].end()


def routes() -> Sequence[Route]:
    return (
        Route("GET", "/live/board/{order}", live, May.SEE_BOARD),
        Route("GET", "/live/board/{order}/page", page, May.SEE_BOARD),
    )
