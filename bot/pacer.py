"""The send budget of this process: one leaky bucket that never bursts, direct answers first, gates that Telegram's 429 closes."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from types import TracebackType

from bot.bucket import Bucket, Departure
from bot.budget import CommonBudget
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

    def __init__(
        self, clock: Clock, *, share: float = 1.0, per_second: float = PER_SECOND, kept: Kept = nobody, budget: CommonBudget | None = None
    ) -> None:
        """`share` is this process's part of `per_second`; 0 a second means that nothing limits it. A `budget` shared with other processes goes instead."""
        self._clock = clock
        self.bucket = budget or (Bucket(clock, per_second=per_second * share, headroom=HEADROOM) if per_second else None)
        self._bulk = Gate(clock)
        self._outage = Outage(clock)
        self._chats: dict[int, Gate] = {}
        self.recent = Recent(clock)
        self._kept = kept

    def turn(self, chat: int, *, lane: int) -> "Turn":
        """The right to send one message to this chat, for the length of the block.

        Closed when the chat's gate is, or the bulk lanes' for a lane above DIRECT, also at the last moment before the block,
        and whenever what it yields is called in it. A direct answer passes the bulk gate one at a time, so that a keeper at
        the door is never frozen.
        """
        return Turn(self, chat, lane=lane)

    def shut(self, chat: int, *, direct: bool) -> list[Gate]:
        """The gates on the way to this chat that are not open."""
        way = (self._chats.get(chat), self._bulk, None if direct else self._outage.gate)
        return [gate for gate in way if gate is not None and not gate.is_open]

    def must_be_open(self, chat: int, *, direct: bool, probed: list[Gate]) -> None:
        """Closed unless each gate that is shut was passed as a probe. No bulk gate stops a direct answer."""
        for gate in self.shut(chat, direct=direct):
            if not (direct and gate is self._bulk):
                gate.check(probe=gate in probed)

    def passing(self, gate: Gate, *, direct: bool) -> AbstractAsyncContextManager[bool]:
        return gate.passing(patient=direct and gate is self._bulk)

    def must_rest(self, chat: int, *, direct: bool) -> None:
        """Closed while one more message to this chat would be too many; an answer is never too many."""
        if not direct and (rest := self.recent.rest(chat)):
            raise Closed(rest)

    def rest(self, chat: int) -> float:
        """Seconds until this chat may be written to: its gate, and how often a chat may be written to at all."""
        gate = self._chats.get(chat)
        return max(self.recent.rest(chat), gate.left if gate else 0.0)

    def paused(self) -> float:
        """Seconds for which nothing but direct answers may leave."""
        return max(self._bulk.left, self._outage.gate.left)

    def taken(self, chat: int) -> None:
        """Telegram took a message for this chat."""
        self.answered(chat)
        self.recent.taken(chat)

    def answered(self, chat: int) -> None:
        """Telegram took it, or refused it for another reason than too many requests."""
        self._outage.answered()
        self._bulk.opened()
        if (gate := self._chats.get(chat)) is not None:
            gate.opened()

    def refused(self, chat: int, *, after: float) -> None:
        """Telegram said 429. From a group, or a chat just written to, it is about that chat; else about all of us."""
        self._outage.answered()
        alone = chat < 0 or self.recent.just_taken(chat)
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


class Turn:
    """One turn, entered when it has come. A class and no generator: thousands a second go through it."""

    __slots__ = ("_chat", "_departure", "_direct", "_lane", "_pacer", "_probed", "_ways")

    def __init__(self, pacer: Pacer, chat: int, *, lane: int) -> None:
        self._pacer = pacer
        self._chat = chat
        self._lane = lane
        self._direct = lane == DIRECT
        self._probed: list[Gate] = []
        self._ways: AsyncExitStack | None = None
        self._departure: Departure | None = None

    async def __aenter__(self) -> Callable[[], None]:
        pacer, chat, direct = self._pacer, self._chat, self._direct
        try:
            if shut := pacer.shut(chat, direct=direct):
                self._ways = AsyncExitStack()
                self._probed = [gate for gate in shut if await self._ways.enter_async_context(pacer.passing(gate, direct=direct))]
            pacer.must_rest(chat, direct=direct)
            if pacer.bucket is not None:
                self._departure = await pacer.bucket.drop(self._lane)
                pacer.must_rest(chat, direct=direct)
            self.may()
        except BaseException:
            await self._leave(sent=False)
            raise
        pacer.recent.let_go(chat)
        return self.may

    def may(self) -> None:
        """Closed when nothing may be written any more."""
        self._pacer.must_be_open(self._chat, direct=self._direct, probed=self._probed)

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pacer.recent.over(self._chat)
        await self._leave(sent=not isinstance(error, Closed))

    async def _leave(self, *, sent: bool) -> None:
        bucket, departure = self._pacer.bucket, self._departure
        if bucket is not None and departure is not None:
            if sent:
                bucket.answered(departure)
            else:
                bucket.withdrawn(departure)
        if self._ways is not None:
            await self._ways.aclose()
