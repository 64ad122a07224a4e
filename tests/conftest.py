"""What every test has: a real Chromium, or a plain word that there is none."""

import os
import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from bot.quickstart import import_aiogram

if TYPE_CHECKING:
    from playwright.async_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

LONG = ("test_story", "test_wheel", "test_permission_walk", "test_in_a_browser", "test_screens")


def chromium() -> str | None:
    """The system's Chromium, or None."""
    return next((path for path in map(shutil.which, CHROMIUM) if path), None)


def pytest_configure(config: pytest.Config) -> None:
    """The tests speak with the aiogram that `mashang serve` speaks with."""
    import_aiogram()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole evenings and the wheel first: two workers that share files end together only when the long ones are not last."""
    items.sort(key=lambda item: not item.path.name.startswith(LONG))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `browser` needs Chromium: without it the test is skipped, on CI it fails."""
    if item.get_closest_marker("browser") is None or chromium():
        return
    reason = f"no Chromium on this machine (looked for {', '.join(CHROMIUM)})"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


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
