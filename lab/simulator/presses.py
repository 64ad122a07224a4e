"""Pressed buttons that wait for their answer."""

from dataclasses import dataclass

from lab.simulator.chats import Chat


@dataclass
class Press:
    """A button press that waits for its answer."""

    chat: Chat
    user_id: int
    at: float


class Presses:
    """The open callback queries of one bot."""

    def __init__(self, *, bot_id: int) -> None:
        self._bot_id = bot_id
        self._last = 0
        self._open: dict[str, Press] = {}

    def open(self, chat: Chat, *, user_id: int, at: float) -> str:
        self._last += 1
        query_id = f"{self._bot_id}{self._last:09d}"
        self._open[query_id] = Press(chat, user_id, at)
        return query_id

    def close(self, query_id: str) -> Press | None:
        return self._open.pop(query_id, None)
