"""sendMessage, the edits, deleteMessage and sendChatAction."""

from typing import Any

from lab.simulator.attachments import CAPTIONED
from lab.simulator.calls import Call
from lab.simulator.chats import Chat, editable, not_modified
from lab.simulator.entities import units
from lab.simulator.errors import bad
from lab.simulator.formatting import Words, words_of
from lab.simulator.markup import read_markup
from lab.simulator.world import Account, World

Json = dict[str, Any]
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def writable(world: World, account: Account, call: Call, *, sends: str = "") -> Chat:
    """The chat of a call; Refused when the bot may not write there, or not what it `sends`."""
    if not call.text("chat_id"):
        raise bad("chat_id is empty")
    return world.chats.reachable(call.chat_id(), bot_id=account.profile.id, sends=sends)


async def send_message(world: World, account: Account, call: Call) -> Any:
    """The message that was stored."""
    words = text_of(world, call)
    chat = writable(world, account, call, sends="text messages")
    return deliver(world, account, call, chat=chat, content=words.fields(), words=words)


def text_of(world: World, call: Call) -> Words:
    """The text of a message; Refused when empty or too long after its entities were read."""
    if not call.text("text"):
        raise bad("message text is empty")
    words = words_of(call, "text")
    if not words.text:
        raise bad("text must be non-empty")
    if units(words.text) > world.limits.text:
        raise bad("message is too long")
    return words


def caption_of(world: World, call: Call) -> Words:
    words = words_of(call, "caption")
    if units(words.text) > world.limits.caption:
        raise bad("message caption is too long")
    return words


def deliver(world: World, account: Account, call: Call, *, chat: Chat, content: Json, words: Words) -> Json:
    """Store what a bot says, with its keyboard, and let the preview look at its links."""
    markup = read_markup(call, limits=world.limits)
    quoted = quoted_in(call, chat)
    inline = {"reply_markup": markup} if markup and "inline_keyboard" in markup else {}
    message = said(world, account, call, chat=chat, content={**content, **quoted, **inline})
    if markup and "keyboard" in markup:
        chat.keyboard = markup
    elif markup and "remove_keyboard" in markup:
        chat.keyboard = None
    look(world, call, chat=chat, words=words)
    return message


def said(world: World, account: Account, call: Call, *, chat: Chat, content: Json) -> Json:
    """Store one message of a bot."""
    protected = {"has_protected_content": True} if call.flag("protect_content") else {}
    chat.action = None
    if chat.group is not None:
        chat.group.last_bot = account.profile.id
    return world.chats.add(chat, account.profile.user(), {**content, **protected})


def quoted_in(call: Call, chat: Chat) -> Json:
    """The message that is answered, when there is one."""
    about = call.structure("reply_parameters")
    about = about if isinstance(about, dict) else {"message_id": call.number("reply_to_message_id")}
    number = about.get("message_id")
    if not number:
        return {}
    stored = chat.messages.get(int(number))
    if stored is not None:
        return {"reply_to_message": {key: value for key, value in stored.message.items() if key != "reply_to_message"}}
    if about.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return {}
    raise bad("message to be replied not found")


def look(world: World, call: Call, *, chat: Chat, words: Words) -> None:
    """Fetch the links of `words` as a preview would, unless the bot switched previews off."""
    options = call.structure("link_preview_options")
    disabled = isinstance(options, dict) and options.get("is_disabled") is True
    if not disabled and not call.flag("disable_web_page_preview"):
        world.preview.look(words.urls(), chat_id=chat.id)


def edit(world: World, account: Account, call: Call, *, chat: Chat, drop: tuple[str, ...], content: Json) -> Json:
    """Replace the `drop` fields of the bot's own message by `content` and its keyboard by that of the call."""
    old = editable(chat, call.number("message_id"), bot_id=account.profile.id)
    markup = read_markup(call, limits=world.limits)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    kept = {key: value for key, value in old.items() if key not in (*drop, "reply_markup")}
    new = {**kept, **content, **({"reply_markup": markup} if markup else {})}
    if new == old:
        raise not_modified()
    return world.chats.change(chat, old["message_id"], new | {"edit_date": int(world.now())})


async def edit_message_text(world: World, account: Account, call: Call) -> Any:
    """The message as it now is."""
    chat = writable(world, account, call)
    words = text_of(world, call)
    if "text" not in editable(chat, call.number("message_id"), bot_id=account.profile.id):
        raise bad("there is no text in the message to edit")
    message = edit(world, account, call, chat=chat, drop=("text", "entities"), content=words.fields())
    look(world, call, chat=chat, words=words)
    return message


async def edit_message_caption(world: World, account: Account, call: Call) -> Any:
    """The message as it now is."""
    chat = writable(world, account, call)
    words = caption_of(world, call)
    old = editable(chat, call.number("message_id"), bot_id=account.profile.id)
    if not any(kind in old for kind in CAPTIONED):
        raise bad("there is no caption in the message to edit")
    content = words.fields("caption")
    message = edit(world, account, call, chat=chat, drop=("caption", "caption_entities"), content=content)
    look(world, call, chat=chat, words=words)
    return message


async def edit_message_reply_markup(world: World, account: Account, call: Call) -> Any:
    """The message as it now is; without `reply_markup` its keyboard is taken away."""
    chat = writable(world, account, call)
    return edit(world, account, call, chat=chat, drop=(), content={})


async def delete_message(world: World, account: Account, call: Call) -> Any:
    """True. What either side wrote within 48 hours in a private chat, in a group its own words, as an administrator anybody's."""
    chat = writable(world, account, call)
    stored = chat.messages.get(call.number("message_id"))
    if stored is None:
        raise bad("message to delete not found")
    if chat.group and stored.message["from"]["id"] != account.profile.id and not chat.group.rules(account.profile.id):
        raise bad("message can't be deleted")
    if world.now() - stored.message["date"] > world.limits.delete_seconds:
        raise bad("message can't be deleted for everyone")
    world.chats.remove(chat, stored.message["message_id"])
    return True


async def send_chat_action(world: World, account: Account, call: Call) -> Any:
    """True; the page shows it for five seconds."""
    chat = writable(world, account, call)
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.action = {"name": call.text("action"), "at": world.now()}
    world.chats.touch(chat)
    return True
