"""A message that is the same for every reader of a language is composed once, not once for each of thousands."""

from uuid import UUID

from bot.messenger import Compose
from bot.sender import Composed
from domain.deliveries import Delivery, Subject
from services.ports import Clock

SHARED = frozenset({Subject.NOTICE, Subject.NOTICE_WITHDRAWN})
"""Subjects whose words and buttons depend on nothing but the message and the reader's language. Their views must not ask who reads."""
KEPT_SECONDS = 30.0
MOST = 200


class Copies:
    """Composes through `compose`, and remembers what is shared for half a minute."""

    def __init__(self, compose: Compose, *, clock: Clock) -> None:
        self._compose = compose
        self._clock = clock
        self._made: dict[tuple[UUID, str], tuple[float, Composed]] = {}

    async def __call__(self, delivery: Delivery) -> Composed:
        if delivery.message.subject not in SHARED:
            return await self._compose(delivery)
        key, now = (delivery.message.id, delivery.language), self._clock.monotonic()
        made_at, composed = self._made.get(key, (now - KEPT_SECONDS, None))
        if composed is None or now - made_at >= KEPT_SECONDS:
            composed = await self._compose(delivery)
            self._remember(key, composed, now)
        return composed

    def _remember(self, key: tuple[UUID, str], composed: Composed, now: float) -> None:
        if len(self._made) >= MOST:
            self._made.clear()
        self._made[key] = (now, composed)
