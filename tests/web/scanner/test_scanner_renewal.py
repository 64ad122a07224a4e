"""A newer version of the scanner is served: the page takes it only when nothing is half done, keeps its queue, and no page is ever of two versions."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.scans import Outcome, Purpose
from tests import cast
from tests.houses import Town
from tests.web.conftest import Office, the_application
from tests.web.scanner.scanners import PIN, Scanner, a_code, phone, rows
from tests.web.scanner.test_scanner_offline import through, wire  # noqa: F401 - the fixture
from tests.web.scanner.test_scanner_tabs import second_tab
from tests.wire import Wire
from web.keys import CATALOGUES, SCANNER, SITE
from web.rendering import HERE
from web.scanner.bundle import Bundle, bundled

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]

MISREADS = 'self.addEventListener("message", ({ data }) => self.postMessage({ id: data.id, text: "of another version", ms: 1 }));\n'
LOOKED = """async () => {
  const worker = await navigator.serviceWorker.getRegistration();
  await worker.update();
  const coming = worker.installing;
  if (coming) await new Promise((done) => coming.addEventListener('statechange', done));
  return Boolean(worker.waiting);
}"""
BEGUN_ANEW = "() => !window.before && Boolean(document.querySelector('#unlock'))"
CACHES = "async () => (await caches.keys()).filter((name) => name !== 'scanner-lists')"


def newer(app: web.Application, folder: Path) -> Bundle:
    """The scanner of another day: its decoder reads something else, so that a page that got the wrong one would be noticed."""
    shutil.copytree(HERE / "static" / "scan", folder / "scan")
    (folder / "npm").symlink_to(HERE / "static" / "npm")
    (folder / "scan" / "decode.js").write_text(MISREADS)
    return bundled(app[SITE], app[CATALOGUES], folder=folder)


@asynccontextmanager
async def serving(town: Town, bundle: Callable[[web.Application], Bundle]) -> AsyncIterator[tuple[TestServer, Bundle]]:
    app = the_application(town)
    app[SCANNER] = served = bundle(app)
    server = TestServer(app)
    async with server:
        yield server, served


async def turned(wire: Wire, server: TestServer) -> None:  # noqa: F811
    await wire.turn_to(server.host or "", server.port or 0)


async def version(held: Scanner) -> str:
    return await held.page.locator("#version").inner_text()


async def locked(held: Scanner) -> None:
    await held.page.evaluate("() => { window.before = true; }")
    await held.page.locator("#menu").click()
    await held.page.locator("#lock").click()


async def test_a_newer_version_waits_until_the_phone_is_locked_and_the_queue_outlives_it(
    office: Office, wire: Wire, browser: "Browser", tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    town = office.town
    await town.order()
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    async with serving(town, lambda app: newer(app, tmp_path / "newer")) as (server, served), phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.ready_offline()
        was = await version(held)
        assert was != served.version[:6]
        await held.context.route("**/api/v1/scans", lambda route: route.abort())
        await held.choose(Purpose.SHELTER_IN)
        await turned(wire, server)
        assert await held.page.evaluate(LOOKED)
        for card in (hu, lin):
            await held.green(card.text)
        assert await version(held) == was  # It is there, and waits.
        await locked(held)
        await held.page.wait_for_function(BEGUN_ANEW)
        await held.page.locator("#queue[data-count='2']").wait_for()
        await held.page.wait_for_function("async () => (await caches.keys()).filter((name) => name !== 'scanner-lists').length === 1")
        await held.unlock()
        assert await version(held) == served.version[:6]
        assert await held.page.evaluate(CACHES) == [f"scanner-{served.version}"]
        await held.context.unroute("**/api/v1/scans")
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.waits(0)
        assert [scan.outcome for scan in await rows(town)] == [Outcome.ACCEPTED] * 2


async def test_a_tab_in_the_middle_of_its_work_stays_whole_when_another_takes_the_newer_version(
    office: Office, wire: Wire, browser: "Browser", tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with serving(town, lambda app: newer(app, tmp_path / "newer")) as (server, served), phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.ready_offline()
        was = await version(held)
        await held.choose(Purpose.SHELTER_IN)
        other = await second_tab(held)
        await turned(wire, server)
        await locked(other)
        await other.page.wait_for_function(BEGUN_ANEW)
        await other.page.locator("#pin").fill(PIN)
        await other.page.locator("#unlock").click()
        await other.page.locator("[data-purpose]").first.wait_for()
        assert await version(other) == served.version[:6]
        assert await version(held) == was
        await held.green(hu.text)  # By the decoder of its own version, started only now.
        await locked(held)
        await held.page.wait_for_function(BEGUN_ANEW)
        await held.unlock()
        assert await version(held) == served.version[:6]
        await held.waits(0)


async def test_of_an_office_that_is_renewed_in_that_moment_nothing_is_taken_until_it_is_all_of_one_version(
    office: Office, wire: Wire, browser: "Browser", tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    def torn(app: web.Application) -> Bundle:
        half = newer(app, tmp_path / "newer")
        return Bundle({**app[SCANNER].files, "sw.js": half.files["sw.js"]}, app[SCANNER].version)

    town = office.town
    async with serving(town, torn) as (server, _), phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.ready_offline()
        before = await held.page.evaluate(CACHES)
        await turned(wire, server)
        assert await held.page.evaluate(LOOKED) is False
        await locked(held)
        await held.unlock()
        await wire.cut()
        await held.page.reload()
        await held.unlock()
        assert f"scanner-{office.server.app[SCANNER].version}" in before
        assert (await version(held)) == office.server.app[SCANNER].version[:6]
