"""What happens to a group, and what its bots hear of it: `my_chat_member`, `chat_member` and service messages."""

from typing import Any

from lab.simulator.chats import Chat, Person
from lab.simulator.errors import Impossible
from lab.simulator.groups import ANONYMOUS, KINDS, Group, member
from lab.simulator.privacy import hears
from lab.simulator.queue import Entry
from lab.simulator.world import Account, World

Json = dict[str, Any]
STANDINGS = ("member", "administrator", "restricted")


def tell(world: World, group: Group, message: Json, *, kind: str = "message") -> dict[int, Entry]:
    """Queue a message of a group for the bots that hear it; the updates by bot."""
    told = {}
    for account in world.accounts.values():
        if hears(group, account.profile, message):
            entry = world.post(account, kind, message, chat=world.chats.of_group(group))
            if entry is not None:
                told[account.profile.id] = entry
    return told


def changed(world: World, account: Account, chat: Chat, *, by: Json, old: str, new: str) -> Entry | None:
    """Tell a bot by `my_chat_member` what has become of it in a chat."""
    world.chats.touch(chat)
    bot = account.profile.user()
    body = {
        "chat": chat.peer.chat(),
        "from": by,
        "date": int(world.now()),
        "old_chat_member": member(bot, old),
        "new_chat_member": member(bot, new),
    }
    return world.post(account, "my_chat_member", body, chat=chat)


