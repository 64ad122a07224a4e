"""The help in the scanner's menu: there without a network, and honest about what can be scanned twice."""

from typing import TYPE_CHECKING

import pytest

from domain.scans import Purpose
from tests.web.conftest import Office
from tests.web.scanner.scanners import phone
from tests.web.scanner.test_scanner_offline import through, wire  # noqa: F401 - the fixture
from tests.wire import Wire

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


async def test_the_help_says_the_four_words_and_what_can_be_scanned_twice_also_without_a_network(
    office: Office, wire: Wire, browser: "Browser",  # noqa: F811
) -> None:  # fmt: skip
    await office.town.order()
    async with phone(office.town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.page.locator("#menu").click()
        await held.page.locator("#help").click()
        words = await held.page.locator(".help-word strong").all_inner_texts()
        assert words == ["可进", "核对", "无效", "已登记"]
        told = await held.page.locator("dl.told").inner_text()
        assert "本机记得一整天" in told and "没有计入" in told
        assert "{" not in await held.page.locator("main").inner_text()
        await held.page.locator("#back").click()
        await held.page.locator("#sign-out").wait_for()
