"""The scanner where the network is not: what happened is kept through cuts, killed pages and lost answers, goes by file, and is counted once."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.scans import Outcome, Purpose, Via
from lab.clips import clip, jpeg, seen, waved
from tests import cast
from tests.waiting import until
from tests.web.conftest import Office
from tests.web.scanner.scanners import ADMIN, FAKE, a_code, household_code, phone, rows
from tests.web.scanner.test_in_a_browser import chromium
from tests.wire import Wire, a_wire

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


@pytest.fixture
async def wire(office: Office) -> AsyncIterator[Wire]:
    url = office.server.make_url("/")
    async with a_wire(url.host or "", url.port or 0) as opened:
        yield opened


def through(wire: Wire) -> str:
    return f"http://127.0.0.1:{wire.port}"


async def test_from_the_camera_to_exactly_one_row_through_every_loss(office: Office, wire: Wire, chromium_path: str, tmp_path: Path) -> None:
    """Camera, verdict, outbox; the server is down, the page is killed, the server is back, the answer is lost, and again."""
    town = office.town
    await town.order()
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    film = tmp_path / "card.mjpeg"
    film.write_bytes(clip(waved(hu.text)))
    async with (
        chromium(chromium_path, *FAKE, f"--use-file-for-fake-video-capture={film}") as filmed,
        phone(town, filmed, through(wire), permissions=["camera"]) as held,
    ):
        await held.enrol()
        await held.ready_offline()
        await wire.cut()
        await held.choose(Purpose.SHELTER_IN)
        assert await held.verdict() == ("go", "ok")
        await held.waits(1)
        await held.is_("offline")
        await held.killed()  # The page comes from the service worker: nobody else is there.
        await held.waits(1)
        assert await rows(town) == []
        await wire.mend()
        wire.lose_answers()
        await held.unlock()
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await lost(wire)
        assert len(await rows(town)) == 1
        await held.waits(1)  # It arrived, but this phone does not know.
        await held.killed()
        await wire.mend()
        await held.unlock()
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.waits(0)
        (scan,) = await rows(town)
        assert (scan.via, scan.outcome) == (Via.CAMERA, Outcome.ACCEPTED)
        assert lin.text not in await held.kept("recent")


async def lost(wire: Wire) -> None:
    """Until an answer was lost."""
    before = wire.lost
    await until(lambda: wire.lost > before)


async def test_the_scanner_opens_and_scans_without_a_network_after_the_first_load(office: Office, wire: Wire, browser: "Browser") -> None:
    """pretixscan-android#139: offline had to be switched on by hand, and the door read “unable to resolve host”. Here it happens by itself, in a plain word."""
    town = office.town
    await town.order()
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.ready_offline()
        await wire.cut()
        await held.page.reload()
        await held.unlock()
        await held.is_("offline")
        await held.choose(Purpose.SHELTER_IN)
        await held.green(hu.text)
        await held.type(lin.short)
        assert await held.verdict() == ("check", "name_not_checked")
        await held.answer("yes")
        await held.waits(2)
        kept = await held.kept("outbox")
        assert hu.text not in kept and lin.short.replace("-", "") not in kept  # Encrypted, both.
        await wire.mend()
        await held.page.clock.fast_forward("05:30")  # By itself.
        await held.waits(0)
        await held.is_("online")
        assert sorted(scan.via for scan in await rows(town)) == [Via.PHOTO, Via.TYPED]


async def test_the_queue_goes_by_file_over_another_phone(office: Office, wire: Wire, browser: "Browser", tmp_path: Path) -> None:
    """One device is lost with its network; its export is carried by another, and what arrives twice counts once."""
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held, phone(town, browser, str(office.server.make_url("/")).rstrip("/")) as carrier:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.green(hu.text)
        await held.page.locator("#menu").click()
        async with held.page.expect_download() as coming:
            await held.page.locator("#export").click()
        file = tmp_path / "outbox.json"
        await (await coming.value).save_as(file)
        told = json.loads(file.read_text())
        assert (told["mashang"], len(told["batches"])) == ("outbox 1", 1)
        await carrier.enrol()
        await carrier.page.locator("#menu").click()
        await carrier.page.locator("#import-file").set_input_files(file)
        await carrier.page.locator("#toast", has_text="1").wait_for()
        await carrier.waits(0)
        (scan,) = await rows(town)
        assert (scan.outcome, scan.via) == (Outcome.ACCEPTED, Via.PHOTO)
        await wire.mend()
        await held.page.locator("#send-now").click()
        await held.waits(0)
        assert len(await rows(town)) == 1


