"""The doors open and close: web, chat by polling and by webhook, one process for one SQLite file."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.chat import chatting
from app.clock import SystemClock
from app.commands.init import found_keys
from app.container import PartMissing
from app.serve import must_be_real, must_fit, served, webhook_path
from app.settings import Settings, SettingsWrong, read
from lab.ports import free_port
from lab.simulator.chats import BotProfile, Persona
from lab.simulator.remote import Remote
from lab.simulator.server import Simulator
from storage.locks import AlreadyServing
from storage.migrations.run import upgrade
from tests.waiting import until

TOKEN = "7000000001:" + "a" * 35
MEI = 1001
SECRET = "a-secret-of-enough-letters"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator({TOKEN: BotProfile(7000000001, "mashang_test_bot", "码上")}, personas=[Persona(user_id=MEI, name="王小梅")])
    await made.start()
    yield made
    await made.stop()


async def an_office(folder: Path, simulator: Simulator, **changed: object) -> Settings:
    port = free_port()
    settings = read(
        {}, data_dir=folder, issuer="LS", public_url=f"http://127.0.0.1:{port}", web_port=port, bot_token=TOKEN, bot_api_url=simulator.url, **changed
    )  # fmt: skip
    found_keys(settings, issuer="LS", root_key=folder / "root-key.pem", clock=SystemClock())
    await upgrade(settings.database)
    return settings


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("updates", ["polling", "webhook"])
async def test_a_stranger_is_answered_however_updates_come(tmp_path: Path, simulator: Simulator, http: aiohttp.ClientSession, updates: str) -> None:
    secret = SECRET if updates == "webhook" else None
    settings = await an_office(tmp_path, simulator, updates=updates, webhook_secret=secret)
    people = Remote(http, simulator.url)
    async with served(settings):
        await people.start(MEI)
        message = await people.wait_for(MEI, lambda said: bool(said.get("text")), within=60)
    assert message["reply_markup"]


async def test_the_health_pages_tell_a_living_process_from_a_ready_one(tmp_path: Path, simulator: Simulator, http: aiohttp.ClientSession) -> None:
    settings = await an_office(tmp_path, simulator)
    async with served(settings) as doors:
        for path in ("/healthz", "/readyz"):
            async with http.get(doors.address + path) as answer:
                assert answer.status == 200


async def test_the_bots_name_is_remembered_for_a_night_without_telegram(tmp_path: Path, simulator: Simulator) -> None:
    settings = await an_office(tmp_path, simulator)
    async with served(settings) as doors:
        assert doors.chat == "https://t.me/mashang_test_bot"
    await simulator.stop()
    async with served(settings) as doors:
        assert doors.chat == "https://t.me/mashang_test_bot"


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path, simulator: Simulator) -> None:
    settings = await an_office(tmp_path, simulator)
    async with served(settings):
        with pytest.raises(AlreadyServing):
            async with served(settings):
                pass


async def test_a_second_process_on_the_same_file_exits_1_says_why_and_leaves_a_row_in_the_audit(tmp_path: Path, simulator: Simulator) -> None:
    settings = await an_office(tmp_path, simulator)
    async with served(settings) as doors:
        second = await a_process("serve", settings=settings)
        _, err = await second.communicate()
        async with doors.house.works.read() as work:
            rows = [row for row, _ in await work.audit.all() if row.action == "serve.refused"]
    assert second.returncode == 1
    assert "already_serving" in err.decode()
    assert f"process {os.getpid()} already serves" in err.decode()
    assert [row.facts for row in rows] == [{"process": second.pid, "holder": str(os.getpid())}]


async def a_process(*words: str, settings: Settings, **more: str) -> asyncio.subprocess.Process:
    """`mashang WORDS` in a process of its own, with these settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")} | {
        "MASHANG_DATA_DIR": str(settings.data_dir), "MASHANG_ISSUER": "LS", "MASHANG_PUBLIC_URL": str(settings.public_url),
        "MASHANG_WEB_PORT": str(settings.web_port), **more,
    }  # fmt: skip
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", *words, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )


async def test_a_part_that_does_not_exist_is_a_wrong_call_and_the_list_is_said(tmp_path: Path, simulator: Simulator) -> None:
    wrong = await a_process("serve", "--only", "bot,chat", settings=await an_office(tmp_path, simulator))
    _, err = await wrong.communicate()
    assert wrong.returncode == 2
    assert "bot,web,delivery,scheduler" in err.decode()


@pytest.mark.parametrize("only", ["delivery", "bot,web"])
def test_what_speaks_to_telegram_is_not_served_alone_without_a_bot(only: str) -> None:
    sound = read({}, issuer="LS", public_url="https://ls.example.org")
    with pytest.raises(PartMissing, match="MASHANG_BOT_TOKEN"):
        must_fit(sound, parts=only.split(","))
    must_fit(sound)
    must_fit(sound, parts=["web", "scheduler"])


async def test_a_taken_port_is_said_by_name(tmp_path: Path, simulator: Simulator) -> None:
    settings = await an_office(tmp_path, simulator)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", settings.web_port))
        holder.listen()
        with pytest.raises(PartMissing, match="MASHANG_WEB_PORT"):
            async with served(settings):
                pass


