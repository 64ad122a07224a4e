"""Several processes are one house: one asks Telegram, each chat has one answerer, a lost database is waited for, the end comes in time."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.clock import SystemClock
from app.commands.init import found_keys
from app.serve import Served, served
from app.settings import Settings, read
from lab.ports import free_port
from lab.simulator.chats import BotProfile, Persona
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from storage.engine import async_url
from storage.migrations.run import upgrade
from tests.databases import an_empty_database
from tests.waiting import until
from tests.wire import Wire, a_wire

BOT = 7000000001
TOKEN = f"{BOT}:" + "a" * 35
SECRET = "a-secret-of-enough-letters"
PEOPLE = [Persona(user_id=1000 + n, name=f"王小{n}") for n in range(1, 6)]


@dataclass
class Servers:
    """One database and one Telegram for several processes. `wire` leads to the database."""

    folder: Path
    url: str
    wire: Wire
    simulator: Simulator
    people: Remote
    http: aiohttp.ClientSession

    def settings(self, **changed: object) -> Settings:
        port = free_port()
        return read(
            {}, data_dir=self.folder, issuer="LS", public_url="http://127.0.0.1:8080", web_port=port, bot_token=TOKEN, bot_api_url=self.simulator.url,
            database_url=self.url, **changed,
        )  # fmt: skip

    async def polls(self) -> list[dict[str, Any]]:
        return [each for each in (await self.people.log())["requests"] if each["method"] == "getUpdates"]


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Servers]:
    simulator = Simulator({TOKEN: BotProfile(BOT, "mashang_test_bot", "码上")}, personas=PEOPLE)
    async with AsyncExitStack() as stack:
        url = async_url(await stack.enter_async_context(an_empty_database("postgres", tmp_path)))
        wire = await stack.enter_async_context(a_wire(url.host or "127.0.0.1", url.port or 5432))
        await simulator.start()
        stack.push_async_callback(simulator.stop)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        wired = url.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        made = Servers(tmp_path / "office", wired, wire, simulator, Remote(http, simulator.url), http)
        found_keys(made.settings(), issuer="LS", root_key=tmp_path / "root-key.pem", clock=SystemClock())
        await upgrade(url)
        yield made


async def answered(servers: Servers, number: int) -> None:
    """Somebody says something and hears something."""
    person = PEOPLE[number].user_id
    before = (await servers.people.chat(person))["revision"]
    await servers.people.start(person)

    async def told() -> bool:
        seen = await servers.people.chat(person, after=before)
        return any(each["message"]["from"]["is_bot"] for each in seen["messages"])

    await until(told)


@asynccontextmanager
async def opened(settings: Settings, *parts: str) -> AsyncIterator[Served]:
    async with served(settings, parts=parts) as doors:
        yield doors


async def test_of_two_processes_one_asks_telegram_and_when_it_ends_the_other_does(servers: Servers) -> None:
    redis = {"redis_url": os.environ["MASHANG_TEST_REDIS_URL"]} if os.environ.get("MASHANG_TEST_REDIS_URL") else {}
    async with AsyncExitStack() as later, AsyncExitStack() as first:
        one = await first.enter_async_context(opened(servers.settings(**redis), "bot", "web"))
        await answered(servers, 0)
        two = await later.enter_async_context(opened(servers.settings(**redis), "bot", "web"))
        three = await later.enter_async_context(opened(servers.settings(**redis), "delivery", "scheduler"))
        await answered(servers, 1)
        for doors in (one, two):
            async with servers.http.get(doors.address + "/readyz") as ready:
                assert (ready.status, (await ready.json())["degraded"]) == (200, [])
        assert await lives(three) == [("bot", "web"), ("bot", "web"), ("delivery", "scheduler")]
        assert await told_off(servers) == 0
        await first.aclose()
        assert await lives(three) == [("bot", "web"), ("delivery", "scheduler")]
        await answered(servers, 2)
        # Telegram may see the next one ask before it sees that the last one hung up.
        assert await told_off(servers) <= 1


async def told_off(servers: Servers) -> int:
    """How often Telegram said that two ask at once."""
    return sum(poll["status"] == 409 for poll in await servers.polls())


async def lives(doors: Served) -> list[tuple[str, ...]]:
    """The parts of every process that told of itself in the last five seconds."""
    return [each.parts for each in await doors.house.processes.living(since=SystemClock().now() - timedelta(seconds=5))]


async def test_a_redis_that_is_not_there_is_said_and_nothing_waits_for_it(servers: Servers) -> None:
    async with opened(servers.settings(redis_url="redis://127.0.0.1:1/0"), "bot", "web") as doors:
        await answered(servers, 0)

        async def said() -> bool:
            async with servers.http.get(doors.address + "/readyz") as ready:
                return ready.status == 200 and (await ready.json())["degraded"] == ["redis"]

        await until(said)


@pytest.mark.parametrize("how", ["cut", "silence"])
async def test_a_database_that_is_away_is_said_and_waited_for_and_nothing_is_lost(servers: Servers, how: str) -> None:
    async with opened(servers.settings(), "bot", "web") as doors:
        await answered(servers, 0)
        await away(servers, how)
        async with asyncio.timeout(20), servers.http.get(doors.address + "/readyz") as ready:
            assert (ready.status, (await ready.json())["missing"]) == (503, ["database"])
        if how == "cut":
            async with servers.http.get(doors.address + "/board", headers={"Cookie": "mashang=" + "a" * 43}) as page:
                assert page.status == 503
                assert page.headers["Retry-After"]
        before = (await servers.people.chat(PEOPLE[1].user_id))["revision"]
        await servers.people.start(PEOPLE[1].user_id)
        await asyncio.sleep(1)
        assert not [each for each in (await servers.people.chat(PEOPLE[1].user_id, after=before))["messages"] if each["message"]["from"]["is_bot"]]
        await servers.wire.mend()

        async def told() -> bool:
            seen = await servers.people.chat(PEOPLE[1].user_id, after=before)
            return any(each["message"]["from"]["is_bot"] for each in seen["messages"])

        await until(told)
        await answered(servers, 2)

        async def well() -> bool:
            async with servers.http.get(doors.address + "/readyz") as ready:
                return ready.status == 200

        await until(well)


async def away(servers: Servers, how: str) -> None:
    if how == "cut":
        await servers.wire.cut()
    else:
        servers.wire.silence()


async def test_an_update_by_webhook_is_not_taken_while_it_cannot_be_kept(servers: Servers) -> None:
    settings = servers.settings(updates="webhook", webhook_secret=SECRET)
    async with opened(settings, "web") as doors:
        from app.serve import webhook_path

        where = doors.address + webhook_path(doors.house)
        update = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": "x"}}
        await servers.wire.cut()
        async with servers.http.post(where, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as answer:
            assert answer.status == 503
        await servers.wire.mend()
        async with servers.http.post(where, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as answer:
            assert answer.status == 200
        assert [row.update_id for row in await doors.house.updates.waiting(BOT, most=9)] == [7]


async def test_a_process_that_is_stopped_ends_in_seconds_whatever_it_has_in_hand(servers: Servers) -> None:
    """A long poll is open, an answer hangs at Telegram, a page's request is half sent, and the database says nothing any more."""
    settings = servers.settings(send_timeout=30.0)
    process = await a_process(settings)
    assert process.stdout is not None
    try:
        assert (await asyncio.wait_for(process.stdout.readline(), 60)).startswith(b"ready:")
        await answered(servers, 0)
        await servers.people.fault(method="sendMessage", kind="hang", seconds=60, times=5)
        await servers.people.start(PEOPLE[1].user_id)
        _, half = await asyncio.open_connection("127.0.0.1", settings.web_port)
        half.write(b"POST /telegram/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        await until(lambda: hangs(servers))
        servers.wire.silence()
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 40)  # What hangs would hang for sixty.
        half.close()
    finally:
        if process.returncode is None:
            process.kill()
        await servers.wire.mend()


async def hangs(servers: Servers) -> bool:
    """An answer is under way at Telegram, which says nothing about it."""
    return any(each["method"] == "sendMessage" and each["seconds"] is None for each in (await servers.people.log())["requests"])


async def a_process(settings: Settings) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")}
    given = {
        "DATA_DIR": str(settings.data_dir), "ISSUER": "LS", "PUBLIC_URL": str(settings.public_url), "WEB_PORT": str(settings.web_port), "BOT_TOKEN": TOKEN,
        "BOT_API_URL": settings.bot_api_url, "DATABASE_URL": settings.database, "SEND_TIMEOUT": str(settings.send_timeout),
    }  # fmt: skip
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "serve", env=kept | {f"MASHANG_{name}": value for name, value in given.items()},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
