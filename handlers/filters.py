"""What a message asks for: by command or by menu button, or nothing of that kind, so that it answers a question."""

from aiogram.filters import BaseFilter, Command, or_f
from aiogram.filters.logic import _OrFilter
from aiogram.types import Message

from bot.keyboards.menu import CANCEL, ENTRIES, START, labels
from locales.catalogue import Catalogue

BY_COMMAND = {entry.command: entry for entry in (*ENTRIES, START, CANCEL)}


class Pressed(BaseFilter):
    """The menu button of this command was tapped."""

    def __init__(self, command: str) -> None:
        self._entry = BY_COMMAND[command]

    async def __call__(self, message: Message, catalogue: Catalogue) -> bool:
        return message.text == self._entry.text(catalogue)


class Typed(BaseFilter):
    """Words that are an answer: no command, no menu button."""

    async def __call__(self, message: Message, catalogue: Catalogue) -> bool:
        text = message.text
        return text is not None and not text.startswith("/") and text not in labels(catalogue)


def asked(command: str) -> _OrFilter:
    """By command or by menu button."""
    return or_f(Command(command), Pressed(command))
