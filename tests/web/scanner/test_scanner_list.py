"""A phone enrolled with the list: names are encrypted, open only while it is unlocked, and gone when the order is closed."""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from domain.rollcall import Happening
from domain.scans import Purpose
from tests import cast
from tests.houses import Town
from tests.web.conftest import Office
from tests.web.scanner.scanners import SHELTER, a_code, phone
from tests.web.scanner.test_scanner_offline import through, wire  # noqa: F401 - the fixture
from tests.wire import Wire

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


async def test_the_warden_ticks_households_without_a_network(office: Office, wire: Wire, browser: "Browser") -> None:  # noqa: F811
    town = office.town
    order = await town.order()
    hu = await town.person(cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol(of=cast.WARDEN[0], purposes=(Purpose.TO_RELATIVES,), places=(), with_list=order.id)
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.page.locator("#back").click()
        await held.page.locator("#warden").click()
        await held.page.locator(f"[data-person='{hu.id}']").wait_for()
        await wire.cut()
        await held.page.locator(f"[data-person='{hu.id}']").click()
        assert await held.page.locator("h1").inner_text() == cast.GRANNY_HU[0]
        await held.page.locator("[data-value=saw]").click()
        await held.page.locator("#tick").click()
        await held.page.locator("main .error:not(:empty)").wait_for()  # Where?
        await held.page.locator("#tick-note").fill("在女儿家")
        await held.page.locator("#tick").click()
        await held.page.locator("main .error", has_text="之外").wait_for()
        await held.page.locator("[data-value=outside]").click()
        await held.page.locator("#tick").click()
        await held.page.locator(f"[data-person='{hu.id}'] .standing.safe").wait_for()
        await held.waits(1)
        for store in ("kept", "outbox", "batches", "refused", "recent"):
            kept = await held.kept(store)
            assert cast.GRANNY_HU[0] not in kept and str(hu.id) not in kept and "女儿" not in kept, store
        await wire.mend()
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.waits(0)
        async with town.house.works.read() as work:
            (member,) = [one for one in await work.members.in_force([hu.id]) if one.person == hu.id]
            told = (await work.members.events([member.id]))[member.id]
        (event,) = [one for one in told if one.kind is Happening.SAFE_ELSEWHERE]
        assert event.how.value == "saw"


async def test_a_list_that_comes_while_somebody_looks_for_it_is_there_without_a_touch(office: Office, browser: "Browser") -> None:
    town = office.town
    order = await town.order()
    hu = await town.person(cast.GRANNY_HU[0])
    let_go = asyncio.Event()

    async def slow(route: "Route") -> None:
        await let_go.wait()
        await route.continue_()

    async with phone(town, browser, str(office.server.make_url("/")).rstrip("/")) as held:
        await held.page.route("**/api/v1/devices/roster", slow)
        await held.enrol(of=cast.WARDEN[0], purposes=(Purpose.TO_RELATIVES,), places=(), with_list=order.id)
        await held.page.locator("#warden").click()
        await held.page.locator("#list-missing").wait_for()
        let_go.set()
        await held.page.locator(f"[data-person='{hu.id}']").wait_for()
        assert await held.page.locator("#list-missing").count() == 0


@pytest.mark.parametrize(("where", "means"), [("inside", "saw"), ("outside", "heard")])
async def test_whom_the_office_will_not_count_as_safe_is_not_green_on_the_phone(
    office: Office, wire: Wire, browser: "Browser", where: str, means: str  # noqa: F811
) -> None:  # fmt: skip
    town = office.town
    order = await town.order()
    hu = await town.person(cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol(of=cast.WARDEN[0], purposes=(Purpose.TO_RELATIVES,), places=(), with_list=order.id)
        for _ in range(2):
            await held.page.locator("#menu").click()
            await held.page.locator("#send-now").click()
            await held.page.locator("#back").click()
            await held.page.locator("#warden").click()
            row = held.page.locator(f"[data-person='{hu.id}']")
            await row.locator(".standing.waiting").wait_for()
            await held.page.locator("#back").click()
            if not await rows_of(town, hu.id):
                await held.page.locator("#warden").click()
                await row.click()
                await held.page.locator(f"[data-value={means}]").click()
                await held.page.locator("[data-value=with_relatives]").click()
                await held.page.locator("#tick-note").fill("邻居家")
                await held.page.locator(f"[data-value={where}]").click()
                await held.page.locator("#tick").click()
                await row.locator(".standing.waiting").wait_for()
                await held.page.locator("#back").click()
                await held.waits(0)
        assert await rows_of(town, hu.id) == [Happening.WITH_RELATIVES]


async def rows_of(town: Town, person: UUID) -> list[Happening]:
    """What was ticked about somebody."""
    async with town.house.works.read() as work:
        (member,) = [one for one in await work.members.in_force([person]) if one.person == person]
        told = (await work.members.events([member.id])).get(member.id, [])
    return [one.kind for one in told if one.kind is Happening.WITH_RELATIVES]


async def test_the_list_names_who_stands_at_the_door_and_is_wiped_at_the_close(office: Office, browser: "Browser") -> None:
    town = office.town
    order = await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, str(office.server.make_url("/")).rstrip("/")) as held:
        await held.enrol(of=cast.KEEPER[0], purposes=SHELTER, with_list=order.id)
        await held.page.locator("#warden").click()
        row = held.page.locator(".member-row", has_text=cast.GRANNY_HU[0])
        await row.locator(".standing.waiting").wait_for()
        await held.page.locator("#back").click()
        await held.choose(Purpose.SHELTER_IN)
        await held.green(hu.text)
        assert cast.GRANNY_HU[0] in held.said.splitlines()
        await held.waits(0)
        await held.page.locator("#change").click()
        await held.page.locator("#warden").click()
        await held.page.clock.fast_forward("05:30")
        await row.locator(".standing.safe").wait_for()  # The office's word, without a touch.
        await row.click()
        await town.house.services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
        await held.page.clock.fast_forward("05:30")
        await held.page.locator("#list-missing").wait_for()
        assert cast.GRANNY_HU[0] not in await held.page.locator("body").inner_text()
        await held.page.locator("#back").click()
        await held.page.locator("[data-purpose]").first.wait_for()
        assert await held.page.locator("#warden").count() == 0
        assert not {"roster", "rosterKey"} & set(await held.names())
