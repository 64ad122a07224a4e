"""Pauses: until when Telegram wants nothing from us, kept over a restart. The pacer's gates ask; the largest deadline wins."""

from datetime import datetime
from typing import Protocol


class Pauses(Protocol):
    """Each call is one short transaction of its own. A chat is Telegram's number; None is all bulk lanes."""

    async def load(self, bot: int) -> list[tuple[int | None, datetime]]:
        """What is still closed, until when."""
        ...

    async def keep(self, bot: int, chat: int | None, until: datetime) -> None:
        """Closed until then at least; what has passed is forgotten."""
        ...
