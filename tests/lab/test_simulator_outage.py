"""Telegram is down for a while, and some people cannot be reached at all."""

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lab.simulator.remote import NotDone, Remote
from lab.simulator.server import Simulator
from tests.lab.conftest import MEI, TOKEN, LabClock
from tests.waiting import until

if TYPE_CHECKING:
    from aiogram import Bot


async def test_while_telegram_is_down_nobody_gets_through_and_updates_wait(bot: "Bot", lab: Remote, clock: LabClock) -> None:
    from aiogram.exceptions import TelegramNetworkError

    await lab.start(MEI)
    await lab.down(240)
    said = await lab.say(MEI, "还在吗")
    for call in (bot.send_message(MEI, "x"), bot.get_updates(), bot.get_me()):
        with pytest.raises(TelegramNetworkError):
            await call
    clock.at += 239
    with pytest.raises(TelegramNetworkError):
        await bot.get_updates()
    clock.at += 2
    assert [each.update_id for each in await bot.get_updates()][-1] == said["update_id"]
    requests = (await lab.log())["requests"]
    assert [(each["fault"], each["status"], each["accepted"]) for each in requests] == [("down", None, False)] * 4 + [(None, 200, True)]


async def test_a_poll_under_way_breaks_off_when_the_outage_begins(bot: "Bot", lab: Remote, simulator: Simulator) -> None:
    from aiogram.exceptions import TelegramNetworkError

    waiting = asyncio.ensure_future(bot.get_updates(timeout=30))
    await until(lambda: simulator.world.account(None).poll > 0)
    await lab.down(60)
    with pytest.raises(TelegramNetworkError):
        await asyncio.wait_for(waiting, 60)


async def test_an_outage_may_answer_502_and_be_ended(simulator: Simulator, http: aiohttp.ClientSession, lab: Remote) -> None:
    await lab.down(60, how="error")
    assert (await lab.ask("GET", "/down"))["on"] is True
    async with http.get(f"{simulator.url}/bot{TOKEN}/getMe") as answer:
        assert answer.status == 502 and (await answer.json())["description"] == "Bad Gateway"
    await lab.up()
    async with http.get(f"{simulator.url}/bot{TOKEN}/getMe") as answer:
        assert answer.status == 200
    with pytest.raises(NotDone, match="an outage lasts more than 0 seconds"):
        await lab.down(60, how="storm")


async def test_nothing_is_pushed_to_a_webhook_during_an_outage(bot: "Bot", lab: Remote) -> None:
    got: list[int] = []

    async def take(request: web.Request) -> web.Response:
        got.append((await request.json())["update_id"])
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    async with TestServer(app) as server:
        await bot.set_webhook(str(server.make_url("/hook")))
        await lab.down(60)
        said = await lab.start(MEI)
        assert (await lab.log())["updates"][0]["attempts"] == [] and got == []
        await lab.up()
        await until(lambda: got == [said["update_id"]])
        await bot.delete_webhook()


async def test_a_deleted_account_is_named_and_acts_no_more(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramForbiddenError

    await lab.start(MEI)
    await lab.deactivate(MEI)
    with pytest.raises(TelegramForbiddenError, match="Forbidden: user is deactivated"):
        await bot.send_message(MEI, "x")
    for act in (lab.say(MEI, "x"), lab.start(MEI), lab.block(MEI), lab.place(MEI, 1, 1)):
        with pytest.raises(NotDone, match="the account was deleted"):
            await act
    assert (await lab.chat(MEI))["deactivated"] is True
    assert [each.message.text for each in await bot.get_updates() if each.message] == ["/start"]


async def test_blocking_is_told_once_and_unblocking_lets_the_bot_write_again(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramForbiddenError

    await lab.start(MEI)
    assert (await lab.block(MEI))["update_id"] and (await lab.block(MEI))["update_id"] is None
    with pytest.raises(TelegramForbiddenError, match="Forbidden: bot was blocked by the user"):
        await bot.send_chat_action(MEI, "typing")
    with pytest.raises(NotDone, match="the person has blocked this bot"):
        await lab.say(MEI, "x")
    await lab.unblock(MEI)
    assert (await bot.send_message(MEI, "x")).message_id
    changes = [each.my_chat_member for each in await bot.get_updates() if each.my_chat_member]
    assert [(each.old_chat_member.status, each.new_chat_member.status) for each in changes] == [("member", "kicked"), ("kicked", "member")]
