"""Waiting that ends at once when the house closes."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Stopping:
    """Whether to stop was asked, and every wait that must not hold it up."""

    def __init__(self) -> None:
        self.asked = False
        self._waits: set[asyncio.Timeout] = set()

    def ask(self) -> None:
        """End every wait now and every later one at its first pause. A second call does nothing."""
        if not self.asked:
            self.asked = True
            for wait in self._waits:
                wait.reschedule(0)

    async def wait(self, waiting: Awaitable[T]) -> T | None:
        """What it waits for; None when it was ended by `ask`."""
        scope = asyncio.timeout(0 if self.asked else None)
        try:
            async with scope:
                self._waits.add(scope)
                return await waiting
        except TimeoutError:
            if scope.expired():
                return None
            raise
        finally:
            self._waits.discard(scope)
