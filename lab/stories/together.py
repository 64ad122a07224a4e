"""Several people at once; the first trouble ends it for everybody."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from lab.simulator.keeper import Keeper

Work = Coroutine[Any, Any, None]


class Together:
    """Everything that goes on at the same time in one evening."""

    def __init__(self) -> None:
        self._keeper = Keeper()
        self._trouble: Exception | None = None

    def begin(self, work: Work) -> asyncio.Task[None]:
        """Something that goes on beside all the rest; its trouble is everybody's."""
        return self._keeper.spawn(self._watched(work), name="somebody tonight")

    async def all(self, *works: Work) -> None:
        """Until all of these are done. Raises the first trouble that anybody had, also of what goes on beside."""
        tasks = [self.begin(work) for work in works]
        while self._trouble is None and (left := [task for task in tasks if not task.done()]):
            await asyncio.wait(left, timeout=0.1, return_when=asyncio.FIRST_COMPLETED)
        if self._trouble is not None:
            raise self._trouble

    async def home(self) -> None:
        """Whoever is still out stops."""
        await self._keeper.close()

    async def _watched(self, work: Work) -> None:
        try:
            await work
        except Exception as trouble:  # noqa: BLE001  raised again by `all`, for everybody
            self._trouble = self._trouble or trouble
