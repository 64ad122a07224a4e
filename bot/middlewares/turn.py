"""One update in hand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram.types import TelegramObject

from locales.catalogue import Catalogue

Data = dict[str, Any]
Next = Callable[[TelegramObject, Data], Awaitable[Any]]


@dataclass(slots=True)
class Turn:
    """What is found out about an update on its way in and still needed when its handler fails."""

    catalogue: Catalogue | None = None


def reference(update_id: int) -> str:
    """The number under which somebody who was told of a fault is found in the log."""
    return f"U{update_id}"
