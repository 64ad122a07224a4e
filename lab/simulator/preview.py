"""Telegram's link preview: every address in a message is fetched by a robot, which must not change anything there."""

import asyncio
import ipaddress
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
from yarl import URL

from lab.simulator.keeper import Keeper
from lab.simulator.limits import Limits

USER_AGENT = "TelegramBot (like TwitterBot)"
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Fetched:
    """One look at one address. `status` is None when nothing came; `refusal` then says why."""

    url: str
    chat_id: int
    at: float
    status: int | None
    size: int
    refusal: str


def is_loopback(url: str) -> bool:
    """Whether an http(s) address leads to this machine; nothing else is ever fetched or opened."""
    try:
        parsed = URL(url)
    except ValueError:
        return False
    host = (parsed.host or "").lower()
    if parsed.scheme not in ("http", "https"):
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Preview:
    """Fetches in the background and remembers what it fetched."""

    def __init__(self, *, now: Callable[[], float], limits: Limits, keeper: Keeper, wanted: bool) -> None:
        self._now = now
        self._limits = limits
        self._keeper = keeper
        self._wanted = wanted
        self._session: aiohttp.ClientSession | None = None
        self._fetched: list[Fetched] = []

    def use(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def look(self, addresses: list[str], *, chat_id: int) -> None:
        """Start looking at each address; the message that named them does not wait."""
        if self._wanted:
            for address in addresses:
                self._keeper.spawn(self._look(address, chat_id=chat_id), name="preview")

    async def _look(self, address: str, *, chat_id: int) -> None:
        at = self._now()
        status, size, refusal = None, 0, ""
        try:
            status, size = await self._get(address)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            refusal = str(error) or type(error).__name__
        self._fetched.append(Fetched(address, chat_id, at, status, size, refusal))

    async def _get(self, address: str) -> tuple[int, int]:
        if self._session is None:
            raise ValueError("the simulator is not running")
        async with asyncio.timeout(self._limits.preview_seconds):
            for _ in range(self._limits.preview_hops):
                if not is_loopback(address):
                    raise ValueError("not on this machine")
                async with self._session.get(
                    address, headers={"User-Agent": USER_AGENT}, allow_redirects=False
                ) as answer:
                    target = answer.headers.get("Location")
                    if answer.status in REDIRECTS and target:
                        address = str(answer.url.join(URL(target)))
                        continue
                    return answer.status, len(await answer.content.read(self._limits.preview_bytes))
        raise ValueError("too many redirects")

    def fetched(self) -> list[dict[str, Any]]:
        """Every look so far, in the order in which they ended."""
        return [asdict(each) for each in self._fetched]
