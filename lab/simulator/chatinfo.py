"""getChat, getChatMember, getChatMemberCount, getChatAdministrators and leaveChat."""

from typing import Any

from lab.simulator.calls import Call
from lab.simulator.chats import Chat
from lab.simulator.errors import bad
from lab.simulator.groups import SENDING, member
from lab.simulator.membership import GroupLife
from lab.simulator.world import Account, World

Json = dict[str, Any]
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def known(world: World, account: Account, call: Call) -> Chat:
    if not call.text("chat_id"):
        raise bad("chat_id is empty")
    return world.chats.known(call.chat_id(), bot_id=account.profile.id)


def user_of(world: World, user_id: int) -> Json | None:
    person = world.chats.people.get(user_id)
    if person is not None:
        return person.user()
    return next((each.profile.user() for each in world.accounts.values() if each.profile.id == user_id), None)


async def get_chat(world: World, account: Account, call: Call) -> Any:
    """Telegram's ChatFullInfo, as far as the lab has it."""
    chat = known(world, account, call)
    about: Json = {**chat.peer.chat(), "accent_color_id": 0, "max_reaction_count": 11}
    about["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
    if chat.group is not None:
        about["permissions"] = dict.fromkeys(SENDING, True)
    return about


async def get_chat_member(world: World, account: Account, call: Call) -> Any:
    """A ChatMember; whoever was never there has left."""
    chat = known(world, account, call)
    number = call.number("user_id")
    if number <= 0:
        raise bad("invalid user_id specified")
    user = user_of(world, number)
    if user is None:
        raise bad("user not found")
    if chat.group is None:
        if number not in (chat.id, account.profile.id):
            raise bad("user not found")
        return member(user, "member")
    status = chat.group.members.get(number, "left")
    gone = chat.group.kind == "group" and status == "kicked"
    return member(user, "left" if gone else status)


async def get_chat_member_count(world: World, account: Account, call: Call) -> Any:
    """How many are there, bots included."""
    chat = known(world, account, call)
    return 2 if chat.group is None else len(chat.group.present())


async def get_chat_administrators(world: World, account: Account, call: Call) -> Any:
    """ChatMembers; other bots are left out."""
    chat = known(world, account, call)
    if chat.group is None:
        raise bad("there are no administrators in the private chat")
    ruling = [number for number in chat.group.present() if chat.group.rules(number)]
    users = [(user, chat.group.members[number]) for number in ruling if (user := user_of(world, number)) is not None]
    return [member(user, status) for user, status in users if not user["is_bot"] or user["id"] == account.profile.id]


async def leave_chat(world: World, account: Account, call: Call) -> Any:
    """True; the bot hears that it has left."""
    chat = known(world, account, call)
    if chat.group is None:
        raise bad("chat member status can't be changed in private chats")
    chat.group.must_let_write(account.profile.id)
    GroupLife(world, chat.group).leave_bot(account)
    return True
