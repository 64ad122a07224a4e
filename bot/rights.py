"""Every handler says who may use it, at the place where it is registered."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.telegram import TelegramEventObserver

from domain.access import May

FLAG = "may"


class Open(Enum):
    """A handler that asks for no right: everybody's, or everybody's who is registered."""

    EVERYBODY = "everybody"
    REGISTERED = "registered"


class RightMissing(Exception):
    """Handlers that do not say who may use them; the message names them."""


Handler = Callable[..., Any]


def on(observer: TelegramEventObserver, handler: Handler, *filters: Handler, may: May | Open) -> None:
    """Register a handler with its filters and the right it asks for."""
    observer.register(handler, *filters, flags={FLAG: may})


def declared(router: Router) -> list[tuple[str, Handler, May | Open | None]]:
    """Every handler of this router and of those inside it: the observer's name, the handler, and what it asks for."""
    return list(_declared(router))


def _declared(router: Router) -> Iterator[tuple[str, Handler, May | Open | None]]:
    for inner in router.chain_tail:
        for name, observer in inner.observers.items():
            if name not in ("update", "error"):
                yield from ((name, each.callback, each.flags.get(FLAG)) for each in observer.handlers)


def undeclared(router: Router) -> list[str]:
    """Handlers that say nothing about rights, as `module.name`; a dispatcher is not made with one of them."""
    return [f"{handler.__module__}.{handler.__qualname__}" for _, handler, may in declared(router) if not isinstance(may, May | Open)]
