"""What a person sends besides words: photos, files of any kind, contact cards and places."""

import asyncio
from dataclasses import dataclass
from typing import Any

from lab.simulator.attachments import kept
from lab.simulator.calls import Upload
from lab.simulator.errors import Impossible, Refused
from lab.simulator.formatting import spoken
from lab.simulator.membership import tell
from lab.simulator.people import Seat, sent
from lab.simulator.pictures import photo_sizes

Json = dict[str, Any]
LARGEST = 4 * 1024**3


@dataclass(frozen=True)
class Given:
    """A file in somebody's hand. `stated` is the size of one whose bytes are not there: nobody can download it."""

    kind: str
    upload: Upload
    stated: int = 0
    caption: str = ""
    about: Json | None = None


async def send_photos(seat: Seat, uploads: list[Upload], *, caption: str, reply_to: int = 0) -> list[Json]:
    """One photo, or an album of up to ten, each a message of its own, whose caption is on the first."""
    seat.must_be_able()
    limits, bot_id = seat.world.limits, seat.account.profile.id
    if not 1 <= len(uploads) <= limits.album:
        raise Impossible(400, "one to ten photos")
    try:
        photos = [await asyncio.to_thread(photo_sizes, upload.body, limits=limits) for upload in uploads]
    except Refused as refused:
        raise Impossible(400, refused.description) from refused
    album = {"media_group_id": seat.world.chats.next_album()} if len(photos) > 1 else {}
    done = []
    for place, pictures in enumerate(photos):
        sizes = [size.described() for size in seat.world.files.add_photo(pictures, bot_id=bot_id)]
        words = spoken(caption) if place == 0 else spoken("")
        done.append(seat.send({"photo": sizes, **album, **words.fields("caption")}, reply_to=reply_to))
    return done


def send_file(seat: Seat, given: Given) -> Json:
    """A document, video or voice note, as it is; the bot has to find out what it really holds."""
    seat.must_be_able()
    if not given.upload.body and not 0 < given.stated <= LARGEST:
        raise Impossible(400, "an empty file cannot be sent; state a size to pretend one")
    stored = kept(
        seat.world, given.kind, given.upload, bot_id=seat.account.profile.id, about=given.about or {}, stated=given.stated
    )
    return seat.send({given.kind: stored.described(), **spoken(given.caption).fields("caption")})


def share_contact(seat: Seat, contact: Json) -> Json:
    """A contact card; the person's own unless `contact` says somebody else's (`user_id` may be another or null)."""
    card = {"phone_number": seat.person.phone, "first_name": seat.person.first_name, "user_id": seat.person.id}
    card |= contact
    if not card["phone_number"]:
        raise Impossible(400, "the card has no phone number")
    return seat.send({"contact": {key: value for key, value in card.items() if value not in (None, "")}})


def share_place(seat: Seat, place: Json) -> Json:
    """A pin; with `live_period` (seconds) the beginning of a live one."""
    if not (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180):
        raise Impossible(400, "no such place")
    return seat.send({"location": place})


def move(seat: Seat, message_id: int, place: Json) -> Json:
    """The next point of a live location: the same message changed, and an `edited_message` for the bot."""
    stored = seat.chat.messages.get(message_id)
    if stored is None or "live_period" not in stored.message.get("location", {}) or stored.message["from"]["id"] != seat.person.id:
        raise Impossible(404, "no such live location")
    seat.must_be_able()
    live = {**stored.message["location"], **place}
    message = stored.message | {"location": live, "edit_date": int(seat.world.now())}
    seat.world.chats.change(seat.chat, message_id, message)
    if seat.group is not None:
        return sent(message, tell(seat.world, seat.group, message, kind="edited_message").get(seat.account.profile.id))
    return sent(message, seat.world.post(seat.account, "edited_message", message, chat=seat.chat))
