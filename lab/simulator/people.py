"""What a person does in a chat: each act becomes the update a bot would get from Telegram."""

import asyncio
import mimetypes
import re
from dataclasses import dataclass
from typing import Any

from lab.simulator.calls import Upload
from lab.simulator.chats import Chat, Person
from lab.simulator.errors import Impossible, Refused
from lab.simulator.formatting import spoken
from lab.simulator.pictures import photo_sizes
from lab.simulator.queue import Entry
from lab.simulator.world import Account, World

Json = dict[str, Any]


@dataclass(frozen=True)
class Seat:
    """One person in the chat with one bot."""

    world: World
    account: Account
    person: Person

    @property
    def chat(self) -> Chat:
        return self.world.chats.of(self.person, bot_id=self.account.profile.id)

    def send(self, content: Json) -> Json:
        """Put a message into the chat and queue it for the bot. A blocked bot must be unblocked first."""
        if self.chat.blocked:
            raise Impossible(409, "the person has blocked this bot")
        self.chat.started = True
        message = self.world.chats.add(self.chat, self.person.user(), content)
        self.chat.read_up_to = message["message_id"]
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        entry = self.world.post(self.account, "message", message, chat=self.chat)
        return sent(message, entry)

    def say(self, text: str) -> Json:
        words = spoken(text)
        if not words.text:
            raise Impossible(400, "nothing to send")
        self.world.preview.look(words.urls(), chat_id=self.chat.id)
        return self.send(words.fields())

    def start(self, payload: str) -> Json:
        """Press Start, or open a deep link; unblocks the bot as Telegram's Restart does."""
        if not re.fullmatch(r"[A-Za-z0-9_-]*", payload) or len(payload) > self.world.limits.start_payload:
            raise Impossible(400, "a start payload has at most 64 characters of A-Z a-z 0-9 _ -")
        if self.chat.blocked:
            self.block(False)
        return self.say(f"/start {payload}".strip())

    def press(self, message_id: int, *, button: Json) -> Json:
        """Tap an inline button: a callback query, or the address of a link button."""
        stored = self.chat.messages[message_id]
        if "url" in button:
            return {"url": button["url"]}
        if "callback_data" not in button:
            raise Impossible(400, "this button does nothing in the lab")
        if self.chat.blocked:
            raise Impossible(409, "the person has blocked this bot")
        query_id = self.account.presses.open(self.chat, at=self.world.now())
        query = {
            "id": query_id,
            "from": self.person.user(),
            "message": stored.message,
            "chat_instance": f"{self.account.profile.id}{self.chat.id}",
            "data": button["callback_data"],
        }
        entry = self.world.post(self.account, "callback_query", query, chat=self.chat)
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

    def share_contact(self, contact: Json) -> Json:
        """A contact card; the person's own unless `contact` says somebody else's (`user_id` may be another or null)."""
        card = {"phone_number": self.person.phone, "first_name": self.person.first_name, "user_id": self.person.id}
        card |= contact
        if not card["phone_number"]:
            raise Impossible(400, "the card has no phone number")
        return self.send({"contact": {key: value for key, value in card.items() if value not in (None, "")}})

    def share_place(self, place: Json) -> Json:
        if not (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180):
            raise Impossible(400, "no such place")
        return self.send({"location": place})

    async def send_photos(self, uploads: list[Upload], *, caption: str) -> list[Json]:
        """One photo, or an album of up to ten whose caption is on the first."""
        limits = self.world.limits
        if not 1 <= len(uploads) <= limits.album:
            raise Impossible(400, "one to ten photos")
        try:
            photos = [await asyncio.to_thread(photo_sizes, upload.body, limits=limits) for upload in uploads]
        except Refused as refused:
            raise Impossible(400, refused.description) from refused
        album = {"media_group_id": f"{self.chat.id}{self.world.chats.revision}"} if len(photos) > 1 else {}
        done = []
        for place, pictures in enumerate(photos):
            sizes = self.world.files.add_photo(pictures, bot_id=self.account.profile.id)
            words = spoken(caption) if place == 0 else spoken("")
            done.append(self.send({"photo": [size.size() for size in sizes], **album, **words.fields("caption")}))
        return done

    def send_document(self, upload: Upload, *, caption: str) -> Json:
        """Any file, as it is; the bot has to find out what it really holds."""
        kind = mimetypes.guess_type(upload.filename)[0] or "application/octet-stream"
        stored = self.world.files.add_document(upload.body, content_type=kind, bot_id=self.account.profile.id)
        document = {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "file_name": upload.filename,
            "mime_type": kind,
            "file_size": len(upload.body),
        }
        return self.send({"document": document, **spoken(caption).fields("caption")})

    def block(self, blocked: bool) -> Json:
        """Block or unblock the bot; it hears of it by `my_chat_member`."""
        if self.chat.blocked == blocked:
            return {"update_id": None}
        self.chat.blocked = blocked
        self.world.chats.touch(self.chat)
        states = ("kicked", "member") if blocked else ("member", "kicked")
        new, old = (self._membership(state) for state in states)
        change = {
            "chat": self.person.chat(),
            "from": self.person.user(),
            "date": int(self.world.now()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        entry = self.world.post(self.account, "my_chat_member", change, chat=self.chat)
        return {"update_id": entry.update_id if entry else None}

    def _membership(self, status: str) -> Json:
        return {"user": self.account.profile.user(), "status": status} | (
            {"until_date": 0} if status == "kicked" else {}
        )


def sent(message: Json, entry: Entry | None) -> Json:
    """What the lab answers; `update_id` is null when the bot asked not to get messages."""
    return {"message_id": message["message_id"], "update_id": entry.update_id if entry else None}
