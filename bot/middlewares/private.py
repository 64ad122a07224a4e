"""Dialogues happen in private chats only; in a group the bot is silent but for where to find it.

Of a group three things are heard: the code with which its owner ties it, that it moved to another number, and that the bot is out.
"""

import re
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EVENT_CONTEXT_KEY, EventContext
from aiogram.types import Message, TelegramObject, Update

from bot.keyboards.menu import CANCEL, ENTRIES, START
from bot.middlewares.turn import Data, Next
from domain.text import N_
from locales.catalogue import Catalogues

GROUPS = frozenset({"group", "supergroup"})
COMMANDS = frozenset(entry.command for entry in (*ENTRIES, START, CANCEL))
BINDING = re.compile(r"^/start(@\w+)?\s+(?P<code>group-[0-9a-f]{8,64})\s*$")
"""The one command that is heard in a group: services/groups.py makes the code, `?startgroup=` says it."""
COME_ALONE = N_("Please talk to me in private: {link}")


class PrivateMiddleware(BaseMiddleware):
    """Lets through what a person says in their own private chat; a command of ours in a group is answered with the way there.

    Telegram gives a private chat the number of the person in it. An update in which somebody else acts there speaks for nobody.
    """

    def __init__(self, *, catalogues: Catalogues, link: str, name: str) -> None:
        self._catalogues = catalogues
        self._link = link
        self._name = name.lower()

    async def __call__(self, handler: Next, event: TelegramObject, data: Data) -> Any:
        context = cast(EventContext, data[EVENT_CONTEXT_KEY])
        if context.chat is not None and context.chat.type == "private" and context.user is not None:
            return await handler(event, data) if context.chat.id == context.user.id else None
        message = cast(Update, event).message
        if _about_the_group(cast(Update, event)):
            return await handler(event, data)
        if message is not None and self._link and self._is_ours(message):
            catalogue = self._catalogues.of(context.user.language_code if context.user else None)
            await message.answer(catalogue.say_html(COME_ALONE, link=self._link))
        return None

    def _is_ours(self, message: Message) -> bool:
        first = (message.text or "").split(maxsplit=1)[:1]
        command, _, named = first[0].lower().partition("@") if first else ("", "", "")
        return command.startswith("/") and command[1:] in COMMANDS and named in ("", self._name)


def binding_code(message: Message) -> str | None:
    """The code that ties this group, when the message is nothing else."""
    found = BINDING.match(message.text or "")
    return found["code"] if found else None


def _about_the_group(update: Update) -> bool:
    if update.my_chat_member is not None:
        return update.my_chat_member.chat.type in GROUPS
    message = update.message
    if message is None or message.chat.type not in GROUPS:
        return False
    return message.migrate_to_chat_id is not None or message.migrate_from_chat_id is not None or binding_code(message) is not None
