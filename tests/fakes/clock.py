"""A clock that a test moves."""

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until told to go on; who sleeps wakes when the time has come."""

    def __init__(self, at: datetime = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)) -> None:
        self._at = at
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._at.timestamp()

    async def sleep(self, seconds: float) -> None:
        due = self._at + timedelta(seconds=seconds)
        while self._at < due:
            await self._moved.wait()

    def go_on(self, **by: float) -> None:
        self._at += timedelta(**by)
        self._moved.set()
        self._moved = asyncio.Event()
