"""What people do in the lab reaches the bot as Telegram would bring it; pictures, places, cards, links."""

import io
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from lab.simulator.chats import Persona
from lab.simulator.remote import NotDone, Remote
from lab.simulator.server import Simulator
from tests.lab.conftest import BOTS, LAO, MEI, TOKEN, qr_picture
from tests.waiting import until

if TYPE_CHECKING:
    from aiogram import Bot


async def test_a_picture_goes_up_is_reused_by_its_id_and_comes_down_again(bot: "Bot", lab: Remote) -> None:
    from aiogram.types import BufferedInputFile

    await lab.start(MEI)
    sent = await bot.send_photo(MEI, BufferedInputFile(qr_picture("HTTP://127.0.0.1/S/ABC"), "q.png"), caption="绿")
    assert sent.photo is not None and sent.caption == "绿"
    file_id = sent.photo[-1].file_id
    again = await bot.send_photo(MEI, file_id)
    assert again.photo is not None and again.photo[-1].file_id == file_id
    about = await bot.get_file(file_id)
    assert about.file_path is not None
    down = await bot.download_file(about.file_path)
    assert down is not None and down.read() == await lab.picture(file_id)
    assert [each["text"] for each in await lab.scan(file_id)] == ["HTTP://127.0.0.1/S/ABC"]


async def test_a_photo_is_made_small_and_upright_as_telegram_does(bot: "Bot", lab: Remote) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "at home"
    Image.new("RGB", (4000, 2000), "white").save(out, format="JPEG", exif=exif)
    await lab.photos(MEI, [out.getvalue()])
    [update] = await bot.get_updates()
    assert update.message is not None and update.message.photo is not None
    assert [(size.width, size.height) for size in update.message.photo][-1] == (1280, 2560)
    with Image.open(io.BytesIO(await lab.picture(update.message.photo[-1].file_id))) as got:
        assert not got.getexif()


async def test_an_album_shares_one_group_and_its_first_photo_has_the_caption(bot: "Bot", lab: Remote) -> None:
    await lab.photos(MEI, [qr_picture("1"), qr_picture("2")], caption="water at the bridge")
    messages = [each.message for each in await bot.get_updates()]
    assert len({message.media_group_id for message in messages if message}) == 1
    assert [message.caption for message in messages if message] == ["water at the bridge", None]


async def test_what_is_no_photo_can_only_be_sent_as_a_file(bot: "Bot", lab: Remote) -> None:
    with pytest.raises(NotDone, match="IMAGE_PROCESS_FAILED"):
        await lab.photos(MEI, [b"I am a text"])
    huge = io.BytesIO()
    Image.new("1", (9000, 9000)).save(huge, format="PNG")
    with pytest.raises(NotDone, match="PHOTO_INVALID_DIMENSIONS"):
        await lab.photos(MEI, [huge.getvalue()])
    await lab.document(MEI, b"I am a text", filename="photo.jpg", caption="look")
    [update] = await bot.get_updates()
    assert update.message is not None and update.message.document is not None
    assert (update.message.document.mime_type, update.message.caption) == ("image/jpeg", "look")
    down = await bot.download(update.message.document)
    assert down is not None and down.read() == b"I am a text"


async def test_a_card_may_be_ones_own_or_anothers(bot: "Bot", lab: Remote) -> None:
    await lab.act(MEI, "contact")
    await lab.act(MEI, "contact", phone_number="+8613800000002", first_name="陈老根", user_id=LAO)
    await lab.act(MEI, "contact", phone_number="+8613800000003", first_name="无号", user_id=None)
    cards = [each.message.contact for each in await bot.get_updates() if each.message]
    assert [(card.phone_number, card.user_id) for card in cards if card] == [
        ("+8613800000001", MEI),
        ("+8613800000002", LAO),
        ("+8613800000003", None),
    ]


async def test_a_place_is_shared_and_an_impossible_one_is_not(bot: "Bot", lab: Remote) -> None:
    await lab.act(MEI, "location", latitude=28.45, longitude=119.92, horizontal_accuracy=12)
    with pytest.raises(NotDone, match="no such place"):
        await lab.act(MEI, "location", latitude=128.45, longitude=119.92)
    with pytest.raises(NotDone, match="latitude must be a number"):
        await lab.act(MEI, "location", latitude="north", longitude=1)
    [update] = await bot.get_updates()
    assert update.message is not None and update.message.location is not None
    assert update.message.location.horizontal_accuracy == 12


async def test_the_person_sees_keyboards_edits_and_deletions(bot: "Bot", lab: Remote) -> None:
    from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

    await lab.start(MEI)
    button = KeyboardButton(text="电话", request_contact=True)
    await bot.send_message(MEI, "a", reply_markup=ReplyKeyboardMarkup(keyboard=[[button]], one_time_keyboard=True))
    seen = await lab.chat(MEI)
    assert seen["keyboard"]["keyboard"] == [[{"text": "电话", "request_contact": True}]]
    await lab.act(MEI, "contact")
    assert (await lab.chat(MEI))["keyboard"] is None
    sent = await bot.send_message(MEI, "b", reply_markup=ReplyKeyboardRemove())
    seen = await lab.chat(MEI)
    await bot.edit_message_text("c", chat_id=MEI, message_id=sent.message_id)
    changed = await lab.chat(MEI, after=seen["revision"])
    assert [each["message"]["text"] for each in changed["messages"]] == ["c"]
    await bot.delete_message(MEI, sent.message_id)
    assert (await lab.chat(MEI, after=changed["revision"]))["deleted"] == [sent.message_id]


