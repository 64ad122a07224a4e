"""Every page for everybody: axe finds nothing, nothing breaks its own policy, nothing scrolls sideways, a keyboard is enough."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.test_utils import TestServer

from tests import cast
from tests.conftest import AXE
from tests.houses import Town
from tests.web.conftest import Office, the_application
from tests.web.pages import NO_PAGES, PAGES, Scene, Visit, a_scene
from web.keys import PAGES as RENDERING
from web.keys import TABLE

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.scripts]
LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
WIDTHS = (360, 1280)
SIZES = ("100", "150")
NARROWEST = 320
FAILED_LOAD = "Failed to load resource"
WATCH = """
window.broken = [];
document.addEventListener('securitypolicyviolation', (event) => broken.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""
LOOK = """async () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
  const found = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'],
  });
  const where = (node) => `${node.target} ${node.html.slice(0, 120)}`;
  const wrong = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map(where).join(' | ')}`);
  const root = document.documentElement;
  const lines = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange(), wide = [];
  while (lines.nextNode()) {
    range.selectNodeContents(lines.currentNode);
    const text = lines.currentNode;
    if (range.getBoundingClientRect().right > root.clientWidth + 1) wide.push(`${text.parentElement.tagName} ${text.data.trim().slice(0, 40)}`);
  }
  if (root.scrollWidth > root.clientWidth) wrong.push(`scrolls sideways: ${root.scrollWidth}: ${wide.slice(-3).join(' | ')}`);
  return [...wrong, ...broken.splice(0)];
}"""
REACHABLE = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((one) => one.checkVisibility()).length"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body || one === null) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const all = [...document.querySelectorAll('*')];
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {number: all.indexOf(one), name: one.outerHTML.slice(0, 80), ring, inView};
}"""


@asynccontextmanager
async def a_window(scene: Scene, browser: "Browser", *, axe: bool = True, strict: bool = True, **options: Any) -> AsyncIterator["Page"]:
    """A browser window that carries axe and keeps what broke the policy of a page; when `strict`, errors on the console end the test."""
    context = await browser.new_context(base_url=base(scene), **options)
    await context.add_init_script(WATCH + (AXE.read_text(encoding="utf-8") if axe else ""))
    page, troubles = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" and FAILED_LOAD not in said.text else None)
    try:
        yield page
        assert not strict or not troubles
    finally:
        await context.close()


def base(scene: Scene) -> str:
    return str(scene.office.server.make_url("/")).rstrip("/")


async def become(scene: Scene, context: "BrowserContext", visit: Visit, *, language: str) -> None:
    """The cookies of this visitor, and of nobody before."""
    await context.clear_cookies()
    cookies = {"lang": language, **({"mashang": await scene.cookie(visit[0])} if visit[0] else {})}
    await context.add_cookies([{"name": name, "value": value, "url": base(scene)} for name, value in cookies.items()])


async def test_every_route_that_can_be_opened_is_a_page_that_is_walked_or_none_for_a_reason(office: Office) -> None:
    opened = {route.path for route in office.server.app[TABLE].values() if route.method == "GET"}
    known = {path.replace("{", "").replace("}", "") for path in (*PAGES, *NO_PAGES)}

    def plain(path: str) -> str:
        """Without the patterns behind the names: {number:R-…} is {number}."""
        return re.sub(r"\{(\w+)(:([^{}]|\{[^}]*\})*)?\}", r"\1", path)

    assert {plain(path) for path in opened} == known, "a new page belongs into PAGES, anything else into NO_PAGES (tests/web/pages.py)"


@pytest.mark.long
@pytest.mark.timeout(240)
async def test_axe_finds_nothing_on_any_page_in_both_languages(office: Office, browser: "Browser") -> None:
    scene, wrong = await a_scene(office), list[str]()
    async with a_window(scene, browser) as page:
        for visit in [visit for visits in PAGES.values() for visit in visits(scene)]:
            for language, tag in LANGUAGES.items():
                await become(scene, page.context, visit, language=language)
                answer = await page.goto(visit[1])
                assert answer is not None and answer.status < 500, visit
                assert await page.locator("html").get_attribute("lang") == tag, visit
                wrong += [f"{visit[1]} {language} {found}" for found in await looked_at(page)]
    assert not wrong, "\n".join(wrong)


async def looked_at(page: "Page") -> list[str]:
    """What is wrong with the page at every width and size of text."""
    wrong = []
    for width in WIDTHS:
        for size in SIZES:
            await page.set_viewport_size({"width": width, "height": 800})
            await page.evaluate("(size) => document.documentElement.className = `size-${size}`", size)
            wrong += [f"{width} px {size} %: {found}" for found in await page.evaluate(LOOK)]
    await page.evaluate("() => document.documentElement.className = 'size-100'")
    await page.set_viewport_size({"width": NARROWEST, "height": 800})
    if (wide := await page.evaluate("() => document.documentElement.scrollWidth")) > NARROWEST:
        wrong.append(f"scrolls sideways at {NARROWEST} px: {wide}")
    return wrong


async def test_axe_finds_nothing_in_a_demonstration_and_where_the_scripts_are_missing(town: Town, browser: "Browser") -> None:
    app = the_application(town, drill_only=True)
    app[RENDERING].scripts = False
    server = TestServer(app)
    async with server:
        scene = await a_scene(Office(town, server))
        async with a_window(scene, browser) as page:
            await become(scene, page.context, (cast.OFFICER, "/"), language="en")
            await page.goto(f"/board/{scene.order.id}")
            for said in ("was built without its scripts", "Demonstration.", "Reload by itself"):
                assert await page.get_by_text(said).is_visible()
            assert await looked_at(page) == []
        await scene.office.close()


async def test_the_walk_notices_a_picture_without_words_pale_letters_a_wide_page_and_a_forbidden_style(office: Office, browser: "Browser") -> None:
    scene = await a_scene(office)
    async with a_window(scene, browser, strict=False) as page:
        await page.goto("/")
        assert await page.evaluate(LOOK) == []
        await page.evaluate("""() => {
          const main = document.querySelector('main');
          main.append(document.createElement('img'));
          const pale = document.createElement('p');
          pale.textContent = 'pale';
          pale.setAttribute('style', 'margin: 0');
          pale.style.color = '#ccd';
          const wide = document.createElement('div');
          wide.textContent = '\\u00a0';
          wide.style.width = '3000px';
          main.append(pale, wide);
        }""")
        found = "\n".join(await page.evaluate(LOOK))
    assert all(word in found for word in ("image-alt", "color-contrast", "scrolls sideways", "style-src"))


@pytest.mark.parametrize("width", WIDTHS)
async def test_the_keyboard_reaches_everything_and_shows_where_it_is(office: Office, browser: "Browser", width: int) -> None:
    scene = await a_scene(office)
    async with a_window(scene, browser, axe=False, viewport={"width": width, "height": 800}) as page:
        for visit in ((None, "/"), (None, f"/S/{scene.code}"), (cast.OFFICER, f"/board/{scene.order.id}"), (cast.OFFICER, f"/reports/{scene.report.number}")):
            await become(scene, page.context, visit, language="zh_CN")
            await page.goto(visit[1])
            reached = await tabbed(page)
            assert len({one["number"] for one in reached}) == await page.evaluate(REACHABLE), visit
            assert not [one["name"] for one in reached if not one["ring"] or not one["inView"]], visit
            assert [one["number"] for one in reached] == sorted(one["number"] for one in reached), "the order of the page"


async def tabbed(page: "Page") -> list[dict[str, Any]]:
    """Everything that Tab comes to, once around."""
    reached: list[dict[str, Any]] = []
    while True:
        await page.keyboard.press("Tab")
        here = await page.evaluate(FOCUSED)
        if here is None or (reached and here["number"] == reached[0]["number"]):
            return reached
        reached.append(here)
        assert len(reached) < 300


async def test_the_menu_opens_by_keyboard_without_scripts_and_leads_to_every_room(office: Office, browser: "Browser") -> None:
    scene = await a_scene(office)
    async with a_window(scene, browser, axe=False, viewport={"width": 360, "height": 800}, java_script_enabled=False) as page:
        await become(scene, page.context, (cast.OFFICER, "/"), language="en")
        await page.goto("/board?all=1")
        assert not await page.get_by_role("link", name="Risk notices").is_visible()
        await page.locator("summary").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Risk notices").click()
        await page.wait_for_url("**/notices")


async def test_the_board_fits_when_it_is_drawn_twice_as_large(office: Office, browser: "Browser") -> None:
    scene = await a_scene(office)
    async with a_window(scene, browser, axe=False, viewport={"width": 640, "height": 400}, device_scale_factor=2) as page:
        await become(scene, page.context, (cast.OFFICER, "/"), language="en")
        for path in (f"/board/{scene.order.id}", f"/board/{scene.order.id}/people?column=listed"):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 640


async def test_a_page_never_turns_text_into_a_script(office: Office, browser: "Browser") -> None:
    scene = await a_scene(office)
    async with a_window(scene, browser, axe=False, strict=False) as page:
        await become(scene, page.context, (cast.OFFICER, "/"), language="en")
        await page.goto(f"/board/{scene.order.id}")
        await page.get_by_text("Live", exact=True).wait_for()
        refused = await page.evaluate("""() => {
          const tries = [
            () => { document.body.innerHTML = '<p><script src="/x.js"></' + 'script></p>'; },
            () => { document.createElement('script').src = '/static/0/board.js'; },
            () => { document.createElement('script').text = 'window.ran = 1'; },
            () => trustedTypes.createPolicy('another', {}),
          ];
          return tries.map((one) => { try { one(); return 'done'; } catch (error) { return error.name; } });
        }""")
        assert refused == ["TypeError"] * 4
