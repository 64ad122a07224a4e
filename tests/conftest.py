"""What every test has: a real Chromium, or a plain word that there is none."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.quickstart import import_aiogram
from tests.databases import forget_models

if TYPE_CHECKING:
    from playwright.async_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

ROOT = Path(__file__).parents[1]
HTMX = ROOT / "web" / "static" / "npm" / "htmx.js"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LONG = ("test_story", "test_wheel", "test_permission_walk", "test_in_a_browser", "test_accessibility", "test_screens")


def chromium() -> str | None:
    """The system's Chromium, or None."""
    return next((path for path in map(shutil.which, CHROMIUM) if path), None)


def pytest_configure(config: pytest.Config) -> None:
    """The tests speak with the aiogram that `mashang serve` speaks with."""
    import_aiogram()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole evenings and the wheel first: two workers that share files end together only when the long ones are not last."""
    items.sort(key=lambda item: not item.path.name.startswith(LONG))


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not walk through all of it again and again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """What others were copied from goes with the process."""
    asyncio.run(forget_models())


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `browser` needs Chromium, one marked `scripts` what the build brings from npm: without it the test is skipped, on CI it fails."""
    absent = []
    if item.get_closest_marker("browser") and not chromium():
        absent.append(f"no Chromium on this machine (looked for {', '.join(CHROMIUM)})")
    if item.get_closest_marker("scripts") and not (HTMX.exists() and AXE.exists()):
        absent.append("the scripts from npm are not here (`make test` brings them)")
    if absent and os.environ.get("CI") == "true":
        pytest.fail("; ".join(absent))
    if absent:
        pytest.skip("; ".join(absent))


@pytest.fixture
def chromium_path() -> str:
    """For whoever starts Chromium in another process."""
    path = chromium()
    assert path, "mark the test with pytest.mark.browser"
    return path


@pytest.fixture
async def browser(chromium_path: str) -> AsyncIterator["Browser"]:
    """A headless Chromium of this test's own."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield opened
        await opened.close()
