"""The number of what is in hand: a request, an update, a run of a job. Whatever is logged meanwhile carries it, also by tasks begun there."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

IN_HAND: ContextVar[str] = ContextVar("reference", default="")


@contextmanager
def referring(number: str) -> Iterator[None]:
    """Everything that happens inside belongs to this number."""
    before = IN_HAND.set(number)
    try:
        yield
    finally:
        IN_HAND.reset(before)
