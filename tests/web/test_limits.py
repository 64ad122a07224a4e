"""Whoever comes ten thousand times is held up cheaply, nobody else waits for it, and what is remembered of them stays small."""

import asyncio
import logging
import re
import tracemalloc
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from services.codes import PublicAnswer
from tests.fakes.clock import FakeClock
from tests.houses import Town
from tests.web.conftest import Office, the_application
from web.keys import SERVICES
from web.limiting import MOST_REMEMBERED, Alarm, Limiter
from web.public.code import LOOKS, MOST_WRONG, TYPED

FLOOD, CONNECTIONS = 10_000, 8
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
ENGLISH = {"Accept-Language": "en"}


@dataclass(slots=True)
class Counting:
    """The register of codes, and how often it was asked."""

    codes: Any
    asked: int = 0

    async def public_answer(self, text: str) -> PublicAnswer:
        self.asked += 1
        answer: PublicAnswer = await self.codes.public_answer(text)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.codes, name)


async def flood(server: TestServer, count: int) -> tuple[Counter[int], bytes]:
    """`count` requests down one connection, without waiting for an answer in between; the statuses, and the last answer."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    one = f"GET /S/AAAA{'A' * 80} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nX-Forwarded-For: 203.0.113.66\r\nAccept-Language: en\r\n"
    told: Counter[int] = Counter()
    last = b""
    for sent in range(0, count, 50):
        lot = min(50, count - sent)
        writer.write(f"{one}\r\n".encode() * lot)
        heard = 0
        while heard < lot:
            headers = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", headers)
            status = STATUS.match(headers)
            assert length and status
            last = headers + await reader.readexactly(int(length[1]))
            told[int(status[1])] += 1
            heard += 1
    writer.close()
    await writer.wait_closed()
    return told, last


@pytest.mark.timeout(180)
async def test_ten_thousand_requests_from_one_address_cost_little_and_nobody_else_waits(town: Town) -> None:
    app = the_application(town)
    codes = Counting(app[SERVICES].codes)
    app[SERVICES] = replace(app[SERVICES], codes=codes)  # type: ignore[arg-type]
    server, asked, served = TestServer(app), 0, 0
    async with server:
        office = Office(town, server)
        neighbour = office.browser()
        flooding = asyncio.gather(*(flood(server, FLOOD // CONNECTIONS) for _ in range(CONNECTIONS)))
        while not flooding.done() and asked < LOOKS.most - 1:
            answer = await neighbour.get("/S/AAAA" + "A" * 80, headers={"X-Forwarded-For": "198.51.100.7"})
            assert answer.status == 200
            asked += 1
            served += not flooding.done()
            await asyncio.sleep(0.05)
        results = await flooding
        await office.close()
    told: Counter[int] = sum((told for told, _ in results), Counter())
    assert told == {200: LOOKS.most, 429: FLOOD - LOOKS.most}
    assert codes.asked == LOOKS.most + asked, "who is held up is not looked up"
    assert all(b"Retry-After: " in last and b"came_too_often" in last for _, last in results)
    assert served >= 5, "a neighbour is answered again and again while the flood goes on"


async def test_what_is_remembered_of_a_hundred_thousand_addresses_stays_small() -> None:
    clock = FakeClock()
    limiter = Limiter(clock)
    tracemalloc.start()
    try:
        for number in range(100_000):
            limiter.count(LOOKS, f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::")
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(limiter) <= MOST_REMEMBERED
    assert size < 32_000_000, size


async def test_one_that_was_held_up_is_let_in_again_after_the_time_that_it_was_told(office: Office) -> None:
    reader, clock = office.browser(), office.town.clock
    path = "/S/AAAA" + "A" * 80
    for _ in range(LOOKS.most):
        assert (await reader.get(path)).status == 200
        clock.go_on(milliseconds=100)
    held = await reader.get(path, headers=ENGLISH)
    assert held.status == 429
    seconds = int(held.headers["Retry-After"])
    assert str(seconds) in await held.text()
    clock.go_on(seconds=seconds - 2)
    assert (await reader.get(path)).status == 429
    clock.go_on(seconds=3)
    assert (await reader.get(path)).status == 200


async def test_ten_typed_codes_a_minute_are_enough_for_anybody(office: Office) -> None:
    reader = office.browser()
    statuses = [(await reader.get(f"/S/00000000000{digit}")).status for digit in "0123456789A"]
    assert statuses == [200] * TYPED.most + [429]


async def test_many_wrong_codes_from_many_addresses_are_written_down_once_a_minute(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    async def guess(count: int) -> None:
        for number in range(count):
            answer = await office.browser().get(f"/S/{number:012d}", headers={"X-Forwarded-For": f"203.0.113.{number % 250}"})
            assert answer.status == 200

    async def noted() -> list[object]:
        async with office.town.house.works.read() as work:
            return [row.facts["count"] for row, _ in await work.audit.all() if row.action == "codes.guessing"]

    with caplog.at_level(logging.WARNING, logger="web.public.code"):
        await guess(MOST_WRONG)
        assert await noted() == []
        await guess(30)
        assert await noted() == [MOST_WRONG + 1]
        office.town.clock.go_on(minutes=2)
        await guess(MOST_WRONG)
        assert await noted() == [MOST_WRONG + 1]
    assert len([record for record in caplog.records if "wrong short codes" in record.getMessage()]) == 1
    assert "000000" not in caplog.text


def test_an_alarm_rings_when_it_is_too_much_within_the_window_only() -> None:
    clock = FakeClock()
    alarm = Alarm(clock, most=3, seconds=60)
    assert [alarm.count() for _ in range(3)] == [0, 0, 0]
    clock.go_on(seconds=61)
    assert [alarm.count() for _ in range(4)] == [0, 0, 0, 4]
    assert alarm.count() == 0
    clock.go_on(seconds=60)
    assert [alarm.count() for _ in range(4)] == [0, 0, 0, 4]


