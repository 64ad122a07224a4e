"""Each delivery has one honest outcome, whatever Telegram does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bot.messenger import Composed, TelegramMessenger
from bot.pacer import Pacer
from bot.sender import Sender
from domain.deliveries import Delivery, DeliveryState, Lane, Message, Subject
from lab.simulator import tally
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from services.deliveries import Result, Sent
from tests.bot.conftest import BOT_ID, MEI, TOKEN, TOM, SkippingClock, texts

ABOUT = UUID(int=1)


def delivery(number: int, *, chat: int = MEI, lane: Lane = Lane.RED, tries: int = 0, subject: Subject = Subject.ORDER_ISSUED) -> Delivery:
    message = Message(UUID(int=number), subject, ABOUT, False, SkippingClock().now())
    return Delivery(UUID(int=number), message, UUID(int=9), UUID(int=8), BOT_ID, str(chat), "en", lane, 1, DeliveryState.LEASED, tries=tries)


async def composed(delivery: Delivery) -> Composed:
    return Composed(f"order <b>{delivery.id.int}</b>")


@pytest.fixture
async def sender(simulator: Simulator) -> AsyncIterator[Sender]:
    made = Sender(TOKEN, api_url=simulator.url, timeout=30.0)
    yield made
    await made.close()


@pytest.fixture
def pacer(clock: SkippingClock) -> Pacer:
    return Pacer(clock)


@pytest.fixture
def messenger(sender: Sender, pacer: Pacer) -> TelegramMessenger:
    return TelegramMessenger(sender, pacer, composed)


async def outcome(messenger: TelegramMessenger, *, chat: int = MEI) -> Result:
    return await messenger.send(delivery(1, chat=chat))


async def test_what_telegram_took_has_its_number(messenger: TelegramMessenger, lab: Remote) -> None:
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
        ({"kind": "hang", "seconds": 40, "accepted": True}, Result(Sent.UNKNOWN)),
        ({"kind": "cut"}, Result(Sent.UNKNOWN)),
        ({"kind": "garbage"}, Result(Sent.UNKNOWN)),
    ],
)
async def test_a_failure_is_called_what_it_is(simulator: Simulator, pacer: Pacer, lab: Remote, fault: dict[str, Any], expected: Result) -> None:
    hasty = Sender(TOKEN, api_url=simulator.url, timeout=3.0)
    await lab.start(MEI)
    await lab.fault(method="sendMessage", **fault)
    assert await outcome(TelegramMessenger(hasty, pacer, composed)) == expected
    await hasty.close()


async def test_who_blocked_us_or_is_not_there_is_told_apart(messenger: TelegramMessenger, lab: Remote) -> None:
    await lab.start(MEI)
    await lab.act(MEI, "block")
    assert (await outcome(messenger)).sent is Sent.BLOCKED
    assert (await outcome(messenger, chat=TOM)).sent is Sent.NO_CHAT
    assert (await outcome(messenger, chat=31337)).sent is Sent.NO_CHAT


async def test_a_group_that_became_a_supergroup_says_its_new_number(messenger: TelegramMessenger, lab: Remote) -> None:
    group = await lab.found("Duty", owner=MEI, bot=True)
    moved = await lab.migrate(group, by=MEI)
    assert await outcome(messenger, chat=group) == Result(Sent.MIGRATED, chat=moved)


async def test_nothing_was_sent_when_there_is_no_connection_and_an_outage_uses_up_nobodys_tries(pacer: Pacer, clock: SkippingClock) -> None:
    nowhere = Sender(TOKEN, api_url="http://127.0.0.1:9")
    messenger = TelegramMessenger(nowhere, pacer, composed)
    assert await outcome(messenger) == Result(Sent.LATER, after=timedelta(seconds=1))
    assert messenger.paused() > 0.9
    assert (await outcome(messenger, chat=TOM)).after is not None
    clock.go_on(seconds=1)
    assert await outcome(messenger) == Result(Sent.LATER, after=timedelta(seconds=2))
    await nowhere.close()


async def test_a_single_5xx_is_one_try_and_three_in_a_row_are_an_outage(messenger: TelegramMessenger, lab: Remote) -> None:
    people = [await lab.create() for _ in range(4)]
    await lab.fault(method="sendMessage", kind="error", status=502, times=3)
    results = [await outcome(messenger, chat=person) for person in people]
    assert results[:2] == [Result(Sent.LATER)] * 2
    assert results[2] == Result(Sent.LATER, after=timedelta(seconds=1))
    assert results[3].after is not None and results[3].after <= timedelta(seconds=1)
    assert len([each for each in (await lab.log())["requests"] if each["method"] == "sendMessage"]) == 3


async def test_one_that_cannot_be_composed_is_tried_a_few_times_and_then_rejected(sender: Sender, pacer: Pacer, lab: Remote) -> None:
    async def never(delivery: Delivery) -> Composed:
        raise KeyError("place")

    messenger = TelegramMessenger(sender, pacer, never)
    assert [(await messenger.send(delivery(1, tries=tries))).sent for tries in range(4)] == [Sent.LATER] * 3 + [Sent.REJECTED]
    assert (await lab.log())["requests"] == []


async def test_after_a_429_nothing_else_is_asked_of_telegram(messenger: TelegramMessenger, lab: Remote) -> None:
    people = [await lab.create() for _ in range(6)]
    for person in people:
        await lab.start(person)
    await lab.fault(method="sendMessage", kind="retry_after", seconds=20, skip=1)
    results = [await outcome(messenger, chat=person) for person in people]
    assert [result.sent for result in results] == [Sent.OK] + [Sent.LATER] * 5
    assert all(timedelta(seconds=19) < result.after <= timedelta(seconds=20) for result in results[1:] if result.after)
    assert len([each for each in (await lab.log())["requests"] if each["method"] == "sendMessage"]) == 2
    assert 19 < messenger.paused() <= 20


async def test_a_chat_that_was_just_written_to_rests_without_asking_telegram(messenger: TelegramMessenger, lab: Remote) -> None:
    await lab.start(MEI)
    assert (await outcome(messenger)).sent is Sent.OK
    assert messenger.rest(delivery(2)) > 0.9
    assert (await outcome(messenger)).sent is Sent.LATER
    assert await texts(lab, MEI) == ["order 1"]


async def test_a_connection_that_stands_too_late_writes_nothing(sender: Sender, lab: Remote) -> None:
    """A 429 may be read between the turn and the first byte."""

    class Shut(Exception):
        pass

    def no() -> None:
        raise Shut

    await lab.start(MEI)
    for _ in range(3):
        with pytest.raises(Shut):
            await sender.send(MEI, Composed("x"), may=no)
    assert (await sender.send(MEI, Composed("y"))).sent is Sent.OK
    assert await texts(lab, MEI) == ["y"]


async def test_eight_at_once_need_no_more_than_eight_connections(sender: Sender, lab: Remote) -> None:
    people = [await lab.create() for _ in range(8)]
    for person in people:
        await lab.start(person)
    results = await asyncio.gather(*(sender.send(person, Composed("x")) for person in people))
    assert {result.sent for result in results} == {Sent.OK}


async def test_a_plain_proxy_is_asked_instead_of_telegram() -> None:
    from aiohttp import web
    from aiohttp.test_utils import RawTestServer

    asked: list[str] = []

    async def proxy(request: web.BaseRequest) -> web.Response:
        asked.append(str(request.url))
        return web.json_response({"ok": True, "result": {"message_id": 7}})

    async with RawTestServer(proxy) as server:
        through = Sender(TOKEN, api_url="http://telegram.invalid", proxy=str(server.make_url("/")))
        assert await through.send(MEI, Composed("x")) == Result(Sent.OK, 7)
        await through.close()
    assert asked == [f"http://telegram.invalid/bot{TOKEN}/sendMessage"]


async def test_buttons_come_with_it_and_links_have_no_previews(sender: Sender, lab: Remote, simulator: Simulator) -> None:
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    await lab.start(MEI)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="好", callback_data="A")]])
    await sender.send(MEI, Composed(f"<i>看</i> {simulator.url}/page", keyboard))
    [sent] = [each["message"] for each in (await lab.chat(MEI))["messages"] if each["message"]["from"]["is_bot"]]
    assert sent["reply_markup"]["inline_keyboard"][0][0] == {"text": "好", "callback_data": "A"}
    assert (await lab.log())["previews"] == []


async def test_what_is_sent_twice_is_seen_by_the_oracle(messenger: TelegramMessenger, lab: Remote, clock: SkippingClock) -> None:
    await lab.start(MEI)
    await outcome(messenger)
    clock.go_on(seconds=2)
    await outcome(messenger)
    assert tally.duplicates(await lab.log()) == 1
    assert tally.unknown(await lab.log()) == 0


async def test_a_notice_is_composed_once_for_all_readers_of_a_language(clock: SkippingClock) -> None:
    from dataclasses import replace

    from bot.copies import Copies

    made: list[str] = []

    async def compose(delivery: Delivery) -> Composed:
        made.append(delivery.language)
        return Composed(delivery.language)

    copies = Copies(compose, clock=clock)
    for person in range(5):
        for language in ("zh_CN", "en"):
            notice = replace(delivery(7, chat=person, subject=Subject.NOTICE), language=language)
            assert (await copies(notice)).text == language
    assert made == ["zh_CN", "en"]
    clock.go_on(seconds=60)
    await copies(delivery(7, subject=Subject.NOTICE))
    await copies(delivery(7, subject=Subject.NOTICE))
    assert made == ["zh_CN", "en", "en"]
    for _ in range(3):
        await copies(delivery(7))
    assert made[3:] == ["en"] * 3


def answer(code: int, description: str, **parameters: Any) -> bytes:
    import json

    return json.dumps({"ok": False, "error_code": code, "description": description, "parameters": parameters}).encode()


WORDINGS = [
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
    (409, "Conflict", Sent.LATER),
    (500, "Internal Server Error", Sent.LATER),
]


@pytest.mark.parametrize(("status", "description", "expected"), WORDINGS)
async def test_every_wording_of_telegram_has_its_meaning(bot: Any, status: int, description: str, expected: Sent) -> None:
    """The same in an answer to the sender and in an error of aiogram."""
    from aiogram.exceptions import AiogramError
    from aiogram.methods import SendMessage

    from bot.failures import outcome as meaning
    from bot.failures import reading

    assert reading(status, answer(status, description)).sent is expected
    with pytest.raises(AiogramError) as told:
        bot.session.check_response(bot, SendMessage(chat_id=1, text="x"), status, answer(status, description).decode())
    assert meaning(told.value).sent is expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"ok":true,"result":{"message_id":5}}', Result(Sent.OK, 5)),
        (200, b'{"ok":true,"result":true}', Result(Sent.UNKNOWN)),
        (200, b'{"result":{"message_id":5}}', Result(Sent.UNKNOWN)),
        (200, b"", Result(Sent.UNKNOWN)),
        (200, b"[]", Result(Sent.UNKNOWN)),
        (200, b"<html>", Result(Sent.UNKNOWN)),
        (502, b"<html>Bad gateway", Result(Sent.LATER)),
        (403, b"<html>Forbidden by a proxy", Result(Sent.LATER)),
        (429, b"slow down", Result(Sent.LATER, after=timedelta(seconds=5))),
        (429, answer(429, "Too Many Requests: retry after 10072", retry_after=10072), Result(Sent.LATER, after=timedelta(seconds=10072))),
        (400, answer(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1002000000001), Result(Sent.MIGRATED, chat=-1002000000001)),
    ],
)  # fmt: skip
def test_an_answer_says_what_became_of_it_or_is_unknown(status: int, body: bytes, expected: Result) -> None:
    from bot.failures import reading

    assert reading(status, body) == expected
