"""What the lab tells: chats as their person sees them, the list of all chats, the pictures in them."""

from typing import Any

from lab.simulator.chats import Chat, Person
from lab.simulator.groups import SERVICE, Group
from lab.simulator.people import Seat
from lab.simulator.world import World

Json = dict[str, Any]
TYPING_SECONDS = 5
KINDS = ("photo", "location", "contact", "document", "video", "voice", *SERVICE)


def chat_view(world: World, seat: Seat, *, after: int) -> Json:
    """What changed in a chat later than revision `after`, and its state now."""
    chat = seat.chat
    changed = [stored for stored in chat.messages.values() if stored.revision > after]
    busy = chat.action if chat.action and world.now() - chat.action["at"] <= TYPING_SECONDS else None
    return {
        "revision": chat.revision,
        "messages": [{"revision": stored.revision, "message": stored.message} for stored in changed],
        "deleted": [number for revision, number in chat.deleted if revision > after],
        "toasts": [toast for toast in chat.toasts if toast["revision"] > after and toast["user_id"] == seat.person.id],
        "keyboard": chat.keyboard,
        "action": busy,
        "started": chat.started,
        "blocked": chat.blocked,
        "deactivated": seat.person.deactivated,
        "group": group_view(world, seat.group) if seat.group else None,
        "commands": menu(seat),
    }


def menu(seat: Seat) -> list[Json]:
    """The commands a person sees: for the language spoken if the bot set such a list, else the ordinary ones."""
    language = seat.person.language_code[:2]
    wide = "all_group_chats" if seat.group else "all_private_chats"
    private, ordinary = f'{{"type": "{wide}"}}', '{"type": "default"}'
    lists = seat.account.commands
    for place in ((private, language), (private, ""), (ordinary, language), (ordinary, "")):
        if lists.get(place):
            return lists[place]
    return []


def overview(world: World) -> Json:
    """Every persona with every bot, and everybody in each group: last words and unread count."""
    rows = []
    for person in world.chats.people.values():
        for account in world.accounts.values():
            chat = world.chats.of(person, bot_id=account.profile.id)
            state = {"bot_id": account.profile.id, "blocked": chat.blocked, "deactivated": person.deactivated}
            rows.append({**about(person), **state, "unread": chat.unread(person.id), "last": last_words(chat)})
    groups = [{**group_view(world, group), "last": last_words(world.chats.of_group(group))} for group in world.chats.groups.values()]
    return {"revision": world.chats.revision, "chats": rows, "groups": groups}


def about(person: Person) -> Json:
    return {"user_id": person.id, "name": person.name, "role": person.role, "role_label": person.role_label}


def group_view(world: World, group: Group) -> Json:
    """A group with who is in it, and in which standing; `people` are those that the lab can act for."""
    chat = world.chats.of_group(group)
    here = [world.chats.people[user_id] for user_id in group.present() if user_id in world.chats.people]
    return {
        "id": group.id,
        "title": group.title,
        "kind": group.kind,
        "deleted": group.deleted,
        "migrated_to": group.migrated_to,
        "migrated_from": group.migrated_from,
        "members": {str(user_id): status for user_id, status in group.members.items()},
        "people": [{**about(person), "unread": chat.unread(person.id)} for person in here],
    }


def last_words(chat: Chat) -> Json | None:
    if not chat.messages:
        return None
    message = chat.messages[max(chat.messages)].message
    kind = next((name for name in KINDS if name in message), "text")
    text = message.get("text") or message.get("caption") or ""
    sender = message["from"]
    return {"kind": kind, "text": text[:120], "date": message["date"], "from_bot": sender["is_bot"], "from": sender["id"]}


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
                        "name": chat.peer.name,
                        "message_id": message["message_id"],
                        "from_bot": message["from"]["is_bot"],
                        "caption": message.get("caption", ""),
                        "date": message["date"],
                        **message["photo"][-1],
                    }
                )
    return sorted(found, key=lambda each: (-each["date"], -each["message_id"]))
