"""setWebhook, deleteWebhook, getWebhookInfo, and the pushing of updates.

Updates of one chat go one after the other, those of different chats at the same time. What is not answered with 2xx
is tried again at once, then after 2, 4, 8 … seconds. The body of an answer is not read: the lab runs no method from it.
"""

import re
from typing import Any

import aiohttp

from lab.simulator.calls import Call
from lab.simulator.errors import bad
from lab.simulator.keeper import Keeper
from lab.simulator.preview import is_loopback
from lab.simulator.queue import Entry
from lab.simulator.updates import read_allowed
from lab.simulator.world import Account, World

SECRET = "X-Telegram-Bot-Api-Secret-Token"


async def set_webhook(world: World, account: Account, call: Call) -> Any:
    """True. Only addresses on this machine are taken, over http or https; an empty one deletes the webhook."""
    url, secret = call.text("url"), call.text("secret_token")
    if not url:
        return await delete_webhook(world, account, call)
    if not is_loopback(url):
        raise bad("bad webhook: the address is not on this machine")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    read_allowed(account, call)
    if call.flag("drop_pending_updates"):
        account.queue.drop()
    stop(account)
    account.hook.url, account.hook.secret = url, secret
    account.hook.connections = min(max(call.number("max_connections", default=40), 1), 100)
    account.queue.bell.ring()
    account.hook.task = world.keeper.spawn(Pusher(world, account).run(), name="webhook")
    return True


async def delete_webhook(world: World, account: Account, call: Call) -> Any:
    """True, whether there was one or not; what waits is kept unless it is asked to be dropped."""
    if call.flag("drop_pending_updates"):
        account.queue.drop()
    stop(account)
    account.hook.url = account.hook.secret = ""
    return True


async def get_webhook_info(world: World, account: Account, call: Call) -> Any:
    """Telegram's WebhookInfo; `url` is empty while the bot polls."""
    hook = account.hook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(account.queue.pending()),
    }
    if hook.url:
        info |= {"max_connections": hook.connections, "ip_address": "127.0.0.1"}
    if hook.last_error_at is not None:
        info |= {"last_error_date": int(hook.last_error_at), "last_error_message": hook.last_error}
    if account.queue.allowed:
        info["allowed_updates"] = sorted(account.queue.allowed)
    return info


def stop(account: Account) -> None:
    """End the pushing; an update under way stays queued."""
    if account.hook.task is not None:
        account.hook.task.cancel()
        account.hook.task = None


class Pusher:
    """Delivers the queue of one bot to its webhook until cancelled."""

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account
        self._busy: set[int] = set()
        self._keeper = Keeper()

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    for entry, again in self._ready():
                        self._busy.add(entry.chat_id)
                        self._keeper.spawn(self._deliver(session, entry, again=again), name="push")
                    await self._account.queue.bell.wait()
                    await self._world.back()
            finally:
                await self._keeper.close()

    def _ready(self) -> list[tuple[Entry, bool]]:
        """The first waiting update of each chat that is not being served, within the connections allowed."""
        queue = self._account.queue
        chosen: dict[int, tuple[Entry, bool]] = {}
        for entry, again in [*((e, True) for e in queue.replays()), *((e, False) for e in queue.pending())]:
            if entry.chat_id not in self._busy:
                chosen.setdefault(entry.chat_id, (entry, again))
        free = self._account.hook.connections - len(self._busy)
        return list(chosen.values())[: max(free, 0)]

    async def _deliver(self, session: aiohttp.ClientSession, entry: Entry, *, again: bool) -> None:
        queue, failures = self._account.queue, 0
        while again or entry.confirmed_at is None:
            await self._world.back()
            if await self._push(session, entry):
                break
            failures += 1
            if failures > 1:
                limits = self._world.limits
                longest = limits.webhook_backoff_longest
                await self._world.sleep(min(limits.webhook_backoff ** (failures - 1), longest))
            if not again and entry not in queue.pending():
                break
        if again:
            queue.replayed([entry])
        else:
            queue.confirm([entry.update_id])
        self._busy.discard(entry.chat_id)
        queue.bell.ring()

    async def _push(self, session: aiohttp.ClientSession, entry: Entry) -> bool:
        hook, at = self._account.hook, self._world.now()
        headers = {SECRET: hook.secret} if hook.secret else {}
        timeout = aiohttp.ClientTimeout(total=self._world.limits.webhook_seconds)
        status, error = None, ""
        try:
            async with session.post(hook.url, json=entry.update(), headers=headers, timeout=timeout) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            error = type(failure).__name__
        entry.attempts.append({"at": at, "status": status, "error": error})
        if status is not None:
            entry.delivered_at.append(at)
        if status is not None and 200 <= status < 300:
            return True
        hook.last_error_at = self._world.now()
        hook.last_error = error or f"Wrong response from the webhook: {status}"
        return False
