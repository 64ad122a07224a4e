"""Pictures of every page at two widths in two languages, from a real demo in a real Chromium; and what no reader should see is a failure."""

import asyncio
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from lab.demo import Demo, demo
from lab.screens_scanner import scanner
from lab.simulator.remote import Remote, buttons

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ABSENT = 3
WIDTHS = (360, 1280)
LANGUAGES = {"zh_CN": "zh-CN", "en": "en-GB"}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
RESIDENT, WARDEN, KEEPER, WORKER, OFFICER, APPROVER, MANAGER, ADMIN = 1001, 1002, 1003, 1004, 1005, 1006, 1008, 1009
KEEPER_PHONE = "19900091003"
CHATS = {
    RESIDENT: ("chat", "/code"), KEEPER: ("chat-keeper", "/scan"), OFFICER: ("chat-official", "/order"), APPROVER: ("chat-notice", "/notices", "nop:"),
    WORKER: ("chat-report", "/report", "rpf:0", "rpk:", "上陈村 老樟树旁"), WARDEN: ("chat-warden", "/list"), MANAGER: ("chat-site", "/site", "spo:"),
}  # fmt: skip
"""The name of each picture, then what that person says; what has a colon is a button, by the beginning of its data."""
ROOMS = ("/board", "/notices", "/reports", "/sites")
"""The rooms that are pictured with what is inside them; every other room of the menu is pictured as it opens."""
DOOR = re.compile(r"http\S+/board/enter/\S+")
POSTER = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
LOOK = (Path(__file__).parent / "look.js").read_text


@dataclass
class Album:
    """Pictures taken, and what was wrong on them."""

    folder: Path
    language: str
    script: str
    wrong: list[str] = field(default_factory=list)

    async def take(self, page: "Page", name: str, *, whole: bool = True, height: int = 800) -> None:
        """One page at every width: all of it, or as much as fits into `height`."""
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            await page.wait_for_load_state("load")
            await page.evaluate("document.fonts.ready.then(() => true)")
            title = f"{name}-{width}-{self.language}"
            for found in await page.evaluate(self.script, self.language):
                self.wrong.append(f"{title}: {found}")
            await page.screenshot(path=self.folder / f"{title}.png", full_page=whole, animations="disabled")
            sys.stdout.write(f"{title}.png\n")

DRAWN = """Promise.race([
  Promise.all([...document.images].map((image) => { image.loading = 'eager'; return image.decode().catch(() => null); })),
  new Promise((done) => setTimeout(done, 5000)),
])"""
"""Until every picture in a chat is drawn; not for ever."""


def main(folder: Path) -> int:
    """Take every picture; 0 when nothing is wrong, 1 when something is, 3 without Chromium or its driver."""
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        sys.stderr.write("Chromium is not installed; `apt-get install chromium fonts-noto-cjk` brings it.\n")
        return ABSENT
    try:
        import playwright  # noqa: F401
    except ImportError:
        sys.stderr.write("playwright is not installed; `make screens` installs it with the tools of development.\n")
        return ABSENT
    folder.mkdir(parents=True, exist_ok=True)
    wrong = asyncio.run(taken(folder, chromium))
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


async def taken(folder: Path, chromium: str) -> list[str]:
    """Everything that was wrong on any page in any language."""
    from playwright.async_api import async_playwright

    script = LOOK(encoding="utf-8")
    wrong: list[str] = []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for language in LANGUAGES:
            album = Album(folder, language, script)
            async with demo(language) as opened:
                await chats(browser, opened, album)
                await pages(browser, opened, album)
                await devices(browser, opened, album)
                await scanner(browser, opened, album, code=await code_of(opened, RESIDENT))
            wrong += album.wrong
        await browser.close()
    return wrong


async def chats(browser: "Browser", opened: Demo, album: Album) -> None:
    """What people see in chat: a code, a door, an order, a notice, a report, households, a gate."""
    async with aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        await asyncio.gather(*(still(people, person) for person in CHATS))
        for person, (_, *steps) in CHATS.items():
            for step in steps:
                before = (await people.chat(person))["revision"]
                await (tapped(people, person, step) if ":" in step else people.say(person, step))
                await answered(people, person, after=before)
        await people.wait_for(RESIDENT, lambda message: "photo" in message, within=20)
    context = await browser.new_context(locale=LANGUAGES[album.language])
    for person, (name, *_) in CHATS.items():
        page = await context.new_page()
        await page.goto(f"{opened.chat}?as={person}&lang={'zh' if album.language == 'zh_CN' else 'en'}")
        await page.wait_for_selector(".messages img, .messages button", timeout=20_000)
        await page.evaluate(DRAWN)
        await page.keyboard.press("Tab")
        await album.take(page, name, whole=False, height=1200)
        await page.close()
    await context.close()


async def still(people: Remote, person: int) -> None:
    """Until nothing has come into this chat for two seconds: what a demo begins with arrives by itself."""
    after = 0
    while (seen := await people.chat(person, after=after, timeout=2))["revision"] > after:
        after = seen["revision"]


async def tapped(people: Remote, person: int, prefix: str) -> None:
    """The first button of this kind under the newest message that has one, which may still be on its way."""
    await people.wait_for(person, lambda message: any(button.get("callback_data", "").startswith(prefix) for button in buttons(message)), within=20)
    seen = await people.chat(person)
    offered = [(each["message"]["message_id"], button.get("callback_data", "")) for each in seen["messages"] for button in buttons(each["message"])]
    newest = max(message for message, data in offered if data.startswith(prefix))
    await people.press(person, newest, data=next(data for message, data in offered if message == newest and data.startswith(prefix)))