async def test_unread_messages_are_counted_until_they_are_read(bot: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    last = [await bot.send_message(MEI, text) for text in "abc"][-1]

    async def unread() -> dict[int, int]:
        rows = (await lab.ask("GET", "/overview"))["chats"]
        return {row["user_id"]: row["unread"] for row in rows if row["bot_id"] == 4242}

    assert await unread() == {MEI: 3, LAO: 0}
    await lab.act(MEI, "read", message_id=last.message_id)
    assert await unread() == {MEI: 0, LAO: 0}


async def test_a_new_person_can_be_made_and_impossible_acts_are_named(lab: Remote) -> None:
    user_id = await lab.create(first_name="张三", language_code="en")
    assert (await lab.start(user_id, "x"))["update_id"]
    with pytest.raises(NotDone, match="no such person"):
        await lab.say(5, "x")
    with pytest.raises(NotDone, match="there is a person with that id"):
        await lab.create(id=user_id)
    with pytest.raises(NotDone, match="64 characters"):
        await lab.start(user_id, "a b")
    with pytest.raises(NotDone, match="no such message"):
        await lab.press(user_id, 99, row=0, col=0)
    with pytest.raises(NotDone, match="nothing to send"):
        await lab.say(user_id, "  ")


async def test_the_preview_fetches_every_link_of_this_machine_unless_it_is_off(bot: "Bot", lab: Remote) -> None:
    from aiogram.types import LinkPreviewOptions

    agents: list[tuple[str, str]] = []

    async def page(request: web.Request) -> web.Response:
        agents.append((request.path, request.headers["User-Agent"]))
        return web.Response(text="x" * 100_000)

    app = web.Application()
    app.router.add_get("/{name}", page)
    await lab.start(MEI)
    async with TestServer(app) as server:
        base = f"http://127.0.0.1:{server.port}"
        await bot.send_message(MEI, f'{base}/a\uff0c<a href="{base}/b">b</a> <code>{base}/c</code>', parse_mode="HTML")
        off = LinkPreviewOptions(is_disabled=True)
        await bot.send_message(MEI, f"{base}/d", link_preview_options=off)
        await bot.send_message(MEI, "http://192.0.2.1/e")

        async def looked() -> list[dict[str, object]]:
            found: list[dict[str, object]] = (await lab.log())["previews"]
            return found if len(found) == 3 else []

        previews = await until(looked)
    assert sorted(agents) == [("/a", "TelegramBot (like TwitterBot)"), ("/b", "TelegramBot (like TwitterBot)")]
    assert {(each["url"], each["status"], each["size"], each["refusal"]) for each in previews} == {
        (f"{base}/a", 200, 65536, ""),
        (f"{base}/b", 200, 65536, ""),
        ("http://192.0.2.1/e", None, 0, "not on this machine"),
    }


async def test_a_scan_says_what_a_code_leads_to(simulator: Simulator, lab: Remote) -> None:
    async def read(text: str) -> dict[str, object]:
        form = aiohttp.FormData()
        form.add_field("picture", qr_picture(text), filename="poster.png")
        [found] = (await lab.ask("POST", "/scan", data=form))["readings"]
        return dict(found)

    assert await read("https://t.me/mashang_lab_bot?start=AbC") == {
        "text": "https://t.me/mashang_lab_bot?start=AbC",
        "bot": "mashang_lab_bot",
        "start": "AbC",
        "page": "",
        "group": None,
    }
    ours = f"{simulator.url}/demo/?start=AbC"
    assert await read(ours) == {"text": ours, "bot": "mashang_lab_bot", "start": "AbC", "page": ours, "group": None}
    joining = await read("https://t.me/mashang_lab_bot?startgroup=AbC")
    assert (joining["bot"], joining["start"], joining["group"]) == ("mashang_lab_bot", "", "AbC")
    assert (await read("https://t.me/mashang_lab_bot?startgroup"))["group"] == ""
    assert (await read("HTTP://127.0.0.1:8080/S/ABC"))["page"] == "HTTP://127.0.0.1:8080/S/ABC"
    assert await read("https://example.org/S/ABC") == {
        "text": "https://example.org/S/ABC",
        "bot": "",
        "start": "",
        "page": "",
        "group": None,
    }
    with pytest.raises(NotDone, match="no picture"):
        await lab.scan("no-such-file")


async def test_another_site_in_the_same_browser_cannot_act_for_anybody(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/lab/users/{MEI}/text"
    async with http.post(url, json={"text": "x"}, headers={"Origin": "http://evil.example"}) as answer:
        assert answer.status == 403
    async with http.post(url, json={"text": "x"}, headers={"Origin": simulator.url}) as answer:
        assert answer.status == 200


async def test_the_page_and_its_parts_are_served_under_a_strict_policy(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{simulator.url}/demo?start=x") as answer:
        assert answer.status == 200 and str(answer.url) == f"{simulator.url}/demo/?start=x"
        page = await answer.text()
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "style=" not in page and "<script>" not in page
    for name in ("app.js", "words.js", "style.css"):
        async with http.get(f"{simulator.url}/demo/{name}") as answer:
            assert answer.status == 200
    for name in ("server.py", "..%2Fserver.py"):
        async with http.get(f"{simulator.url}/demo/{name}") as answer:
            assert answer.status == 404


async def test_stop_does_not_wait_for_those_who_wait(http: aiohttp.ClientSession) -> None:
    import asyncio

    made = Simulator(BOTS, personas=[Persona(user_id=MEI, name="王小梅")])
    await made.start()
    waiting = asyncio.ensure_future(http.get(f"{made.url}/bot{TOKEN}/getUpdates", params={"timeout": "50"}))
    await until(lambda: made.world.account(None).poll > 0)
    await asyncio.wait_for(made.stop(), 20)
    assert (await waiting).status == 200
