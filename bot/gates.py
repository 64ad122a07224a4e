"""Gates of the send budget: closed until an instant of `Clock.monotonic`; after it one request goes first as a probe and opens them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.ports import Clock

OUTAGE_AFTER = 3
"""So many requests in a row that Telegram did not answer, or answered 5xx, are an outage."""
OUTAGE_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)


class Closed(Exception):
    """Not now: `after` is how long Telegram wants nothing from us here."""

    def __init__(self, after: float) -> None:
        super().__init__(f"closed for {after:.1f} s")
        self.after = timedelta(seconds=after)


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

    @property
    def is_open(self) -> bool:
        return self._until is None

    def close(self, seconds: float) -> None:
        """The largest deadline wins."""
        self._until = max(self._until or 0.0, self._clock.monotonic() + seconds)

    def open(self) -> None:
        """Whatever was said before."""
        self._until = None

    def opened(self) -> None:
        """Telegram took a request: a deadline that has passed is over."""
        if not self.left:
            self._until = None

    @asynccontextmanager
    async def passing(self, *, patient: bool) -> AsyncIterator[bool]:
        """A way through; True for the probe. Closed when it is, unless `patient`: then one at a time goes through even a closed gate."""
        while self._until is not None:
            self._refuse(patient=patient)
            async with self._probe:
                if self._until is not None:
                    self._refuse(patient=patient)
                    yield True
                    return
        yield False

    def check(self, *, probe: bool) -> None:
        """Right before writing: Closed when it was closed since this one came through, and when it is not the probe."""
        if self._until is not None and (self.left or not probe):
            raise Closed(self.left)

    def _refuse(self, *, patient: bool) -> None:
        if self.left and not patient:
            raise Closed(self.left)


class Outage:
    """Closes a gate for growing pauses while Telegram cannot be spoken to; any answer of Telegram opens it."""

    def __init__(self, clock: Clock) -> None:
        self.gate = Gate(clock)
        self._failures = 0
        self._pauses = 0

    def failed(self, *, never_left: bool) -> float:
        """Nothing came back, or 5xx, or (`never_left`) there was no connection at all. How long to leave Telegram alone."""
        if self.gate.left:
            return self.gate.left
        self._failures = max(self._failures + 1, OUTAGE_AFTER if never_left else 0)
        if self._failures >= OUTAGE_AFTER:
            self.gate.close(OUTAGE_PAUSES[min(self._pauses, len(OUTAGE_PAUSES) - 1)])
            self._pauses += 1
        return self.gate.left

    def answered(self) -> None:
        """Telegram is there."""
        self._failures = self._pauses = 0
        self.gate.open()
