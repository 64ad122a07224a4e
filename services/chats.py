"""Chats: groups and guests, as somebody to send to."""

from dataclasses import dataclass
from uuid import UUID

from domain.chats import Chat, ChatKind, ChatState
from services.actors import Actor
from services.ports import Ids, Work, Works


@dataclass(frozen=True, slots=True)
class Guests:
    """Finds or makes a chat's row, inside somebody else's transaction."""

    ids: Ids

    async def of(self, work: Work, actor: Actor) -> UUID:
        """The row of somebody who writes and is nobody's contact; who writes can be written to again."""
        return await self._row(work, actor.bot, actor.address, ChatKind.GUEST, actor.language)

    async def group(self, work: Work, *, bot: int, number: int, language: str) -> UUID:
        """The row of a group in which the bot stands."""
        return await self._row(work, bot, str(number), ChatKind.GROUP, language)

    async def _row(self, work: Work, bot: int, address: str, kind: ChatKind, language: str) -> UUID:
        found = await work.chats.at(bot=bot, address=address)
        if found is None or found.state is ChatState.RETIRED:
            chat = Chat(self.ids.new(), bot, address, kind, language)
            await work.chats.add(chat)
            return chat.id
        if found.state is not ChatState.ACTIVE:
            await work.chats.set_state([found.id], ChatState.ACTIVE)
        if found.language != language and kind is ChatKind.GUEST:
            await work.chats.set_language(found.id, language)
        return found.id


async def move(work: Work, chat: Chat, *, number: int) -> None:
    """This chat has a new number. A row that was met under that number before gives it up: the older one has the history."""
    other = await work.chats.at(bot=chat.bot, address=str(number))
    if other is not None and other.id != chat.id and other.state is not ChatState.RETIRED:
        await work.chats.set_state([other.id], ChatState.RETIRED)
    await work.chats.move(chat, address=str(number))


class Chats:
    """What Telegram tells about chats."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def moved(self, *, bot: int, old: int, new: int) -> UUID | None:
        """A group became a supergroup and has another number; its row, or None when nobody knows that group."""
        async with self._works.write() as work:
            chat = await work.chats.at(bot=bot, address=str(old))
            if chat is None or chat.state is ChatState.RETIRED:
                known = await work.chats.at(bot=bot, address=str(new))
                return known.id if known is not None else None
            await move(work, chat, number=new)
            return chat.id

    async def left(self, *, bot: int, number: int) -> UUID | None:
        """The bot was put out of this chat, or the chat is gone; its row, or None when nobody knows it."""
        async with self._works.write() as work:
            chat = await work.chats.at(bot=bot, address=str(number))
            if chat is None:
                return None
            if chat.state is ChatState.ACTIVE:
                await work.chats.set_state([chat.id], ChatState.BLOCKED)
            return chat.id
