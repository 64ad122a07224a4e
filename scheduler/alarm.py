"""A pause that ends early when somebody rings."""

import asyncio
from collections.abc import Awaitable


class Alarm:
    """One waits, many may ring. A ring while nobody waits ends the next pause at once."""

    def __init__(self) -> None:
        self._rung = False
        self._pause: asyncio.Timeout | None = None

    def ring(self) -> None:
        """The pause under way ends, once: whoever rings again before it has ended changes nothing."""
        if self._pause is not None and not self._rung:
            self._pause.reschedule(0)
        self._rung = True

    async def rest(self, pause: Awaitable[None]) -> None:
        """Until the pause is over or somebody rings."""
        scope = asyncio.timeout(0 if self._rung else None)
        try:
            async with scope:
                self._pause = scope
                await pause
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            self._pause = None
            self._rung = False
