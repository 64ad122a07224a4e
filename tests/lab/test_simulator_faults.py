"""What goes wrong on purpose goes wrong exactly as asked, and the log lets an oracle count what was lost or doubled."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from lab.simulator import tally
from lab.simulator.remote import NotDone, Remote
from tests.lab.conftest import LAO, MEI

if TYPE_CHECKING:
    from aiogram import Bot


async def test_the_next_calls_are_told_to_wait_and_nothing_was_sent(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramRetryAfter

    await lab.start(MEI)
    await lab.fault(kind="retry_after", method="sendMessage", seconds=7, times=2, skip=1)
    await bot.send_message(MEI, "first passes")
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as told:
            await bot.send_message(MEI, "x")
        assert told.value.retry_after == 7
    await bot.send_message(MEI, "x")
    assert len((await lab.chat(MEI))["messages"]) == 3
    assert [each["accepted"] for each in (await lab.log())["requests"]] == [True, False, False, True]


async def test_a_fault_may_concern_one_chat_only(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramServerError

    await lab.start(MEI)
    await lab.start(LAO)
    await lab.fault(kind="error", status=502, chat_id=LAO)
    await bot.send_message(MEI, "x")
    with pytest.raises(TelegramServerError, match="Bad Gateway"):
        await bot.send_message(LAO, "x")
    await bot.send_message(LAO, "x")


@pytest.mark.parametrize("kind", ["cut", "garbage"])
async def test_an_answer_may_be_lost_after_the_message_was_sent(bot: "Bot", lab: Remote, kind: str) -> None:
    from aiogram.exceptions import AiogramError

    await lab.start(MEI)
    await lab.fault(kind=kind, method="sendMessage")
    with pytest.raises(AiogramError):
        await bot.send_message(MEI, "x")
    await bot.send_message(MEI, "x")
    log = await lab.log()
    assert (tally.unknown(log), tally.duplicates(log)) == (1, 1)
    assert [each["message"].get("text") for each in (await lab.chat(MEI))["messages"]] == ["/start", "x", "x"]


async def test_a_call_may_hang_until_the_caller_gives_up(bot: "Bot", lab: Remote) -> None:
    from aiogram.exceptions import TelegramNetworkError

    await lab.start(MEI)
    await lab.fault(kind="hang", method="sendMessage", seconds=30, accepted=True)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(MEI, "x", request_timeout=3)
    assert len((await lab.chat(MEI))["messages"]) == 2
    assert tally.unknown(await lab.log()) == 1


async def test_faults_are_listed_cleared_and_checked(lab: Remote) -> None:
    await lab.fault(kind="cut", times=3)
    assert [(each["kind"], each["times"]) for each in await lab.ask("GET", "/faults")] == [("cut", 3)]
    assert await lab.ask("DELETE", "/faults") == []
    with pytest.raises(NotDone, match="no such fault"):
        await lab.fault(kind="earthquake")
    with pytest.raises(NotDone, match="unknown: colour"):
        await lab.fault(kind="cut", colour="red")


async def test_an_update_that_nobody_answered_is_found(bot: "Bot", lab: Remote) -> None:
    answered = (await lab.start(MEI))["update_id"]
    await bot.send_message(MEI, "welcome")
    ignored = (await lab.say(MEI, "and me?"))["update_id"]
    also = (await lab.say(LAO, "/start"))["update_id"]
    await bot.send_chat_action(LAO, "typing")
    assert tally.unanswered(await lab.log()) == [ignored, also]
    await bot.send_message(MEI, "you too")
    assert tally.unanswered(await lab.log()) == [also]
    assert answered not in tally.unanswered(await lab.log())


async def test_the_same_words_are_a_duplicate_only_within_one_turn(bot: "Bot", lab: Remote) -> None:
    await lab.start(MEI)
    await bot.send_message(MEI, "same")
    await lab.say(MEI, "again")
    await bot.send_message(MEI, "same")
    assert tally.duplicates(await lab.log()) == 0
    await bot.send_message(MEI, "same")
    await bot.send_message(MEI, "other")
    assert tally.duplicates(await lab.log()) == 1


async def test_the_log_holds_no_words_of_anybody(bot: "Bot", lab: Remote) -> None:
    await lab.say(MEI, "my secret words")
    await bot.send_message(MEI, "a secret answer")
    log: dict[str, Any] = await lab.log()
    assert "secret" not in str(log) and "王小梅" not in str(log)
    [request] = log["requests"]
    assert (request["method"], request["chat_id"], request["status"]) == ("sendMessage", MEI, 200)
    await asyncio.gather(bot.get_me(), bot.get_me())
    assert [each["number"] for each in (await lab.log())["requests"]] == [1, 2, 3]
