"""Waiting for something to become true, with a deadline instead of a pause."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")
STEP = 0.01


@overload
async def until(condition: Callable[[], Awaitable[T]], *, within: float = ...) -> T: ...


@overload
async def until(condition: Callable[[], T], *, within: float = ...) -> T: ...


async def until(condition: Callable[[], Any], *, within: float = 60.0) -> Any:
    """The first true value of `condition` (plain or async), looked at every 10 ms; AssertionError after `within` s."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        found = condition()
        value = await found if inspect.isawaitable(found) else found
        if value:
            return value
        assert loop.time() < deadline, f"{condition} did not become true within {within} s"
        await asyncio.sleep(STEP)
