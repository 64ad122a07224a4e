"""The desk in a real browser: readable and tappable on a small phone, in both languages; decided without JavaScript."""

from typing import TYPE_CHECKING

import pytest

from domain.reports import ReportDeed
from tests import cast
from tests.web.conftest import Office
from tests.web.test_in_a_browser import CONTRAST, TARGETS, a_page, enter
from tests.web.test_reports import history, reported

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_list_and_sheet_fit_the_screen_and_the_eye(office: Office, browser: "Browser", language: str, width: int) -> None:
    lin = await office.town.actor(cast.LIN)
    report = await reported(office.town, lin)
    await reported(office.town, lin, key="second")
    async with a_page(office, browser, width=width, language=language) as page:
        await enter(office, page)
        for path in ("/reports", f"/reports/{report.number}", "/reports/R-0725-0002"):
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            assert not await page.evaluate(TARGETS), path
            assert not await page.evaluate(CONTRAST), path
            assert await page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


async def test_a_decision_needs_no_javascript(office: Office, browser: "Browser") -> None:
    report = await reported(office.town, await office.town.actor(cast.LIN))
    async with a_page(office, browser, script=False) as page:
        await enter(office, page)
        await page.goto(f"/reports/{report.number}")
        await page.get_by_role("button", name="It is so: verified").click()
        await page.wait_for_url(f"**/reports/{report.number}")
        await page.get_by_label("What was done? The reporter reads it.").fill("已排水")
        await page.get_by_role("button", name="Close", exact=True).click()
        await page.wait_for_url(f"**/reports/{report.number}")
    assert await history(office.town, report) == [ReportDeed.FILED, ReportDeed.VERIFIED, ReportDeed.CLOSED]
