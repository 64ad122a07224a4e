"""The heartbeat goes to one address and nowhere else, and its address stands in no log."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.settings import SettingsWrong, read
from lab.ports import free_port
from outside.heartbeat import Heartbeat

SECRET = "5f1d2c00-secret"


@dataclass
class Elsewhere:
    """Somebody who listens for the heartbeat."""

    server: TestServer
    answer: type[web.HTTPException] = web.HTTPOk
    heard: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return str(self.server.make_url(f"/ping/{SECRET}"))


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    app = web.Application()
    server = TestServer(app)
    here = Elsewhere(server)

    async def take(request: web.Request) -> web.StreamResponse:
        here.heard.append(request.path)
        if here.answer is web.HTTPFound:
            raise web.HTTPFound("/led/astray")
        return web.Response(status=here.answer.status_code)

    app.router.add_get("/{path:.*}", take)
    async with server:
        yield here


async def test_a_heartbeat_is_one_request_to_one_address(elsewhere: Elsewhere) -> None:
    async with Heartbeat(elsewhere.url) as heartbeat:
        assert await heartbeat.send()
    assert elsewhere.heard == [f"/ping/{SECRET}"]


async def test_a_heartbeat_is_never_led_elsewhere(elsewhere: Elsewhere) -> None:
    elsewhere.answer = web.HTTPFound
    async with Heartbeat(elsewhere.url) as heartbeat:
        assert not await heartbeat.send()
    assert elsewhere.heard == [f"/ping/{SECRET}"]


async def test_that_it_fails_is_said_once_and_that_it_works_again_and_never_where(elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture) -> None:
    async with Heartbeat(elsewhere.url) as heartbeat:
        for answer in (web.HTTPInternalServerError, web.HTTPNotFound, web.HTTPOk, web.HTTPOk):
            elsewhere.answer = answer
            await heartbeat.send()
    async with Heartbeat(f"http://127.0.0.1:{free_port()}/ping/{SECRET}") as heartbeat:
        assert not await heartbeat.send()
        assert not await heartbeat.send()
    said = [record.getMessage() for record in caplog.records if record.name == "mashang.heartbeat"]
    assert said[:2] == ["the heartbeat is not taken: status 500", "the heartbeat is taken again"]
    assert len(said) == 3
    assert SECRET not in caplog.text


@pytest.mark.parametrize("url", ["http://hc.example/1", "ftp://hc.example/1", "hc.example", "https://"])
def test_an_address_that_anybody_on_the_way_could_read_is_refused(url: str) -> None:
    with pytest.raises(SettingsWrong, match="MASHANG_HEARTBEAT_URL"):
        read({"MASHANG_HEARTBEAT_URL": url})


def test_an_address_elsewhere_over_https_is_good_and_hidden() -> None:
    settings = read({"MASHANG_HEARTBEAT_URL": f"https://hc.example/{SECRET}"})
    assert SECRET not in repr(settings)
