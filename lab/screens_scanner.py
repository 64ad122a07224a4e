"""Pictures of the scanner's main screens: enrolled by the link of a demo, a card read from a photo, the same card again, one that was typed."""

from typing import TYPE_CHECKING

from lab.clips import jpeg, seen

if TYPE_CHECKING:
    from playwright.async_api import Browser, FilePayload, Page

    from lab.demo import Demo
    from lab.screens import Album

PIN = "2580"
SHORT = "0000-0000-0000"
LOCALES = {"zh_CN": "zh-CN", "en": "en-GB"}


async def scanner(browser: "Browser", opened: "Demo", album: "Album", *, code: str) -> None:
    """From enrolment to the four words, the menu and its help. `code` is the text of somebody's card."""
    context = await browser.new_context(locale=LOCALES[album.language])
    page = await context.new_page()
    await page.goto(opened.scanner)
    await page.wait_for_selector("#enrol")
    await album.take(page, "scan-enrol", whole=False)
    await page.click("#enrol")
    await page.wait_for_selector("#pin")
    await page.fill("#pin", PIN)
    await page.fill("#pin-again", PIN)
    await page.click("#set-pin")
    await page.wait_for_selector("#line[data-state=online]")
    await page.wait_for_selector("#warden")
    await page.locator("#install button").click()
    await album.take(page, "scan-home", whole=False)
    await page.click("[data-purpose=shelter_in]")
    await words(page, album, code)
    await page.click("#menu")
    await page.wait_for_selector("#toast:empty", state="attached")
    await album.take(page, "scan-menu", whole=False, height=1600)
    await page.click("#help")
    await page.wait_for_selector(".help-words")
    await album.take(page, "scan-help", whole=False, height=1800)
    await context.close()


async def words(page: "Page", album: "Album", code: str) -> None:
    """The same card twice, and one that nobody signed."""
    card: FilePayload = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": jpeg(seen(code))}
    await page.set_viewport_size({"width": 360, "height": 800})
    await page.set_input_files("#photo-file", files=card)
    await page.wait_for_selector(".face.go")
    await page.screenshot(path=album.folder / f"scan-go-360-{album.language}.png", animations="disabled")
    await page.wait_for_selector(".face", state="detached")
    await page.set_input_files("#photo-file", files=card)
    await page.wait_for_selector(".face.known")
    await album.take(page, "scan-known", whole=False)
    await page.click("[data-answer=ok]")
    await page.click("#type")
    await page.fill("#typed", SHORT)
    await album.take(page, "scan-type", whole=False)
    await page.locator("#typed-go, form button.main").first.click()
    await page.wait_for_selector(".face.check")
    await album.take(page, "scan-check", whole=False)
    await page.click("[data-answer=no]")
