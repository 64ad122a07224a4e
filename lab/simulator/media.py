"""sendPhoto and getFile."""

import asyncio
from typing import Any

from lab.simulator.calls import Call
from lab.simulator.errors import bad
from lab.simulator.files import StoredFile
from lab.simulator.messages import caption_of, deliver
from lab.simulator.pictures import photo_sizes
from lab.simulator.world import Account, World


async def send_photo(world: World, account: Account, call: Call) -> Any:
    """The message that was stored, with every size of the photo."""
    chat = world.chats.reachable(call.chat_id(), bot_id=account.profile.id)
    words = caption_of(world, call)
    sizes = await photo_of(world, account, call)
    content = {"photo": [size.size() for size in sizes], **words.fields("caption")}
    return deliver(world, account, call, chat=chat, content=content, words=words)


async def photo_of(world: World, account: Account, call: Call) -> list[StoredFile]:
    """An upload, or a photo this bot already knows. An address is refused: the lab fetches nothing for a bot."""
    upload = call.upload("photo")
    if upload is not None:
        pictures = await asyncio.to_thread(photo_sizes, upload.body, limits=world.limits)
        return world.files.add_photo(pictures, bot_id=account.profile.id)
    name = call.text("photo")
    if not name or name.startswith("attach://"):
        raise bad("there is no photo in the request")
    if name.lower().startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    sizes = world.files.photo(name, bot_id=account.profile.id)
    if sizes is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return sizes


async def get_file(world: World, account: Account, call: Call) -> Any:
    """Telegram's File, with the path under which `/file/bot<token>/` gives it."""
    stored = world.files.of_bot(call.text("file_id"), bot_id=account.profile.id)
    if stored is None:
        raise bad("invalid file_id")
    if len(stored.body) > world.limits.download_bytes:
        raise bad("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.body),
        "file_path": stored.path,
    }
