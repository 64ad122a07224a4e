"""Updates come at least once, in order, until they are confirmed."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lab.simulator import tally
from lab.simulator.remote import NotDone, Remote
from lab.simulator.server import Simulator
from tests.lab.conftest import LAO, MEI, LabClock
from tests.waiting import until

if TYPE_CHECKING:
    from aiogram import Bot


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(bot: "Bot", lab: Remote) -> None:
    first = (await lab.say(MEI, "/start"))["update_id"]
    second = (await lab.say(MEI, "two"))["update_id"]
    assert second == first + 1
    for _ in range(2):
        assert [each.update_id for each in await bot.get_updates()] == [first, second]
    assert [each.update_id for each in await bot.get_updates(limit=1)] == [first]
    assert [each.update_id for each in await bot.get_updates(offset=second)] == [second]
    assert tally.unconfirmed(await lab.log()) == [second]
    assert await bot.get_updates(offset=second + 1) == []
    assert tally.unconfirmed(await lab.log()) == []


async def test_a_negative_offset_keeps_only_the_end(bot: "Bot", lab: Remote) -> None:
    for text in "abc":
        await lab.say(MEI, text)
    [only] = await bot.get_updates(offset=-1)
    assert only.message is not None and only.message.text == "c"
    assert len(await bot.get_updates()) == 1


async def test_a_long_poll_ends_with_the_first_update(bot: "Bot", lab: Remote, simulator: Simulator) -> None:
    waiting = asyncio.ensure_future(bot.get_updates(timeout=30))
    await until(lambda: simulator.world.account(None).poll > 0)
    await lab.start(MEI, "AbC_-9")
    [update] = await asyncio.wait_for(waiting, 60)
    assert update.message is not None and update.message.text == "/start AbC_-9"
    assert update.message.entities is not None
    assert [(each.type, each.offset, each.length) for each in update.message.entities] == [("bot_command", 0, 6)]
    assert update.message.from_user is not None and update.message.from_user.language_code == "zh-hans"


async def test_a_second_poller_ends_the_first(bot: "Bot", lab: Remote, simulator: Simulator) -> None:
    from aiogram.exceptions import TelegramConflictError

    waiting = asyncio.ensure_future(bot.get_updates(timeout=30))
    await until(lambda: simulator.world.account(None).poll > 0)
    await bot.get_updates()
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await asyncio.wait_for(waiting, 60)


async def test_a_bot_gets_only_the_kinds_it_asked_for_and_may_ask_again(bot: "Bot", lab: Remote) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    assert (await lab.say(MEI, "unheard"))["update_id"] is None
    await bot.get_updates()
    assert (await lab.say(MEI, "still unheard"))["update_id"] is None
    await bot.get_updates(allowed_updates=["message"])
    assert (await lab.say(MEI, "heard"))["update_id"] is not None


async def test_updates_grow_too_old(bot: "Bot", lab: Remote, clock: LabClock) -> None:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    message = (await lab.start(MEI))["update_id"]
    rows = [[InlineKeyboardButton(text="a", callback_data="A")]]
    sent = await bot.send_message(MEI, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))
    await lab.press(MEI, sent.message_id, data="A")
    clock.at += 151
    assert [each.update_id for each in await bot.get_updates()] == [message]
    clock.at += 24 * 3600
    assert await bot.get_updates() == []
    assert [each["expired_at"] is None for each in (await lab.log())["updates"]] == [False, False]


async def test_a_replay_brings_the_same_update_once_more(bot: "Bot", lab: Remote) -> None:
    sent = await lab.start(MEI)
    assert len(await bot.get_updates()) == 1
    assert await bot.get_updates(offset=sent["update_id"] + 1) == []
    await lab.replay(sent["update_id"])
    [again] = await bot.get_updates(offset=sent["update_id"] + 1)
    assert again.update_id == sent["update_id"] and again.message is not None
    assert again.message.message_id == sent["message_id"]
    assert await bot.get_updates() == []
    with pytest.raises(NotDone, match="no such update"):
        await lab.replay(1)


class Receiver:
    """A bot's own web server that answers as it is told and remembers what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[int, int, str | None]] = []
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self.server = TestServer(app)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((body["update_id"], body["message"]["chat"]["id"], secret))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


async def test_a_webhook_gets_what_waits_with_its_secret_and_again_after_a_500(
    bot: "Bot", lab: Remote, simulator: Simulator
) -> None:
    from aiogram.exceptions import TelegramConflictError

    receiver = Receiver()
    receiver.statuses = [500]
    async with receiver.server:
        first = (await lab.start(MEI))["update_id"]
        assert await bot.set_webhook(str(receiver.server.make_url("/hook")), secret_token="s3cret_-")
        await until(lambda: len(receiver.got) == 2)
        assert receiver.got == [(first, MEI, "s3cret_-")] * 2
        info = await bot.get_webhook_info()
        assert info.url and info.last_error_message == "Wrong response from the webhook: 500"
        await until(lambda: not simulator.world.account(None).queue.pending())
        with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
        attempts = (await lab.log())["updates"][0]["attempts"]
        assert [attempt["status"] for attempt in attempts] == [500, 200]
        await lab.replay(first)
        await until(lambda: len(receiver.got) == 3)
        assert await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_failing_chat_keeps_its_order_and_holds_up_no_other(bot: "Bot", lab: Remote) -> None:
    receiver = Receiver()
    receiver.statuses = [500]
    async with receiver.server:
        for text in ("/start", "one", "two"):
            await lab.say(MEI, text)
        await lab.say(LAO, "/start")
        await bot.set_webhook(str(receiver.server.make_url("/hook")))
        await until(lambda: len(receiver.got) == 5)
        of_mei = [update_id for update_id, chat_id, _ in receiver.got if chat_id == MEI]
        assert of_mei == sorted(of_mei) and len(set(of_mei)) == 3
        assert [chat_id for _, chat_id, _ in receiver.got[:2]] == [MEI, LAO]


async def test_what_waited_can_be_dropped_with_the_webhook(bot: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []
    assert (await lab.log())["updates"][0]["dropped_at"] is not None


async def test_a_webhook_away_from_this_machine_or_with_a_wrong_secret_is_refused(bot: "Bot") -> None:
    from aiogram.exceptions import TelegramBadRequest

    with pytest.raises(TelegramBadRequest, match="bad webhook"):
        await bot.set_webhook("https://example.org/hook")
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="no spaces")
