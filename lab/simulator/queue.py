"""Updates that wait for their bot: at least once, in order, until confirmed or too old."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lab.simulator.groups import SERVICE
from lab.simulator.keeper import Bell
from lab.simulator.limits import Limits

Json = dict[str, Any]
FIRST_UPDATE = 500_000_000
ASKING = ("message", "callback_query")


@dataclass(kw_only=True)
class Entry:
    """One update and what became of it. Updates of one `chat_id` are delivered in order.

    `order` places it among all updates and requests of the world.
    """

    update_id: int
    order: int
    kind: str
    chat_id: int
    body: Json
    queued_at: float
    callback_query_id: str | None = None
    album: str | None = None
    service: bool = False
    """It tells what happened to the chat, and asks for no answer."""
    delivered_at: list[float] = field(default_factory=list)
    attempts: list[Json] = field(default_factory=list)
    replayed_at: list[float] = field(default_factory=list)
    confirmed_at: float | None = None
    expired_at: float | None = None
    dropped_at: float | None = None

    def update(self) -> Json:
        return {"update_id": self.update_id, self.kind: self.body}

    def record(self) -> Json:
        """The line of `/lab/log`; it holds no content."""
        return {
            "update_id": self.update_id,
            "order": self.order,
            "kind": self.kind,
            "chat_id": self.chat_id,
            "callback_query_id": self.callback_query_id,
            "album": self.album,
            "service": self.service,
            "queued_at": self.queued_at,
            "delivered_at": self.delivered_at,
            "attempts": self.attempts,
            "replayed_at": self.replayed_at,
            "confirmed_at": self.confirmed_at,
            "expired_at": self.expired_at,
            "dropped_at": self.dropped_at,
        }


class Queue:
    """The updates of one bot. Nothing leaves it but by `confirm`, `drop` or age (24 h; a callback query 150 s)."""

    def __init__(self, *, now: Callable[[], float], order: Iterator[int], limits: Limits) -> None:
        self._now = now
        self._order = order
        self._limits = limits
        self._pending: dict[int, Entry] = {}
        self._replays: list[Entry] = []
        self._last = FIRST_UPDATE
        self.history: dict[int, Entry] = {}
        self.allowed: frozenset[str] = frozenset()
        self.bell = Bell()

    def put(self, kind: str, body: Json, *, chat_id: int) -> Entry | None:
        """Queue an update; None when the bot asked not to get this kind."""
        if self.allowed and kind not in self.allowed:
            return None
        self._last += 1
        entry = Entry(
            update_id=self._last,
            order=next(self._order),
            kind=kind,
            chat_id=chat_id,
            body=body,
            queued_at=self._now(),
        )
        if kind == "callback_query":
            entry.callback_query_id = body["id"]
        entry.album = body.get("media_group_id")
        entry.service = kind not in ASKING or any(name in body for name in SERVICE)
        self._pending[entry.update_id] = self.history[entry.update_id] = entry
        self.bell.ring()
        return entry

    def replay(self, update_id: int) -> bool:
        """Deliver an update once more, whether confirmed or not; False when there was none with that id."""
        entry = self.history.get(update_id)
        if entry is None:
            return False
        entry.replayed_at.append(self._now())
        self._replays.append(entry)
        self.bell.ring()
        return True

    def pending(self) -> list[Entry]:
        """What waits, in order, without what has become too old."""
        now = self._now()
        for entry in list(self._pending.values()):
            kept = (
                self._limits.callback_kept_seconds
                if entry.kind == "callback_query"
                else self._limits.message_kept_seconds
            )
            if now - entry.queued_at <= kept:
                continue
            entry.expired_at = now
            del self._pending[entry.update_id]
        return list(self._pending.values())

    def replays(self) -> list[Entry]:
        return list(self._replays)

    def replayed(self, entries: Iterable[Entry]) -> None:
        """These replays reached the bot."""
        for entry in entries:
            self._replays.remove(entry)

    def confirm_before(self, offset: int) -> None:
        """Forget what has a smaller id; a negative offset keeps only that many at the end."""
        if offset < 0:
            self.confirm([entry.update_id for entry in self.pending()[:offset]])
        elif offset > 0:
            self.confirm([entry.update_id for entry in self.pending() if entry.update_id < offset])

    def confirm(self, update_ids: Collection[int]) -> None:
        for update_id in update_ids:
            entry = self._pending.pop(update_id, None)
            if entry is not None:
                entry.confirmed_at = self._now()

    def drop(self) -> None:
        """Throw away what waits (drop_pending_updates)."""
        for entry in self._pending.values():
            entry.dropped_at = self._now()
        self._pending.clear()
        self._replays.clear()
