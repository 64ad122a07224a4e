"""The bots' entrance: `/bot<token>/<method>` and `/file/bot<token>/<path>`, with Telegram's JSON envelope.

Before either may stand `/by/<name>`: which of several processes of one bot asks. Only the log takes notice of it.
"""

import asyncio
import re
from typing import Any

from aiohttp import web

from lab.simulator.calls import Call, read_call
from lab.simulator.errors import Refused
from lab.simulator.faults import Fault
from lab.simulator.ledger import Asked
from lab.simulator.methods import methods
from lab.simulator.outage import Down
from lab.simulator.throttle import Halt
from lab.simulator.world import Account, World

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class BotSide:
    """Answers bots. Every request, also a refused one, is in the ledger."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._methods = methods()

    def routes(self) -> list[web.RouteDef]:
        return [
            route
            for before in ("", "/by/{by:[a-z0-9-]+}")
            for route in (
                web.post(before + "/bot{token:[^/]+}/{method}", self.call),
                web.get(before + "/bot{token:[^/]+}/{method}", self.call),
                web.get(before + "/file/bot{token:[^/]+}/{path:.+}", self.download),
            )
        ]

    def _account(self, token: str) -> Account:
        if not TOKEN.fullmatch(token):
            raise Refused(404, "Not Found")
        account = self._world.accounts.get(token)
        if account is None:
            raise Refused(401, "Unauthorized")
        return account

    async def call(self, request: web.Request) -> web.StreamResponse:
        try:
            account = self._account(request.match_info["token"])
            call = await read_call(request)
        except Refused as refused:
            return envelope(refused)
        except web.HTTPRequestEntityTooLarge:
            return envelope(Refused(413, "Request Entity Too Large"))
        asked = self._world.ledger.open(
            bot_id=account.profile.id,
            by=request.match_info.get("by", ""),
            method=call.method,
            chat_id=call.chat_id(),
            digest=call.digest(),
            callback_query_id=call.text("callback_query_id") or None,
        )
        if self._world.outage.on:
            return self._unreachable(request, asked)
        fault = self._world.faults.take(call.method, chat_id=call.chat_id())
        halt = account.throttle.look(call.method, chat_id=call.chat_id()) if fault is None else None
        if halt is not None:
            return await self._halt(request, asked, halt)
        fault = fault or self._world.sprinkle.take(call.method)
        if fault is not None:
            asked.fault = fault.kind
            return await self._misbehave(request, account, call, asked=asked, fault=fault)
        try:
            answer = await self._answer(account, call, asked)
        except Down:
            return self._unreachable(request, asked)
        self._world.ledger.close(asked, status=answer.status)
        return answer

    def _unreachable(self, request: web.Request, asked: Asked | None) -> web.Response:
        """What a bot gets while Telegram is down: nothing, or 502."""
        cut = self._world.outage.how == "cut"
        if asked is not None:
            asked.fault = "down"
            self._world.ledger.close(asked, status=None if cut else 502)
        if not cut:
            return envelope(Refused(502, REASONS[502]))
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _answer(self, account: Account, call: Call, asked: Asked) -> web.Response:
        method = self._methods.get(call.method.lower())
        try:
            if method is None:
                raise Refused(501, f"Not Implemented: method {call.method}")
            result = await method(self._world, account, call)
        except Refused as refused:
            asked.description = refused.description
            return envelope(refused)
        asked.accepted = True
        first = result[0] if isinstance(result, list) and result else result
        if isinstance(first, dict):
            asked.message_id = first.get("message_id")
        return web.json_response({"ok": True, "result": result})

    async def _misbehave(
        self, request: web.Request, account: Account, call: Call, *, asked: Asked, fault: Fault
    ) -> web.StreamResponse:
        if fault.takes_effect:
            await self._answer(account, call, asked)
        if fault.kind == "retry_after":
            halt = account.throttle.punish(call.method, max(round(fault.seconds), 1), chat_id=call.chat_id())
            return await self._halt(request, asked, halt)
        if fault.kind == "error":
            self._world.ledger.close(asked, status=fault.status)
            return envelope(Refused(fault.status, REASONS.get(fault.status, "Internal Server Error")))
        if fault.kind == "hang":
            await pause(self._world, fault.seconds)
        self._world.ledger.close(asked, status=None)
        if fault.kind == "garbage":
            return web.Response(text="<html>Bad gateway</html>", content_type="text/html")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _halt(self, request: web.Request, asked: Asked, halt: Halt) -> web.StreamResponse:
        """429, and when the bot had it: what arrives later than that could have known."""
        asked.retry_after, asked.scope = halt.seconds, halt.scope
        refused = Refused(429, f"Too Many Requests: retry after {halt.seconds}", parameters={"retry_after": halt.seconds})
        answer = envelope(refused, headers={"Retry-After": str(halt.seconds)})
        await answer.prepare(request)
        await answer.write_eof()
        asked.written_at = self._world.now()
        self._world.ledger.close(asked, status=429)
        return answer

    async def download(self, request: web.Request) -> web.StreamResponse:
        if self._world.outage.on:
            return self._unreachable(request, None)
        try:
            account = self._account(request.match_info["token"])
        except Refused as refused:
            return envelope(refused)
        stored = self._world.files.at(request.match_info["path"], bot_id=account.profile.id)
        if stored is None or stored.size > self._world.limits.download_bytes:
            return envelope(Refused(404, "Not Found"))
        return web.Response(body=stored.body, content_type="application/octet-stream")


REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


async def pause(world: World, seconds: float) -> None:
    """Wait in real time, but not beyond the end of the simulator."""
    try:
        async with asyncio.timeout(seconds):
            await world.closing.wait()
    except TimeoutError:
        return


def envelope(refused: Refused, *, headers: dict[str, str] | None = None) -> web.Response:
    """Telegram's body of a refusal."""
    body: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.status, headers=headers)
