"""Chromium as a phone: a profile that outlives its process, a camera that plays a clip, and a death without a goodbye."""

import asyncio
import contextlib
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
AWAKE = ["--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"]
PATIENCE, STEP = 10.0, 0.02


class ChromiumAbsent(Exception):
    """Chromium or its driver is not here."""


def chromium() -> str:
    """Where it is. ChromiumAbsent when it is not, or when nothing drives it."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise ChromiumAbsent("Chromium is not installed; `apt-get install chromium fonts-noto-cjk` brings it.")
    try:
        import playwright  # noqa: F401
    except ImportError:
        raise ChromiumAbsent("playwright is not installed; `make test` installs it with the tools of development.") from None
    return found


async def switched_on(driver: "Playwright", profile: Path, *, clip: Path | None = None, language: str = "zh-CN") -> "BrowserContext":
    """A phone with this memory; its camera shows the clip; without one it has none."""
    film = [*CAMERA, f"--use-file-for-fake-video-capture={clip}"] if clip is not None else []
    return await driver.chromium.launch_persistent_context(
        profile, executable_path=chromium(), headless=True, args=[*FLAGS, *AWAKE, *film], viewport={"width": 390, "height": 780}, has_touch=True,
        is_mobile=True, locale=language, permissions=["camera"], accept_downloads=True, handle_sigint=False, handle_sigterm=False, handle_sighup=False,
    )  # fmt: skip


async def battery_out(context: "BrowserContext", profile: Path) -> None:
    """SIGKILL to the one browser that was started on this profile, as when a phone's battery is pulled; its memory stays."""
    from playwright.async_api import Error

    for victim in processes_on(profile):
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    with contextlib.suppress(Error):
        await context.close()
    async with asyncio.timeout(PATIENCE):
        while processes_on(profile):  # noqa: ASYNC110  nobody tells of another's end
            await asyncio.sleep(STEP)


def processes_on(profile: Path) -> list[int]:
    """The main process of the browser that runs on this profile."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if f"--user-data-dir={profile}".encode() in words and not any(word.startswith(b"--type=") for word in words):
                    found.append(int(entry.name))
    return found
