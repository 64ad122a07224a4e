"""Two tabs of the scanner open at once, in a browser that has no locks for them: nothing is sent twice at a time, no row is there twice, nothing is lost."""

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from domain.scans import Outcome, Purpose
from tests import cast
from tests.waiting import until
from tests.web.conftest import Office
from tests.web.scanner.scanners import Scanner, a_code, a_ticket, phone, rows
from tests.web.scanner.test_scanner_app import base

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.scripts]

WITHOUT_LOCKS = "delete Navigator.prototype.locks"


async def second_tab(held: Scanner) -> Scanner:
    other = Scanner(held.town, held.context, held.page, held.troubles)
    await other.fresh()
    await other.page.goto("/scan/")
    await other.unlock()
    return other


async def test_two_tabs_without_locks_send_each_entry_once_and_lose_none(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    hu, lin, ye = [await a_code(town, who[0]) for who in (cast.GRANNY_HU, cast.LIN, cast.YE)]
    sent: list[set[str]] = []
    goes = asyncio.Event()

    async def slowly(route: "Route") -> None:
        sent.append({item["key"] for item in json.loads(route.request.post_data or "")["items"]})
        await goes.wait()
        await route.continue_()

    async with phone(town, browser, base(office)) as held:
        await held.context.add_init_script(WITHOUT_LOCKS)
        await held.enrol()
        other = await second_tab(held)
        assert await other.page.evaluate("'locks' in navigator") is False
        await held.context.route("**/api/v1/scans", slowly)
        for tab, card in ((held, hu), (other, lin)):
            await tab.choose(Purpose.SHELTER_IN)
            await tab.green(card.text)
        assert await other.card(hu.text) == ("known", "known")  # What one tab counted, the other knows.
        await other.answer()
        await until(lambda: bool(sent))
        await held.green(ye.text)
        await other.page.locator("#menu").click()
        await other.page.locator("#send-now").click()
        await other.page.locator("#toast", has_text="自动").wait_for()
        assert len(sent) == 1  # It is not the other tab's turn while the first one waits for its answer.
        goes.set()
        await other.waits(0)
        await held.waits(0)
        assert sorted(scan.cti or b"" for scan in await rows(town)) == sorted(card.code.cti for card in (hu, lin, ye))
        assert {scan.outcome for scan in await rows(town)} == {Outcome.ACCEPTED}
        assert sum(len(keys) for keys in sent) == 3


async def test_a_tab_that_was_killed_while_it_sent_holds_up_the_other_for_a_while_only(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    asked: list[str] = []

    async with phone(town, browser, base(office)) as held:
        await held.context.add_init_script(WITHOUT_LOCKS)
        await held.enrol()
        other = await second_tab(held)
        await held.context.route("**/api/v1/scans", lambda route: asked.append(route.request.url))
        await held.choose(Purpose.SHELTER_IN)
        await held.card(hu.text)
        await until(lambda: bool(asked))
        await other.page.locator("#menu").click()
        await other.waits(1)
        await held.page.close()
        await held.context.unroute("**/api/v1/scans")
        held.page = other.page
        await other.page.clock.fast_forward("01:40")
        await other.waits(0)
        assert len(await rows(town)) == 1


async def test_a_phone_that_is_enrolled_anew_in_one_tab_loses_nothing_and_the_other_tab_begins_anew(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        other = await second_tab(held)
        await held.context.route("**/api/v1/scans**", lambda route: route.abort())
        await other.choose(Purpose.SHELTER_IN)
        await other.green(hu.text)
        await held.page.goto("/scan/check.html")
        await held.page.goto(f"/scan/#enrol={await a_ticket(town)}")
        await held.page.locator("#enrol").click()
        await held.page.locator("#set-pin").wait_for()
        await other.page.locator("#set-pin").wait_for()
        await other.waits(1)
        await held.context.unroute("**/api/v1/scans**")
        await other.page.clock.fast_forward("05:30")
        await other.waits(0)
        (scan,) = await rows(town)
        assert scan.outcome is Outcome.ACCEPTED
