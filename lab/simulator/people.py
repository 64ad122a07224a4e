"""What a person does in a chat: each act becomes the update a bot would get from Telegram."""

import re
from dataclasses import dataclass
from typing import Any

from lab.simulator.chats import Chat, Person
from lab.simulator.errors import Impossible
from lab.simulator.formatting import spoken
from lab.simulator.groups import Group
from lab.simulator.membership import changed, tell
from lab.simulator.queue import Entry
from lab.simulator.world import Account, World

Json = dict[str, Any]


@dataclass(frozen=True)
class Seat:
    """One person in the chat with one bot, or in a group; `account` is then the bot whose updates are told of."""

    world: World
    account: Account
    person: Person
    group: Group | None = None

    @property
    def chat(self) -> Chat:
        if self.group is not None:
            return self.world.chats.of_group(self.group)
        return self.world.chats.of(self.person, bot_id=self.account.profile.id)

    def must_be_able(self) -> None:
        """Impossible for a deleted account, for whoever has blocked the bot, and for whoever is not in the group."""
        if self.person.deactivated:
            raise Impossible(409, "the account was deleted")
        if self.group is None and self.chat.blocked:
            raise Impossible(409, "the person has blocked this bot")
        if self.group is not None and self.group.gone:
            raise Impossible(409, f"the group is gone; it is now {self.group.migrated_to}" if self.group.migrated_to else "the group is gone")
        if self.group is not None and not self.group.has(self.person.id):
            raise Impossible(409, "the person is not in this group")

    def send(self, content: Json, *, reply_to: int = 0) -> Json:
        """Put a message into the chat and queue it for each bot that hears it."""
        self.must_be_able()
        quoted = self._quoted(reply_to) if reply_to else {}
        self.chat.started = True
        message = self.world.chats.add(self.chat, self.person.user(), {**content, **quoted})
        self.chat.read[self.person.id] = message["message_id"]
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        if self.group is None:
            return sent(message, self.world.post(self.account, "message", message, chat=self.chat))
        return sent(message, tell(self.world, self.group, message).get(self.account.profile.id))

    def _quoted(self, number: int) -> Json:
        stored = self.chat.messages.get(number)
        if stored is None:
            raise Impossible(404, "no such message")
        return {"reply_to_message": {key: value for key, value in stored.message.items() if key != "reply_to_message"}}

    def say(self, text: str, *, reply_to: int = 0) -> Json:
        words = spoken(text)
        if not words.text:
            raise Impossible(400, "nothing to send")
        done = self.send(words.fields(), reply_to=reply_to)
        self.world.preview.look(words.urls(), chat_id=self.chat.id)
        return done

    def start(self, payload: str) -> Json:
        """Press Start, or open a deep link; unblocks the bot as Telegram's Restart does. In a group the bot is named."""
        if not re.fullmatch(r"[A-Za-z0-9_-]*", payload) or len(payload) > self.world.limits.start_payload:
            raise Impossible(400, "a start payload has at most 64 characters of A-Z a-z 0-9 _ -")
        if self.group is not None:
            return self.say(f"/start@{self.account.profile.username} {payload}".strip())
        if self.chat.blocked:
            self.block(False)
        return self.say(f"/start {payload}".strip())

    def press(self, message_id: int, *, button: Json) -> Json:
        """Tap an inline button: a callback query for the bot that sent it, or the address of a link button."""
        stored = self.chat.messages[message_id]
        if "url" in button:
            return {"url": button["url"]}
        if "callback_data" not in button:
            raise Impossible(400, "this button does nothing in the lab")
        self.must_be_able()
        account = self.world.account(stored.message["from"]["id"])
        query_id = account.presses.open(self.chat, user_id=self.person.id, at=self.world.now())
        query = {
            "id": query_id,
            "from": self.person.user(),
            "message": stored.message,
            "chat_instance": f"{account.profile.id}{self.chat.id}",
            "data": button["callback_data"],
        }
        entry = self.world.post(account, "callback_query", query, chat=self.chat)
        return {"callback_query_id": query_id, "update_id": entry.update_id if entry else None}

    def button(self, message_id: int, *, row: int | None, column: int | None, data: str | None) -> Json:
        """The inline button at a place or with that data; Impossible when the message shows none."""
        stored = self.chat.messages.get(message_id)
        if stored is None:
            raise Impossible(404, "no such message")
        rows: list[list[Json]] = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
        for at_row, buttons in enumerate(rows):
            for at_column, button in enumerate(buttons):
                if (data is not None and button.get("callback_data") == data) or (
                    data is None and (at_row, at_column) == (row, column)
                ):
                    return button
        raise Impossible(404, "no such button")

    def block(self, blocked: bool) -> Json:
        """Block or unblock the bot; it hears of it by `my_chat_member`."""
        if self.group is not None:
            raise Impossible(400, "a bot is blocked in its private chat; from a group it is removed")
        if self.person.deactivated:
            raise Impossible(409, "the account was deleted")
        if self.chat.blocked == blocked:
            return {"update_id": None}
        self.chat.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        entry = changed(self.world, self.account, self.chat, by=self.person.user(), old=old, new=new)
        return {"update_id": entry.update_id if entry else None}

    def deactivate(self) -> Json:
        """Delete the account for good: no bot hears of it, each finds out when it writes."""
        self.person.deactivated = True
        for chat in self.world.chats.all():
            if chat.peer is self.person:
                self.world.chats.touch(chat)
        return {"update_id": None}


def sent(message: Json, entry: Entry | None) -> Json:
    """What the lab answers; `update_id` is null when no update reaches the bot."""
    return {"message_id": message["message_id"], "update_id": entry.update_id if entry else None}
