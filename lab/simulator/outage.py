"""Telegram out of reach: for a while no bot gets a readable answer, and no update leaves. People go on as before."""

from collections.abc import Callable
from typing import Any

from lab.simulator.errors import Impossible

HOWS = ("cut", "error")
LONGEST = 7 * 86_400.0


class Down(Exception):
    """A request that was under way when the outage began."""


class Outage:
    """`cut` breaks every connection of a bot before it is read, `error` answers 502; both end by the simulator's clock."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._until = 0.0
        self.how = "cut"

    @property
    def on(self) -> bool:
        return self._now() < self._until

    def begin(self, *, seconds: float, how: str) -> None:
        """From now on for so many seconds; a new outage replaces the one under way."""
        if how not in HOWS or not 0 < seconds <= LONGEST:
            raise Impossible(400, f"an outage lasts more than 0 seconds, at most a week, and is one of {', '.join(HOWS)}")
        self._until, self.how = self._now() + seconds, how

    def end(self) -> None:
        self._until = 0.0

    def view(self) -> dict[str, Any]:
        return {"on": self.on, "how": self.how, "left": max(self._until - self._now(), 0.0)}
