"""A message that is the same for every reader of a language is composed once, not once for each of thousands."""

import asyncio
from uuid import UUID

from bot.messenger import Compose
from bot.sender import Composed
from bot.views.notice_messages import SAME_FOR_ALL
from domain.deliveries import Delivery
from services.ports import Clock

KEPT_SECONDS = 30.0
MOST = 200

Key = tuple[UUID, str]


class Copies:
    """Composes through `compose`, and remembers for half a minute what is the same for all (the views say what that is)."""

    def __init__(self, compose: Compose, *, clock: Clock) -> None:
        self._compose = compose
        self._clock = clock
        self._made: dict[Key, tuple[float, Composed]] = {}
        self._making = asyncio.Lock()

    async def __call__(self, delivery: Delivery) -> Composed:
        if delivery.message.subject not in SAME_FOR_ALL:
            return await self._compose(delivery)
        key = (delivery.message.id, delivery.language)
        if (known := self._known(key)) is not None:
            return known
        async with self._making:
            return self._known(key) or await self._make(key, delivery)

    def _known(self, key: Key) -> Composed | None:
        made_at, composed = self._made.get(key, (0.0, None))
        return composed if self._clock.monotonic() - made_at < KEPT_SECONDS else None

    async def _make(self, key: Key, delivery: Delivery) -> Composed:
        composed = await self._compose(delivery)
        if len(self._made) >= MOST:
            self._made.clear()
        self._made[key] = (self._clock.monotonic(), composed)
        return composed
