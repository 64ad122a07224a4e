"""What was claimed and is not yet in hand: the most urgent first, one of each chat at a time, and a chat's messages in their order."""

from bisect import insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from domain.deliveries import Delivery, Lane
from services.ports import Clock

Rest = Callable[[Delivery], float]
APART = 0.001
"""Seconds between two messages to one chat that were put off together, so that they stay in order."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A message that is sent again later: what goes to the same chat, and is no more urgent, goes after it."""

    delivery: UUID
    lane: Lane
    until: float


class Held:
    """Kept in memory only as long as a lease: whoever dies with it loses it to the next claimer."""

    def __init__(self, clock: Clock, *, rest: Rest) -> None:
        """`rest` says how many seconds the chat of a delivery may not be written to yet."""
        self._clock = clock
        self._rest = rest
        self._waiting: list[tuple[int, int, Delivery]] = []
        self._count = 0
        self._busy: set[str] = set()
        self._behind: dict[str, PutOff] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, claimed: Iterable[Delivery]) -> None:
        """In the order of claims within a lane."""
        for delivery in claimed:
            self._count += 1
            insort(self._waiting, (int(delivery.lane), self._count, delivery), key=lambda each: each[:2])

    def take(self) -> Delivery | None:
        """The next one whose chat is free, which is busy from now on until `done`; None when there is none at this moment."""
        for place, (_, _, delivery) in enumerate(self._waiting):
            if delivery.address not in self._busy and self.wait(delivery) == 0:
                del self._waiting[place]
                self._busy.add(delivery.address)
                return delivery
        return None

    def done(self, delivery: Delivery, *, again: float | None = None) -> None:
        """Its chat is free. With `again` it was put off by so many seconds, and what comes after it to the same chat goes after it."""
        self._busy.discard(delivery.address)
        now = self._clock.monotonic()
        self._behind = {address: one for address, one in self._behind.items() if one.until > now}
        if again is not None:
            self._behind[delivery.address] = PutOff(delivery.id, delivery.lane, now + again + APART)

    def _put_off(self, delivery: Delivery) -> float:
        """Seconds for which an earlier message to its chat was put off."""
        first = self._behind.get(delivery.address)
        if first is None or first.delivery == delivery.id or first.lane > delivery.lane:
            return 0.0
        return max(0.0, first.until - self._clock.monotonic())

    def wait(self, delivery: Delivery) -> float:
        """Seconds that this one has to wait for its chat."""
        return max(self._put_off(delivery), self._rest(delivery))

    def out(self, *, longer: float) -> list[tuple[Delivery, float]]:
        """Take out what must wait longer than so many seconds, and what goes after a message that was put off; with how long."""
        kept, out = [], []
        for each in self._waiting:
            delivery = each[2]
            if not self._put_off(delivery) and self._rest(delivery) <= longer:
                kept.append(each)
                continue
            out.append((delivery, self.wait(delivery)))
            if (first := self._behind.get(delivery.address)) is not None:
                self._behind[delivery.address] = replace(first, until=first.until + APART)
        self._waiting = kept
        return out

    def all_out(self) -> list[Delivery]:
        """Take out everything."""
        out, self._waiting = self._waiting, []
        return [delivery for _, _, delivery in out]

    def soonest(self) -> float | None:
        """Seconds until one more can be taken; None when all that is held can be, or when nothing is."""
        waits = (self.wait(delivery) for _, _, delivery in self._waiting)
        return min((wait for wait in waits if wait > 0), default=None)
