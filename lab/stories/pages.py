"""What happens in browsers: a report by somebody beside a card's owner, and an officer who opens the board."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from lab.stories.house import PATIENCE
from lab.stories.ledger import Told
from lab.stories.phones import Lost, text_of
from lab.stories.scene import Scene

PAUSE = 0.2
LATER = 503
TICKET = re.compile(r"(https?://\S+?)(/board/enter/[A-Za-z0-9_-]+)")
MEMBER = re.compile(r'href="/board/member/([0-9a-f-]{36})"')
ONCE = re.compile(r'name="once" value="([^"]+)"')


async def report(scene: Scene) -> None:
    """Opens the page of a code, says that its owner is safe here, and sends the same form again when the house fell over it."""
    name = scene.evening.by_page.name
    path = urlsplit(scene.codes[name].text).path
    async with aiohttp.ClientSession(headers={"Origin": scene.public_url}) as browser:
        page = await patiently(scene, browser, "GET", path)
        once = ONCE.search(page)
        form = {"said": "safe", "place": scene.words("邻村祠堂"), "once": once.group(1) if once else ""}
        await patiently(scene, browser, "POST", f"{path}/report", data=form)
    scene.ledger.write(name, Told("safe_elsewhere", "scan", proven=False))


async def patiently(scene: Scene, browser: aiohttp.ClientSession, method: str, path: str, **more: Any) -> str:
    """The page, asked for again while nobody opens the door; Lost when nobody does or the answer is no. One that says "later" is one only in an outage."""
    began, street = asyncio.get_running_loop().time(), scene.street
    while True:
        closed = street.closed
        try:
            async with browser.request(method, scene.door() + path, **more) as answer:
                text = await answer.text()
                if answer.status == 200:
                    return text
                if answer.status != LATER or not (closed or street.closed):
                    raise Lost("browser", f"{method} {path[:40]}", update=None, heard=[f"{answer.status} {text[:300]}"])
        except aiohttp.ClientError as error:
            if not street.waits(began, seconds=PATIENCE):
                raise Lost("browser", f"{method} {path[:40]}", update=None, heard=[str(error)]) from error
        await asyncio.sleep(PAUSE)


async def board(scene: Scene) -> Mapping[str, int]:
    """The sums of the order's board, as an officer gets them: /board in chat, the link by a tap, then the interface for programs."""
    async with signed_in(scene) as browser:
        sums: Mapping[str, int] = json.loads(await patiently(scene, browser, "GET", f"/api/v1/orders/{scene.order}/board"))["total"]
        return sums


async def listed(scene: Scene, column: str) -> set[str]:
    """The members, by id, whom the page behind one number of the board lists."""
    async with signed_in(scene) as browser:
        return set(MEMBER.findall(await patiently(scene, browser, "GET", f"/board/{scene.order}/people?column={column}")))


@asynccontextmanager
async def signed_in(scene: Scene) -> AsyncIterator[aiohttp.ClientSession]:
    """The officer's browser."""
    answer = await scene.phones["officer"].say("/board", lambda message: TICKET.search(text_of(message)) is not None)
    found = TICKET.search(text_of(answer))
    assert found is not None
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(headers={"Origin": scene.public_url}, cookie_jar=jar) as browser:
        await patiently(scene, browser, "GET", found.group(2))
        await patiently(scene, browser, "POST", found.group(2))
        yield browser
