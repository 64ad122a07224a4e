"""Telegram's updates: believed by their secret, durable before 200, each once."""

import json
from io import BytesIO

from tests.houses import BOT
from tests.waiting import until
from tests.web.conftest import SECRET, WEBHOOK, Office
from web.webhook import HEADER

UPDATE = {"update_id": 77, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "/start"}}
RIGHT = {HEADER: SECRET}


async def test_an_update_without_the_secret_is_not_believed(office: Office) -> None:
    telegram = office.program()
    for headers in ({}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}, {HEADER: "秘密"}):
        answer = await telegram.post(WEBHOOK, json=UPDATE, headers={name: value.encode().decode("latin-1") for name, value in headers.items()})
        assert answer.status == 403
    assert await office.town.house.updates.waiting(BOT, most=10) == []


async def test_an_update_is_stored_before_telegram_hears_that_it_was_received(office: Office) -> None:
    telegram, house = office.program(), office.town.house
    async with house.wakeups.subscribe("updates") as rings:
        answer = await telegram.post(WEBHOOK, json=UPDATE, headers=RIGHT)
        assert answer.status == 200
        (stored,) = await house.updates.waiting(BOT, most=10)
        assert (stored.update_id, json.loads(stored.body)) == (77, UPDATE)
        await anext(aiter(rings))


async def test_the_same_update_twice_is_one_row(office: Office) -> None:
    telegram = office.program()
    for _ in range(2):
        assert (await telegram.post(WEBHOOK, json=UPDATE, headers=RIGHT)).status == 200
    assert len(await until(lambda: office.town.house.updates.waiting(BOT, most=10))) == 1


async def test_what_is_no_update_or_too_large_is_refused(office: Office) -> None:
    telegram = office.program()
    for body in (b"", b"[]", b"{}", b'{"update_id": "77"}', b"\xff\xfe", b"[" * 100_000):
        assert (await telegram.post(WEBHOOK, data=body, headers=RIGHT)).status == 422
    assert (await telegram.post(WEBHOOK, data=BytesIO(b"{" + b" " * 1024 * 1024), headers=RIGHT)).status == 413
    assert (await telegram.get(WEBHOOK, headers=RIGHT)).status == 405
    assert await office.town.house.updates.waiting(BOT, most=10) == []
