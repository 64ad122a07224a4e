"""An official signs in for the first time in a real browser, approves an order, and is signed out from elsewhere."""

from base64 import b32decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import TestServer

from domain.authenticators import digits_at, step_of
from domain.evacuations import Destination, OrderState
from tests import cast
from tests.conftest import AXE
from tests.handlers.stage import Stage, a_stage
from tests.handlers.test_evacuations import only_order
from tests.web.conftest import the_application
from tests.web.test_accessibility import WATCH, looked_at

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.scripts]
SAY_YES = "lgn"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Stage, str]]:
    async with a_stage(tmp_path) as stage:
        server = TestServer(the_application(stage.town))
        async with server:
            yield stage, str(server.make_url("/")).rstrip("/")


async def fits(page: "Page") -> None:
    """Axe finds nothing, nothing breaks the policy, nothing scrolls sideways at any width and size of text."""
    assert await looked_at(page) == [], page.url
    await page.set_viewport_size({"width": 1280, "height": 800})


async def a_page(browser: "Browser", base: str, troubles: list[str]) -> "Page":
    page = await (await browser.new_context(base_url=base, viewport={"width": 1280, "height": 800}, locale="en")).new_page()
    await page.add_init_script(WATCH + AXE.read_text(encoding="utf-8"))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
    return page


async def first_time(page: "Page", stage: Stage) -> bytes:
    """From the login page to the console; the secret that the page showed."""
    approver = await stage.phone_of(cast.APPROVER)
    await page.goto("/login")
    await page.get_by_role("button", name="Show the code").click()
    await page.wait_for_url("**/login/code")
    await fits(page)
    await approver.says(str(await page.locator(".login-code").text_content()).strip())
    await approver.taps(await approver.hears("Chrome · Linux"), SAY_YES)
    await page.wait_for_url("**/login/authenticator", timeout=10_000)
    await fits(page)
    secret = b32decode(str(await page.locator(".login-key").text_content()).replace(" ", ""))
    await page.get_by_label("Six digits").fill(digits_now(secret, stage))
    await page.get_by_role("button", name="Set up and sign in").click()
    await page.get_by_role("link", name="written them down").wait_for()
    assert await page.locator(".recovery li").count() == 10
    await fits(page)
    await page.get_by_role("link", name="written them down").click()
    await page.wait_for_url("**/board**")
    return secret


def digits_now(secret: bytes, stage: Stage) -> str:
    return digits_at(secret, step_of(stage.town.clock.now()))


async def approve(page: "Page", stage: Stage, secret: bytes) -> None:
    """The digits are six minutes old, so they are asked for again, and the decision is sent once more by hand."""
    where = Destination(stage.town.hall, "平乐村文化礼堂", "沿村道向东")
    await stage.town.house.services.evacuations.draft([cast.VILLAGE.code], where, by=await stage.town.actor(cast.OFFICER), key="d")
    await page.get_by_role("link", name="Approvals").click()
    await page.locator(".orders a").click()
    await page.get_by_text("平乐村文化礼堂").wait_for()
    stage.town.clock.go_on(minutes=6)
    await page.get_by_role("button", name="Approve and issue").click()
    await page.get_by_label("Six digits").fill(digits_now(secret, stage))
    assert await only_order(stage) is OrderState.DRAFT
    await fits(page)
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("button", name="Send it now").click()
    await page.get_by_text("Approved by").wait_for()
    assert await only_order(stage) is OrderState.ISSUED
    await fits(page)


async def end_all_others(page: "Page", stage: Stage) -> None:
    """From a second browser, which came in by a link."""
    ticket = await stage.town.house.services.sessions.ticket(by=await stage.town.actor(cast.APPROVER))
    await page.goto(f"/board/enter/{ticket}")
    await page.locator("main button").click()
    await page.wait_for_url("**/board**")
    await page.goto("/console/security")
    assert await page.locator("tbody tr").count() == 2
    await fits(page)
    await page.get_by_role("button", name="End all others").click()
    await page.get_by_role("button", name="End all others").wait_for(state="detached")


async def test_from_the_login_page_to_an_approved_order_and_out_again(site: tuple[Stage, str], browser: "Browser") -> None:
    (stage, base), troubles = site, list[str]()
    page, elsewhere = [await a_page(browser, base, troubles) for _ in range(2)]
    secret = await first_time(page, stage)
    await approve(page, stage, secret)
    await end_all_others(elsewhere, stage)
    await page.goto("/board")
    await page.get_by_text("Please sign in first").wait_for()
    assert not troubles