async def answered(people: Remote, person: int, *, after: int) -> None:
    """Until the bot said something later than this revision. TimeoutError after 20 seconds."""
    async with asyncio.timeout(20):
        while True:
            seen: dict[str, Any] = await people.chat(person, after=after, timeout=2)
            if any(each["message"]["from"]["is_bot"] for each in seen["messages"]):
                return


async def pages(browser: "Browser", opened: Demo, album: Album) -> None:
    """Everything the web service shows: to anybody, and to an official."""
    context = await browser.new_context(locale=LANGUAGES[album.language])
    page = await context.new_page()
    for path, name in (
        ("/", "home"), ("/nowhere", "not-found"), ("/S/0000-0000-0000", "code-unknown"), (await code_of(opened, RESIDENT), "code"),
        (f"/S/{await poster_of(opened)}", "poster"),
    ):  # fmt: skip
        await page.goto(path if "//" in path else opened.web + path)
        await album.take(page, name)
    await board_pages(page, opened, album)
    for path, name, first in (("/notices", "notices", ""), ("/reports", "reports", "/reports/R-"), ("/sites", "sites", "/sites/")):
        await page.goto(opened.web + path)
        await album.take(page, name)
        if first:
            await page.locator(f"main a[href^='{first}']").first.click()
            await page.wait_for_url(f"**{first}*")
            await album.take(page, name.removesuffix("s"))
    await other_rooms(page, opened, album)
    await context.close()


async def board_pages(page: "Page", opened: Demo, album: Album) -> None:
    """The way in, and the board down to one person."""
    await page.goto(await door_of(opened))
    await album.take(page, "board-enter")
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/board**")
    if await page.locator("a[href*='/board/']").count() and "people" not in page.url:
        order = page.locator("main a[href^='/board/']").first
        if not re.search(r"/board/[0-9a-f-]{32,36}$", page.url):
            await order.click()
    await page.wait_for_url(re.compile(r"/board/[0-9a-f-]{32,36}"))
    await album.take(page, "board")
    board = page.url
    await large(page, album)
    await page.locator("main a[href*='column=not_yet_safe']").first.click()
    await page.wait_for_url("**/people**")
    await album.take(page, "board-people")
    await page.goto(board)
    await page.locator("main a[href*='column=proven']").first.click()
    await page.locator("main a[href*='/board/member/']").first.click()
    await page.wait_for_url("**/board/member/**")
    await album.take(page, "board-member")


async def large(page: "Page", album: Album) -> None:
    """The board in the largest letters, and its menu open; then as before."""
    await page.locator(".rooms.small summary").evaluate("(one) => { one.parentElement.open = true; }")
    await album.take(page, "board-menu", whole=False)
    for _ in range(2):
        await page.locator("form[action='/text-size'] button").click()
        await page.wait_for_load_state("load")
    await album.take(page, "board-large")
    await page.locator("form[action='/text-size'] button").click()
    await page.wait_for_load_state("load")


async def other_rooms(page: "Page", opened: Demo, album: Album) -> None:
    """Every room of the menu that was not pictured yet."""
    ways = await page.locator(".rooms.small nav a").evaluate_all("(ways) => ways.map((one) => one.getAttribute('href'))")
    for path in ways:
        if path not in ROOMS:
            await page.goto(opened.web + path)
            await album.take(page, path.rsplit("/", 1)[-1].replace("entries", "device-entries"))


async def devices(browser: "Browser", opened: Demo, album: Album) -> None:
    """Phones, as the administrator enrols them."""
    context = await browser.new_context(locale=LANGUAGES[album.language])
    page = await context.new_page()
    await page.goto(await door_of(opened, ADMIN))
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/board**")
    await page.goto(f"{opened.web}/console/devices")
    await album.take(page, "devices")
    await page.locator("form[action$='/whose'] input:not([type=hidden])").first.fill(KEEPER_PHONE)
    await page.locator("form[action$='/whose'] button").first.click()
    await page.wait_for_url("**/devices/new/**")
    await album.take(page, "device-new")
    await context.close()


async def door_of(opened: Demo, person: int = OFFICER) -> str:
    """A fresh way to the board: the one that the demo began with is old when all chats are drawn."""
    async with aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        await people.say(person, "/board")
        message = await people.wait_for(person, lambda one: "/board/enter/" in one.get("text", ""), within=20)
    found = DOOR.search(message["text"])
    assert found is not None
    return found[0]


async def poster_of(opened: Demo) -> str:
    """The short code under the poster of the site, read from what its manager gets to print."""
    async with aiohttp.ClientSession() as session:
        message = await Remote(session, opened.api).wait_for(MANAGER, lambda one: "document" in one, within=20)
    found = POSTER.search(message["caption"])
    assert found is not None
    return found[0]


async def code_of(opened: Demo, person: int) -> str:
    """The page that a camera opens for this person's code, read from the picture in their chat."""
    async with aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        message = await people.wait_for(person, lambda one: "photo" in one, within=20)
        readings: Sequence[dict[str, Any]] = await people.scan(message["photo"][-1]["file_id"])
    return str(readings[0]["text"])
