"""Files, albums and places in both directions, with Telegram's sizes and refusals."""

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from lab.simulator import tally
from lab.simulator.remote import NotDone, Remote
from lab.simulator.server import Simulator
from tests.lab.conftest import MEI, TOKEN, LabClock, qr_picture

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.types import BufferedInputFile

MEGABYTE = 1024 * 1024


def picture(name: str = "q.png") -> "BufferedInputFile":
    from aiogram.types import BufferedInputFile

    return BufferedInputFile(qr_picture(name), name)


def paper(name: str = "名单.csv", body: bytes = b"a,b") -> "BufferedInputFile":
    from aiogram.types import BufferedInputFile

    return BufferedInputFile(body, name)


async def test_a_document_keeps_its_name_and_bytes_and_is_reused_by_its_id(bot: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    sent = await bot.send_document(MEI, paper(), caption="<b>名单</b>", parse_mode="HTML")
    assert sent.document is not None and sent.caption == "名单"
    assert (sent.document.file_name, sent.document.mime_type, sent.document.file_size) == ("名单.csv", "text/csv", 3)
    again = await bot.send_document(MEI, sent.document.file_id)
    assert again.document is not None and again.document.file_id == sent.document.file_id
    down = await bot.download(again.document)
    assert down is not None and down.read() == b"a,b"
    edited = await bot.edit_message_caption(chat_id=MEI, message_id=sent.message_id, caption="新名单")
    assert not isinstance(edited, bool) and edited.caption == "新名单" and edited.document is not None


async def test_a_file_is_what_it_was_sent_as(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    await lab.start(MEI)
    photo = (await bot.send_photo(MEI, picture())).photo
    document = (await bot.send_document(MEI, paper())).document
    assert photo and document
    with pytest.raises(TelegramBadRequest, match="Bad Request: can't use file of type Photo as Document"):
        await bot.send_document(MEI, photo[-1].file_id)
    with pytest.raises(TelegramBadRequest, match="Bad Request: can't use file of type Document as Photo"):
        await bot.send_photo(MEI, document.file_id)
    with pytest.raises(TelegramBadRequest, match="Bad Request: file must be non-empty"):
        await bot.send_document(MEI, paper(body=b""))
    with pytest.raises(TelegramBadRequest, match="Bad Request: wrong file identifier/HTTP URL specified"):
        await bot.send_document(MEI, "no-such-file")


async def test_an_album_goes_out_as_messages_of_one_group(bot: "Bot", lab: Remote) -> None:
    from aiogram.types import InputMediaPhoto

    await lab.start(MEI)
    known = (await bot.send_photo(MEI, picture())).photo
    assert known
    media: list[Any] = [InputMediaPhoto(media=picture("1"), caption="桥头"), InputMediaPhoto(media=picture("2")), InputMediaPhoto(media=known[-1].file_id)]
    sent = await bot.send_media_group(MEI, media)
    assert len({each.media_group_id for each in sent}) == 1 and sent[0].media_group_id
    assert [each.caption for each in sent] == ["桥头", None, None]
    numbers = [each.message_id for each in sent]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    log = await lab.log()
    assert log["requests"][-1]["message_id"] == numbers[0]
    assert tally.duplicates(log) == 0
    await bot.send_media_group(MEI, media)
    assert tally.duplicates(await lab.log()) == 1, "attachments have other names each time, and are the same"


async def test_an_album_is_of_one_kind_and_at_most_ten(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import InputMediaDocument, InputMediaPhoto

    await lab.start(MEI)
    cases: list[tuple[list[Any], str]] = [
        ([], "there are no messages to send"),
        ([InputMediaPhoto(media=picture(str(n))) for n in range(11)], "too many messages to send as an album"),
        ([InputMediaPhoto(media=picture()), InputMediaDocument(media=paper())], "document can't be mixed with other media types"),
        ([InputMediaPhoto(media=picture()), InputMediaPhoto(media=paper())], 'failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'),
        ([InputMediaPhoto(media=picture(), caption="x" * 1025)] * 2, "message caption is too long"),
    ]
    for media, complaint in cases:
        with pytest.raises(TelegramBadRequest, match=f"Bad Request: {complaint}"):
            await bot.send_media_group(MEI, media)
    assert len((await lab.chat(MEI))["messages"]) == 1, "nothing of a refused album is sent"
    [alone] = await bot.send_media_group(MEI, [InputMediaPhoto(media=picture())])
    assert alone.media_group_id is None


async def test_an_album_names_what_telegram_cannot_read(simulator: Simulator, http: aiohttp.ClientSession, lab: Remote) -> None:
    await lab.start(MEI)
    for media, complaint in (
        ([{"type": "animation", "media": "x"}], 'can\'t parse InputMedia: type "animation" can\'t be used in sendMediaGroup'),
        ([{"type": "poem", "media": "x"}], 'can\'t parse InputMedia: type "poem" is unsupported'),
        ([{"type": "photo", "media": "attach://nothing"}], "can't parse InputMedia: media not found"),
        ("x", "can't parse media JSON object"),
    ):
        async with http.post(f"{simulator.url}/bot{TOKEN}/sendMediaGroup", json={"chat_id": MEI, "media": media}) as answer:
            assert (answer.status, (await answer.json())["description"]) == (400, f"Bad Request: {complaint}")


async def test_a_place_is_on_earth_and_a_live_one_lasts_a_minute_to_a_day(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    await lab.start(MEI)
    sent = await bot.send_location(MEI, 28.45, 119.92, horizontal_accuracy=20)
    assert sent.location is not None and (sent.location.latitude, sent.location.horizontal_accuracy) == (28.45, 20)
    with pytest.raises(TelegramBadRequest, match="Bad Request: wrong location specified"):
        await bot.send_location(MEI, 128.45, 119.92)
    with pytest.raises(TelegramBadRequest, match="Bad Request: wrong live location period specified"):
        await bot.send_location(MEI, 28.45, 119.92, live_period=59)


async def test_a_person_sends_files_of_every_kind(bot: "Bot", lab: Remote) -> None:
    await lab.document(MEI, b"OggS", filename="1.oga", kind="voice", duration=7)
    await lab.document(MEI, b"....", filename="水位.mp4", kind="video", duration=9, width=640, height=360, caption="水位")
    await lab.document(MEI, b"%PDF", filename="证明.pdf", mime_type="application/pdf")
    voice, video, document = [each.message for each in await bot.get_updates()]
    assert voice and video and document and voice.voice and video.video and document.document
    assert (voice.voice.duration, voice.voice.mime_type, voice.voice.file_size) == (7, "audio/ogg", 4)
    assert (video.video.width, video.video.file_name, video.caption) == (640, "水位.mp4", "水位")
    assert (document.document.file_name, document.document.mime_type) == ("证明.pdf", "application/pdf")
    with pytest.raises(NotDone, match="an empty file cannot be sent"):
        await lab.document(MEI, b"", filename="x")


async def test_a_video_of_200_megabytes_cannot_be_fetched(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    await lab.pretend(MEI, filename="洪水.mp4", size=200 * MEGABYTE, kind="video", duration=600, mime_type="video/mp4")
    await lab.pretend(MEI, filename="small.bin", size=20 * MEGABYTE)
    film, small = [each.message for each in await bot.get_updates()]
    assert film and film.video and small and small.document
    assert film.video.file_size == 200 * MEGABYTE
    with pytest.raises(TelegramBadRequest, match="Bad Request: file is too big"):
        await bot.get_file(film.video.file_id)
    assert (await bot.get_file(small.document.file_id)).file_size == 20 * MEGABYTE


async def test_an_album_of_ten_comes_in_ten_messages_and_one_answer_will_do(bot: "Bot", lab: Remote) -> None:
    done = await lab.photos(MEI, [qr_picture(str(n)) for n in range(10)], caption="塌方")
    assert len(done["messages"]) == 10
    messages = [each.message for each in await bot.get_updates()]
    assert len({each.media_group_id for each in messages if each}) == 1
    ids = {each.photo[-1].file_id for each in messages if each and each.photo}
    assert len(ids) == 10
    assert len(tally.unanswered(await lab.log())) == 10
    await bot.send_message(MEI, "收到 10 张照片")
    assert tally.unanswered(await lab.log()) == []
    with pytest.raises(NotDone, match="one to ten photos"):
        await lab.photos(MEI, [qr_picture(str(n)) for n in range(11)])


async def test_a_live_place_moves(bot: "Bot", lab: Remote, clock: LabClock) -> None:
    sent = await lab.place(MEI, 28.45, 119.92, live_period=900)
    clock.at += 60
    await lab.move(MEI, sent["message_id"], 28.46, 119.93)
    first, moved = await bot.get_updates()
    assert first.message and first.message.location and first.message.location.live_period == 900
    assert moved.edited_message and moved.edited_message.location and moved.edited_message.location.latitude == 28.46
    assert moved.edited_message.message_id == sent["message_id"]
    pin = await lab.place(MEI, 28.45, 119.92)
    with pytest.raises(NotDone, match="no such live location"):
        await lab.move(MEI, pin["message_id"], 28.46, 119.93)
