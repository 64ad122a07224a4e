"""sendPhoto, sendDocument, sendVideo, sendVoice and getFile."""

from typing import Any

from lab.simulator.attachments import content_of
from lab.simulator.calls import Call, Upload
from lab.simulator.errors import bad
from lab.simulator.messages import caption_of, deliver, writable
from lab.simulator.world import Account, World

PLURALS = {"photo": "photos", "document": "documents", "video": "videos", "voice": "voice notes"}


async def send_photo(world: World, account: Account, call: Call) -> Any:
    """The message that was stored, with every size of the photo."""
    return await send(world, account, call, "photo")


async def send_document(world: World, account: Account, call: Call) -> Any:
    """The message that was stored; the file stays as it is."""
    return await send(world, account, call, "document")


async def send_video(world: World, account: Account, call: Call) -> Any:
    """The message that was stored; nothing is played or measured here."""
    about = {name: call.number(name) for name in ("width", "height", "duration")}
    return await send(world, account, call, "video", about=about)


async def send_voice(world: World, account: Account, call: Call) -> Any:
    """The message that was stored."""
    return await send(world, account, call, "voice", about={"duration": call.number("duration")})


async def send(world: World, account: Account, call: Call, kind: str, *, about: dict[str, Any] | None = None) -> Any:
    """A file of `kind` with its caption."""
    chat = writable(world, account, call, sends=PLURALS[kind])
    words = caption_of(world, call)
    content = await content_of(world, kind, source_of(call, kind), bot_id=account.profile.id, about=about)
    return deliver(world, account, call, chat=chat, content={**content, **words.fields("caption")}, words=words)


def source_of(call: Call, kind: str) -> Upload | str:
    """The upload, or the id or address given instead. An upload's type is what its file name says."""
    upload = call.upload(kind)
    if upload is not None:
        return Upload(upload.filename, "", upload.body)
    name = call.text(kind)
    if not name or name.startswith("attach://"):
        raise bad(f"there is no {kind} in the request")
    return name


async def get_file(world: World, account: Account, call: Call) -> Any:
    """Telegram's File, with the path under which `/file/bot<token>/` gives it."""
    stored = world.files.of_bot(call.text("file_id"), bot_id=account.profile.id)
    if stored is None:
        raise bad("invalid file_id")
    if stored.size > world.limits.download_bytes:
        raise bad("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }
