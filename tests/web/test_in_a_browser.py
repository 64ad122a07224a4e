"""The pages in a real browser: live without a reload, readable on a small phone, usable without JavaScript and without a mouse."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from domain.evacuations import Order
from domain.scans import Purpose, Via
from services.actors import Actor
from services.scans import Asked
from tests import cast
from tests.web.conftest import Office

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.scripts]

TARGETS = """() => [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), header a, header button, footer a')]
  .filter(one => one.checkVisibility())
  .map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([_, box]) => Math.min(box.width, box.height) < 24 || Math.max(box.width, box.height) < 44)
  .map(([text]) => text)"""
CONTRAST = """() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = one => {
    for (let at = one; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = one => {
    const [dark, bright] = [light(numbers(getComputedStyle(one).color)), light(ground(one))].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  return [...document.querySelectorAll('body *')]
    .filter(one => one.checkVisibility() && !one.closest('.skip, .unseen, svg'))
    .filter(one => [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
    .filter(one => ratio(one) < 4.5)
    .map(one => `${one.textContent.trim().slice(0, 40)}: ${ratio(one)}`);
}"""


@asynccontextmanager
async def a_page(office: Office, browser: "Browser", *, width: int = 360, script: bool = True, language: str = "en") -> AsyncIterator["Page"]:
    """A fresh browser window on the office's site; ends the test if a page breaks a rule of its own policy or throws."""
    base = str(office.server.make_url("/")).rstrip("/")
    context = await browser.new_context(base_url=base, viewport={"width": width, "height": 800}, java_script_enabled=script, locale=language)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page
        assert not troubles
    finally:
        await context.close()


async def enter(office: Office, page: "Page") -> None:
    ticket = await office.town.house.services.sessions.ticket(by=await office.town.actor(cast.OFFICER))
    await page.goto(f"/board/enter/{ticket}")
    await page.locator("main button").click()
    await page.wait_for_url("**/board**")


async def scan(office: Office, keeper: Actor, name: str) -> None:
    person = await office.town.person(name)
    asked = Asked(f"scan {name}", keeper, Purpose.SHELTER_IN, Via.NAME, place=office.town.hall, person=person.id)
    await office.town.house.services.scans.record(asked)
    office.town.clock.go_on(seconds=1)


async def test_the_open_board_counts_down_without_a_reload(office: Office, browser: "Browser", keeper: Actor) -> None:
    await office.town.order()
    async with a_page(office, browser) as page:
        await enter(office, page)
        big = page.locator(".big-number .n")
        await page.get_by_text("Live", exact=True).wait_for()
        assert await big.text_content() == "5"
        await page.evaluate("window.stayed = true")
        for left, name in ((4, "林大山"), (3, "王小娥"), (2, "林小山"), (1, "胡阿婆"), (0, "叶建国")):
            await scan(office, keeper, name)
            await page.locator(f".big-number .n:text-is('{left}')").wait_for()
        assert await page.locator("section.big.done").count() == 1
        assert await page.locator("#rows .done .row-word").is_visible()
        assert await page.locator("#of").text_content() == "of 5 listed, 5 proven safe"
        assert (await page.title()).startswith("(0)")
        assert await page.locator("#said").text_content() == "Not yet safe: 0"
        assert await page.evaluate("window.stayed")


async def test_a_village_that_joins_gets_its_row(office: Office, browser: "Browser", keeper: Actor) -> None:
    await office.town.order()
    async with a_page(office, browser) as page:
        await enter(office, page)
        assert await page.locator("#rows tr").count() == 1
        await scan(office, keeper, cast.MALLORY[0])
        await page.locator("#rows tr").nth(1).wait_for()
        assert await page.locator("[data-n='total.walk_ins']").first.text_content() == "1"


async def test_a_lost_connection_is_said_and_signing_out_too(office: Office, browser: "Browser") -> None:
    await office.town.order()
    async with a_page(office, browser) as page:
        await enter(office, page)
        await page.get_by_text("Live", exact=True).wait_for()
        await page.context.set_offline(True)
        await page.context.clear_cookies()
        office.town.house.wakeups.publish("board")
        await office.server.app.shutdown()
        await page.get_by_text("Connection lost since").wait_for()


async def test_everything_but_freshness_works_without_javascript(office: Office, browser: "Browser", keeper: Actor) -> None:
    await office.town.order()
    await scan(office, keeper, "林大山")
    async with a_page(office, browser, script=False) as page:
        await enter(office, page)
        assert await page.get_by_text("Reload the page for new numbers.").is_visible()
        await page.locator(".tile-proven a").click()
        await page.get_by_role("link", name="林*山").click()
        assert await page.get_by_text("code scanned").is_visible()
        await page.get_by_role("button", name="中文").click()
        assert await page.locator("html").get_attribute("lang") == "zh-CN"
        await page.locator("header form[action='/logout'] button").click()
        await page.goto("/board")
        assert await page.get_by_role("alert").is_visible()


async def test_a_bystander_reports_with_one_line_and_one_tap(office: Office, browser: "Browser") -> None:
    await office.town.order()
    hu = await office.town.person("胡阿婆")
    async with office.town.house.works.read() as work:
        code = (await work.codes.of([hu.id]))[hu.id]
    async with a_page(office, browser, script=False) as page:
        await page.goto(f"/S/{code.token}")
        await page.get_by_label("Where are you?").fill("上东村女儿家")
        await page.get_by_role("button", name="Safe here").click()
        assert await page.get_by_role("heading", name="Thank you").is_visible()
    board = await office.town.house.services.board.orders(by=await office.town.actor(cast.OFFICER))
    total = (await office.town.house.services.board.order(board[0].id, by=await office.town.actor(cast.OFFICER))).total
    assert (total.reported, total.proven) == (1, 0)


async def addresses(office: Office, order: Order) -> list[str]:
    lin = await office.town.person("林大山")
    async with office.town.house.works.read() as work:
        codes = await work.codes.of([lin.id, office.town.hall])
    officer = await office.town.actor(cast.OFFICER)
    (line, *_) = await office.town.house.services.board.people(order.id, by=officer)
    return [
        "/", f"/S/{codes[lin.id].token}", f"/S/{codes[office.town.hall].token}", "/S/AAAA", "/nowhere", "/board/enter/" + "A" * 43, "/board?all=1",
        f"/board/{order.id}", f"/board/{order.id}/people?column=listed", f"/board/member/{line.line.member}",
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "language"), [(320, "en"), (360, "zh-CN"), (1280, "en")])
async def test_every_page_is_readable_and_named_on_every_width(office: Office, browser: "Browser", keeper: Actor, width: int, language: str) -> None:
    order = await office.town.order()
    await scan(office, keeper, "林大山")
    async with a_page(office, browser, width=width, language=language) as page:
        await enter(office, page)
        for path in await addresses(office, order):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await page.evaluate(TARGETS) == [], path
            assert await page.evaluate(CONTRAST) == [], path
            assert await page.locator("h1").count() == 1, path
            assert await page.locator("main").count() == 1, path
            assert await page.locator("th:not([scope])").count() == 0, path
            assert await page.locator("html").get_attribute("lang") == language


async def test_the_keyboard_reaches_the_people_behind_the_big_number(office: Office, browser: "Browser") -> None:
    await office.town.order()
    async with a_page(office, browser) as page:
        await enter(office, page)
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/people?column=not_yet_safe")
