"""The scanner's files in Chromium: they read what the vectors say, find codes on photos and in a camera's film, and break no rule of their policy."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from codes.qr import Face, picture
from lab.clips import View, clip, jpeg, seen, waved
from tests.codes.test_vectors import CASES, FRAME, held
from tests.conftest import AXE
from tests.web.conftest import Office
from tests.web.scanner.test_vectors import as_vector, text_of
from tests.web.test_accessibility import LOOK, WATCH

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.scripts]

CHECK = "/scan/check.html"
TEXT = "HTTPS://LS.EXAMPLE.ORG/S/2KCEPIQBEYCEESEBUBMCPJIBMJGFGBA2OBKMP4AGDJVLCLLQA5FDRKA6Q7TZMMPGAK7TUAABAAAIIAIBAAAFQQDLFZNDT7FXLQCUVRI3EWT4DNVHRX6NH6DYVNR2FSZS4M2QTVUZD4IFQ42WPWLBRQG5TPNQNLKOPPA2AYSMEDD3XD74KQ5WVYGEEOZGA"
READ = """async ({frame, texts}) => {
  const [{openTrust, openRevoked}, {read}] = [await import('/scan/lists.js'), await import('/scan/verify.js')];
  const now = new Date(frame.now * 1000);
  const trust = await openTrust(frame.trust, {root: frame.root, now});
  const revoked = await openRevoked(frame.revoked, {trust, now});
  const found = [];
  for (const text of texts) found.push(await read(text, {hosts: frame.hosts, trust, revoked, now}));
  return found;
}"""
PHOTO = """async ([type, data]) => {
  const {Camera} = await import('/scan/camera.js');
  window.eye = window.eye || new Camera({video: document.getElementById('video'), onText() {}, onProblem() {}});
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return window.eye.readPhoto(new File([bytes], 'photo', {type}));
}"""
WATCHED = """async () => {
  const {Camera} = await import('/scan/camera.js');
  window.told = []; window.problems = [];
  const video = document.getElementById('video');
  video.hidden = false;
  window.eye = new Camera({video, onText: (text, when) => told.push([text, when.seenAt, when.ms]), onProblem: (word) => problems.push(word)});
  await window.eye.start();
}"""
FAKE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


async def until(page: "Page", claim: str) -> None:
    """Waits in the page, without eval, which its policy forbids."""
    async with asyncio.timeout(20):
        await page.evaluate(f"async () => {{ while (!({claim})) await new Promise((next) => setTimeout(next, 20)); }}")


@asynccontextmanager
async def chromium(path: str, *flags: str) -> AsyncIterator["Browser"]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=path, args=["--disable-background-networking", *flags, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        yield opened
        await opened.close()


@asynccontextmanager
async def checking(office: Office, browser: "Browser", *, language: str = "en", width: int = 360) -> AsyncIterator["Page"]:
    """The check page; ends the test if anything broke the policy or threw."""
    base = str(office.server.make_url("/")).rstrip("/")
    context = await browser.new_context(base_url=base, viewport={"width": width, "height": 800}, locale=language)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text or "Trusted" in said.text else None)
    await page.goto(CHECK)
    await page.locator("#decoder.good, #decoder.bad").wait_for()
    yield page
    assert [*troubles, *await page.evaluate("broken")] == []
    await context.close()


async def test_the_vectors_are_read_as_they_say(office: Office, browser: "Browser") -> None:
    async with checking(office, browser) as page:
        found: list[dict[str, Any]] = await page.evaluate(READ, {"frame": FRAME, "texts": [text_of(case) for _, case in CASES]})
    wanted = [(case["problem"], case["payload"]) for _, case in CASES]
    assert [(one["problem"], as_vector(one["payload"])) for one in found] == wanted


@pytest.mark.parametrize(("language", "width"), [("en", 360), ("zh-CN", 320), ("zh-CN", 1280)])
async def test_axe_finds_nothing_on_the_check_page(office: Office, browser: "Browser", language: str, width: int) -> None:
    async with checking(office, browser, language=language, width=width) as page:
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        assert await page.evaluate(LOOK) == []
        assert await page.locator("html").get_attribute("lang") == language
        assert (await page.title()) == await page.locator("h1").text_content()


@pytest.mark.parametrize(("language", "read"), [("en", "A code was read in"), ("zh-CN", "已识别，用时")])
async def test_the_check_page_tries_every_part(office: Office, chromium_path: str, tmp_path: Path, language: str, read: str) -> None:
    film = tmp_path / "code.mjpeg"
    film.write_bytes(clip(waved(TEXT)))
    async with (
        chromium(chromium_path, *FAKE, f"--use-file-for-fake-video-capture={film}") as browser,
        checking(office, browser, language=language) as page,
    ):
        assert await page.locator("li.good").count() == 5
        await page.locator("#start").click()
        await page.locator("#camera.good").wait_for()
        await page.locator("#said", has_text=read).wait_for()
        assert await page.locator("li.bad").count() == 0
        if shots := os.environ.get("MASHANG_SHOTS"):
            await page.screenshot(path=f"{shots}/check-{language}.png", full_page=True)


async def test_a_code_in_view_is_told_once_and_again_when_asked(office: Office, chromium_path: str, tmp_path: Path) -> None:
    film = tmp_path / "code.mjpeg"
    film.write_bytes(clip(waved(TEXT)))
    async with (
        chromium(chromium_path, *FAKE, f"--use-file-for-fake-video-capture={film}") as browser,
        checking(office, browser) as page,
    ):
        await page.evaluate(WATCHED)
        await until(page, "told.length === 1")
        looked = await page.evaluate("eye.last.at")
        await until(page, f"eye.last.at > {looked} + 1000")
        assert await page.evaluate("told.map(([text]) => text)") == [TEXT]
        await page.evaluate("eye.forget()")
        await until(page, "told.length === 2")
        assert await page.evaluate("eye.torch(true)") is False
        await page.evaluate("eye.stop()")
        assert await page.evaluate("[eye.stream, document.getElementById('video').srcObject]") == [None, None]
        assert await page.evaluate("problems") == []


async def test_codes_are_found_on_pictures_and_photos(office: Office, browser: "Browser") -> None:
    drawn = picture(TEXT, face=Face.YELLOW, word="核对", short="SM6F-V892-EJWS", caption="平乐村文化礼堂", banner="演练")
    photos = {
        "turned": seen(TEXT, View(turn=17)), "on its side": seen(TEXT, View(turn=90)), "upside down": seen(TEXT, View(turn=180)),
        "leaning": seen(TEXT, View(tilt=0.7, turn=-8)), "blurred": seen(TEXT, View(side=420, blur=2.0)), "dark": seen(TEXT, View(light=0.18)),
        "noisy": seen(TEXT, View(noise=28)), "small in a large photo": seen(TEXT, View(side=300), size=(4000, 3000)),
    }  # fmt: skip
    async with checking(office, browser) as page:
        assert await page.evaluate(PHOTO, ["image/png", base64.b64encode(drawn).decode()]) == TEXT
        found = {name: await page.evaluate(PHOTO, ["image/jpeg", base64.b64encode(jpeg(photo)).decode()]) for name, photo in photos.items()}
        assert found == dict.fromkeys(photos, TEXT)
        assert await page.evaluate(PHOTO, ["image/jpeg", base64.b64encode(jpeg(seen(TEXT, View(blur=14)))).decode()]) is None
        assert await page.evaluate(PHOTO, ["image/jpeg", base64.b64encode(b"no picture").decode()]) is None


async def test_what_keeps_the_camera_away_is_a_word(office: Office, browser: "Browser", chromium_path: str) -> None:
    async with checking(office, browser) as page:
        await page.evaluate(WATCHED)
        await until(page, "problems.length === 1")
        assert await page.evaluate("problems[0]") in ("no_camera", "not_allowed")
        await page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
        await page.evaluate("eye.start()")
        assert await page.evaluate("problems[1]") == "insecure"
    async with chromium(chromium_path, *FAKE) as faked, checking(office, faked) as page:
        await page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError')); }")
        await page.evaluate(WATCHED)
        assert await page.evaluate("problems") == ["in_use"]


async def test_a_missing_decoder_is_a_word_and_no_fault(office: Office, chromium_path: str) -> None:
    async with chromium(chromium_path, *FAKE) as browser:
        context = await browser.new_context(base_url=str(office.server.make_url("/")).rstrip("/"))
        await context.route("**/zxing-reader.wasm*", lambda route: route.abort())
        page = await context.new_page()
        await page.goto(CHECK)
        await page.locator("#decoder.bad").wait_for()
        await page.evaluate(WATCHED)
        await until(page, "problems.includes('decoder_missing')")
        await context.close()


def test_the_sample_is_a_good_vector() -> None:
    assert TEXT in [case["text"] for case in held("good")]
