"""The send budget of this process: one leaky bucket that never bursts, direct answers first, gates that Telegram's 429 closes.

A gate is closed until an instant of `Clock.monotonic`. After it, one request goes first as a probe and opens the gate
when Telegram takes it.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.ports import Clock

PER_SECOND = 30.0
HEADROOM = 0.98
DIRECT = 0
JUST_WRITTEN = 3.0
REMEMBERED = 1000


class Closed(Exception):
    """Not now: `after` is how long Telegram wants nothing from us here."""

    def __init__(self, after: float) -> None:
        super().__init__(f"closed for {after:.1f} s")
        self.after = timedelta(seconds=after)


class Bucket:
    """Lets one through every `gap` seconds, the smallest lane first, in order of arrival within a lane."""

    def __init__(self, clock: Clock, *, gap: float) -> None:
        self._clock = clock
        self._gap = gap
        self._next = clock.monotonic() + gap
        self._counted = itertools.count()
        self._waiting: list[tuple[int, int, asyncio.Event]] = []

    async def drop(self, lane: int) -> None:
        """Until it is this caller's turn."""
        mine = (lane, next(self._counted), asyncio.Event())
        heapq.heappush(self._waiting, mine)
        try:
            while (wait := self._next - self._clock.monotonic()) > 0 or self._waiting[0] is not mine:
                await (self._clock.sleep(wait) if self._waiting[0] is mine else self._called(mine[2]))
            self._next = max(self._next, self._clock.monotonic() - self._gap / 2) + self._gap
        finally:
            self._waiting.remove(mine)
            heapq.heapify(self._waiting)
            if self._waiting:
                self._waiting[0][2].set()

    @staticmethod
    async def _called(event: asyncio.Event) -> None:
        await event.wait()
        event.clear()


class Gate:
    """Closed until an instant; then the first one to come is the probe, and the others wait for what becomes of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: float | None = None
        self._probe = asyncio.Lock()

    @property
    def left(self) -> float:
        """Seconds it is still closed; 0 when open or ready for a probe."""
        return max(0.0, self._until - self._clock.monotonic()) if self._until is not None else 0.0

    def close(self, seconds: float) -> None:
        """The largest deadline wins."""
        self._until = max(self._until or 0.0, self._clock.monotonic() + seconds)

    @asynccontextmanager
    async def passing(self, *, patient: bool) -> AsyncIterator[None]:
        """A way through. Closed when it is, unless `patient`: then one at a time goes through even a closed gate."""
        while self._until is not None:
            self._refuse(patient=patient)
            async with self._probe:
                if self._until is not None:
                    self._refuse(patient=patient)
                    yield
                    return
        yield

    def _refuse(self, *, patient: bool) -> None:
        if self.left and not patient:
            raise Closed(self.left)

    def opened(self) -> None:
        """Telegram took a request: a deadline that has passed is over."""
        if not self.left:
            self._until = None


class Pacer:
    """Who may send when. Lanes: DIRECT (0) is the answer to the person in front of the bot, above it deliveries by urgency."""

    def __init__(self, clock: Clock, *, share: float = 1.0, per_second: float = PER_SECOND) -> None:
        """`share` is this process's part of `per_second`."""
        self._clock = clock
        self._bucket = Bucket(clock, gap=1 / (per_second * share * HEADROOM))
        self._bulk = Gate(clock)
        self._chats: dict[int, Gate] = {}
        self._written: dict[int, float] = {}

    @asynccontextmanager
    async def turn(self, chat: int, *, lane: int) -> AsyncIterator[None]:
        """The right to send one message to this chat, for the length of the block.

        Closed when the chat's gate is, or the bulk lanes' for a lane above DIRECT. A direct answer passes the bulk gate
        one at a time, so that a keeper at the door is never frozen.
        """
        async with self._chats.get(chat, Gate(self._clock)).passing(patient=False), self._bulk.passing(patient=lane == DIRECT):
            await self._bucket.drop(lane)
            closed = max(self._chats[chat].left if chat in self._chats else 0.0, self._bulk.left if lane != DIRECT else 0.0)
            if closed:
                raise Closed(closed)
            yield

    def taken(self, chat: int) -> None:
        """Telegram took a message for this chat."""
        self._written.pop(chat, None)
        self._written[chat] = self._clock.monotonic()
        self._bulk.opened()
        if (gate := self._chats.get(chat)) is not None:
            gate.opened()
        while len(self._written) > REMEMBERED:
            del self._written[next(iter(self._written))]

    def refused(self, chat: int, *, after: float) -> None:
        """Telegram said 429. From a group, or a chat just written to, it is about that chat; else about all of us."""
        written = self._written.get(chat)
        just = written is not None and self._clock.monotonic() - written <= JUST_WRITTEN
        if chat < 0 or just:
            self._chats = {number: gate for number, gate in self._chats.items() if gate.left}
            self._chats.setdefault(chat, Gate(self._clock)).close(after)
        else:
            self._bulk.close(after)
