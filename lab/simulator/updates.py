"""getUpdates: a long poll whose offset confirms."""

import asyncio
from typing import Any

from lab.simulator.calls import Call
from lab.simulator.errors import Refused, bad
from lab.simulator.outage import Down
from lab.simulator.queue import Entry
from lab.simulator.world import Account, World

WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
ORDINARY_LIMIT = 100


async def get_updates(world: World, account: Account, call: Call) -> Any:
    """Up to `limit` updates, oldest first, as soon as there is one and at the latest after `timeout` seconds.

    A call with `offset` forgets all updates before it. A second poller ends the first with 409.
    """
    if account.hook.url:
        raise Refused(409, WEBHOOK_IS_SET)
    read_allowed(account, call)
    account.poll += 1
    mine = account.poll
    account.queue.bell.ring()
    account.queue.confirm_before(call.number("offset"))
    limit = call.number("limit", default=ORDINARY_LIMIT)
    limit = limit if 1 <= limit <= ORDINARY_LIMIT else ORDINARY_LIMIT
    seconds = min(max(call.number("timeout"), 0), world.limits.poll_seconds)
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        if world.outage.on:
            raise Down
        if account.poll != mine:
            raise Refused(409, OTHER_POLLER)
        if account.hook.url:
            raise Refused(409, "Conflict: terminated by setWebhook request")
        entries = take(world, account, limit=limit)
        left = deadline - asyncio.get_running_loop().time()
        if entries or left <= 0 or world.closing.is_set():
            return [entry.update() for entry in entries]
        await account.queue.bell.wait(left)


def take(world: World, account: Account, *, limit: int) -> list[Entry]:
    """What is handed out now: replays first, each once, then what waits."""
    replays = account.queue.replays()[:limit]
    account.queue.replayed(replays)
    entries = [*replays, *account.queue.pending()[: limit - len(replays)]]
    for entry in entries:
        entry.delivered_at.append(world.now())
    return entries


def read_allowed(account: Account, call: Call) -> None:
    """Remember `allowed_updates`; absent means as before, empty means all ordinary kinds."""
    allowed = call.structure("allowed_updates")
    if allowed is None:
        return
    if not isinstance(allowed, list) or not all(isinstance(each, str) for each in allowed):
        raise bad("can't parse allowed_updates JSON object")
    account.queue.allowed = frozenset(allowed)
