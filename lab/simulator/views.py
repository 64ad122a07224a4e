"""What the lab tells: chats as their person sees them, the list of all chats, the pictures in them."""

from typing import Any

from lab.simulator.chats import Chat
from lab.simulator.people import Seat
from lab.simulator.world import World

Json = dict[str, Any]
TYPING_SECONDS = 5


def chat_view(world: World, seat: Seat, *, after: int) -> Json:
    """What changed in a chat later than revision `after`, and its state now."""
    chat = seat.chat
    changed = [stored for stored in chat.messages.values() if stored.revision > after]
    busy = chat.action if chat.action and world.now() - chat.action["at"] <= TYPING_SECONDS else None
    return {
        "revision": chat.revision,
        "messages": [{"revision": stored.revision, "message": stored.message} for stored in changed],
        "deleted": [number for revision, number in chat.deleted if revision > after],
        "toasts": [toast for toast in chat.toasts if toast["revision"] > after],
        "keyboard": chat.keyboard,
        "action": busy,
        "started": chat.started,
        "blocked": chat.blocked,
        "commands": menu(seat),
    }


def menu(seat: Seat) -> list[Json]:
    """The commands a person sees: for the language spoken if the bot set such a list, else the ordinary ones."""
    language = seat.person.language_code[:2]
    private, ordinary = '{"type": "all_private_chats"}', '{"type": "default"}'
    lists = seat.account.commands
    for place in ((private, language), (private, ""), (ordinary, language), (ordinary, "")):
        if lists.get(place):
            return lists[place]
    return []


def overview(world: World) -> Json:
    """Every persona with every bot: last words and unread count."""
    rows = []
    for person in world.chats.people.values():
        for account in world.accounts.values():
            chat = world.chats.of(person, bot_id=account.profile.id)
            rows.append(
                {
                    "user_id": person.id,
                    "name": f"{person.first_name} {person.last_name}".strip(),
                    "role": person.role,
                    "role_label": person.role_label,
                    "bot_id": account.profile.id,
                    "unread": chat.unread(),
                    "last": last_words(chat),
                }
            )
    return {"revision": world.chats.revision, "chats": rows}


def last_words(chat: Chat) -> Json | None:
    if not chat.messages:
        return None
    message = chat.messages[max(chat.messages)].message
    kind = next((name for name in ("photo", "location", "contact", "document") if name in message), "text")
    text = message.get("text") or message.get("caption") or ""
    return {"kind": kind, "text": text[:120], "date": message["date"], "from_bot": message["from"]["is_bot"]}


def pictures(world: World) -> list[Json]:
    """Every photo in every chat, newest first, in its largest size."""
    found = []
    for chat in world.chats.all():
        for stored in chat.messages.values():
            message = stored.message
            if "photo" in message:
                found.append(
                    {
                        "user_id": chat.id,
                        "name": chat.person.first_name,
                        "message_id": message["message_id"],
                        "from_bot": message["from"]["is_bot"],
                        "caption": message.get("caption", ""),
                        "date": message["date"],
                        **message["photo"][-1],
                    }
                )
    return sorted(found, key=lambda each: -each["message_id"])
