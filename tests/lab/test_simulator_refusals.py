"""The simulator refuses what Telegram refuses, in Telegram's words, to a stock client."""

from typing import TYPE_CHECKING

import aiohttp
import pytest

from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from tests.lab.conftest import MEI, OTHER_TOKEN, TOKEN, LabClock, qr_picture

if TYPE_CHECKING:
    from aiogram import Bot


async def post(http: aiohttp.ClientSession, url: str, method: str, **params: object) -> dict[str, object]:
    async with http.post(f"{url}/bot{TOKEN}/{method}", json=params) as answer:
        body: dict[str, object] = await answer.json()
        assert body["ok"] or body["error_code"] == answer.status
        return body


async def test_a_bot_cannot_write_to_somebody_who_never_pressed_start(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot can't initiate conversation with a user"):
        await bot.send_message(MEI, "hello")
    with pytest.raises(TelegramBadRequest, match="Bad Request: chat not found"):
        await bot.send_message(999_999, "hello")
    await lab.start(MEI)
    assert (await bot.send_message(MEI, "hello")).text == "hello"


async def test_a_bot_that_was_blocked_is_told_so_until_the_person_starts_again(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramForbiddenError

    await lab.start(MEI)
    await lab.act(MEI, "block")
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(MEI, "hello")
    await lab.start(MEI)
    assert (await bot.send_message(MEI, "hello")).message_id > 0
    changes = [each.my_chat_member for each in await bot.get_updates() if each.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("5 < 6", 'Unsupported start tag "" at byte offset 2'),
        ("码 <br>", 'Unsupported start tag "br" at byte offset 4'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
async def test_wrong_markup_is_refused_with_its_place(
    simulator: Simulator, http: aiohttp.ClientSession, lab: Remote, text: str, complaint: str
) -> None:
    await lab.start(MEI)
    body = await post(http, simulator.url, "sendMessage", chat_id=MEI, text=text, parse_mode="HTML")
    assert body == {"ok": False, "error_code": 400, "description": f"Bad Request: can't parse entities: {complaint}"}


async def test_texts_and_captions_have_their_longest_length(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import BufferedInputFile

    await lab.start(MEI)
    await bot.send_message(MEI, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    with pytest.raises(TelegramBadRequest, match="Bad Request: message is too long"):
        await bot.send_message(MEI, "x" * 4097)
    with pytest.raises(TelegramBadRequest, match="Bad Request: message text is empty"):
        await bot.send_message(MEI, "")
    photo = BufferedInputFile(qr_picture("x"), "x.png")
    with pytest.raises(TelegramBadRequest, match="Bad Request: message caption is too long"):
        await bot.send_photo(MEI, photo, caption="x" * 1025)


async def test_a_button_carries_at_most_64_bytes(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="x", callback_data=data)]])

    await lab.start(MEI)
    await bot.send_message(MEI, "x", reply_markup=keyboard("d" * 64))
    with pytest.raises(TelegramBadRequest, match="Bad Request: BUTTON_DATA_INVALID"):
        await bot.send_message(MEI, "x", reply_markup=keyboard("码" * 22))


async def test_an_edit_must_change_something_that_is_there(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    own = (await lab.start(MEI))["message_id"]
    sent = await bot.send_message(MEI, "one")
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content and reply"):
        await bot.edit_message_text("one", chat_id=MEI, message_id=sent.message_id)
    edited = await bot.edit_message_text("<b>two</b>", chat_id=MEI, message_id=sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool) and edited.text == "two" and edited.edit_date
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("two", chat_id=MEI, message_id=9999)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("two", chat_id=MEI, message_id=own)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=MEI, message_id=sent.message_id, caption="two")
    assert await bot.delete_message(MEI, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(MEI, sent.message_id)


async def test_a_press_is_answered_once_and_soon(bot: "Bot", lab: Remote, clock: LabClock) -> None:
    from aiogram.exceptions import TelegramBadRequest
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    too_old = "query is too old and response timeout expired or query ID is invalid"
    rows = [[InlineKeyboardButton(text="a", callback_data="A"), InlineKeyboardButton(text="b", callback_data="B")]]
    await lab.start(MEI)
    sent = await bot.send_message(MEI, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))
    first = await lab.press(MEI, sent.message_id, row=0, col=1)
    update = (await bot.get_updates(offset=first["update_id"]))[0]
    assert update.callback_query is not None and update.callback_query.data == "B"
    assert update.callback_query.message is not None and update.callback_query.message.message_id == sent.message_id
    assert await bot.answer_callback_query(update.callback_query.id, text="done", show_alert=True)
    with pytest.raises(TelegramBadRequest, match=too_old):
        await bot.answer_callback_query(update.callback_query.id)
    toasts = (await lab.chat(MEI))["toasts"]
    assert [(toast["text"], toast["show_alert"]) for toast in toasts] == [("done", True)]

    second = await lab.press(MEI, sent.message_id, data="A")
    clock.at += 16
    with pytest.raises(TelegramBadRequest, match=too_old):
        await bot.answer_callback_query(second["callback_query_id"])


async def test_an_unknown_method_and_a_wrong_token_are_named(
    simulator: Simulator, http: aiohttp.ClientSession, bot: "Bot"
) -> None:
    body = await post(http, simulator.url, "sendInvoice", chat_id=MEI)
    assert body == {"ok": False, "error_code": 501, "description": "Not Implemented: method sendInvoice"}
    for token, status in (("1:wrong", 401), ("nonsense", 404)):
        async with http.get(f"{simulator.url}/bot{token}/getMe") as answer:
            assert answer.status == status and (await answer.json())["ok"] is False


async def test_plain_http_may_send_json_forms_or_a_query(
    simulator: Simulator, http: aiohttp.ClientSession, lab: Remote
) -> None:
    await lab.start(MEI)
    url = f"{simulator.url}/bot{TOKEN}/sendMessage"
    for more in ({"json": {"chat_id": MEI, "text": "x"}}, {"data": {"chat_id": MEI, "text": "x"}}):
        async with http.post(url, **more) as answer:  # type: ignore[arg-type]
            assert (await answer.json())["result"]["text"] == "x"
    async with http.get(url, params={"chat_id": MEI, "text": "x"}) as answer:
        assert (await answer.json())["result"]["from"]["username"] == "mashang_lab_bot"
    async with http.post(url, data=b"{broken", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 400


async def test_a_file_of_another_bot_is_a_wrong_file(bot: "Bot", simulator: Simulator, lab: Remote) -> None:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramBadRequest

    sent = await lab.photos(MEI, [qr_picture("x")])
    file_id = (await lab.chat(MEI))["messages"][0]["message"]["photo"][-1]["file_id"]
    assert sent["message_id"]
    async with AiohttpSession(api=TelegramAPIServer.from_base(simulator.url)) as session:
        other = Bot(OTHER_TOKEN, session=session)
        with pytest.raises(TelegramBadRequest, match="invalid file_id"):
            await other.get_file(file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_photo(MEI, "no-such-file")
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("no-such-file")
