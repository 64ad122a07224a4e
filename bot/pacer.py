"""The send budget of this process: one leaky bucket that never bursts, direct answers first, gates that Telegram's 429 closes."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from bot.bucket import Bucket
from bot.gates import Closed, Gate, Outage
from bot.recent import Recent
from services.ports import Clock

__all__ = ["DIRECT", "Closed", "Pacer"]

PER_SECOND = 30.0
HEADROOM = 0.98
DIRECT = 0

Kept = Callable[[int | None, float], object]
"""Told when Telegram closed something: a chat, or (None) all bulk lanes, and for how many seconds."""


def nobody(chat: int | None, seconds: float) -> None:
    """A pacer whose pauses nobody keeps."""


class Pacer:
    """Who may send when. Lanes: DIRECT (0) is the answer to the person in front of the bot, above it deliveries by urgency."""

    def __init__(self, clock: Clock, *, share: float = 1.0, per_second: float = PER_SECOND, kept: Kept = nobody) -> None:
        """`share` is this process's part of `per_second`; 0 a second means that nothing limits it."""
        self._clock = clock
        self._bucket = Bucket(clock, per_second=per_second * share, headroom=HEADROOM) if per_second else None
        self._bulk = Gate(clock)
        self._outage = Outage(clock)
        self._chats: dict[int, Gate] = {}
        self._recent = Recent(clock)
        self._kept = kept

    @asynccontextmanager
    async def turn(self, chat: int, *, lane: int) -> AsyncIterator[Callable[[], None]]:
        """The right to send one message to this chat, for the length of the block.

        Closed when the chat's gate is, or the bulk lanes' for a lane above DIRECT, also at the last moment before the block,
        and whenever what it yields is called in it. A direct answer passes the bulk gate one at a time, so that a keeper at
        the door is never frozen.
        """
        direct = lane == DIRECT
        async with AsyncExitStack() as ways:
            probed = [gate for gate in self._shut(chat, direct=direct) if await ways.enter_async_context(gate.passing(patient=direct and gate is self._bulk))]
            self._must_rest(chat, direct=direct)
            async with self._departure(lane):
                may = partial(self._must_be_open, chat, direct=direct, probed=probed)
                may()
                self._must_rest(chat, direct=direct)
                self._recent.let_go(chat)
                try:
                    yield may
                finally:
                    self._recent.over(chat)

    @asynccontextmanager
    async def _departure(self, lane: int) -> AsyncIterator[None]:
        """Its turn has come, for the length of the block; Closed in it means that nothing left."""
        if self._bucket is None:
            yield
            return
        departure = await self._bucket.drop(lane)
        try:
            yield
        except Closed:
            self._bucket.withdrawn()
            raise
        except BaseException:
            self._bucket.answered(departure)
            raise
        self._bucket.answered(departure)

    def _shut(self, chat: int, *, direct: bool) -> list[Gate]:
        """The gates on the way to this chat that are not open."""
        way = [self._chats.get(chat), self._bulk, None if direct else self._outage.gate]
        return [gate for gate in way if gate is not None and not gate.is_open]

    def _must_be_open(self, chat: int, *, direct: bool, probed: list[Gate]) -> None:
        for gate in self._shut(chat, direct=direct):
            if not (direct and gate is self._bulk):
                gate.check(probe=gate in probed)

    def _must_rest(self, chat: int, *, direct: bool) -> None:
        if not direct and (rest := self._recent.rest(chat)):
            raise Closed(rest)

    def rest(self, chat: int) -> float:
        """Seconds until this chat may be written to: its gate, and how often a chat may be written to at all."""
        gate = self._chats.get(chat)
        return max(self._recent.rest(chat), gate.left if gate else 0.0)

    def paused(self) -> float:
        """Seconds for which nothing but direct answers may leave."""
        return max(self._bulk.left, self._outage.gate.left)

    def taken(self, chat: int) -> None:
        """Telegram took a message for this chat."""
        self.answered(chat)
        self._recent.taken(chat)

    def answered(self, chat: int) -> None:
        """Telegram took it, or refused it for another reason than too many requests."""
        self._outage.answered()
        self._bulk.opened()
        if (gate := self._chats.get(chat)) is not None:
            gate.opened()

    def refused(self, chat: int, *, after: float) -> None:
        """Telegram said 429. From a group, or a chat just written to, it is about that chat; else about all of us."""
        self._outage.answered()
        alone = chat < 0 or self._recent.just_taken(chat)
        self.close(chat if alone else None, seconds=after)
        self._kept(chat if alone else None, after)

    def unreachable(self, *, never_left: bool = False) -> float:
        """Telegram did not answer, or answered 5xx. Seconds for which the bulk lanes leave it alone; 0 while it may be a single mishap."""
        return self._outage.failed(never_left=never_left)

    def close(self, chat: int | None, *, seconds: float) -> None:
        """A chat, or (None) the bulk lanes: what Telegram said, also to another process or before a restart."""
        if chat is None:
            self._bulk.close(seconds)
            return
        self._chats = {number: gate for number, gate in self._chats.items() if gate.left}
        self._chats.setdefault(chat, Gate(self._clock)).close(seconds)