def test_everything_that_serving_lacks_is_said_at_once() -> None:
    with pytest.raises(PartMissing) as missing:
        must_fit(read({}))
    assert "MASHANG_PUBLIC_URL" in str(missing.value)
    assert "MASHANG_ISSUER" in str(missing.value)


def test_the_demos_office_is_never_served() -> None:
    with pytest.raises(PartMissing, match="MASHANG_ISSUER"):
        must_be_real(read({}, issuer="DM"))


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(SettingsWrong) as wrong:
        read({"MASHANG_UPDATES": "webhook", "MASHANG_BOT_TOKEN": TOKEN})
    assert "MASHANG_WEBHOOK_SECRET" in wrong.value.problems[0]


async def test_serve_says_when_it_is_ready_and_ends_well_on_sigterm(tmp_path: Path, simulator: Simulator) -> None:
    settings = await an_office(tmp_path, simulator)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")} | {
        "MASHANG_DATA_DIR": str(tmp_path), "MASHANG_ISSUER": "LS", "MASHANG_PUBLIC_URL": str(settings.public_url), "MASHANG_WEB_PORT": str(settings.web_port),
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-m", "app", "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ready: http://127.0.0.1:")
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err


async def figures(http: aiohttp.ClientSession, address: str) -> str:
    async with http.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


async def test_what_people_did_and_how_the_loops_turn_is_in_the_figures(tmp_path: Path, simulator: Simulator, http: aiohttp.ClientSession) -> None:
    settings = await an_office(tmp_path, simulator)
    people = Remote(http, simulator.url)
    async with served(settings) as doors:
        await people.start(MEI)
        await people.wait_for(MEI, lambda said: bool(said.get("text")), within=60)
        job = 'mashang_job_runs_total{job="chain the audit log",result="done"}'
        seen = ('mashang_updates_answered_total{result="done"} 1.0', "mashang_database_up 1.0", job)
        await until(lambda: figures_hold(http, doors.address, *seen))
        text = await figures(http, doors.address)
        async with http.get(f"{doors.address}/readyz") as answer:
            assert await answer.json() == {"ready": True, "missing": [], "degraded": [], "late": []}
    assert "mashang_updates_received_total 1.0" in text
    assert all(f'mashang_loop_age_seconds{{loop="{loop}"}}' in text for loop in ("updates", "answers", "deliveries"))
    assert 'mashang_commit_batch_rows_count{queue="SqlUpdates._take"}' in text
    assert 'mashang_build{parts="bot+web+delivery+scheduler"' in text
    assert str(MEI) not in "".join(re.findall(r"\{.*\}", text))


async def figures_hold(http: aiohttp.ClientSession, address: str, *lines: str) -> bool:
    text = await figures(http, address)
    return all(line in text for line in lines)


async def test_a_process_without_the_web_has_a_door_on_the_side(tmp_path: Path, simulator: Simulator, http: aiohttp.ClientSession) -> None:
    settings = await an_office(tmp_path, simulator, metrics_port=free_port())
    async with served(settings, parts=("delivery", "scheduler")) as doors:
        assert doors.address == ""
        side = f"http://127.0.0.1:{settings.metrics_port}"
        assert 'parts="delivery+scheduler"' in await figures(http, side)
        for path in ("/healthz", "/readyz"):
            async with http.get(side + path) as answer:
                assert answer.status == 200
        async with http.get(f"{side}/board") as answer:
            assert answer.status == 404


async def test_the_heartbeat_leaves_a_house_in_which_all_is_well(tmp_path: Path, simulator: Simulator) -> None:
    heard: list[str] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response()

    elsewhere = web.Application()
    elsewhere.router.add_get("/ping", take)
    async with TestServer(elsewhere) as server:
        settings = await an_office(tmp_path, simulator, heartbeat_url=str(server.make_url("/ping")))
        async with served(settings):
            await until(lambda: heard)
    assert heard == ["/ping"]


async def test_the_house_knows_where_telegram_should_push(tmp_path: Path, simulator: Simulator, http: aiohttp.ClientSession) -> None:
    settings = await an_office(tmp_path, simulator, updates="webhook", webhook_secret=SECRET)

    async def told() -> str:
        async with http.get(f"{simulator.url}/bot{TOKEN}/getWebhookInfo") as answer:
            return str((await answer.json())["result"]["url"])

    async with served(settings) as doors:
        ours = str(settings.public_url) + webhook_path(doors.house)
        await until(told)
        assert await told() == ours
        async with chatting(doors.house, answers=True, delivers=False) as side:
            desk = side.desk()
            assert desk is not None
            assert desk.url == ours
            for elsewhere in ("", f"http://127.0.0.1:{free_port()}/elsewhere"):
                async with http.post(f"{simulator.url}/bot{TOKEN}/setWebhook", json={"url": elsewhere}) as answer:
                    assert answer.status == 200
                assert await desk.mend()
                assert await told() == ours
