"""From a frame of the camera to the verdict: a real house, its scanner's files in a real Chromium, a film of one of its own codes."""

import base64
import json
import shutil
import statistics
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.bench.live import VILLAGE, command
from lab.clips import View, clip, jpeg, seen, waved
from lab.demo import Demo, demo
from lab.screens import CHROMIUM

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

FRAMES = 60
GOAL_MS = 100
FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
LONGEST_MS = 120_000
READ = (Path(__file__).with_name("scanner_frames.js")).read_text
PHOTOS: Mapping[str, View] = {
    "straight": View(), "turned": View(turn=33), "leaning": View(tilt=0.6, turn=-10), "blurred": View(side=420, blur=1.8), "dark": View(light=0.2),
    "noisy": View(noise=25),
}  # fmt: skip


class ChromiumAbsent(Exception):
    """There is no Chromium, or nothing to drive it with."""


async def measured(*, frames: int = FRAMES) -> dict[str, Any]:
    """Milliseconds from the frame grabbed to the verdict known, of which decoding and reading; and which photos are read. Raises ChromiumAbsent."""
    async with demo("zh_CN") as opened:
        cards = [json.loads(line) for line in (await command(opened, "codes", "list", "--area", VILLAGE, "--json")).splitlines()]
        text = cards[0]["text"]
        async with chromium(clip(waved(text))) as browser:
            page = await browser.new_page(base_url=opened.web)
            page.set_default_timeout(LONGEST_MS)
            await page.goto("/scan/check.html")
            told = await page.evaluate(READ(encoding="utf-8"), {"frames": frames, "lists": lists(opened)})
            photos = {name: await photographed(page, text, view) for name, view in PHOTOS.items()}
    return figures(told, text=text, photos=photos)


def figures(frames: Sequence[Mapping[str, Any]], *, text: str, photos: Mapping[str, bool]) -> dict[str, Any]:
    """What is told of what was seen; only a frame that gave the right text and a good reading counts."""
    good = [frame for frame in frames if frame["text"] == text and frame["problem"] is None]
    whole = sorted(frame["whole"] for frame in good)
    return {
        "frame_ms_median": middle(whole), "frame_ms_p95": round(whole[int(len(whole) * 0.95)], 1) if whole else None,
        "frames": len(good), "frames_seen": len(frames), "decoder_ms": middle([frame["decoder"] for frame in good]),
        "verify_ms": middle([frame["verify"] for frame in good]), "photos_read": sum(photos.values()), "photos": len(photos),
        "photos_unread": [name for name, was_read in photos.items() if not was_read], "engine": "chromium",
    }  # fmt: skip


def missed(told: Mapping[str, Any]) -> list[str]:
    """What must not be: frames without their verdict, photos without their text."""
    lost = [f"only {told['frames']} of {told['frames_seen']} frames gave the verdict"] if told["frames"] < 0.9 * told["frames_seen"] else []
    return [*lost, *(f"the {name} photo was not read" for name in told["photos_unread"])]


def slow(told: Mapping[str, Any]) -> list[str]:
    median = told["frame_ms_median"]
    return [f"frame to verdict takes {median} ms, the goal is {GOAL_MS}"] if median is None or median > GOAL_MS else []


def lists(opened: Demo) -> dict[str, str]:
    """The two signed lists of the demo's office, from its folder."""
    keys = opened.folder / "var" / "demo" / "keys"
    return {name: (keys / f"{name}.json").read_text(encoding="ascii") for name in ("trust", "revoked")}


async def photographed(page: "Page", text: str, view: View) -> bool:
    data = base64.b64encode(jpeg(seen(text, view, size=(2000, 1500)))).decode()
    return bool(await page.evaluate("([data]) => window.photographed(data)", [data]) == text)


@asynccontextmanager
async def chromium(film: bytes) -> AsyncIterator["Browser"]:
    """A headless Chromium whose camera plays this film."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        raise ChromiumAbsent("Chromium is not installed; `apt-get install chromium` brings it")
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        raise ChromiumAbsent("playwright is not installed") from None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "code.mjpeg"
        file.write_bytes(film)
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=path, args=[*FLAGS, f"--use-file-for-fake-video-capture={file}"])
            yield browser
            await browser.close()


def middle(values: list[float]) -> float | None:
    return round(statistics.median(values), 1) if values else None
