"""Each delivery has one honest outcome, whatever Telegram does."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from domain.deliveries import Delivery, DeliveryState, Lane, Message, Subject
from lab.simulator import tally
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from services.deliveries import Result, Sent
from tests.bot.conftest import BOT_ID, MEI, TOKEN, TOM, SkippingClock, texts

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.messenger import TelegramMessenger

ABOUT = UUID(int=1)


def delivery(number: int, *, chat: int = MEI, lane: Lane = Lane.RED) -> Delivery:
    message = Message(UUID(int=number), Subject.ORDER_ISSUED, ABOUT, False, SkippingClock().now())
    return Delivery(UUID(int=number), message, UUID(int=9), UUID(int=8), BOT_ID, str(chat), "en", lane, 1, DeliveryState.LEASED)


async def composed(delivery: Delivery) -> Any:
    from bot.messenger import Composed

    return Composed(f"order <b>{delivery.id.int}</b>")


@pytest.fixture
def messenger(bot: "Bot", clock: SkippingClock) -> "TelegramMessenger":
    from bot.messenger import TelegramMessenger
    from bot.pacer import Pacer

    return TelegramMessenger(bot, Pacer(clock), composed)


async def outcome(messenger: "TelegramMessenger", *, chat: int = MEI) -> Result:
    [(_, result)] = await messenger.send([delivery(1, chat=chat)])
    return result


async def test_what_telegram_took_has_its_number(messenger: "TelegramMessenger", lab: Remote) -> None:
    await lab.start(MEI)
    result = await outcome(messenger)
    assert result.sent is Sent.OK
    [sent] = [each["message"] for each in (await lab.chat(MEI))["messages"] if each["message"]["from"]["is_bot"]]
    assert result.message_id == sent["message_id"]
    assert [each["type"] for each in sent["entities"]] == ["bold"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "retry_after", "seconds": 7}, Result(Sent.LATER, after=timedelta(seconds=7))),
        ({"kind": "error", "status": 502}, Result(Sent.LATER)),
        ({"kind": "hang", "seconds": 3, "accepted": True}, Result(Sent.UNKNOWN)),
        ({"kind": "cut"}, Result(Sent.UNKNOWN)),
        ({"kind": "garbage"}, Result(Sent.UNKNOWN)),
    ],
)
async def test_a_failure_is_called_what_it_is(messenger: "TelegramMessenger", lab: Remote, fault: dict[str, Any], expected: Result) -> None:
    await lab.start(MEI)
    await lab.fault(method="sendMessage", **fault)
    assert await outcome(messenger) == expected


async def test_who_blocked_us_or_is_not_there_is_told_apart(messenger: "TelegramMessenger", lab: Remote) -> None:
    await lab.start(MEI)
    await lab.act(MEI, "block")
    assert (await outcome(messenger)).sent is Sent.BLOCKED
    assert (await outcome(messenger, chat=TOM)).sent is Sent.NO_CHAT
    assert (await outcome(messenger, chat=31337)).sent is Sent.NO_CHAT


async def test_nothing_was_sent_when_there_is_no_connection(clock: SkippingClock) -> None:
    from bot.factory import make_bot
    from bot.messenger import TelegramMessenger
    from bot.pacer import Pacer

    nowhere = make_bot(TOKEN, api_url="http://127.0.0.1:9", timeout=1.0)
    assert await outcome(TelegramMessenger(nowhere, Pacer(clock), composed)) == Result(Sent.LATER)
    await nowhere.session.close()


@pytest.mark.parametrize(
    ("status", "description", "expected"),
    [
        (403, "Forbidden: user is deactivated", Sent.DEACTIVATED),
        (400, "Bad Request: INPUT_USER_DEACTIVATED", Sent.DEACTIVATED),
        (403, "Forbidden: bot was kicked from the group chat", Sent.BLOCKED),
        (400, "Bad Request: USER_IS_BLOCKED", Sent.BLOCKED),
        (403, "Forbidden: some new reason", Sent.BLOCKED),
        (400, "Bad Request: PEER_ID_INVALID", Sent.NO_CHAT),
        (400, "Bad Request: message is too long", Sent.TOO_LONG),
        (413, "Request Entity Too Large", Sent.TOO_LONG),
        (400, "Bad Request: can't parse entities: unclosed tag", Sent.REJECTED),
        (401, "Unauthorized", Sent.LATER),
        (404, "Not Found", Sent.LATER),
    ],
)
async def test_every_wording_of_telegram_has_its_meaning(bot: "Bot", status: int, description: str, expected: Sent) -> None:
    import json

    from aiogram.exceptions import AiogramError
    from aiogram.methods import SendMessage

    from bot.failures import outcome as meaning

    body = json.dumps({"ok": False, "error_code": status, "description": description})
    with pytest.raises(AiogramError) as told:
        bot.session.check_response(bot, SendMessage(chat_id=1, text="x"), status, body)
    assert meaning(told.value).sent is expected


async def test_one_that_cannot_be_composed_does_not_hold_up_the_others(bot: "Bot", lab: Remote, clock: SkippingClock) -> None:
    from bot.messenger import TelegramMessenger
    from bot.pacer import Pacer

    async def picky(delivery: Delivery) -> Any:
        if delivery.id.int == 2:
            raise KeyError("place")
        return await composed(delivery)

    await lab.start(MEI)
    results = await TelegramMessenger(bot, Pacer(clock), picky).send([delivery(number) for number in (1, 2, 3)])
    assert {each.id.int: result.sent for each, result in results} == {1: Sent.OK, 2: Sent.REJECTED, 3: Sent.OK}
    assert await texts(lab, MEI) == ["order 1", "order 3"]


async def test_after_a_429_the_rest_of_the_batch_is_put_off_without_asking_telegram(bot: "Bot", lab: Remote, clock: SkippingClock) -> None:
    from bot.messenger import TelegramMessenger
    from bot.pacer import Pacer

    people = [await lab.create(first_name=f"P{number}") for number in range(6)]
    for person in people:
        await lab.start(person)
    await lab.fault(method="sendMessage", kind="retry_after", seconds=20, skip=1)
    results = await TelegramMessenger(bot, Pacer(clock), composed, in_flight=1).send([delivery(n, chat=chat) for n, chat in enumerate(people, 1)])
    assert [result.sent for _, result in results] == [Sent.OK] + [Sent.LATER] * 5
    assert all(timedelta(seconds=19) < result.after <= timedelta(seconds=20) for _, result in results[1:] if result.after)
    assert len([each for each in (await lab.log())["requests"] if each["method"] == "sendMessage"]) == 2


async def test_messages_to_one_chat_arrive_in_the_order_given(messenger: "TelegramMessenger", lab: Remote) -> None:
    await lab.start(MEI)
    await lab.start(TOM)
    batch = [delivery(number, chat=MEI if number % 2 else TOM) for number in range(1, 13)]
    results = await messenger.send(batch)
    assert {each.id for each, _ in results} == {each.id for each in batch}
    assert all(result.sent is Sent.OK for _, result in results)
    assert await texts(lab, MEI) == [f"order {number}" for number in range(1, 13, 2)]
    assert await texts(lab, TOM) == [f"order {number}" for number in range(2, 13, 2)]


async def test_a_doubled_delivery_is_sent_twice_and_seen_by_the_oracle(messenger: "TelegramMessenger", lab: Remote, simulator: Simulator) -> None:
    await lab.start(MEI)
    one = delivery(1)
    results = await messenger.send([one, replace(one)])
    assert len(results) == 2
    assert tally.duplicates(await lab.log()) == 1
    assert tally.unknown(await lab.log()) == 0
