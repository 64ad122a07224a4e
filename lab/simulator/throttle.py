"""How fast a bot may send: 30 a second over all chats, 1 a second to a person, 20 a minute to a group, and what is said above that.

Telegram publishes the figures, not the rule, so there are four rules. Time is the simulator's own clock.

profile  overall                                         one chat                       who has to wait
none     no limit                                        no limit                       nobody
strict   30 within any second                            1 a second, 20 a minute        the whole bot (3 s), or that chat
scoped   30 within any second                            1 a second, 20 a minute        only the chat that was over, for 5 s; else that call
bursty   a bucket of 45 that fills by 30 a second        a bucket of 3; 20 a minute     5 to 20 s: mostly the whole bot, one time in four that chat alone
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal, get_args

from lab.simulator.errors import Impossible
from lab.simulator.limits import Limits

Profile = Literal["none", "strict", "scoped", "bursty"]
Scope = Literal["all", "chat"]
SECOND = 1.0
MINUTE = 60.0
STRICT_WAIT = 3
SCOPED_WAIT = 5
SHORTEST_BURSTY_WAIT = 5
ALONE = 0.25
"""How often the bursty profile means one chat only."""


@dataclass(frozen=True)
class Halt:
    """429: `seconds` is what `retry_after` says, `scope` whom it really concerns (a bot is never told)."""

    seconds: int
    scope: Scope


@dataclass
class Bucket:
    """Leaks by `rate` a second; over `size` it overflows."""

    size: float
    rate: float
    level: float = 0.0
    at: float = 0.0

    def takes(self, now: float) -> bool:
        self.level = max(0.0, self.level - (now - self.at) * self.rate)
        self.at = now
        if self.level + 1 > self.size:
            return False
        self.level += 1
        return True


@dataclass
class Passed:
    """When the last sends were let through, of one bot or to one chat."""

    times: deque[float] = field(default_factory=deque)

    def over(self, now: float, *, most: int, within: float) -> float:
        """Seconds until one more fits; 0 when it fits now."""
        while self.times and now - self.times[0] >= within:
            self.times.popleft()
        return 0.0 if len(self.times) < most else within - (now - self.times[-most])


def is_send(method: str) -> bool:
    """Whether a method counts: whatever puts a new message into a chat."""
    name = method.lower()
    return name != "sendchataction" and name.startswith(("send", "copymessage", "forwardmessage"))


class Throttle:
    """Decides for each send of one bot whether it is let through. `random` chooses what Telegram does not say."""

    def __init__(self, *, now: Callable[[], float], limits: Limits, profile: Profile = "none", seed: int = 0) -> None:
        self._now = now
        self._limits = limits
        self.switch(profile, seed=seed)

    def switch(self, profile: str, *, seed: int = 0) -> None:
        """Another profile, with nothing remembered. Impossible for one that does not exist."""
        if profile not in get_args(Profile):
            raise Impossible(400, f"no such profile: {profile}; there is {', '.join(get_args(Profile))}")
        self.profile = profile
        self._random = Random(seed)
        self._all = Passed()
        self._chats: dict[int, Passed] = {}
        self._bucket = Bucket(self._limits.burst, self._limits.sends_per_second)
        self._buckets: dict[int, Bucket] = {}
        self._until: dict[int | None, float] = {}

    def look(self, method: str, *, chat_id: int | None) -> Halt | None:
        """None when this send is let through, and counted; else what it is told."""
        if self.profile == "none" or not is_send(method):
            return None
        now = self._now()
        halt = self._paused(chat_id, now) or self._over(chat_id, now)
        if halt is None:
            self._all.times.append(now)
            if chat_id is not None:
                self._chats.setdefault(chat_id, Passed()).times.append(now)
        return halt

    def punish(self, method: str, seconds: int, *, chat_id: int | None) -> Halt:
        """Telegram's mood: from now on this chat, or the whole bot, is told to wait, by the habits of the profile."""
        if self.profile == "none" or not is_send(method):
            return Halt(seconds, "chat")
        alone = self.profile == "scoped" or (self.profile == "bursty" and self._random.random() < ALONE)
        return self._close(chat_id if alone else None, seconds, now=self._now())

    def _paused(self, chat_id: int | None, now: float) -> Halt | None:
        """What an earlier wait still says."""
        for key, scope in ((None, "all"), (chat_id, "chat")):
            left = self._until.get(key, 0.0) - now
            if left > 0:
                return Halt(math.ceil(left), "all" if scope == "all" else "chat")
        return None

    def _over(self, chat_id: int | None, now: float) -> Halt | None:
        return self._bursting(chat_id, now) if self.profile == "bursty" else self._rolling(chat_id, now)

    def _rolling(self, chat_id: int | None, now: float) -> Halt | None:
        left = self._chat_over(chat_id, now)
        if left > 0 and self.profile == "scoped":
            return self._close(chat_id, max(SCOPED_WAIT, math.ceil(left)), now=now)
        if left > 0:
            return Halt(math.ceil(left), "chat")
        if (left := self._all.over(now, most=self._limits.sends_per_second, within=SECOND)) == 0:
            return None
        return self._close(None, STRICT_WAIT, now=now) if self.profile == "strict" else Halt(math.ceil(left), "all")

    def _chat_over(self, chat_id: int | None, now: float) -> float:
        if chat_id is None or chat_id not in self._chats:
            return 0.0
        if chat_id < 0:
            return self._chats[chat_id].over(now, most=self._limits.sends_per_group_minute, within=MINUTE)
        return self._chats[chat_id].over(now, most=1, within=SECOND)

    def _bursting(self, chat_id: int | None, now: float) -> Halt | None:
        if chat_id is not None and chat_id < 0 and (left := self._chat_over(chat_id, now)) > 0:
            return self._close(chat_id, max(self._long(), math.ceil(left)), now=now)
        if chat_id is not None and chat_id > 0:
            mine = self._buckets.setdefault(chat_id, Bucket(self._limits.burst_per_chat, 1.0))
            if not mine.takes(now):
                return self._close(chat_id, self._long(), now=now)
        if self._bucket.takes(now):
            return None
        return self._close(chat_id if self._random.random() < ALONE else None, self._long(), now=now)

    def _long(self) -> int:
        return self._random.randint(SHORTEST_BURSTY_WAIT, self._limits.longest_wait)

    def _close(self, key: int | None, seconds: int, *, now: float) -> Halt:
        self._until[key] = max(self._until.get(key, 0.0), now + seconds)
        return Halt(math.ceil(self._until[key] - now), "all" if key is None else "chat")
