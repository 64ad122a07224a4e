"""How often somebody may come: counted in memory, by the clock, forgotten after the window."""

from collections import deque
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from aiohttp import web

from domain.errors import TooOften
from domain.text import N_
from services.ports import Clock
from web.keys import SITE

MOST_REMEMBERED = 20_000


class CameTooOften(TooOften):
    code = "came_too_often"
    text = N_("Too many tries. Please wait {seconds} seconds. In danger call 119, 110 or 120.")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in any `seconds` seconds. `name` tells the counters apart."""

    name: str
    most: int
    seconds: int


class Limiter:
    """Remembers when each caller came. One process; what it forgets at a restart only lets people in again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._came: dict[tuple[str, str], deque[float]] = {}

    def count(self, limit: Limit, who: str) -> None:
        """Count one coming of `who`; refuses with the seconds to wait when the limit is reached."""
        now = self._clock.monotonic()
        came = self._came.setdefault((limit.name, who), deque())
        while came and now - came[0] >= limit.seconds:
            came.popleft()
        if len(came) >= limit.most:
            raise CameTooOften(seconds=max(1, int(limit.seconds - (now - came[0]))))
        came.append(now)
        if len(self._came) > MOST_REMEMBERED:
            self._forget(now)

    def __len__(self) -> int:
        """How many counters are kept."""
        return len(self._came)

    def _forget(self, now: float) -> None:
        """Drop whoever has not come for an hour; if that is not enough, everybody who came least lately."""
        self._came = {key: came for key, came in self._came.items() if came and now - came[-1] < 3600}
        if len(self._came) > MOST_REMEMBERED:
            newest = sorted(self._came, key=lambda key: self._came[key][-1])[MOST_REMEMBERED // 2 :]
            self._came = {key: self._came[key] for key in newest}


class Alarm:
    """Counts something over all callers of this process. It rings once per window, when `most` is passed."""

    def __init__(self, clock: Clock, *, most: int, seconds: int) -> None:
        self._clock = clock
        self._most = most
        self._seconds = seconds
        self._came: deque[float] = deque(maxlen=most + 1)
        self._rang = -float(seconds)

    def count(self) -> int:
        """How many there were when it rings; 0 while it is silent."""
        now = self._clock.monotonic()
        self._came.append(now)
        if len(self._came) <= self._most or now - self._came[0] >= self._seconds or now - self._rang < self._seconds:
            return 0
        self._rang = now
        return len(self._came)


def address(request: web.Request) -> str:
    """Who is at the other end: the peer, or what a trusted proxy says last (all before that is the caller's own word); IPv6 stands for its /64."""
    peer = request.remote or ""
    if peer in request.app[SITE].proxies and (forwarded := request.headers.getall("X-Forwarded-For", [])):
        peer = forwarded[-1].rsplit(",", 1)[-1].strip() or peer
    try:
        found = ip_address(peer)
    except ValueError:
        return peer[:64]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)
