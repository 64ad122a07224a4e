"""The one caller of create_task: every background task has a name, a strong reference, and somebody who hears it fail."""

import asyncio
import itertools
import logging
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from services.reference import IN_HAND

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class NurseryClosed(RuntimeError):
    """Nothing is started any more: the house is closing."""


class Nursery:
    """Keeps background tasks until they end. A failure is logged once with a reference, told to `failed`, never restarted."""

    def __init__(
        self,
        *,
        reference: Callable[[], str] | None = None,
        failed: Callable[[str, str, BaseException], None] | None = None,
    ) -> None:
        """`reference` makes the number a failure is found by, usually process number and a count; a task begun for a request or an update has that one's.

        `failed` is called with (task name, reference, error).
        """
        counted = itertools.count(1)
        self._reference = reference or (lambda: f"{os.getpid()}-{next(counted)}")
        self._failed = failed
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closed = False

    def spawn(self, work: Coroutine[Any, Any, Result], *, name: str) -> asyncio.Task[Result]:
        """Start the work in the background. NurseryClosed after `close`."""
        if self._closed:
            work.close()
            raise NurseryClosed(f"{name} was not started: the house is closing")
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def names(self) -> list[str]:
        """What is running, for the health page."""
        return sorted(task.get_name() for task in self._tasks)

    async def close(self, *, within: float = 10.0) -> list[str]:
        """Cancel everything and wait at most `within` seconds; the names of those that did not end in time."""
        self._closed = True
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if not tasks:
            return []
        _, late = await asyncio.wait(tasks, timeout=within)
        for task in late:
            log.error("task %s did not end within %g s", task.get_name(), within)
        return sorted(task.get_name() for task in late)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        reference = IN_HAND.get() or self._reference()
        log.error("task %s failed, reference %s", task.get_name(), reference, exc_info=error)
        if self._failed is not None:
            self._failed(task.get_name(), reference, error)
