"""The shift PIN: a phone that lies about shows nothing, and goes on sending."""

from typing import TYPE_CHECKING

import pytest

from domain.scans import Purpose
from tests import cast
from tests.web.conftest import Office
from tests.web.scanner.scanners import PIN, a_code, a_ticket, phone, rows
from tests.web.scanner.test_scanner_offline import through, wire  # noqa: F401 - the fixture
from tests.wire import Wire

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


async def test_fifteen_minutes_untouched_lock_the_phone_and_it_goes_on_sending(office: Office, wire: Wire, browser: "Browser") -> None:  # noqa: F811
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.green(hu.text)
        await held.waits(1)
        await held.page.clock.fast_forward("14:00")
        assert await held.page.locator("#unlock").count() == 0
        await held.page.locator("h1").click()
        await held.page.clock.fast_forward("14:00")
        assert await held.page.locator("#unlock").count() == 0
        await held.page.clock.fast_forward("01:10")
        await held.page.locator("#unlock").wait_for()
        shown = await held.page.locator("body").inner_text()
        assert "平乐村" not in shown and "待传 1" in shown
        assert await held.page.locator("#video, #menu, #line").count() == 0
        await wire.mend()
        await held.page.clock.fast_forward("05:30")
        await held.waits(0)
        assert len(await rows(town)) == 1
        await held.unlock()


async def test_a_verdict_that_stands_when_the_phone_locks_is_taken_away(office: Office, browser: "Browser") -> None:
    town = office.town
    lin = await a_code(town, cast.LIN[0])
    async with phone(town, browser, str(office.server.make_url("/")).rstrip("/")) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.type(lin.short)
        await held.verdict()
        await held.page.clock.fast_forward("15:10")
        await held.page.locator("#unlock").wait_for()
        assert await held.page.locator("#face > *").count() == 0
        assert await rows(town) == []


async def test_after_five_wrong_pins_the_wait_grows_and_a_reload_gives_none_back(office: Office, browser: "Browser") -> None:
    async with phone(office.town, browser, str(office.server.make_url("/")).rstrip("/")) as held:
        await held.enrol()
        await held.page.locator("#menu").click()
        await held.page.locator("#lock").click()
        for _ in range(5):
            await held.page.locator("#pin").fill("0000")
            await held.page.locator("#unlock").click()
            await held.page.locator(".error", has_text="。").wait_for()
            await held.page.locator("#pin:not([readonly])").wait_for()
        await held.page.locator("#unlock[disabled]").wait_for()
        await held.killed()
        await held.page.locator("#unlock[disabled]").wait_for()
        await held.page.clock.fast_forward("00:31")
        await held.page.locator("#unlock:not([disabled])").wait_for()
        await held.page.locator("#pin").fill("0000")
        await held.page.locator("#unlock").click()
        await held.page.locator(".error", has_text="等待 ").wait_for()
        await held.page.clock.fast_forward("00:31")
        assert await held.page.locator("#unlock[disabled]").count() == 1  # A minute this time.
        await held.page.clock.fast_forward("00:31")
        await held.unlock()
        assert PIN not in await held.kept("kept")


async def test_a_forgotten_pin_is_got_over_by_enrolling_anew_and_what_waits_is_carried(office: Office, wire: Wire, browser: "Browser") -> None:  # noqa: F811
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.green(hu.text)
        await held.waits(1)
        await held.context.route("**/api/v1/scans", lambda route: route.abort())  # Else it is sent before there is a new key.
        await wire.mend()
        ticket = await a_ticket(town)
        await held.page.close()
        await held.fresh()
        await held.page.goto(f"/scan/#enrol={ticket}")
        await held.page.locator("#enrol").click()
        await held.page.locator("#pin-again").wait_for()
        await held.waits(0)
        assert len(await rows(town)) == 1
