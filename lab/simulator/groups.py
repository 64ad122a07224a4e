"""A group or supergroup: who is in it, who may do what, and what it says to a bot that may not."""

from dataclasses import dataclass, field
from typing import Any

from lab.simulator.errors import Refused, bad, forbidden

Json = dict[str, Any]
FIRST_GROUP = -5_000_001
FIRST_SUPERGROUP = -1_002_000_000_001
KINDS = ("group", "supergroup")
PRESENT = ("creator", "administrator", "member", "restricted")
RULING = ("creator", "administrator")
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Whom Telegram names as the sender when a group itself speaks."""
SERVICE = (
    "group_chat_created",
    "supergroup_chat_created",
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)
RIGHTS = ("can_manage_chat", "can_delete_messages", "can_restrict_members", "can_change_info", "can_invite_users", "can_pin_messages")
NO_RIGHTS = (
    "can_manage_video_chats",
    "can_promote_members",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "is_anonymous",
)
SENDING = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@dataclass
class Group:
    """`members` holds the status of people and bots: creator, administrator, member, restricted, left or kicked."""

    id: int
    title: str
    kind: str = "group"
    members: dict[int, str] = field(default_factory=dict)
    deleted: bool = False
    migrated_to: int | None = None
    migrated_from: int | None = None
    last_bot: int = 0
    """Which bot spoke last."""

    @property
    def name(self) -> str:
        return self.title

    @property
    def gone(self) -> bool:
        return self.deleted or self.migrated_to is not None

    def chat(self) -> Json:
        about: Json = {"id": self.id, "type": self.kind, "title": self.title}
        return about | ({"all_members_are_administrators": False} if self.kind == "group" else {})

    def has(self, user_id: int) -> bool:
        return not self.gone and self.members.get(user_id) in PRESENT

    def rules(self, user_id: int) -> bool:
        return self.has(user_id) and self.members[user_id] in RULING

    def present(self) -> list[int]:
        return [user_id for user_id in self.members if self.has(user_id)]

    def must_let_read(self, bot_id: int) -> None:
        """Refused to a bot that was never in it, was kicked, or has left."""
        status = self.members.get(bot_id)
        if status is None:
            raise bad("chat not found")
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {self.kind} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {self.kind} chat")

    def must_let_write(self, bot_id: int, *, sends: str = "") -> None:
        """Refused when the group has moved or is gone, and to a bot that is not in it or may not send such things."""
        if bot_id in self.members and self.migrated_to is not None:
            moved = {"migrate_to_chat_id": self.migrated_to}
            raise Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters=moved)
        if bot_id in self.members and self.deleted and self.kind == "group":
            raise forbidden("the group chat was deleted")
        self.must_let_read(bot_id)
        if sends and self.members[bot_id] == "restricted":
            raise bad(f"not enough rights to send {sends} to the chat")


def member(user: Json, status: str) -> Json:
    """Telegram's ChatMember."""
    about: Json = {"user": user, "status": status}
    if status == "kicked":
        about["until_date"] = 0
    elif status == "creator":
        about["is_anonymous"] = False
    elif status == "administrator":
        about |= {"can_be_edited": False} | dict.fromkeys(RIGHTS, True) | dict.fromkeys(NO_RIGHTS, False)
    elif status == "restricted":
        about |= {"is_member": True, "until_date": 0} | dict.fromkeys(SENDING, False)
    return about
