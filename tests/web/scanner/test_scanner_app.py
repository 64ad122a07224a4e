"""The scanner in a keeper's hand, at the real house: green, amber, red and known; three ways in; households, walk-ins, taking back."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from domain.scans import Outcome, Purpose, Reason, Via, Way
from lab.clips import clip, jpeg, seen, waved
from tests import cast
from tests.relief import GUARD, a_relief
from tests.web.conftest import Office
from tests.web.scanner.scanners import FAKE, SHELTER, a_code, a_ticket, drill_code, household_code, phone, rows
from tests.web.scanner.test_in_a_browser import chromium

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.scripts]


def base(office: Office) -> str:
    return str(office.server.make_url("/")).rstrip("/")


async def test_a_card_is_green_stored_and_counted_and_within_a_minute_it_is_known(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    card = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        assert await held.page.evaluate("location.href") == f"{base(office)}/scan/"
        await held.choose(Purpose.SHELTER_IN)
        await held.green(card.text)
        await held.waits(0)
        assert await held.card(card.text) == ("known", "known")
        await held.answer()
        (scan,) = await rows(town)
        assert (scan.person, scan.purpose, scan.via, scan.outcome) == (
            (await town.person(cast.GRANNY_HU[0])).id, Purpose.SHELTER_IN, Via.PHOTO, Outcome.ACCEPTED,
        )  # fmt: skip
        await held.page.clock.fast_forward("01:01")
        assert await held.card(card.text) == ("go", "ok")


async def test_the_enrolment_code_may_be_typed_and_the_keyboards_own_key_goes_on(office: Office, browser: "Browser") -> None:
    async with phone(office.town, browser, base(office)) as held:
        await held.page.goto("/scan/")
        for typed, then in (("no code", "#screen .error:not(:empty)"), (await a_ticket(office.town), "#enrol")):
            await held.page.locator("#ticket").fill(typed)
            await held.page.locator("#ticket").press("Enter")
            await held.page.locator(then).wait_for()


async def test_a_typed_code_counts_when_the_name_matches_and_is_kept_when_it_does_not(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.type(hu.short.lower().replace("-", " "))
        assert await held.verdict() == ("check", "name_not_checked")
        assert await held.page.locator(".face-name").text_content() == "胡*婆"
        await held.answer("yes")
        await held.page.locator("#typed-go:not([disabled])").wait_for()  # Stored, and ready for the next.
        await held.page.locator("#typed").fill(lin.short)
        await held.page.locator("#typed-go").click()
        await held.verdict()
        await held.answer("no")
        await held.page.locator("#typed-go:not([disabled])").wait_for()
        await held.page.locator("#typed").fill("AAAA-AAAA-AAAA")
        await held.page.locator("#typed-go").click()
        await held.page.locator(".error", has_text="短码").wait_for()
        await held.page.locator("#typed").fill(cast.LIN[1] or "")
        await held.page.locator("#typed-go").click()
        await held.verdict()
        await held.answer("yes")
        await held.page.locator("#typed-go:not([disabled])").wait_for()
        await held.waits(0)
        found = {(scan.via, scan.outcome) for scan in await rows(town)}
        assert found == {(Via.TYPED, Outcome.ACCEPTED), (Via.TYPED, Outcome.CHECK), (Via.NAME, Outcome.ACCEPTED)}


@pytest.mark.parametrize(("text", "reason"), [
    ("<script>document.title = 'taken'</script>", "not_a_code"), ("javascript:alert(1)", "not_a_code"),
    ("https://evil.example/scan/#enrol=AAAAAAAAAAAAA", "not_a_code"),
    ("HTTPS://EVIL.EXAMPLE/S/ABCDEFGH", "foreign"), ("HTTPS://LS.EXAMPLE.ORG/S/ABCDEFGH", "unreadable"), ("A" * 2000, "too_long"),
])  # fmt: skip
async def test_a_malicious_code_is_red_and_opens_nothing(office: Office, browser: "Browser", text: str, reason: str) -> None:
    town = office.town
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        opened: list[str] = []
        held.page.on("framenavigated", lambda frame: opened.append(frame.url))
        held.page.on("request", lambda request: opened.append(request.url) if "evil" in request.url else None)
        assert await held.card(text) == ("no", reason)
        assert await held.page.locator("#face [data-answer=walk_in]").count() == 1
        await held.answer()
        await held.waits(0)
        assert (opened, await held.page.evaluate("location.href"), len(held.context.pages)) == ([], f"{base(office)}/scan/", 1)
        assert "evil" not in await held.page.title()
        assert [scan.outcome for scan in await rows(town)] == [Outcome.REFUSED]


async def test_a_household_says_who_is_here_and_one_entry_is_stored(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    card = await household_code(town, cast.LIN[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.context.set_offline(True)
        await held.photo(jpeg(seen(card)), kind="image/jpeg")
        await held.page.locator("[data-number='1']").click()
        await held.page.locator("[data-number='3']").click()
        await held.page.locator("#household-done").click()
        assert await held.verdict() == ("go", "ok")
        await held.waits(1)
        await held.context.set_offline(False)
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.waits(0)
        family = [await town.person(who[0]) for who in (cast.LIN, cast.LIN_WIFE, cast.LIN_SON)]
        assert {scan.person for scan in await rows(town) if scan.person} == {one.id for one in family if one.number in (1, 3)}


async def test_at_a_checkpoint_a_pass_goes_in_and_out_and_a_revoked_one_is_red(office: Office, browser: "Browser") -> None:
    town = office.town
    relief = await a_relief(town)
    held_pass = await relief.granted()
    card, resident = await relief.card(held_pass), await a_code(town, cast.YE[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol(of=GUARD[0], purposes=(Purpose.CHECKPOINT,), places=(relief.road.id,))
        await held.choose(Purpose.CHECKPOINT)
        await held.green(card.text)
        await held.page.locator("[data-value=out]").click()
        await held.green(card.text)  # The other way: not a repeat.
        assert await held.card(resident.text) == ("check", "resident")
        await held.answer("no")
        await held.waits(0)
        passed = [(scan.way, scan.outcome) for scan in await rows(town) if scan.cti == card.code.cti]
        assert sorted(passed) == [(Way.IN, Outcome.ACCEPTED), (Way.OUT, Outcome.ACCEPTED)]
        await relief.revoked(held_pass)
        await held.page.clock.fast_forward("05:30")
        await held.page.locator("#menu").click()
        await held.page.locator("#send-now").click()
        await held.page.locator("#toast", has_text="。").wait_for()
        await held.page.locator("#back").click()
        await held.choose(Purpose.CHECKPOINT)
        assert await held.card(card.text) == ("no", "revoked")
        assert await held.page.locator("[data-answer=walk_in]").count() == 0


async def test_a_scan_is_taken_back_by_another_event(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    card = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.green(card.text)
        await held.page.locator("#recent").click()
        await held.page.locator("[data-undo]").click()
        await held.page.locator(".undone").wait_for()
        await held.waits(0)
        assert "胡" not in await held.page.locator("#events").inner_text()
        (scan,) = [one for one in await rows(town) if one.annuls is None]
        assert scan.reason is Reason.UNDONE
        await held.page.locator("#back").click()
        assert await held.card(card.text) == ("go", "ok")  # What was taken back is not known any more.


async def test_a_walk_in_by_name_is_sent_at_once_and_kept_nowhere(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        await held.page.locator("#type").click()
        await held.page.locator("#walk-in").click()
        await held.page.locator("#walk-in-name").fill("过路人")
        await held.page.locator("#walk-in-go").click()
        await held.page.locator("#video").wait_for()
        (scan,) = await rows(town)
        assert (scan.via, scan.outcome) == (Via.NAME, Outcome.ACCEPTED)
        for store in ("kept", "outbox", "batches", "refused", "recent"):
            assert "过路人" not in await held.kept(store)


async def test_a_drill_device_shows_it_everywhere(office: Office, browser: "Browser") -> None:
    town = office.town
    card = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol(drill=True)
        assert await held.page.locator("#drill").is_visible()
        assert await held.page.locator("#bar .drill-word").inner_text() == "演练"
        await held.choose(Purpose.SHELTER_IN)
        await held.green(card.text)
        assert held.said.startswith("演练\n")
        assert await held.page.locator("#drill").is_visible()


async def test_a_drill_code_is_amber_where_it_is_real_and_a_real_code_is_good_in_a_drill(office: Office, browser: "Browser") -> None:
    """Both are kept in the world that was chosen on the screen, whatever the code is."""
    town = office.town
    await town.order()
    async with town.house.works.write() as work:
        await work.people.change([replace(await town.person(who[0]), enrolled=True) for who in (cast.GRANNY_HU, cast.LIN)])
    await town.order(drill=True, key="drill")
    hu, lin = await drill_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.page.locator("[data-value=real]").click()
        await held.choose(Purpose.SHELTER_IN)
        assert await held.card(hu.text) == ("check", "drill_only")
        assert await held.page.locator("#face-reason", has_text="演练").is_visible()
        assert not held.said.startswith("演练")
        await held.answer("yes")
        await held.page.locator("#change").click()
        await held.page.locator("[data-value=drill]").click()
        await held.choose(Purpose.SHELTER_IN)
        for card in (lin, hu):
            await held.green(card.text)
            assert held.said.startswith("演练\n")
        await held.waits(0)
        told = {(scan.cti, scan.drill): (scan.outcome, scan.reason) for scan in await rows(town)}
        assert told[hu.code.cti, False] == (Outcome.ACCEPTED, Reason.DRILL_ONLY)
        assert {key for key in told if key[1]} == {(lin.code.cti, True), (hu.code.cti, True)}
        assert {outcome for outcome, _ in told.values()} == {Outcome.ACCEPTED}, told


async def test_to_relatives_asks_where_first(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    card = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.choose(Purpose.TO_RELATIVES)
        await held.page.locator("#note-go").click()
        await held.page.locator(".error", has_text="。").wait_for()
        await held.page.locator("#note").fill("下村女儿家")
        await held.page.locator("#note-go").click()
        await held.green(card.text)
        await held.waits(0)
        (scan,) = await rows(town)
        assert scan.purpose is Purpose.TO_RELATIVES
        assert "下村" not in await held.kept("outbox") + await held.kept("recent") + await held.kept("batches")


async def test_the_camera_sees_a_card(office: Office, chromium_path: str, tmp_path: Path) -> None:
    town = office.town
    await town.order()
    card = await a_code(town, cast.GRANNY_HU[0])
    film = tmp_path / "card.mjpeg"
    film.write_bytes(clip(waved(card.text)))
    async with (
        chromium(chromium_path, *FAKE, f"--use-file-for-fake-video-capture={film}") as filmed,
        phone(town, filmed, base(office), permissions=["camera"]) as held,
    ):
        await held.enrol()
        await held.choose(Purpose.SHELTER_IN)
        assert await held.verdict() == ("go", "ok")
        await held.waits(0)
        (scan,) = await rows(town)
        assert scan.via is Via.CAMERA


async def test_the_menu_stays_under_the_finger_while_the_bar_is_drawn_anew(office: Office, browser: "Browser") -> None:
    town = office.town
    card = await a_code(town, cast.GRANNY_HU[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol()
        await held.context.set_offline(True)
        await held.page.evaluate("document.getElementById('menu').touched = true")
        await held.choose(Purpose.SHELTER_IN)
        await held.green(card.text)
        await held.waits(1)
        assert await held.page.evaluate("document.getElementById('menu').touched")


async def test_a_spent_ticket_enrols_nobody(office: Office, browser: "Browser") -> None:
    town = office.town
    ticket = await a_ticket(town, purposes=SHELTER)
    async with phone(town, browser, base(office)) as held, phone(town, browser, base(office)) as other:
        for each in (held, other):
            await each.page.goto(f"/scan/#enrol={ticket}")
            await each.page.locator("#enrol").click()
        await held.page.locator("#pin-again").wait_for()
        await other.page.locator(".error", has_text="。").wait_for()
        assert "identity" in await held.names()
        assert "identity" not in await other.names()


async def test_an_officials_link_is_taken_also_while_the_scanner_stands_open(office: Office, browser: "Browser") -> None:
    async with phone(office.town, browser, base(office)) as held:
        await held.page.goto("/scan/")
        await held.page.locator("h1").wait_for()
        ticket = await a_ticket(office.town)
        await held.page.evaluate("ticket => { location.hash = 'enrol=' + ticket; }", ticket)
        await held.page.locator("#enrol").click()
        await held.page.locator("#set-pin").wait_for()
        assert await held.page.evaluate("location.href") == f"{base(office)}/scan/"


async def test_relief_goods_are_given_once_a_day_on_one_phone_whatever_is_given_in_between(office: Office, browser: "Browser") -> None:
    town = office.town
    await town.order()
    hu, lin = await a_code(town, cast.GRANNY_HU[0]), await a_code(town, cast.LIN[0])
    async with phone(town, browser, base(office)) as held:
        await held.enrol(purposes=(Purpose.RELIEF,), places=())
        await held.choose(Purpose.RELIEF)
        await held.green(hu.text)
        await held.page.clock.fast_forward("10:00")
        await held.green(lin.text)
        assert await held.card(hu.text) == ("known", "known")
