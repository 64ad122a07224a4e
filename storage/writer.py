"""Group commit: callers that come one at a time are written many at a time, each answered when its row is durable."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, Protocol, TypeVar

from services.figures import BATCHES, Figures, NoFigures
from services.reference import IN_HAND
from storage.engine import DatabaseAway, DatabaseBusy

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Item = TypeVar("Item")
Result = TypeVar("Result")

Waiting = tuple[Asked, asyncio.Future[Answer]]


class Spawn(Protocol):
    """Starts a long-lived task and keeps it (app/nursery.py)."""

    def __call__(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]: ...


class WriterClosed(Exception):
    """The writer was stopped before this item was known to be durable: it may or may not have been written."""


class GroupCommit(Generic[Asked, Answer]):
    """Lets concurrent callers share one call of `run`, which opens one transaction and answers in the order asked.

    Takes whatever queued while the call before ran, at most `most` at once; never waits for company. An exception that
    `run` returns for an item goes to that item's caller alone. When `run` raises, nothing was committed, and each item is
    run once more, alone, so that a poisoned one cannot sink the others; a database that is busy or away is nobody's fault and told to all.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer | Exception]]],
        *,
        spawn: Spawn,
        most: int = 100,
        name: str = "group commit",
        figures: Figures | None = None,
    ) -> None:
        self._run = run
        self._figures = figures or NoFigures()
        self._spawn = spawn
        self._most = most
        self._name = name
        self._waiting: deque[Waiting[Asked, Answer]] = deque()
        self._rung = asyncio.Event()
        self._closed = False
        self._loop: asyncio.Task[None] | None = None

    async def submit(self, asked: Asked) -> Answer:
        """The answer for this item, once it is committed; raises what `run` had to say about it instead of an answer.

        Cancelling the caller withdraws an item that was not taken yet; one that was taken is still written.
        WriterClosed after `close`.
        """
        if self._closed:
            raise WriterClosed(self._name)
        if self._loop is None or self._loop.done():
            self._loop = self._spawn(self._work(), name=self._name)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        self._rung.set()
        return await answer

    async def close(self) -> None:
        """Take nothing new, commit what is waiting, and come back when the loop has ended."""
        self._closed = True
        self._rung.set()
        if self._loop is not None:
            await asyncio.wait([self._loop])

    async def _work(self) -> None:
        IN_HAND.set("")  # begun by the first caller, and nobody's own
        taken: list[Waiting[Asked, Answer]] = []
        try:
            while await self._something_waits():
                taken = self._take()
                if taken:
                    self._figures.observe(BATCHES, len(taken), self._name)
                await self._together(taken)
                # One turn of the event loop, no waiting: those just answered may ask again before the next batch is taken.
                # Without it two halves of the callers alternate, and twice as many commits write the same rows.
                await asyncio.sleep(0)
        finally:
            for _, answer in (*taken, *self._waiting):
                if not answer.done():
                    answer.set_exception(WriterClosed(self._name))
            self._waiting.clear()

    async def _something_waits(self) -> bool:
        while not self._waiting:
            if self._closed:
                return False
            self._rung.clear()
            await self._rung.wait()
        return True

    def _take(self) -> list[Waiting[Asked, Answer]]:
        taken: list[Waiting[Asked, Answer]] = []
        while self._waiting and len(taken) < self._most:
            asked, answer = self._waiting.popleft()
            if not answer.done():
                taken.append((asked, answer))
        return taken

    async def _together(self, taken: Sequence[Waiting[Asked, Answer]]) -> None:
        if not taken:
            return
        try:
            answers = await self._run([asked for asked, _ in taken])
        except (DatabaseBusy, DatabaseAway) as nobodys:
            answers = [nobodys] * len(taken)
        except Exception as error:  # noqa: BLE001 whatever it is, the caller gets it
            if len(taken) == 1:
                settle(taken[0][1], error)
                return
            for item in taken:
                await self._together([item])
            return
        if len(answers) != len(taken):
            wrong = RuntimeError(f"{self._name}: {len(taken)} were asked and {len(answers)} answered")
            answers = [wrong] * len(taken)
        for (_, waiter), answer in zip(taken, answers, strict=True):
            settle(waiter, answer)


def settle(waiter: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    """Give the answer to a caller that still waits; an exception is raised there."""
    if waiter.done():
        return
    if isinstance(answer, Exception):
        waiter.set_exception(answer)
    else:
        waiter.set_result(answer)


class GroupCommits:
    """Makes group commits that share one spawner, and drains them all."""

    def __init__(self, *, spawn: Spawn, most: int = 100, figures: Figures | None = None) -> None:
        self._spawn = spawn
        self._most = most
        self._figures = figures
        self._made: list[GroupCommit[Any, Any]] = []

    def __call__(
        self, run: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]], *, name: str = ""
    ) -> GroupCommit[Item, Result]:
        """Without a name it has that of what it runs, such as `Scans.record_many`."""
        name = name or getattr(run, "__qualname__", "group commit")
        made = GroupCommit(run, spawn=self._spawn, most=self._most, name=name, figures=self._figures)
        self._made.append(made)
        return made

    async def close(self) -> None:
        """Drain every group commit that was made here, in the order they were made."""
        for made in self._made:
            await made.close()
