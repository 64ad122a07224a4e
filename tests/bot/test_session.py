"""What a handler says arrives, and what makes no difference any more disturbs nobody."""

from typing import TYPE_CHECKING, Any

import pytest

from lab.simulator import tally
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from tests.bot.conftest import MEI, TOKEN, SkippingClock, texts

if TYPE_CHECKING:
    from aiogram import Bot


@pytest.fixture
def answers(bot: "Bot", clock: SkippingClock) -> "Bot":
    from bot.pacer import Pacer
    from bot.session import answering

    return answering(bot, pacer=Pacer(clock), clock=clock)


def keyboard() -> Any:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="A")]])


async def test_a_press_that_is_too_old_an_edit_that_changes_nothing_and_a_message_already_gone_are_no_errors(answers: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    sent = await answers.send_message(MEI, "x", reply_markup=keyboard())
    assert await answers.answer_callback_query("42", "too late") is True
    assert await answers.edit_message_text("x", chat_id=MEI, message_id=sent.message_id, reply_markup=keyboard()) is True
    assert await answers.delete_message(MEI, 31337) is True
    assert await texts(lab, MEI) == ["x"]


async def test_an_edit_of_a_message_that_is_gone_is_said_anew_with_its_buttons(answers: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    await answers.edit_message_text("<b>new</b>", chat_id=MEI, message_id=31337, reply_markup=keyboard())
    [said] = [each["message"] for each in (await lab.chat(MEI))["messages"] if each["message"]["from"]["is_bot"]]
    assert said["text"] == "new"
    assert said["entities"]
    assert said["reply_markup"]


@pytest.mark.parametrize("trouble", [{"kind": "retry_after", "seconds": 3}, {"kind": "error"}, {"kind": "cut", "accepted": False}])
async def test_a_short_trouble_is_waited_out(answers: "Bot", lab: Remote, clock: SkippingClock, trouble: dict[str, Any]) -> None:
    await lab.start(MEI)
    await lab.fault(method="sendMessage", times=2, **trouble)
    await answers.send_message(MEI, "x")
    assert await texts(lab, MEI) == ["x"]
    assert sum(clock.slept) >= (6 if trouble["kind"] == "retry_after" else 1.5)


async def test_an_answer_whose_fate_is_unknown_is_said_again_and_counted_as_unknown(answers: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    await lab.fault(method="sendMessage", kind="garbage")
    await answers.send_message(MEI, "x")
    log = await lab.log()
    assert (tally.duplicates(log), tally.unknown(log)) == (1, 1)


async def test_a_long_wait_is_not_held_in_hand(answers: "Bot", lab: Remote, clock: SkippingClock) -> None:
    from aiogram.exceptions import TelegramRetryAfter

    await lab.start(MEI)
    await lab.fault(method="sendMessage", kind="retry_after", seconds=3600)
    with pytest.raises(TelegramRetryAfter):
        await answers.send_message(MEI, "x")
    assert sum(clock.slept) < 10


async def test_what_is_our_own_mistake_is_not_tried_again(answers: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramBadRequest

    await lab.start(MEI)
    with pytest.raises(TelegramBadRequest, match="parse"):
        await answers.send_message(MEI, "<b>never closed")
    assert len((await lab.log())["requests"]) == 1


async def test_a_file_is_fetched_through_the_same_session(answers: "Bot", lab: Remote) -> None:
    from aiogram.types import BufferedInputFile

    from tests.lab.conftest import qr_picture

    await lab.start(MEI)
    picture = qr_picture("HELLO")
    sent = await answers.send_photo(MEI, BufferedInputFile(picture, "code.png"), caption="<i>code</i>")
    assert sent.photo
    body = await answers.download(sent.photo[-1].file_id)
    assert body is not None
    assert len(body.read()) > 100


async def test_links_have_no_previews_and_words_are_html(bot: "Bot", simulator: Simulator, lab: Remote) -> None:
    await lab.start(MEI)
    sent = await bot.send_message(MEI, f"<b>see</b> {simulator.url}/page")
    assert sent.entities is not None
    assert sent.entities[0].type == "bold"
    assert bot.default.link_preview_is_disabled


async def test_a_plain_proxy_is_asked_instead_of_telegram() -> None:
    from aiogram.exceptions import TelegramAPIError
    from aiohttp import web
    from aiohttp.test_utils import RawTestServer

    from bot.factory import make_bot

    asked: list[str] = []

    async def proxy(request: web.BaseRequest) -> web.Response:
        asked.append(str(request.url))
        return web.json_response({"ok": False, "error_code": 400, "description": "Bad Request: seen"}, status=400)

    async with RawTestServer(proxy) as server:
        bot = make_bot(TOKEN, api_url="http://telegram.invalid", proxy=str(server.make_url("/")))
        with pytest.raises(TelegramAPIError, match="seen"):
            await bot.get_me()
        await bot.session.close()
    assert asked == [f"http://telegram.invalid/bot{TOKEN}/getMe"]
