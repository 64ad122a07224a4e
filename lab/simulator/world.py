"""Everything the simulator remembers, and the bots that live in it."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.simulator.chats import BotProfile, Chat, Chats, Persona
from lab.simulator.errors import Impossible
from lab.simulator.faults import Faults
from lab.simulator.files import Files
from lab.simulator.keeper import Keeper
from lab.simulator.ledger import Ledger
from lab.simulator.limits import Limits
from lab.simulator.outage import Outage
from lab.simulator.presses import Presses
from lab.simulator.preview import Preview
from lab.simulator.queue import Entry, Queue
from lab.simulator.sprinkle import Sprinkle
from lab.simulator.throttle import Profile, Throttle

Json = dict[str, Any]
Sleep = Callable[[float], Awaitable[None]]
AGAIN = 0.05


@dataclass
class Hook:
    """Where a bot wants its updates pushed; no `url` means it polls."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    last_error_at: float | None = None
    last_error: str = ""
    task: asyncio.Task[None] | None = None


@dataclass
class Account:
    """One bot: who it is and what waits for it."""

    profile: BotProfile
    token: str
    queue: Queue
    presses: Presses
    throttle: Throttle
    hook: Hook = field(default_factory=Hook)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By scope (as JSON) and language."""
    poll: int = 0
    """Number of the newest getUpdates; an older one that still waits ends with 409."""


class World:
    """Built once by `Simulator`; the methods of bots and the hands of people work on it."""

    def __init__(
        self,
        bots: Mapping[str, BotProfile],
        *,
        personas: Sequence[Persona],
        now: Callable[[], float],
        sleep: Sleep,
        limits: Limits,
        preview: bool,
        link_base: str | None,
        speed: Profile = "none",
    ) -> None:
        self.now = now
        self.sleep = sleep
        self.limits = limits
        self.link_base = link_base
        self.keeper = Keeper()
        self.closing = asyncio.Event()
        self.chats = Chats(now=now, personas=personas)
        self.files = Files()
        order = itertools.count(1)
        self.ledger = Ledger(now=now, order=order)
        self.faults = Faults()
        self.outage = Outage(now=now)
        self.sprinkle = Sprinkle()
        self.preview = Preview(now=now, limits=limits, keeper=self.keeper, wanted=preview)
        self.accounts: dict[str, Account] = {}
        for token, profile in bots.items():
            queue = Queue(now=now, order=order, limits=limits)
            throttle = Throttle(now=now, limits=limits, profile=speed)
            self.accounts[token] = Account(profile, token, queue, Presses(bot_id=profile.id), throttle)

    def account(self, bot_id: int | None) -> Account:
        """The bot with that id, or the first one; Impossible when there is none."""
        for account in self.accounts.values():
            if bot_id is None or account.profile.id == bot_id:
                return account
        raise Impossible(404, "no such bot")

    def post(self, account: Account, kind: str, body: Json, *, chat: Chat) -> Entry | None:
        """Queue an update for a bot; None when it asked not to get this kind."""
        return account.queue.put(kind, body, chat_id=chat.id)

    def down(self, *, seconds: float, how: str) -> None:
        """Telegram is out of reach from now on; whoever waits for updates finds out at once."""
        self.outage.begin(seconds=seconds, how=how)
        for account in self.accounts.values():
            account.queue.bell.ring()

    async def back(self) -> None:
        """Return when Telegram can be reached. (Its clock may stand still, so it is looked at again and again.)"""
        while self.outage.on and not self.closing.is_set():
            await self.chats.bell.wait(AGAIN)

    async def wait(self, happened: Callable[[], bool], *, seconds: float) -> None:
        """Return once `happened`, after `seconds` of real time, or when the simulator closes."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(seconds, self.limits.poll_seconds)
        while not happened() and not self.closing.is_set() and (left := deadline - loop.time()) > 0:
            await self.chats.bell.wait(left)

    def close(self) -> None:
        """Wake everybody who waits, so that the server can stop at once."""
        self.closing.set()
        self.chats.bell.ring()
        for account in self.accounts.values():
            account.queue.bell.ring()
