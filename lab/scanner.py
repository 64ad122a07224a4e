"""The scanner in Chromium, driven as a keeper drives it: by what stands on its screen. Its clock is a laboratory's."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lab.chromium import battery_out, switched_on

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Playwright

GO, CHECK, NO, KNOWN = "go", "check", "no", "known"
KEPT = (GO, CHECK)
"""Verdicts after which a new scan lies in the phone and counts; with *check* the name was compared."""
PATIENCE_MS = 30_000
FLUSHES, EACH_MS = 20, 6_000
NEWEST = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("mashang-scanner");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("recent").objectStore("recent").getAll();
    all.onsuccess = () => {
      asked.result.close();
      const newest = all.result.sort((one, other) => other.seq - one.seq)[0];
      resolve(newest ? newest.id : null);
    };
  };
})"""
READY = "navigator.serviceWorker.ready.then(() => caches.keys()).then((names) => names.length > 0)"


class ScannerLost(Exception):
    """The scanner does not show what it must show now."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A verdict as the keeper saw it: its word, its sentence, which code it was about, when it stood there, and how long that took."""

    word: str
    said: str
    seen: str | None
    at: float
    waited: float

    @property
    def asks(self) -> bool:
        """Whether a name must be compared first."""
        return self.word == CHECK


class Scanner:
    """One phone. Instants are true seconds since 1970; the phone's own clock is `wrong` by some."""

    def __init__(
        self, driver: "Playwright", profile: Path, url: str, *, now: Callable[[], float], pin: str, wrong: float = 0.0, language: str = "zh-CN"
    ) -> None:
        self.profile = profile
        self._driver = driver
        self._url = url
        self._ahead = now() - time.time()
        self._wrong = wrong
        self._pin = pin
        self._language = language
        self._signal = True
        self._context: BrowserContext | None = None
        self._purpose = ""

    def true_now(self) -> float:
        return time.time() + self._ahead

    @property
    def page(self) -> "Page":
        assert self._context is not None
        return self._context.pages[0]

    async def switch_on(self, *, clip: Path | None = None) -> None:
        """Chromium on this phone's memory, and the scanner, when the phone knows it already."""
        known = self.profile.exists()
        self._context = await switched_on(self._driver, self.profile, clip=clip, language=self._language)
        self._context.set_default_timeout(PATIENCE_MS)
        await self._context.set_offline(not self._signal)
        await self._context.clock.install(time=self.true_now() + self._wrong)
        if known:
            await self.page.goto(f"{self._url}/scan/")
            await self.page.wait_for_selector("body[data-screen]")
        self._purpose = ""

    async def switch_off(self) -> None:
        """With a goodbye."""
        context, self._context = self._context, None
        if context is not None:
            await context.close()

    async def battery_out(self) -> None:
        """SIGKILL."""
        context, self._context = self._context, None
        assert context is not None
        await battery_out(context, self.profile)

    async def signal(self, *, on: bool) -> None:
        """A network, or none; also when it is switched on again."""
        assert self._context is not None
        self._signal = on
        await self._context.set_offline(not on)

    async def until(self, moment: float) -> None:
        """Time passes, on this phone and for its keeper; a moment that is over changes nothing."""
        assert self._context is not None
        now = await self.page.evaluate("Date.now()") / 1000 - self._wrong
        left = max(0.0, moment - now)
        if left:
            await self._context.clock.fast_forward(round(left * 1000))
        self._ahead = now + left - time.time()

    async def set_clock(self, wrong: float) -> None:
        """Somebody sets the phone's clock; what the page measures itself runs on."""
        assert self._context is not None
        self._wrong = wrong
        await self._context.clock.set_system_time(self.true_now() + wrong)

    async def enrol(self, url: str) -> None:
        """The link of the ticket, a PIN, and everything that the phone needs for a day without a network."""
        page = self.page
        await page.goto(url)
        async with page.expect_response("**/revoked.json"):
            await page.click("#enrol")
            await page.fill("#pin", self._pin)
            await page.fill("#pin-again", self._pin)
            await page.click("#set-pin")
        await self._on("homeScreen")
        await page.evaluate(READY)
        await page.wait_for_selector("#line[data-state=online]")

    async def ready(self, purpose: str) -> None:
        """Unlocked, and before the camera with this purpose."""
        page = self.page
        await self._unlock()
        if self._purpose == purpose and await self._screen() == "scanScreen":
            return
        if await self._screen() != "homeScreen":
            await self._home()
        await page.click(f"[data-purpose={purpose}]")
        await page.wait_for_selector("body:not([data-screen=homeScreen])")
        if await self._screen() == "noteScreen":
            await page.fill("#note", "碧湖镇 大陈村 表哥家")
            await page.click("#note-go")
        elif await self._screen() == "placeScreen":
            await page.click("[data-place]")
        await self._on("scanScreen")
        self._purpose = purpose

    async def photo(self, picture: bytes) -> Screen:
        """A picture of a card."""
        began = time.monotonic()
        await self._photographed(picture)
        return await self.verdict(began)

    async def typed(self, short: str) -> Screen:
        """What stands under a code."""
        began = time.monotonic()
        await self.page.click("#type")
        await self.page.fill("#typed", short)
        await self.page.click("#typed-go")
        return await self.verdict(began)

    async def household(self, picture: bytes, numbers: Sequence[int]) -> Screen:
        """A picture of a household's card; those with these numbers are here."""
        began = time.monotonic()
        await self._photographed(picture)
        await self.page.wait_for_selector("#face .sheet")
        for number in numbers:
            await self.page.click(f"#face [data-number='{number}']")
        await self.page.click("#household-done")
        return await self.verdict(began)

    async def verdict(self, began: float | None = None) -> Screen:
        """What fills the screen next, or fills it now. ScannerLost when nothing does."""
        began = time.monotonic() if began is None else began
        shown = await self.page.wait_for_selector("#face [data-word]")
        assert shown is not None
        waited, word, said = time.monotonic() - began, await shown.get_attribute("data-word"), await shown.inner_text()
        return Screen(word or "", " ".join(said.split()), await self.page.evaluate(NEWEST), self.true_now(), waited)

    async def confirm(self) -> Screen:
        """The name matches: what the phone then says is that it recorded it."""
        began = time.monotonic()
        await self.page.evaluate("document.getElementById('toast').replaceChildren()")
        await self.page.click("#face [data-answer=yes]")
        await self.page.wait_for_selector("#toast:not(:empty)")
        said = await self.page.inner_text("#toast")
        return Screen(CHECK, said, await self.page.evaluate(NEWEST), self.true_now(), time.monotonic() - began)

    async def onward(self) -> None:
        """The next one: the verdict is taken away, if it did not go by itself."""
        await self.page.evaluate("document.querySelector('#face [data-answer=ok]')?.click()")
        await self.page.wait_for_selector("#face [data-word]", state="detached")
        if await self._screen() == "typeScreen":
            await self.page.click("#back")
            await self._on("scanScreen")

    async def undo(self) -> None:
        """The last scan never happened."""
        await self.onward()
        await self.page.click("#recent")
        await self.page.locator("[data-undo]").first.click()
        await self.page.wait_for_selector("#events li.undone")
        await self.page.click("#back")
        await self._on("scanScreen")

    async def export_to(self, file: Path) -> None:
        """The queue as a file."""
        await self._menu()
        async with self.page.expect_download() as coming:
            await self.page.click("#export")
        await (await coming.value).save_as(file)

    async def import_from(self, file: Path) -> None:
        """Another phone's queue."""
        await self._menu()
        before = await self.waiting()
        await self.page.set_input_files("#import-file", file)
        await self.page.wait_for_selector(f"#queue:not([data-count='{before}'])")

    async def waiting(self) -> int:
        """The length of the queue, as the bar says it."""
        return int(await self.page.get_attribute("#queue", "data-count") or 0)

    async def try_to_send(self) -> None:
        await self._menu()
        await self.page.click("#send-now")

    async def bring_home(self) -> None:
        """Sends until nothing waits. ScannerLost when that never comes."""
        from playwright.async_api import TimeoutError as Late

        for _ in range(FLUSHES):
            await self.try_to_send()
            try:
                await self.page.wait_for_selector("#queue[data-count='0']", timeout=EACH_MS)
            except Late:
                continue
            return
        raise ScannerLost(f"{await self.waiting()} still wait: {await self.page.inner_text('#notes')}")

    async def not_taken(self) -> list[str]:
        """What waits still, and what the office did not take, in the phone's words."""
        await self._menu()
        await self.page.click("#refused")
        await self.page.wait_for_selector("#not-taken li")
        refused: list[str] = await self.page.locator("#not-taken li.not-taken").all_inner_texts()
        waiting = await self.waiting()
        return [*(" ".join(line.split()) for line in refused), *([f"{waiting} still wait"] if waiting else [])]

    async def _menu(self) -> None:
        await self._unlock()
        if await self._screen() != "menuScreen":
            await self.page.click("#menu")
            await self._on("menuScreen")

    async def _photographed(self, picture: bytes) -> None:
        async with self.page.expect_file_chooser() as asked:
            await self.page.click("#photo")
        await (await asked.value).set_files({"name": "card.jpg", "mimeType": "image/jpeg", "buffer": picture})

    @asynccontextmanager
    async def answering(self, what: str) -> AsyncIterator[None]:
        """While the phone is asked for this. ScannerLost, with all that it shows instead, when it does not do its part; a picture stays beside its profile."""
        from playwright.async_api import TimeoutError as Late

        try:
            yield
        except Late as late:
            seen = " ".join((await self.page.inner_text("body")).split())
            await self.page.screenshot(path=self.profile.with_suffix(".png"))
            raise ScannerLost(f"{what}: {await self._screen()} shows: {seen}\n{late}") from late

    async def _unlock(self) -> None:
        if await self._screen() == "lockScreen":
            self._purpose = ""
            await self.page.fill("#pin", self._pin)
            await self.page.click("#unlock")
            await self._on("homeScreen")

    async def _home(self) -> None:
        await self.page.click("#change, #back")
        if await self._screen() == "scanScreen":
            await self.page.click("#change")
        await self._on("homeScreen")

    async def _screen(self) -> str:
        return str(await self.page.evaluate("document.body.dataset.screen || ''"))

    async def _on(self, screen: str) -> None:
        await self.page.wait_for_selector(f"body[data-screen={screen}]")
