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
from lab.simulator.remote import Remote

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ABSENT = 3
WIDTHS = (360, 1280)
LANGUAGES = {"zh_CN": "zh-CN", "en": "en-GB"}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
RESIDENT, KEEPER, OFFICER = 1001, 1003, 1005
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
            wrong += album.wrong
        await browser.close()
    return wrong


async def chats(browser: "Browser", opened: Demo, album: Album) -> None:
    """What a resident, the keeper and an official see in chat."""
    async with aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        for person, words in ((RESIDENT, ("/code",)), (KEEPER, ("/scan",)), (OFFICER, ("/order",))):
            await still(people, person)
            for text in words:
                before = (await people.chat(person))["revision"]
                await people.say(person, text)
                await answered(people, person, after=before)
        await people.wait_for(RESIDENT, lambda message: "photo" in message, within=20)
    names = {RESIDENT: "chat", KEEPER: "chat-keeper", OFFICER: "chat-official"}
    context = await browser.new_context(locale=LANGUAGES[album.language])
    for person, name in names.items():
        page = await context.new_page()
        await page.goto(f"{opened.chat}?as={person}&lang={'zh' if album.language == 'zh_CN' else 'en'}")
        await page.wait_for_selector(".messages img, .messages button", timeout=20_000)
        await page.wait_for_function("[...document.images].every((image) => image.complete)")
        await page.keyboard.press("Tab")
        await album.take(page, name, whole=False, height=1200)
        await page.close()
    await context.close()


async def still(people: Remote, person: int) -> None:
    """Until nothing has come into this chat for two seconds: what a demo begins with arrives by itself."""
    after = 0
    while (seen := await people.chat(person, after=after, timeout=2))["revision"] > after:
        after = seen["revision"]


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
    await page.goto(opened.web)
    await album.take(page, "home")
    await page.goto(f"{opened.web}/S/0000-0000-0000")
    await album.take(page, "code-unknown")
    await page.goto(await code_of(opened, RESIDENT))
    await album.take(page, "code")
    await page.goto(opened.board)
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
    await page.locator("main a[href*='column=not_yet_safe']").first.click()
    await page.wait_for_url("**/people**")
    await album.take(page, "board-people")
    await page.goto(board)
    await page.locator("main a[href*='column=proven']").first.click()
    await page.locator("main a[href*='/board/member/']").first.click()
    await page.wait_for_url("**/board/member/**")
    await album.take(page, "board-member")
    await context.close()


async def code_of(opened: Demo, person: int) -> str:
    """The page that a camera opens for this person's code, read from the picture in their chat."""
    async with aiohttp.ClientSession() as session:
        people = Remote(session, opened.api)
        message = await people.wait_for(person, lambda one: "photo" in one, within=20)
        readings: Sequence[dict[str, Any]] = await people.scan(message["photo"][-1]["file_id"])
    return str(readings[0]["text"])
