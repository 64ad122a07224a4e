"""Files between people and bots: what was uploaded, or an id of something sent before, as a part of a message."""

import asyncio
import mimetypes
from typing import Any

from lab.simulator.calls import Upload
from lab.simulator.errors import bad
from lab.simulator.files import StoredFile
from lab.simulator.pictures import photo_sizes
from lab.simulator.world import World

Json = dict[str, Any]
NAMES = {"photo": "Photo", "document": "Document", "video": "Video", "voice": "VoiceNote"}
ORDINARY = {"document": "application/octet-stream", "video": "video/mp4", "voice": "audio/ogg"}
CAPTIONED = tuple(NAMES)


async def content_of(world: World, kind: str, source: Upload | str, *, bot_id: int, about: Json | None = None) -> Json:
    """The part of a message for an upload, or for the id of a file that this bot knows as the same `kind`.

    An address is refused: the lab fetches nothing for a bot.
    """
    if isinstance(source, Upload):
        if not source.body:
            raise bad("file must be non-empty")
        if kind == "photo":
            pictures = await asyncio.to_thread(photo_sizes, source.body, limits=world.limits)
            return {kind: [size.described() for size in world.files.add_photo(pictures, bot_id=bot_id)]}
        return {kind: kept(world, kind, source, bot_id=bot_id, about=about or {}).described()}
    if source.lower().startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    stored = world.files.of_bot(source, bot_id=bot_id)
    if stored is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad(f"can't use file of type {NAMES[stored.kind]} as {NAMES[kind]}")
    sizes = world.files.photo(source, bot_id=bot_id)
    return {kind: [size.described() for size in sizes] if sizes else stored.described()}


def kept(world: World, kind: str, upload: Upload, *, bot_id: int, about: Json, stated: int = 0) -> StoredFile:
    """A file that is no photo, kept as it is; its type is what its name says, whatever it holds."""
    content_type = upload.content_type or mimetypes.guess_type(upload.filename)[0] or ORDINARY[kind]
    named = {"file_name": upload.filename} if upload.filename and kind != "voice" else {}
    what = {**about, **named, "mime_type": content_type}
    return world.files.add(kind, upload.body, content_type=content_type, bot_id=bot_id, about=what, stated=stated)
