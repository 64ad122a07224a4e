"""What stands between the phone and the office: log-in pages that answer for it, a busy office, lost answers. Nothing is given up for them."""

from typing import TYPE_CHECKING

import pytest

from domain.scans import Outcome, Purpose
from tests import cast
from tests.waiting import until
from tests.web.conftest import Office
from tests.web.scanner.scanners import SHELTER, a_code, a_ticket, phone, rows
from tests.web.scanner.test_scanner_offline import through, wire  # noqa: F401 - the fixture
from tests.wire import Wire

if TYPE_CHECKING:
    from playwright.async_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


def base(office: Office) -> str:
    return str(office.server.make_url("/")).rstrip("/")


@pytest.mark.parametrize(("status", "kind", "body"), [
    (403, "text/html", "<h1>Please log in to the hotel's network</h1>"), (200, "text/html", "<h1>Welcome</h1>"),
    (403, "application/json", '{"error": {"code": "blocked"}}'),
    (413, "text/html", "too large"),
])  # fmt: skip
async def test_a_log_in_page_on_the_way_takes_neither_what_waits_nor_the_list(office: Office, browser: "Browser", status: int, kind: str, body: str) -> None:
    town = office.town
    order = await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])

    async def answers(route: "Route") -> None:
        await route.fulfill(status=status, content_type=kind, body=body)

    async with phone(town, browser, base(office)) as held:
        await held.enrol(purposes=SHELTER, with_list=order.id)
        await held.page.locator("#warden").wait_for()
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.page.wait_for_function(HAS_LIST)
        await held.page.locator("#back").click()
        await held.context.route("**/api/v1/**", answers)
        await held.choose(Purpose.SHELTER_IN)
        await held.green(hu.text)
        await held.page.clock.fast_forward("10:00")
        town.clock.go_on(minutes=10)
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.page.locator("#toast", has_text="1").wait_for()
        assert await held.kept("refused") == "[]"
        assert await held.page.evaluate(HAS_LIST)
        await held.waits(1)
        await held.context.unroute("**/api/v1/**")
        await held.page.locator("#send-now").click()
        await held.waits(0)
        (scan,) = await rows(town)
        assert scan.outcome is Outcome.ACCEPTED


HAS_LIST = """async () => {
  const asked = indexedDB.open('mashang-scanner');
  const database = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const got = database.transaction('kept').objectStore('kept').get('roster');
  const found = await new Promise((done) => { got.onsuccess = () => done(got.result); });
  database.close();
  return Boolean(found);
}"""


async def test_what_is_carried_stays_sealed_until_a_busy_office_takes_it(office: Office, wire: Wire, browser: "Browser") -> None:  # noqa: F811
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    asked = []

    async def busy(route: "Route") -> None:
        asked.append(route.request.post_data)
        await route.fulfill(json={"batches": [{"code": "device_too_often", "text": "later"}]})

    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.green(hu.text)
        await held.context.route("**/api/v1/scans", lambda route: route.abort())  # Else it is sent before there is a new key.
        await held.context.route("**/api/v1/scans/carried", busy)
        await wire.mend()
        await held.page.close()
        await held.fresh()
        await held.page.goto(f"/scan/#enrol={await a_ticket(town)}")
        await held.page.locator("#enrol").click()
        await held.page.locator("#pin").fill("2580")
        await held.page.locator("#pin-again").fill("2580")
        await held.page.locator("#set-pin").click()
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await until(lambda: bool(asked))
        assert hu.text in str(asked[0])
        await held.waits(1)
        carried = await held.kept("carried")
        assert carried.count('"sealed"') == 1 and hu.text not in carried and "signature" not in carried
        assert await held.kept("refused") == "[]"
        await held.context.unroute("**/api/v1/scans/carried")
        await held.page.locator("#send-now").click()
        await held.waits(0)
        (scan,) = await rows(town)
        assert scan.outcome is Outcome.ACCEPTED


async def test_a_walk_in_whose_answer_was_lost_is_one_person_when_the_button_is_pressed_again(office: Office, wire: Wire, browser: "Browser") -> None:  # noqa: F811
    town = office.town
    await town.order()
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.page.locator("#type").click()
        await held.page.locator("#walk-in").click()
        await held.page.locator("#walk-in-name").fill("过路人")
        wire.lose_answers()
        await held.page.locator("#walk-in-go").click()
        await held.page.locator("form .error:not(:empty)").wait_for()
        await wire.mend()
        await held.page.locator("#walk-in-go").click()
        await held.page.locator("#video").wait_for()
        assert wire.lost >= 1
        (scan,) = await rows(town)
        assert scan.outcome is Outcome.ACCEPTED
