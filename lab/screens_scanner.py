"""Pictures of the scanner's screens: the same phone in a keeper's hand, from a stranger's to the lock, in a demo."""

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol

from lab.bench.live import VILLAGE, command
from lab.cards import photo
from lab.demo import Demo
from lab.scanner import Scanner

if TYPE_CHECKING:
    from playwright.async_api import Page, Playwright

KEEPER_PHONE = "19900091003"
SHELTER = "雅溪镇中心小学避灾安置点"
PURPOSES = "shelter_in,shelter_out,to_relatives"
PIN = "2580"
SOON = 0.1
TOAST = 5_000
"""Milliseconds after which a short word over the page is gone."""
LABEL = {"zh_CN": "东校门", "en": "East door"}


class Album(Protocol):
    """Takes pictures of a page at every width."""

    language: str

    async def take(self, page: "Page", name: str, *, whole: bool = True, height: int = 800) -> None: ...


async def scanner_screens(driver: "Playwright", opened: Demo, album: Album, *, locale: str) -> None:
    """Enrolment, the choice, the work, what a verdict looks like, the lock."""
    settings = ("devices", "enrol", "--for", KEEPER_PHONE, "--label", LABEL[album.language], "--place", SHELTER, "--purposes", PURPOSES, "--json")
    url = json.loads(await command(opened, *settings))["url"]
    cards = await codes_of(opened)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        scanner = Scanner(driver, Path(folder) / "phone", opened.web, now=time.time, pin=PIN, language=locale)
        await scanner.switch_on()
        try:
            await entered(scanner, url, album)
            await at_work(scanner, cards, album)
        finally:
            await scanner.switch_off()


async def codes_of(opened: Demo) -> Mapping[str, Mapping[str, str]]:
    """The cards of the ordered village, by the holder's id."""
    lines = map(json.loads, (await command(opened, "codes", "list", "--area", VILLAGE, "--json")).splitlines())
    return {line["holder"]: line for line in lines if line["holder_kind"] == "person"}


async def entered(scanner: Scanner, url: str, album: Album) -> None:
    """Before anybody knows the phone, and how it is made known."""
    page = scanner.page
    await page.goto(url.partition("#")[0])
    await page.wait_for_selector("body[data-screen=strangerScreen]")
    await album.take(page, "scanner-stranger")
    await page.goto("about:blank")
    await page.goto(url)
    await page.wait_for_selector("body[data-screen=enrolScreen]")
    await album.take(page, "scanner-enrol")
    await page.goto("about:blank")
    await scanner.enrol(url)
    await album.take(page, "scanner-home")


async def at_work(scanner: Scanner, cards: Mapping[str, Mapping[str, str]], album: Album) -> None:
    """Each verdict once: to come in, to check, known already, not a code of ours."""
    page, random = scanner.page, Random("screens")
    first, second, *_ = list(cards.values())[-2:]
    await scanner.ready("shelter_in")
    await album.take(page, "scanner-work", whole=False)
    await scanner.photo(photo(first["text"], random))
    await page.clock.pause_at(await page.evaluate("Date.now()") / 1000 + SOON)
    await album.take(page, "scanner-go", whole=False)
    await page.clock.resume()
    await scanner.onward()
    await scanner.photo(photo(first["text"], random))
    await album.take(page, "scanner-known", whole=False)
    await scanner.onward()
    await scanner.photo(photo("https://example.org/anything", random))
    await album.take(page, "scanner-no", whole=False)
    await scanner.onward()
    await page.click("#type")
    await album.take(page, "scanner-type")
    await page.click("#back")
    await scanner.typed(second["short"])
    await album.take(page, "scanner-check", whole=False)
    await scanner.confirm()
    await scanner.onward()
    await page.clock.fast_forward(TOAST)
    await page.click("#recent")
    await album.take(page, "scanner-recent")
    await page.click("#back")
    await page.click("#menu")
    await album.take(page, "scanner-menu")
    await page.click("#lock")
    await album.take(page, "scanner-lock")
