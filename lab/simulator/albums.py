"""sendMediaGroup: two to ten messages that belong together, of kinds that Telegram lets stand together."""

from dataclasses import dataclass
from typing import Any

from lab.simulator.attachments import content_of
from lab.simulator.calls import Call, Upload
from lab.simulator.entities import units
from lab.simulator.errors import Refused, bad
from lab.simulator.formatting import Words, words_of
from lab.simulator.media import PLURALS
from lab.simulator.messages import look, quoted_in, said, writable
from lab.simulator.world import Account, World

Json = dict[str, Any]
TOGETHER = ("photo", "video")
KINDS = (*TOGETHER, "document")
UNALLOWED = ("animation", "voice_note", "sticker")


@dataclass(frozen=True)
class Item:
    """One part of an album before it is stored."""

    kind: str
    source: Upload | str
    words: Words
    about: Json


async def send_media_group(world: World, account: Account, call: Call) -> Any:
    """The messages that were stored, in order; all of them or, when one is refused, none."""
    media = call.structure("media")
    if media is None:
        raise bad('parameter "media" is required')
    if not isinstance(media, list):
        raise bad("expected an Array of InputMedia")
    chat = writable(world, account, call)
    items = [read_item(world, call, each) for each in media]
    check_together(items, longest=world.limits.album)
    for item in items:
        writable(world, account, call, sends=PLURALS[item.kind])
    contents = [await content_at(world, account, place, item) for place, item in enumerate(items, start=1)]
    album = {"media_group_id": world.chats.next_album()} if len(items) > 1 else {}
    quoted = quoted_in(call, chat)
    done = []
    for item, content in zip(items, contents, strict=True):
        done.append(said(world, account, call, chat=chat, content={**content, **item.words.fields("caption"), **album, **quoted}))
        look(world, call, chat=chat, words=item.words)
    return done


async def content_at(world: World, account: Account, place: int, item: Item) -> Json:
    """What an item became; what Telegram's own servers refuse is refused with its place."""
    try:
        return await content_of(world, item.kind, item.source, bot_id=account.profile.id, about=item.about)
    except Refused as refused:
        why = refused.description.removeprefix("Bad Request: ")
        if why.isupper():
            raise bad(f'failed to send message #{place} with the error message "{why}"') from refused
        raise


def read_item(world: World, call: Call, given: Any) -> Item:
    """An InputMedia of a call; Refused in Telegram's words."""
    if not isinstance(given, dict):
        raise unreadable("expected an Object")
    kind = str(given.get("type", ""))
    if kind in UNALLOWED:
        raise unreadable(f'type "{kind}" can\'t be used in sendMediaGroup')
    if kind not in KINDS:
        raise unreadable(f'type "{kind}" is unsupported')
    inner = Call(call.method, given, call.uploads)
    upload, name = inner.upload("media"), inner.text("media")
    if upload is None and (not name or name.startswith("attach://")):
        raise unreadable("media not found")
    words = words_of(inner, "caption")
    if units(words.text) > world.limits.caption:
        raise bad("message caption is too long")
    about = {side: inner.number(side) for side in ("width", "height", "duration")} if kind == "video" else {}
    return Item(kind, Upload(upload.filename, "", upload.body) if upload else name, words, about)


def check_together(items: list[Item], *, longest: int) -> None:
    """One to `longest`, and documents only with documents. (A single one is sent alone, as TDLib does.)"""
    if not items:
        raise bad("there are no messages to send")
    if len(items) > longest:
        raise bad("too many messages to send as an album")
    kinds = {item.kind for item in items}
    if "document" in kinds and len(kinds) > 1:
        raise bad("document can't be mixed with other media types")


def unreadable(why: str) -> Refused:
    return bad(f"can't parse InputMedia: {why}")
