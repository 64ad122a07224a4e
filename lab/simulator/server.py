"""A Bot API server on loopback: bots on one side, people on the other, faults and a log in between."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from lab.simulator.botside import BotSide
from lab.simulator.chats import BotProfile, Persona
from lab.simulator.errors import Impossible
from lab.simulator.groupside import GroupSide
from lab.simulator.labdesk import LabDesk
from lab.simulator.labside import LabSide
from lab.simulator.limits import Limits
from lab.simulator.limitside import LimitSide
from lab.simulator.pageside import PageSide
from lab.simulator.throttle import Profile
from lab.simulator.world import Sleep, World


class Simulator:
    """Speaks Telegram's JSON to bots and JSON to people; keeps everything in memory and forgets it on `stop`.

    bots       by token; a token is `<digits>:<letters>` as Telegram's are
    personas   who a visitor of the web chat can be
    now        seconds since 1970, for every date and age; `sleep` for the pauses between webhook attempts
    preview    whether links in messages are fetched, from this machine only
    link_base  an address of the web chat that deep links start with; `/demo/` of this server always counts too
    profile    how fast bots may send (lab/simulator/throttle.py); may be switched later by `/lab/limits`
    """

    def __init__(
        self,
        bots: Mapping[str, BotProfile],
        *,
        personas: Sequence[Persona] = (),
        now: Callable[[], float] = time.time,
        sleep: Sleep = asyncio.sleep,
        preview: bool = True,
        link_base: str | None = None,
        limits: Limits | None = None,
        profile: Profile = "none",
    ) -> None:
        self.world = World(
            bots,
            personas=personas,
            now=now,
            sleep=sleep,
            limits=limits or Limits(),
            preview=preview,
            link_base=link_base,
            speed=profile,
        )
        self._runner: web.AppRunner | None = None
        self._address = ""

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end; for `TelegramAPIServer.from_base` and for browsers."""
        return self._address

    def application(self) -> web.Application:
        """The whole server as an aiohttp application; one per simulator."""
        app = web.Application(client_max_size=self.world.limits.request_bytes, middlewares=[at_home, plain_refusals])
        sides = (BotSide(self.world), LabSide(self.world), GroupSide(self.world), LabDesk(self.world), LimitSide(self.world), PageSide())
        for side in sides:
            app.add_routes(side.routes())
        app.on_shutdown.append(self._wake)
        app.cleanup_ctx.append(self._running)
        return app

    async def _running(self, app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            self.world.preview.use(session)
            yield
            await self.world.keeper.close()

    async def _wake(self, app: web.Application) -> None:
        self.world.close()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. OSError when the port is taken."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._address = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """End every wait and stop listening; a second call does nothing."""
        if self._runner is not None:
            self.world.close()
            await self._runner.cleanup()
            self._runner = None


@web.middleware
async def plain_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What a person cannot do is answered as {"error": reason}."""
    try:
        return await handler(request)
    except Impossible as impossible:
        return web.json_response({"error": impossible.reason}, status=impossible.status)


@web.middleware
async def at_home(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pages of other sites that are open in the same browser must not act for the people in the lab."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        return web.json_response({"error": "asked from another site"}, status=403)
    return await handler(request)