class GroupLife:
    """One group in the hands of its people; `by` is who does it."""

    def __init__(self, world: World, group: Group) -> None:
        self._world = world
        self.group = group

    @property
    def chat(self) -> Chat:
        return self._world.chats.of_group(self.group)

    def _must_stand(self, by: Person, *, rule: bool = False) -> None:
        if self.group.gone:
            raise Impossible(409, "the group is gone")
        if not self.group.has(by.id):
            raise Impossible(409, f"{by.id} is not in this group")
        if rule and not self.group.rules(by.id):
            raise Impossible(409, f"{by.id} does not administer this group")

    def _say(self, by: Json, content: Json) -> dict[int, Entry]:
        """A service message, in the chat and for the bots."""
        return tell(self._world, self.group, self._world.chats.add(self.chat, by, content))

    def add_bot(self, account: Account, *, by: Person, admin: bool = False) -> list[Entry]:
        """The updates by which the bot hears of it; none when it is there already."""
        self._must_stand(by)
        bot = account.profile
        if not bot.can_join_groups:
            raise Impossible(409, "this bot can't be added to groups")
        if self.group.has(bot.id):
            return []
        old = self.group.members.get(bot.id, "left")
        self.group.members[bot.id] = "administrator" if admin else "member"
        entry = changed(self._world, account, self.chat, by=by.user(), old=self._seen(old), new=self.group.members[bot.id])
        told = self._say(by.user(), {"new_chat_members": [bot.user()], "new_chat_member": bot.user()}).get(bot.id)
        return [each for each in (entry, told) if each is not None]

    def remove_bot(self, account: Account, *, by: Person) -> list[Entry]:
        """A group tells its bot that it has left and says so in a last message; a supergroup tells that it was kicked."""
        self._must_stand(by, rule=True)
        bot = account.profile
        if not self.group.has(bot.id):
            raise Impossible(409, "the bot is not in this group")
        told = None
        if self.group.kind == "group":
            told = self._say(by.user(), {"left_chat_member": bot.user()}).get(bot.id)
        old = self.group.members[bot.id]
        self.group.members[bot.id] = "kicked"
        if self.group.kind == "supergroup":
            self._say(by.user(), {"left_chat_member": bot.user()})
        entry = changed(self._world, account, self.chat, by=by.user(), old=old, new=self._seen("kicked"))
        return [each for each in (told, entry) if each is not None]

    def _seen(self, status: str) -> str:
        """A group has no list of the banned: `my_chat_member` calls somebody removed from it gone."""
        return "left" if self.group.kind == "group" and status == "kicked" else status

    def leave_bot(self, account: Account) -> Entry | None:
        """The bot leaves by itself."""
        old, bot = self.group.members[account.profile.id], account.profile
        self.group.members[bot.id] = "left"
        self._say(bot.user(), {"left_chat_member": bot.user()})
        return changed(self._world, account, self.chat, by=bot.user(), old=old, new="left")

    def set_bot(self, account: Account, *, by: Person, status: str) -> list[Entry]:
        """Make the bot an ordinary member, an administrator, or one that may not write (restricted, supergroups only)."""
        self._must_stand(by, rule=True)
        old, known = self.group.members.get(account.profile.id), STANDINGS[: 2 if self.group.kind == "group" else 3]
        if status not in known or not self.group.has(account.profile.id) or old is None:
            raise Impossible(409, f"the bot must be in the group, and its status one of {', '.join(known)}")
        if old == status:
            return []
        self.group.members[account.profile.id] = status
        entry = changed(self._world, account, self.chat, by=by.user(), old=old, new=status)
        return [entry] if entry else []

    def join(self, person: Person, *, by: Person) -> dict[int, Entry]:
        """Somebody is added, or comes in by themselves."""
        if by is not person:
            self._must_stand(by)
        if self.group.gone or self.group.has(person.id) or person.deactivated:
            raise Impossible(409, f"{person.id} cannot join this group")
        old = self.group.members.get(person.id, "left")
        self.group.members[person.id] = "member"
        told = self._say(by.user(), {"new_chat_members": [person.user()], "new_chat_member": person.user()})
        self._member_changed(person, by=by, old=old, new="member")
        return told

    def leave(self, person: Person, *, by: Person) -> dict[int, Entry]:
        """Somebody leaves, or is put out by who administers the group."""
        self._must_stand(by, rule=by is not person)
        if not self.group.has(person.id):
            raise Impossible(409, f"{person.id} is not in this group")
        old = self.group.members[person.id]
        self.group.members[person.id] = "left" if by is person else "kicked"
        told = self._say(by.user(), {"left_chat_member": person.user()})
        self._member_changed(person, by=by, old=old, new=self._seen(self.group.members[person.id]))
        return told

    def _member_changed(self, person: Person, *, by: Person, old: str, new: str) -> None:
        """`chat_member`, for bots that administer the group and asked for it by name."""
        body = {"chat": self.group.chat(), "from": by.user(), "date": int(self._world.now())}
        body |= {"old_chat_member": member(person.user(), old), "new_chat_member": member(person.user(), new)}
        for account in self._world.accounts.values():
            if self.group.rules(account.profile.id) and "chat_member" in account.queue.allowed:
                self._world.post(account, "chat_member", body, chat=self.chat)

    def rename(self, title: str, *, by: Person) -> dict[int, Entry]:
        self._must_stand(by)
        if not 0 < len(title) <= 128:
            raise Impossible(400, "a title has 1 to 128 characters")
        self.group.title = title
        return self._say(by.user(), {"new_chat_title": title})

    def migrate(self, *, by: Person) -> Group:
        """The supergroup that takes its place. The old chat says where it went, the new one, in its first message, whence.

        Bots hear that they have joined the new chat; that they left the old one is not told
        (https://github.com/tdlib/telegram-bot-api/issues/266).
        """
        self._must_stand(by, rule=True)
        if self.group.kind != "group":
            raise Impossible(409, "this is a supergroup already")
        new = found(self._world, self.group.title, kind="supergroup", members=dict(self.group.members))
        new.migrated_from = self.group.id
        self._say(by.user(), {"migrate_to_chat_id": new.id})
        self.group.migrated_to = new.id
        life = GroupLife(self._world, new)
        for account in self._world.accounts.values():
            if new.has(account.profile.id):
                changed(self._world, account, life.chat, by=by.user(), old="left", new=new.members[account.profile.id])
        life._say(ANONYMOUS, {"sender_chat": new.chat(), "migrate_from_chat_id": self.group.id})
        return new

    def delete(self, *, by: Person) -> list[Entry]:
        """The group is no more. Bots of a supergroup are told that they have left it, those of a group nothing."""
        self._must_stand(by, rule=True)
        entries = []
        for account in self._world.accounts.values():
            old = self.group.members.get(account.profile.id)
            if self.group.kind == "supergroup" and old is not None and self.group.has(account.profile.id):
                entries.append(changed(self._world, account, self.chat, by=by.user(), old=old, new="left"))
                self.group.members[account.profile.id] = "kicked"
        self.group.deleted = True
        self._world.chats.touch(self.chat)
        return [each for each in entries if each is not None]


def found(world: World, title: str, *, kind: str, members: dict[int, str], group_id: int = 0) -> Group:
    """A new group; Impossible when the id is taken or not of Telegram's range."""
    if kind not in KINDS or not 0 < len(title) <= 128:
        raise Impossible(400, "a group has a kind, group or supergroup, and a title of 1 to 128 characters")
    number = group_id or world.chats.next_group_id(kind)
    if number in world.chats.groups or (number < -1_000_000_000_000) != (kind == "supergroup") or number >= 0:
        raise Impossible(409, "a group's id is negative, a supergroup's begins with -100, and no two groups share one")
    world.chats.groups[number] = Group(number, title, kind=kind, members=members)
    world.chats.touch(world.chats.of_group(world.chats.groups[number]))
    return world.chats.groups[number]
