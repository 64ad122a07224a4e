"""Who is there and what was said: people, bots, one private chat per person and bot, and groups."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.simulator.errors import Refused, bad, forbidden
from lab.simulator.groups import FIRST_GROUP, FIRST_SUPERGROUP, Group
from lab.simulator.keeper import Bell

Json = dict[str, Any]


@dataclass(frozen=True)
class BotProfile:
    """What getMe answers. `reads_all`: privacy mode is off, and all that is said in its groups reaches it."""

    id: int
    username: str
    first_name: str
    can_join_groups: bool = True
    reads_all: bool = False

    def user(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody a visitor of the web chat can be.

    `role` is one of resident, warden, keeper, worker, official (the page knows these words in both languages);
    `role_label` is shown instead when given. `phone` is what the person's own contact card says.
    """

    user_id: int
    name: str
    role: str = "resident"
    role_label: str = ""
    phone: str = ""
    language_code: str = "zh-hans"


@dataclass
class Person:
    """A Telegram account; its private chat has the same id."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    phone: str = ""
    role: str = ""
    role_label: str = ""
    deactivated: bool = False
    """The account was deleted; nobody acts for it any more."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def chat(self) -> Json:
        named = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {"id": self.id, "type": "private", **{key: value for key, value in named.items() if value}}

    def user(self) -> Json:
        about = {key: value for key, value in self.chat().items() if key != "type"}
        return {**about, "is_bot": False} | ({"language_code": self.language_code} if self.language_code else {})


@dataclass
class Stored:
    """A message and the revision at which it was last changed."""

    message: Json
    revision: int


@dataclass
class Chat:
    """A conversation as all who are in it see it: of one person with one bot, or of a group (`bot_id` is 0)."""

    peer: Person | Group
    bot_id: int
    started: bool = False
    blocked: bool = False
    messages: dict[int, Stored] = field(default_factory=dict)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    """(revision, message_id)"""
    toasts: list[Json] = field(default_factory=list)
    keyboard: Json | None = None
    action: Json | None = None
    revision: int = 0
    read: dict[int, int] = field(default_factory=dict)
    """By person: the newest message seen."""
    last_message: int = 0

    @property
    def id(self) -> int:
        return self.peer.id

    @property
    def group(self) -> Group | None:
        return self.peer if isinstance(self.peer, Group) else None

    def unread(self, user_id: int) -> int:
        """How many messages of others came after the last one the person has seen."""
        seen = self.read.get(user_id, 0)
        return sum(1 for number, stored in self.messages.items() if number > seen and stored.message["from"]["id"] != user_id)


class Chats:
    """The memory of the world. Every change has a revision, larger than all before it, and rings the bell."""

    def __init__(self, *, now: Callable[[], float], personas: Iterable[Persona]) -> None:
        self._now = now
        self._chats: dict[tuple[int, int], Chat] = {}
        self._last_message = 0
        self._last_user = 700_000
        self._last_album = 0
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.revision = 0
        self.bell = Bell()
        for each in personas:
            self.people[each.user_id] = Person(
                id=each.user_id,
                first_name=each.name,
                language_code=each.language_code,
                phone=each.phone,
                role=each.role,
                role_label=each.role_label,
            )

    def next_user_id(self) -> int:
        self._last_user += 1
        while self._last_user in self.people:
            self._last_user += 1
        return self._last_user

    def next_group_id(self, kind: str) -> int:
        """Telegram's ranges: a small negative number for a group, -100… for a supergroup."""
        first = FIRST_SUPERGROUP if kind == "supergroup" else FIRST_GROUP
        return first - sum(group.kind == kind for group in self.groups.values())

    def touch(self, chat: Chat) -> int:
        self.revision += 1
        chat.revision = self.revision
        self.bell.ring()
        return self.revision

    def of(self, person: Person, *, bot_id: int) -> Chat:
        """The chat of `person` with a bot; it exists from the first look, but is not started."""
        key = (bot_id, person.id)
        if key not in self._chats:
            self._chats[key] = Chat(person, bot_id)
        return self._chats[key]

    def of_group(self, group: Group) -> Chat:
        """The one conversation of a group, whoever is in it."""
        key = (0, group.id)
        if key not in self._chats:
            self._chats[key] = Chat(group, 0, started=True)
        return self._chats[key]

    def all(self) -> Sequence[Chat]:
        return list(self._chats.values())

    def reachable(self, chat_id: int | None, *, bot_id: int, sends: str = "") -> Chat:
        """The chat a bot may write to; Refused as Telegram does when there is none, not yet, or no longer.

        `sends` names what is sent, in Telegram's plural, where a group may forbid it.
        """
        if chat_id is not None and chat_id in self.groups:
            self.groups[chat_id].must_let_write(bot_id, sends=sends)
            return self.of_group(self.groups[chat_id])
        person = None if chat_id is None else self.people.get(chat_id)
        if person is None:
            raise bad("chat not found")
        if person.deactivated:
            raise forbidden("user is deactivated")
        chat = self.of(person, bot_id=bot_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def known(self, chat_id: int | None, *, bot_id: int) -> Chat:
        """A chat the bot may look at, though perhaps not write to; Refused when it never met it."""
        if chat_id is not None and chat_id in self.groups:
            self.groups[chat_id].must_let_read(bot_id)
            return self.of_group(self.groups[chat_id])
        person = None if chat_id is None else self.people.get(chat_id)
        if person is None or not self.of(person, bot_id=bot_id).started:
            raise bad("chat not found")
        return self.of(person, bot_id=bot_id)

    def add(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Store a new message of `sender`; `content` is everything but id, date, chat and sender."""
        number = self._next_message(chat)
        message: Json = {"message_id": number, "from": sender, "chat": chat.peer.chat(), "date": int(self._now()), **content}
        chat.messages[number] = Stored(message, self.touch(chat))
        return message

    def next_album(self) -> str:
        """A new media_group_id."""
        self._last_album += 1
        return str(13_000_000_000_000_000 + self._last_album)

    def _next_message(self, chat: Chat) -> int:
        """A supergroup counts its own messages from 1; all other chats share one count, as those of an account do."""
        if chat.group is not None and chat.group.kind == "supergroup":
            chat.last_message += 1
            return chat.last_message
        self._last_message += 1
        return self._last_message

    def change(self, chat: Chat, message_id: int, message: Json) -> Json:
        chat.messages[message_id] = Stored(message, self.touch(chat))
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.deleted.append((self.touch(chat), message_id))


def editable(chat: Chat, message_id: int, *, bot_id: int) -> Json:
    """The bot's own message to edit; Refused when there is none or it is not the bot's."""
    if message_id <= 0:
        raise bad("message identifier is not specified")
    stored = chat.messages.get(message_id)
    if stored is None:
        raise bad("message to edit not found")
    if stored.message["from"]["id"] != bot_id:
        raise bad("message can't be edited")
    return stored.message


def not_modified() -> Refused:
    return bad(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
