"""The lab's hand on the weather: `/lab/limits` says how fast a bot may send, `/lab/rain` what befalls sends at random."""

from dataclasses import asdict, fields

from aiohttp import web

from lab.simulator.bodies import Body, whole
from lab.simulator.errors import Impossible
from lab.simulator.sprinkle import Rain
from lab.simulator.world import World


class LimitSide:
    """Switches; what was said already is not changed by them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/lab/limits", self.limits),
            web.post("/lab/limits", self.switch),
            web.get("/lab/rain", self.rain),
            web.post("/lab/rain", self.set_rain),
        ]

    async def limits(self, request: web.Request) -> web.Response:
        """The profile of one bot (`bot`, else the first)."""
        bot = request.query.get("bot")
        return web.json_response({"profile": self._world.account(whole(bot, "bot") if bot else None).throttle.profile})

    async def switch(self, request: web.Request) -> web.Response:
        """{profile: none | strict | scoped | bursty, seed}, for every bot; what was sent before is forgotten."""
        body = await Body.of(request)
        for account in self._world.accounts.values():
            account.throttle.switch(body.text("profile"), seed=body.whole("seed", default=0))
        return await self.limits(request)

    async def rain(self, request: web.Request) -> web.Response:
        return web.json_response(asdict(self._world.sprinkle.rain))

    async def set_rain(self, request: web.Request) -> web.Response:
        """The fields of `Rain`; an empty object ends it."""
        values = (await Body.of(request)).values
        if unknown := set(values) - {field.name for field in fields(Rain)}:
            raise Impossible(400, f"unknown: {', '.join(sorted(unknown))}")
        try:
            self._world.sprinkle.set(Rain(**values))
        except TypeError as error:
            raise Impossible(400, str(error)) from error
        return await self.rain(request)
