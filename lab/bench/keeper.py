"""How fast a keeper is: thirty printed cards before a camera, one after another, into a real house; from the first card to the last verdict."""

import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from lab.cards import Printed, printed, write_clip
from lab.chromium import chromium
from lab.scanner import KEPT, Scanner, ScannerLost
from lab.stories.cast import VILLAGE
from lab.stories.offline import Asked, opened
from lab.stories.offline_cast import Day, planned
from lab.stories.offline_day import Office
from lab.stories.offline_door import cti_of

if TYPE_CHECKING:
    from playwright.async_api import Playwright

CARDS = 30
PEOPLE = 40
HOLD, GAP, FIRST, REST = 2.0, 0.5, 4.0, 90.0
"""Seconds: how long a card is held, until the next one comes, before the first, and after the last."""
MOST, MOST_EACH = 120.0, 4.0
LONGEST = 180.0
PIN = "2580"


async def measured(seed: int) -> dict[str, Any]:
    """One shift. Raises ChromiumAbsent, RasteriserAbsent, HouseFell."""
    chromium()
    from playwright.async_api import async_playwright

    day = planned(seed, people=PEOPLE)
    with tempfile.TemporaryDirectory(prefix="mashang-keeper-", ignore_cleanup_errors=True) as folder:
        async with opened(day, Asked(PEOPLE, seed), Path(folder)) as office, async_playwright() as driver:
            pdf = Path(folder) / "cards.pdf"
            await office.house.commands(("cards", "print", "--area", VILLAGE, "--kind", "card", "--pdf", str(pdf), "--json"))
            known = {code.text for code in office.register.people.values()}
            cards = [card for card in printed(pdf) if card.text in known][:CARDS]
            seconds = await admitted(driver, day, office, cards, Path(folder), seed=seed)
            counted = await accepted(office, Path(folder))
    longest = round(max(seconds), 2) if seconds else None
    median = round(statistics.median(seconds), 2) if seconds else None
    return {
        "cards": len(cards), "admitted": counted, "seconds": round(sum(seconds), 1), "seconds_each_median": median, "seconds_each_longest": longest,
        "engine": "chromium",
    }  # fmt: skip


async def admitted(driver: "Playwright", day: Day, office: Office, cards: Sequence[Printed], folder: Path, *, seed: int) -> list[float]:
    """Seconds from one verdict to the next; the first one from where the first card comes into the picture."""
    clip = write_clip(folder / "clip.mjpeg", (card.picture for card in cards), Random(f"keeper {seed}"), first=FIRST, hold=HOLD, gap=GAP, rest=REST)
    door = day.doors[0]
    enrol = ("devices", "enrol", "--for", door.phone, "--label", "bench", "--place", door.place, "--purposes", "shelter_in", "--json")
    [said] = await office.house.commands(enrol)
    scanner = Scanner(driver, folder / "phone", office.url, now=time.time, pin=PIN)
    await scanner.switch_on(clip=clip)
    try:
        await scanner.enrol(said.value()["url"])
        waiting, seconds = {cti_of(card.text) for card in cards}, []
        await scanner.ready("shelter_in")
        began, end = time.monotonic() + FIRST, time.monotonic() + LONGEST
        while waiting and time.monotonic() < end:
            screen = await scanner.verdict()
            if screen.word in KEPT and screen.seen in waiting:
                waiting.discard(screen.seen)
                seconds.append(time.monotonic() - began)
                began = time.monotonic()
            await scanner.onward()
        await scanner.bring_home()
    except ScannerLost:
        return seconds
    finally:
        await scanner.switch_off()
    return seconds


async def accepted(office: Office, folder: Path) -> int:
    """How many different people the house has let in."""
    file = folder / "events.jsonl"
    await office.house.commands(("export", "events", "--jsonl", str(file)))
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return len({row["person"] for row in rows if row["type"] == "scan" and row["outcome"] == "accepted" and row["purpose"] == "shelter_in"})


def missed(figures: dict[str, Any]) -> list[str]:
    """Promises that were broken, in words."""
    return [f"{figures['admitted']} of {figures['cards']} cards were let in"] if figures["admitted"] != figures["cards"] or figures["cards"] != CARDS else []


def slow(figures: dict[str, Any]) -> list[str]:
    """What took longer than it may, in words."""
    words = [f"{figures['seconds']} s for {figures['cards']} cards, {MOST:.0f} are allowed"] if figures["seconds"] > MOST else []
    each = figures["seconds_each_longest"]
    return [*words, *([f"one card took {each} s, {MOST_EACH:.0f} are allowed"] if each is None or each > MOST_EACH else [])]
