"""What another phone did comes with the office's answer, and stands on the screen until somebody taps it away: a person at two doors, goods given twice, a
pass that went in twice. A code, a place and a time; never a name.
"""

import os
from typing import TYPE_CHECKING

import pytest

from codes.shortcode import grouped
from domain.scans import Outcome, Purpose, Way
from tests import cast
from tests.phones import a_phone
from tests.relief import GUARD, PLATE, ROAD, a_relief
from tests.services.test_doubles import SCHOOL
from tests.web.conftest import Office
from tests.web.scanner.at_doors import MINUTES, at_the_school, goods_given
from tests.web.scanner.scanners import SHELTER, Scanner, a_code, phone, rows
from tests.web.scanner.test_scanner_app import base

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


async def pictured(held: Scanner, name: str) -> None:
    if shots := os.environ.get("MASHANG_SHOTS"):
        await held.page.screenshot(path=f"{shots}/{name}.png")


async def test_somebody_counted_at_another_door_is_said_at_once_and_stands_until_it_is_tapped_away(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    town.clock.go_on(hours=3)
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    await at_the_school(town, hu.text)
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.green(lin.text)
        await held.green(hu.text)
        said = held.page.locator(".alert")
        await said.wait_for()
        assert await held.page.locator("#video").is_visible()  # On the screen of the work.
        words = await said.inner_text()
        assert all(part in words for part in (grouped(hu.short), SCHOOL)) and "胡" not in words
        await held.killed()
        said = held.page.locator(".alert")
        assert not await said.is_visible()  # Not for whoever has no PIN.
        await held.unlock()
        await said.click()
        await said.wait_for(state="detached")
        await held.page.reload()
        await held.unlock()
        assert await said.count() == 0
        assert {scan.outcome for scan in await rows(town)} == {Outcome.ACCEPTED}
        assert "胡" not in await held.kept("kept")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ("也领过物资", "还有 2 条")),
        pytest.param("en-GB", ("also given relief goods", "and 2 more"), marks=pytest.mark.long),
    ],
)
async def test_goods_given_twice_and_what_is_not_taken_are_said_too(office: Office, browser: "Browser", language: str, words: tuple[str, str]) -> None:
    town = office.town
    await town.order()
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    town.clock.go_on(hours=3)
    await at_the_school(town, hu.text)
    await goods_given(town, hu.text)
    async with phone(town, browser, base(office), language=language) as held:
        await held.enrol(purposes=(*SHELTER, Purpose.RELIEF))
        await held.choose(Purpose.SHELTER_IN)
        await held.green(hu.text)
        await town.house.services.codes.revoke(lin.short, by=await town.actor(cast.OFFICER))
        town.clock.go_on(seconds=5)
        await held.page.clock.fast_forward("00:05")
        await held.green(lin.text)  # Its lists are five minutes old at most: the phone does not know.
        await held.page.locator(".alert[data-why=not_taken]").wait_for()
        await held.page.locator("#change").click()
        await held.choose(Purpose.RELIEF)
        await held.page.locator("[data-place]").click()
        await held.green(hu.text)
        goods = held.page.locator(".alert[data-why=given]")
        await goods.wait_for()
        assert words[0] in await goods.inner_text()
        assert words[1] in await held.page.locator("#alerts").inner_text()
        await pictured(held, f"alerts-{language}")
        for why in ("given", "not_taken", "elsewhere"):  # The newest first.
            await held.page.locator(f".alert[data-why={why}]").click()
            await held.page.locator(f".alert[data-why={why}]").wait_for(state="detached")
        assert await held.page.locator("#alerts").inner_text() == ""


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en-GB", marks=pytest.mark.long)])
async def test_a_pass_that_goes_in_again_without_going_out_is_recorded_and_yellow(office: Office, browser: "Browser", language: str) -> None:
    town = office.town
    relief = await a_relief(town)
    card = await relief.card(await relief.granted())
    async with phone(town, browser, base(office), language=language) as held:
        await held.enrol(of=GUARD[0], purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
        await held.context.set_offline(True)
        await held.choose(Purpose.CHECKPOINT)
        await held.green(card.text)
        await held.page.clock.fast_forward("10:00")
        town.clock.go_on(minutes=10)
        assert await held.card(card.text) == ("check", "inside")
        await pictured(held, f"inside-{language}")
        assert PLATE not in await held.page.locator("#face").inner_text()
        await held.answer()
        await held.page.clock.fast_forward("02:00")
        town.clock.go_on(minutes=2)
        assert await held.card(card.text) == ("check", "inside")
        await held.answer("undo")  # It was a copy, and was not let through.
        await held.page.locator("[data-value=out]").click()
        await held.green(card.text)
        await held.page.locator("[data-value=in]").click()
        await held.page.clock.fast_forward("02:00")
        town.clock.go_on(minutes=2)
        await held.green(card.text)  # Out in between.
        await held.context.set_offline(False)
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.waits(0)
        assert [scan.way for scan in await rows(town) if scan.outcome is Outcome.ACCEPTED] == [Way.IN, Way.IN, Way.OUT, Way.IN]
        assert await held.page.locator(".alert").count() == 0  # What one phone did, it said itself.


async def test_a_pass_that_went_in_at_another_phone_is_said_with_the_answer(office: Office, browser: "Browser") -> None:
    town = office.town
    relief = await a_relief(town)
    card = await relief.card(await relief.granted())
    other = await a_phone(town, "west", of=GUARD, purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
    town.clock.go_on(hours=1)
    at = {"place": str(relief.road.id), "purpose": "checkpoint", "way": "in"}
    await other.send([other.item(town.clock.now() - 30 * MINUTES, text=card.text, **at)])
    async with phone(town, browser, base(office)) as held:
        await held.enrol(of=GUARD[0], purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
        await held.choose(Purpose.CHECKPOINT)
        await held.green(card.text)
        said = held.page.locator(".alert[data-why=inside]")
        await said.wait_for()
        words = await said.inner_text()
        assert all(part in words for part in (grouped(card.short), ROAD)) and PLATE not in words
        assert [scan.outcome for scan in await rows(town)] == [Outcome.ACCEPTED] * 2
