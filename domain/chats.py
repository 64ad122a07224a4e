"""Chats 会话: where a message can go that is not a listed person's contact: a group, or a guest who reported something."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ChatKind(StrEnum):
    GROUP = "group"
    GUEST = "guest"


class ChatState(StrEnum):
    """`RETIRED` gave its number to another row: a group that moved was met under its new number first."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat of one bot. `address` is Telegram's number for it, as text; it changes when a group moves."""

    id: UUID
    bot: int
    address: str
    kind: ChatKind
    language: str
    state: ChatState = ChatState.ACTIVE
