"""Every screen of the scanner, small and wide, in both languages: axe finds nothing, nothing scrolls sideways, every target is large enough for a thumb."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from domain.scans import Purpose
from lab.clips import jpeg, seen
from tests import cast
from tests.conftest import AXE
from tests.web.conftest import Office
from tests.web.scanner.scanners import PIN, Scanner, a_code, a_ticket, household_code, phone
from tests.web.test_accessibility import LOOK

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]

PURPOSES = (Purpose.SHELTER_IN, Purpose.SHELTER_OUT, Purpose.TO_RELATIVES, Purpose.ASSEMBLY, Purpose.RELIEF, Purpose.TRAINING)
FORGED = "HTTPS://LS.EXAMPLE.ORG/S/ABCDEFGH"
STILL = "() => { const timer = window.setTimeout; window.setTimeout = (work, ms, ...rest) => timer(work, ms === 1500 ? 600000 : ms, ...rest); }"
"""Green stands still to be looked at."""
SMALL = """() => [...document.querySelectorAll('button, input, a[href]')]
  .filter((one) => one.checkVisibility() && !one.matches('.hidden-file'))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 44 || box.width < 44; })
  .map((one) => one.outerHTML.slice(0, 80))"""


@dataclass(slots=True)
class Walk:
    """Screen after screen; each is looked at, and pictured where somebody wants to see it (MASHANG_SHOTS)."""

    held: Scanner
    name: str
    wrong: list[str] = field(default_factory=list)
    seen: int = 0

    async def look(self, screen: str) -> None:
        self.seen += 1
        self.wrong += [f"{screen}: {one}" for one in await self.held.page.evaluate(LOOK)]
        self.wrong += [f"{screen}: too small: {one}" for one in await self.held.page.evaluate(SMALL)]
        if shots := os.environ.get("MASHANG_SHOTS"):
            await self.held.page.screenshot(path=f"{shots}/{self.name}-{self.seen:02d}-{screen}.png")

    async def press(self, selector: str, *, then: str = "h1") -> None:
        await self.held.page.locator(selector).first.click()
        await self.held.page.locator(then).first.wait_for()


@pytest.mark.long
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "width", "height"), [("zh-CN", 360, 740), ("en-GB", 360, 740), ("zh-CN", 1280, 800), ("en-GB", 1280, 800)])
async def test_every_screen_is_for_everybody(office: Office, browser: "Browser", language: str, width: int, height: int) -> None:
    order = await office.town.order()
    base = str(office.server.make_url("/")).rstrip("/")
    async with phone(office.town, browser, base, language=language, width=width, height=height) as held:
        await held.context.add_init_script(AXE.read_text(encoding="utf-8"))
        walk = Walk(held, f"{language}-{width}")
        await entering(walk)
        await scanning(walk)
        await around(walk)
        await drilling(walk)
        await ticking(walk, await a_ticket(office.town, purposes=PURPOSES, of=cast.WARDEN[0], places=(), with_list=order.id))
        assert walk.wrong == []
        assert walk.seen >= 20


async def entering(walk: Walk) -> None:
    await walk.held.page.goto("/scan/")
    await walk.held.page.locator("#ticket").wait_for()
    await walk.look("stranger")
    await enrolled(walk, await a_ticket(walk.held.town, purposes=PURPOSES))
    await walk.look("home")


async def enrolled(walk: Walk, ticket: str) -> None:
    await walk.held.page.goto("/scan/check.html")
    await walk.held.page.goto(f"/scan/#enrol={ticket}")
    await walk.held.page.locator("#enrol").wait_for()
    await walk.look("enrol")
    await walk.press("#enrol", then="#pin-again")
    await walk.look("pin")
    await walk.held.page.locator("#pin").fill(PIN)
    await walk.held.page.locator("#pin-again").fill(PIN)
    await walk.press("#set-pin", then="[data-purpose]")


async def scanning(walk: Walk) -> None:
    held, town = walk.held, walk.held.town
    card, other = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    await held.choose(Purpose.SHELTER_IN)
    await held.page.locator("#video").wait_for()
    await walk.look("scan")
    await held.page.evaluate(STILL)
    for text, word in ((card.text, "go"), (card.text, "known"), (FORGED, "no")):
        assert (await held.card(text))[0] == word
        await walk.look(word)
        await held.answer()
    await held.photo(jpeg(seen(await household_code(town, cast.LIN[0]))), kind="image/jpeg")
    await held.page.locator("[data-number='2']").click()
    await walk.look("household")
    await held.page.locator(".sheet .quiet").click()
    await walk.press("#recent", then="#events li")
    await walk.look("recent")
    await walk.press("#back")
    await held.type(other.short)
    await held.verdict()
    await walk.look("check")
    await held.answer("yes")
    await walk.look("type")
    await walk.press("#walk-in")
    await walk.look("walk-in")
    await walk.press("#back", then="#change")
    await walk.press("#change")


async def around(walk: Walk) -> None:
    await walk.held.choose(Purpose.TO_RELATIVES)
    await walk.look("note")
    await walk.press("#menu")
    await walk.look("menu")
    await walk.press("#refused")
    await walk.look("not-taken")
    await walk.press("#menu")
    await walk.press("#sign-out")
    await walk.look("sign-out")
    await walk.press("#menu")
    await walk.press("#lock", then="#unlock")
    await walk.look("locked")


async def drilling(walk: Walk) -> None:
    await enrolled(walk, await a_ticket(walk.held.town, purposes=PURPOSES, drill=True))
    await walk.look("drill-home")
    await walk.held.choose(Purpose.ASSEMBLY)
    await walk.look("drill-where")
    await walk.press("#no-place", then="#video")
    await walk.look("drill-scan")


async def ticking(walk: Walk, ticket: str) -> None:
    await enrolled(walk, ticket)
    await walk.press("#menu")
    await walk.press("#send-now")
    await walk.press("#back", then="#warden")
    await walk.press("#warden", then=".member-row")
    await walk.look("list")
    await walk.press(".member-row", then="#tick")
    await walk.look("tick")
