"""What every bot asked and what it was told, for an oracle; digests instead of contents."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(kw_only=True)
class Asked:
    """One request of a bot. `accepted`: it took effect. `answered`: the answer could be read by the one who asked."""

    number: int
    order: int
    bot_id: int
    method: str
    chat_id: int | None
    digest: str
    at: float
    by: str = ""
    """Which process asked, where the bot's address says so."""
    callback_query_id: str | None = None
    seconds: float | None = None
    status: int | None = None
    accepted: bool = False
    answered: bool = False
    message_id: int | None = None
    description: str | None = None
    fault: str | None = None
    retry_after: int | None = None
    scope: str | None = None
    """Whom a 429 concerns: all, or this chat."""
    written_at: float | None = None
    """When the last byte of a 429 had left."""


class Ledger:
    """Append-only. `seconds` stays None while a request is under way."""

    def __init__(self, *, now: Callable[[], float], order: Iterator[int]) -> None:
        self._now = now
        self._order = order
        self._asked: list[Asked] = []

    def open(self, **about: Any) -> Asked:
        asked = Asked(number=len(self._asked) + 1, order=next(self._order), at=self._now(), **about)
        self._asked.append(asked)
        return asked

    def close(self, asked: Asked, *, status: int | None) -> None:
        asked.status = status
        asked.answered = status is not None
        asked.seconds = self._now() - asked.at

    def __iter__(self) -> Iterator[Asked]:
        """Everything until now, oldest first."""
        return iter(self._asked)

    def after(self, number: int) -> list[dict[str, Any]]:
        """Requests later than `number`, oldest first."""
        return [asdict(asked) for asked in self._asked[number:]]
