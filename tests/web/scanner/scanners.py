"""A phone with the scanner on it: Chromium at the real house, enrolled with an official's ticket, in a world where time is the town's."""

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.access import May
from domain.codes import Holder
from domain.issuing import Why
from domain.scans import Purpose, Scan
from lab.clips import jpeg, seen
from services.actors import Actor
from services.audit import Trail
from services.codes import Card, Mint
from services.devices import Wanted
from tests import cast
from tests.houses import Town
from tests.web.test_accessibility import WATCH

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

ADMIN = Actor(via="cli", rights=frozenset({May.ENROL_DEVICE}))
PIN = "2580"
SHELTER = (Purpose.SHELTER_IN, Purpose.SHELTER_OUT, Purpose.TO_RELATIVES)
FAKE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
FACES = """
window.faces = [];
new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) for (const shown of addedNodes) if (target.id === 'face' && shown.dataset?.word)
    faces.push([shown.dataset.word, shown.dataset.reason, shown.innerText]);
}).observe(document, { childList: true, subtree: true });
"""
KEPT = """async ([store]) => {
  const asked = indexedDB.open('mashang-scanner');
  const database = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const all = database.transaction(store).objectStore(store).getAll();
  const found = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  database.close();
  return JSON.stringify(found);
}"""


@dataclass(slots=True)
class Scanner:
    """What a keeper does with the phone, and what it shows. Whatever filled the screen is remembered: a green goes by itself."""

    town: Town
    context: "BrowserContext"
    page: "Page"
    troubles: list[str] = field(default_factory=list)
    said: str = ""

    async def enrol(self, *, purposes: Sequence[Purpose] = SHELTER, places: Sequence[UUID] | None = None, pin: str = PIN, **wanted: Any) -> None:
        """From the official's ticket to the choice of purposes."""
        await self.page.goto(f"/scan/#enrol={await a_ticket(self.town, purposes=purposes, places=places, **wanted)}")
        await self.page.locator("#enrol").click()
        await self.page.locator("#pin").fill(pin)
        await self.page.locator("#pin-again").fill(pin)
        await self.page.locator("#set-pin").click()
        await self.page.locator("[data-purpose]").first.wait_for()

    async def killed(self) -> None:
        """The page is gone, as when the phone runs out of memory; a new one opens on the same phone, locked."""
        await self.page.close()
        await self.fresh()
        await self.page.goto("/scan/")
        await self.page.locator("#unlock").wait_for()

    async def fresh(self) -> None:
        self.page = await self.context.new_page()
        await self.page.clock.install(time=self.town.clock.now())
        watched(self.page, self.troubles)

    async def ready_offline(self) -> None:
        """Until the service worker holds every file."""
        await self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")

    async def choose(self, purpose: Purpose) -> None:
        await self.page.locator(f"[data-purpose={purpose.value}]").click()

    async def unlock(self, pin: str = PIN) -> None:
        await self.page.locator("#pin").fill(pin)
        await self.page.locator("#unlock").click()
        await self.page.locator("[data-purpose]").first.wait_for()

    async def type(self, text: str) -> None:
        """A short code or a number, typed on the scan screen."""
        await self.page.locator("#type").click()
        await self.page.locator("#typed").fill(text)
        await self.page.evaluate("faces.length = 0")
        await self.page.locator("#typed-go").click()

    async def photo(self, picture: bytes, *, kind: str = "image/png") -> None:
        await self.page.evaluate("faces.length = 0")
        await self.page.locator("#photo-file").set_input_files({"name": "photo", "mimeType": kind, "buffer": picture})

    async def card(self, text: str) -> tuple[str, str]:
        """A card on a photo, and what is said to it."""
        await self.photo(jpeg(seen(text)), kind="image/jpeg")
        return await self.verdict()

    async def verdict(self) -> tuple[str, str]:
        """The word and the reason of what fills the screen next, or filled it since something was last shown to the phone; all it says stays in `said`."""
        word, reason, self.said = await (await self.page.wait_for_function("() => faces.shift()")).json_value()
        return word, reason

    async def answer(self, word: str = "ok") -> None:
        await self.page.locator(f"#face [data-answer={word}]").click()
        await self.gone()

    async def green(self, text: str) -> None:
        """A card that is green, until the green goes by itself."""
        assert await self.card(text) == ("go", "ok")
        await self.gone()

    async def gone(self) -> None:
        """Until nothing fills the screen any more: a green goes by itself."""
        await self.page.locator("#face > *").wait_for(state="detached")

    async def waits(self, count: int) -> None:
        """Until so many entries wait."""
        await self.page.locator(f"#queue[data-count='{count}']").wait_for()

    async def is_(self, state: str) -> None:
        """Until the bar says online or offline."""
        await self.page.locator(f"#line[data-state={state}]").wait_for()

    async def names(self) -> list[str]:
        """Under which names the phone keeps something besides its queue."""
        return list(json.loads(await self.page.evaluate(KEPT.replace("getAll()", "getAllKeys()"), ["kept"])))

    async def kept(self, store: str) -> str:
        """What lies in the phone's database, as text."""
        return str(await self.page.evaluate(KEPT, [store]))


