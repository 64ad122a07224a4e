"""Who was written to lately: one message a second to a person, twenty a minute to a group."""

from collections import deque
from dataclasses import dataclass, field

from services.ports import Clock

PERSON_SECONDS = 1.0
GROUP_MOST, GROUP_SECONDS = 20, 60.0
JUST_WRITTEN = 3.0


@dataclass(slots=True)
class Written:
    """When messages to one chat were let go (or, once that is known, at the latest arrived), and when the last one was taken."""

    times: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP_MOST))
    taken: float | None = None


class Recent:
    """Remembers a chat as long as it matters."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[int, Written] = {}

    def rest(self, chat: int) -> float:
        """Seconds until one more message to this chat is within Telegram's limits."""
        written = self._chats.get(chat)
        if written is None or not written.times:
            return 0.0
        free = written.times[-1] + PERSON_SECONDS
        if chat < 0 and len(written.times) == GROUP_MOST:
            free = max(free, written.times[0] + GROUP_SECONDS)
        return max(0.0, free - self._clock.monotonic())

    def let_go(self, chat: int) -> None:
        """A message leaves for this chat now."""
        written = self._chats.pop(chat, None) or Written()
        written.times.append(self._clock.monotonic())
        self._chats[chat] = written
        self._forget()

    def over(self, chat: int) -> None:
        """Its answer came, or will not come any more: by now it had arrived."""
        if (written := self._chats.get(chat)) is not None and written.times:
            written.times[-1] = self._clock.monotonic()

    def taken(self, chat: int) -> None:
        if (written := self._chats.get(chat)) is not None:
            written.taken = self._clock.monotonic()

    def just_taken(self, chat: int) -> bool:
        """Whether Telegram took a message for this chat a moment ago."""
        written = self._chats.get(chat)
        return written is not None and written.taken is not None and self._clock.monotonic() - written.taken <= JUST_WRITTEN

    def _forget(self) -> None:
        """The oldest ones, once nothing depends on them. A group that is still remembered may hide a person behind it, for a minute at most."""
        now = self._clock.monotonic()
        while True:
            chat = next(iter(self._chats))
            times = self._chats[chat].times
            if now - times[-1] <= (GROUP_SECONDS if chat < 0 else JUST_WRITTEN):
                return
            del self._chats[chat]
