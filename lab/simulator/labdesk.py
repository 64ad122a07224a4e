"""The lab's desk: `/lab/log`, `/lab/faults`, `/lab/replay`, and what the web chat needs to know and to scan.

GET  /lab/world                bots, people (with their phone numbers), link_base
GET  /lab/overview             ?after=REVISION&timeout=SECONDS: {revision, chats: one per person and bot, groups}
GET  /lab/pictures             every photo in every chat;  GET /lab/files/FILE_ID its bytes
POST /lab/scan                 {file_id} or multipart with a picture → {readings: [{text, bot, start, page, group}]}
GET  /lab/log                  ?after=NUMBER: updates, requests, previews of one bot; `lab.simulator.tally` reads it
GET, POST, DELETE /lab/faults  the fields of `Fault`
GET, POST, DELETE /lab/down    POST {seconds, how: cut|error}: no bot reaches Telegram meanwhile, by the simulator's clock
POST /lab/replay               {update_id}: the same update once more
"""

import asyncio
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from lab.simulator.bodies import Body, whole
from lab.simulator.calls import read_form
from lab.simulator.errors import Impossible
from lab.simulator.faults import Fault
from lab.simulator.links import reading
from lab.simulator.pictures import read_codes
from lab.simulator.views import overview, pictures
from lab.simulator.world import World


class LabDesk:
    """For oracles, stories and the page; it never changes what was said."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/lab/world", self.world),
            web.get("/lab/overview", self.overview),
            web.get("/lab/pictures", self.pictures),
            web.get("/lab/files/{file_id}", self.file),
            web.post("/lab/scan", self.scan),
            web.get("/lab/log", self.log),
            web.get("/lab/faults", self.faults),
            web.post("/lab/faults", self.add_fault),
            web.delete("/lab/faults", self.clear_faults),
            web.get("/lab/down", self.outage),
            web.post("/lab/down", self.down),
            web.delete("/lab/down", self.up),
            web.post("/lab/replay", self.replay),
        ]

    async def world(self, request: web.Request) -> web.Response:
        """Who is here. Everybody in the lab is invented, so their phone numbers are no secret."""
        bots = [account.profile.user() for account in self._world.accounts.values()]
        people = [{**person.user(), "phone": person.phone} for person in self._world.chats.people.values()]
        return web.json_response({"bots": bots, "people": people, "link_base": self._world.link_base})

    async def overview(self, request: web.Request) -> web.Response:
        """All chats, once anything is later than revision `after`; waits up to `timeout` seconds."""
        after = whole(request.query.get("after", "-1"), "after")
        timeout = whole(request.query.get("timeout", "0"), "timeout")
        await self._world.wait(lambda: self._world.chats.revision > after, seconds=timeout)
        return web.json_response(overview(self._world))

    async def pictures(self, request: web.Request) -> web.Response:
        return web.json_response(pictures(self._world))

    async def file(self, request: web.Request) -> web.Response:
        stored = self._world.files.find(request.match_info["file_id"])
        if stored is None:
            raise Impossible(404, "no such file")
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        kind = stored.content_type if stored.content_type == "image/jpeg" else "application/octet-stream"
        return web.Response(body=stored.body, content_type=kind, headers=headers)

    async def scan(self, request: web.Request) -> web.Response:
        """What a camera reads: {file_id} of a picture in a chat, or multipart with one file."""
        if request.content_type == "application/json":
            stored = self._world.files.find((await Body.of(request)).text("file_id"))
            picture = stored.body if stored else b""
        else:
            _, uploads = await read_form(request)
            picture = next((upload.body for upload in uploads.values()), b"")
        if not picture:
            raise Impossible(400, "no picture")
        texts = await asyncio.to_thread(read_codes, picture, limits=self._world.limits)
        return web.json_response({"readings": [self._reading(text, request) for text in texts]})

    def _reading(self, text: str, request: web.Request) -> dict[str, Any]:
        bots = [account.profile.username for account in self._world.accounts.values()]
        return asdict(reading(text, bots=bots, link_base=self._world.link_base, host=request.host))

    async def log(self, request: web.Request) -> web.Response:
        """Updates and requests of one bot (`bot`, else the first), and every preview; `after` skips older requests."""
        bot = request.query.get("bot")
        account = self._world.account(whole(bot, "bot") if bot else None)
        account.queue.pending()
        asked = self._world.ledger.after(whole(request.query.get("after", "0"), "after"))
        return web.json_response(
            {
                "now": self._world.now(),
                "updates": [entry.record() for entry in account.queue.history.values()],
                "requests": [each for each in asked if each["bot_id"] == account.profile.id],
                "previews": self._world.preview.fetched(),
            }
        )

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._world.faults.list())

    async def add_fault(self, request: web.Request) -> web.Response:
        """The fields of `Fault`; answers with all that are still to come."""
        values = (await Body.of(request)).values
        if unknown := set(values) - {field.name for field in fields(Fault)}:
            raise Impossible(400, f"unknown: {', '.join(sorted(unknown))}")
        try:
            self._world.faults.add(Fault(**values))
        except TypeError as error:
            raise Impossible(400, str(error)) from error
        return web.json_response(self._world.faults.list(), status=201)

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._world.faults.clear()
        return web.json_response([])

    async def outage(self, request: web.Request) -> web.Response:
        """{on, how, left}: whether Telegram is down, and for how many seconds yet."""
        return web.json_response(self._world.outage.view())

    async def down(self, request: web.Request) -> web.Response:
        """Telegram is down for {seconds} of the simulator's clock; {how}: cut (connections break) or error (502)."""
        body = await Body.of(request)
        self._world.down(seconds=body.real("seconds"), how=body.text("how", default="cut"))
        return web.json_response(self._world.outage.view(), status=201)

    async def up(self, request: web.Request) -> web.Response:
        self._world.outage.end()
        return web.json_response(self._world.outage.view())

    async def replay(self, request: web.Request) -> web.Response:
        """Deliver the update {update_id} once more."""
        number = (await Body.of(request)).whole("update_id")
        if not any(account.queue.replay(number) for account in self._world.accounts.values()):
            raise Impossible(404, "no such update")
        return web.json_response({"update_id": number})