async def test_a_file_that_is_not_ours_or_was_changed_takes_nothing_in(office: Office, browser: "Browser") -> None:
    base = str(office.server.make_url("/")).rstrip("/")
    async with phone(office.town, browser, base) as held:
        await held.enrol()
        await held.page.locator("#menu").click()
        trust = await (await held.context.request.get("/api/v1/trust.json")).text()
        parts = json.loads(trust)
        forged = json.dumps({**parts, "signature": "A" * len(parts["signature"])})
        for name, text, said in (
            ("trust.json", trust, "已更新"), ("trust.json", forged, "不是本局签发"), ("holiday.json", "{}", "不是扫码器的文件"),
            ("outbox.json", json.dumps({"mashang": "outbox 1", "batches": [{"body": "x", "signature": "y"}]}), "已损坏"),
        ):  # fmt: skip
            await held.page.locator("#import-file").set_input_files({"name": name, "mimeType": "application/json", "buffer": text.encode()})
            await held.page.locator("#toast", has_text=said).wait_for()


async def test_a_clock_that_was_set_back_is_said_and_the_lists_stay_in_use(office: Office, wire: Wire, browser: "Browser") -> None:
    town = office.town
    card = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.ready_offline()
        await wire.cut()
        town.clock.go_on(hours=-3)
        await held.killed()
        await held.unlock()
        await held.page.locator(".note.bad", has_text="时间不准").wait_for()
        await held.choose(Purpose.SHELTER_IN)
        assert await held.card(card.text) == ("check", "name_not_checked")  # Issued in the future of this phone: amber, and nobody is turned away.
        await held.answer("yes")
        await held.waits(1)


async def test_what_waits_for_a_day_is_said_and_old_lists_make_everything_amber(office: Office, wire: Wire, browser: "Browser") -> None:
    town = office.town
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.green(hu.text)
        await held.page.clock.fast_forward("24:10:00")
        await held.page.locator(".note", has_text="超过一天").wait_for()
        await held.unlock()
        await held.page.locator(".note", has_text="已过期").wait_for()  # The lists are old: everything is amber.
        await held.choose(Purpose.SHELTER_IN)
        assert await held.card((await a_code(town, cast.LIN[0])).text) == ("check", "lists_old")
        await held.answer("yes")


async def test_what_the_office_does_not_take_stays_to_be_seen(office: Office, browser: "Browser") -> None:
    """A number that nobody of the household has."""
    town = office.town
    await town.order()
    card = await household_code(town, cast.LIN[0])
    async with phone(town, browser, str(office.server.make_url("/")).rstrip("/")) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.photo(jpeg(seen(card)), kind="image/jpeg")
        await held.page.locator("[data-number='9']").click()
        await held.page.locator("#household-done").click()
        await held.answer()
        await held.page.locator(".alert", has_text="未被接收").click()
        await held.page.locator(".note", has_text="未被接收").wait_for()
        await held.waits(0)
        await held.page.locator("#menu").click()
        await held.page.locator("#refused").click()
        await held.page.locator(".not-taken button").click()
        await held.page.locator("#not-taken .empty").wait_for()


async def test_a_withdrawn_phone_says_so_and_its_entries_stay_to_be_seen(office: Office, wire: Wire, browser: "Browser") -> None:
    town = office.town
    await town.order()
    hu = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, through(wire)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await wire.cut()
        await held.green(hu.text)
        async with town.house.works.read() as work:
            (device,) = await work.devices.all()
        await town.house.services.devices.revoke(device.id, by=ADMIN)
        await wire.mend()
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.page.locator(".note.bad").wait_for()
        assert all(scan.outcome is not Outcome.ACCEPTED for scan in await rows(town))