async def rows(town: Town) -> list[Scan]:
    """Every scan in the register, in the order in which they happened."""
    async with town.house.works.read() as work:
        return sorted(await work.scans.all(), key=lambda scan: scan.at_effective)


async def a_ticket(town: Town, *, purposes: Sequence[Purpose] = SHELTER, places: Sequence[UUID] | None = None, of: str = cast.KEEPER[0], **wanted: Any) -> str:
    person = await town.person(of)
    asked = Wanted(person.id, "东门", tuple(purposes), (town.hall,) if places is None else tuple(places), **wanted)
    return (await town.house.services.devices.offer(asked, by=ADMIN)).secret


async def a_code(town: Town, name: str) -> Any:
    """A person's card: its text and its short code."""
    return await town.house.services.codes.of_person((await town.person(name)).id, by=await town.actor(cast.OFFICER))


async def drill_code(town: Town, name: str) -> Card:
    """A card that a training office printed for this person with the same keys: good for drills only."""
    house, person, by = town.house, await town.person(name), await town.actor(cast.OFFICER)
    mint = Mint(house.ids, house.press, replace(house.services.office, drill_only=True), Trail(house.ids))
    async with house.works.write() as work:
        (code,) = await mint.people(work, [person.id], by=by, now=town.clock.now())
    return house.services.codes.card(code)


async def household_code(town: Town, name: str) -> str:
    """The text of the card of somebody's household."""
    person = await town.person(name)
    by = Actor(via="cli", rights=frozenset({May.ISSUE_CODE}))
    (card,) = await town.house.services.issuing.issue(Holder.HOUSEHOLD, [person.household], by=by, reason=Why.NEW_PERSON)
    return card.text


@asynccontextmanager
async def phone(
    town: Town, browser: "Browser", base: str, *, language: str = "zh-CN", width: int = 360, height: int = 740, timed: bool = True, **options: Any
) -> AsyncIterator[Scanner]:
    """A phone of its own storage; ends the test if anything broke the page's policy or threw."""
    context = await browser.new_context(base_url=base, viewport={"width": width, "height": height}, locale=language, **options)
    await context.add_init_script(WATCH + FACES)
    page = await context.new_page()
    if timed:
        await page.clock.install(time=town.clock.now())
    held = Scanner(town, context, page)
    watched(page, held.troubles)
    try:
        yield held
        assert [*held.troubles, *await held.page.evaluate("broken")] == []
    finally:
        if shots := os.environ.get("MASHANG_SHOTS"):
            await held.page.screenshot(path=f"{shots}/last.png")
        await context.close()


def watched(page: "Page", troubles: list[str]) -> None:
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text or "Trusted" in said.text else None)
