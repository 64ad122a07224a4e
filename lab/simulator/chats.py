"""Who is there and what was said: people, bots, and one private chat per person and bot."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab.simulator.errors import Refused, bad, forbidden
from lab.simulator.keeper import Bell

Json = dict[str, Any]


@dataclass(frozen=True)
class BotProfile:
    """What getMe answers."""

    id: int
    username: str
    first_name: str

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
    """The conversation of one person with one bot, as both see it."""

    person: Person
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
    read_up_to: int = 0

    @property
    def id(self) -> int:
        return self.person.id

    def unread(self) -> int:
        """How many messages of the bot came after the last one the person has seen."""
        return sum(
            1
            for number, stored in self.messages.items()
            if number > self.read_up_to and stored.message["from"]["is_bot"]
        )


class Chats:
    """The memory of the world. Every change has a revision, larger than all before it, and rings the bell."""

    def __init__(self, *, now: Callable[[], float], personas: Iterable[Persona]) -> None:
        self._now = now
        self._chats: dict[tuple[int, int], Chat] = {}
        self._last_message = 0
        self._last_user = 700_000
        self.people: dict[int, Person] = {}
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

    def all(self) -> Sequence[Chat]:
        return list(self._chats.values())

    def reachable(self, chat_id: int | None, *, bot_id: int) -> Chat:
        """The chat a bot may write to; Refused as Telegram does when there is none, not yet, or no longer."""
        person = None if chat_id is None else self.people.get(chat_id)
        if person is None:
            raise bad("chat not found")
        chat = self.of(person, bot_id=bot_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def add(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Store a new message of `sender`; `content` is everything but id, date, chat and sender."""
        self._last_message += 1
        message: Json = {
            "message_id": self._last_message,
            "from": sender,
            "chat": chat.person.chat(),
            "date": int(self._now()),
            **content,
        }
        chat.messages[self._last_message] = Stored(message, self.touch(chat))
        return message

    def change(self, chat: Chat, message_id: int, message: Json) -> Json:
        chat.messages[message_id] = Stored(message, self.touch(chat))
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.deleted.append((self.touch(chat), message_id))


def editable(chat: Chat, message_id: int) -> Json:
    """The bot's own message to edit; Refused when there is none or it is not the bot's."""
    if message_id <= 0:
        raise bad("message identifier is not specified")
    stored = chat.messages.get(message_id)
    if stored is None:
        raise bad("message to edit not found")
    if stored.message["from"]["id"] != chat.bot_id:
        raise bad("message can't be edited")
    return stored.message


def not_modified() -> Refused:
    return bad(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
