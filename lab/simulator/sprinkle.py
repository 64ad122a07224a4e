"""Faults at random: a share of all sends is told to wait, fails, hangs or loses its answer. The same seed gives the same rain."""

from dataclasses import dataclass
from random import Random

from lab.simulator.errors import Impossible
from lab.simulator.faults import Fault, Kind
from lab.simulator.throttle import is_send

STATUSES = (500, 502, 503, 504)


@dataclass(frozen=True, kw_only=True)
class Rain:
    """Shares of all sends, 0 to 1 each and at most 1 together; what is over goes well.

    `accepted` is the share of errors and hangs that took effect all the same (a cut or garbled answer always did).
    """

    retry_after: float = 0.0
    error: float = 0.0
    hang: float = 0.0
    cut: float = 0.0
    garbage: float = 0.0
    accepted: float = 0.3
    shortest_wait: int = 2
    longest_wait: int = 6
    hang_seconds: float = 8.0
    seed: int = 0

    def shares(self) -> dict[Kind, float]:
        return {"retry_after": self.retry_after, "error": self.error, "hang": self.hang, "cut": self.cut, "garbage": self.garbage}


class Sprinkle:
    """Draws for each send what befalls it."""

    def __init__(self, rain: Rain | None = None) -> None:
        self.set(rain or Rain())

    def set(self, rain: Rain) -> None:
        """From now on this rain, from its seed on. Impossible when the shares cannot be."""
        shares = rain.shares().values()
        if any(share < 0 for share in shares) or sum(shares) > 1 or not 1 <= rain.shortest_wait <= rain.longest_wait:
            raise Impossible(400, "shares are 0 to 1 together, waits at least one second")
        self.rain = rain
        self._random = Random(rain.seed)

    def take(self, method: str) -> Fault | None:
        """The fault of this call; None when it goes well."""
        if not is_send(method):
            return None
        drawn = self._random.random()
        for kind, share in self.rain.shares().items():
            drawn -= share
            if drawn < 0:
                return self._fault(kind)
        return None

    def _fault(self, kind: Kind) -> Fault:
        accepted = self._random.random() < self.rain.accepted if kind in ("error", "hang") else None
        seconds = self.rain.hang_seconds if kind == "hang" else float(self._random.randint(self.rain.shortest_wait, self.rain.longest_wait))
        return Fault(kind=kind, seconds=seconds, status=self._random.choice(STATUSES), accepted=accepted)
