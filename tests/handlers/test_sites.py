"""At a gate with a telephone: in, out, refused and why, two sites, a guard for those without one, and the question whether one is still there."""

from datetime import timedelta

import pytest

from bot.keyboards import sites as keyboards
from bot.views import sites as views
from domain.access import NotYours
from domain.gates import GateOutcome, GateReason, LeftTimeOutsideStay, LeftTimeUnreadable
from domain.sites import Site
from domain.workers import WorkerUnknown
from lab.simulator.remote import buttons
from tests import cast
from tests.gatehouse import EXPIRED, FIRM, MANAGER, NO_PHONE, QUARRY, TRAINED, UNTRAINED, YARD, Gatehouse, a_gatehouse
from tests.handlers.stage import Json, Phone, Stage, words


@pytest.fixture
async def gate(stage: Stage) -> Gatehouse:
    return await a_gatehouse(stage.town)


async def scans(stage: Stage, gate: Gatehouse, phone: Phone, site: Site | None = None) -> None:
    """The phone camera opens the page, and its button the chat."""
    card = await gate.card(site or gate.yard)
    await stage.lab.start(phone.user, card.link.partition("start=")[2])


async def outcomes(gate: Gatehouse) -> list[tuple[GateOutcome, GateReason]]:
    async with gate.town.house.works.read() as work:
        return [(event.outcome, event.reason) for event in await work.gates.all()]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_a_trained_worker_scans_in_and_taps_out(stage: Stage, gate: Gatehouse, language: str) -> None:
    phone = await stage.phone_of(TRAINED)
    said = stage.town.house.catalogues.of(language).say
    actor = await stage.town.house.services.people.actor(channel="telegram", bot=4242, address=str(phone.user), language=language)
    await stage.town.house.services.people.set_language(language, by=actor)
    await scans(stage, gate, phone)
    inside = await phone.hears(YARD)
    assert said(views.WHEN_LEAVING) in words(inside)
    stage.town.clock.go_on(hours=3, minutes=12)
    await phone.taps(inside, said(keyboards.OUT))
    out = words(await phone.hears(said(views.HOURS, hours=3, minutes=12)))
    assert YARD in out
    assert await outcomes(gate) == [(GateOutcome.ACCEPTED, GateReason.OK)] * 2


async def test_the_short_code_on_the_poster_is_typed(stage: Stage, gate: Gatehouse) -> None:
    phone = await stage.phone_of(TRAINED)
    short = (await gate.card(gate.yard)).short
    await phone.says(f"{short[:4].lower()} {short[4:8]}-{short[8:]}")
    await phone.hears(stage.say(views.WHEN_LEAVING))
    await phone.says("/site")
    await phone.taps(await phone.hears(YARD), stage.say(keyboards.OUT))
    await phone.hears("👋")
    await phone.says("/site")
    await phone.hears(stage.say(views.NOT_INSIDE))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_an_untrained_worker_hears_what_is_missing_and_who_can_help(stage: Stage, gate: Gatehouse, language: str) -> None:
    catalogue = stage.town.house.catalogues.of(language)
    for who, wanted in ((UNTRAINED, catalogue.say(views.REASONS[GateReason.NOT_TRAINED])), (EXPIRED, "2026-07-24")):
        phone = await stage.phone_of(who)
        actor = await stage.town.house.services.people.actor(channel="telegram", bot=4242, address=str(phone.user), language=language)
        await stage.town.house.services.people.set_language(language, by=actor)
        await scans(stage, gate, phone)
        refused = words(await phone.hears("⛔"))
        assert wanted in refused
        assert "李*站" in refused and FIRM in refused and MANAGER[0] not in refused and (MANAGER[1] or "") not in refused
        assert catalogue.say(views.ATTEMPT_KEPT) in refused
    assert [reason for _, reason in await outcomes(gate)] == [GateReason.NOT_TRAINED, GateReason.TRAINING_EXPIRED]


async def test_a_stranger_hears_to_register_and_with_whom(stage: Stage, gate: Gatehouse) -> None:
    stranger = await stage.stranger()
    await scans(stage, gate, stranger)
    refused = words(await stranger.hears("⛔"))
    assert "/start" in refused and FIRM in refused
    assert await outcomes(gate) == [(GateOutcome.REFUSED, GateReason.STRANGER)]


async def test_a_second_scan_is_a_repeat_and_later_a_question(stage: Stage, gate: Gatehouse) -> None:
    phone = await stage.phone_of(TRAINED)
    await scans(stage, gate, phone)
    first = words(await phone.hears("✅"))
    await scans(stage, gate, phone)
    assert words(await phone.hears("✅")) == first
    stage.town.clock.go_on(minutes=2)
    await scans(stage, gate, phone)
    asked = await phone.hears(lambda message: any(stage.say(keyboards.STAYING) in button["text"] for button in buttons(message)))
    await phone.taps(asked, stage.say(keyboards.STAYING))
    await phone.hears("✅")
    assert len(await gate.inside()) == 1


async def test_another_site_says_that_the_first_one_has_you_out(stage: Stage, gate: Gatehouse) -> None:
    phone = await stage.phone_of(TRAINED)
    await scans(stage, gate, phone)
    await phone.hears(YARD)
    stage.town.clock.go_on(hours=1)
    await scans(stage, gate, phone, gate.quarry)
    moved = words(await phone.hears(QUARRY))
    assert YARD in moved
    assert (await gate.inside(), len(await gate.inside(gate.quarry))) == ([], 1)


async def test_a_guard_records_somebody_without_a_phone_by_name_in_and_out(stage: Stage, gate: Gatehouse) -> None:
    guard = await stage.phone_of(MANAGER)
    await guard.says("/site")
    await guard.taps(await guard.hears(stage.say(views.WHICH_SITE)), YARD)
    await guard.taps(await guard.hears(stage.say(views.NOBODY)), stage.say(keyboards.SOMEBODY))
    await guard.hears(stage.say(views.WHOM))
    await guard.says("没有这人")
    await guard.hears(stage.say(WorkerUnknown.text))
    await guard.says("无机")
    await guard.taps(await guard.hears(stage.say(views.PICK)), "无*工")
    check = await guard.hears("🔶")
    assert await gate.inside() == []
    await guard.taps(check, stage.say(keyboards.MATCHES_IN))
    await guard.hears("✅")
    person = await stage.town.person(NO_PHONE[0])
    assert await gate.inside() == [person.id]
    stage.town.clock.go_on(hours=2)
    await guard.says("无机工")
    await guard.taps(await guard.hears(stage.say(views.PICK)), "无*工")
    await guard.taps(await guard.hears("🔁"), stage.say(keyboards.THEY_OUT))
    await guard.hears("👋")
    assert await gate.inside() == []


async def test_a_guard_scans_or_types_the_code_of_a_card(stage: Stage, gate: Gatehouse) -> None:
    guard = await stage.phone_of(MANAGER)
    person = await stage.town.person(NO_PHONE[0])
    card = await stage.town.house.services.codes.of_person(person.id, by=await stage.town.actor(cast.OFFICER))
    await guard.says("/site")
    await guard.taps(await guard.hears(stage.say(views.WHICH_SITE)), YARD)
    await guard.taps(await guard.hears("👷"), stage.say(keyboards.SOMEBODY))
    await guard.hears(stage.say(views.WHOM))
    await guard.says(card.short)
    await guard.taps(await guard.hears("🔶"), stage.say(keyboards.NOT_THEM))
    await guard.hears(stage.say(views.NOT_THEM))
    await stage.lab.start(guard.user, card.link.partition("start=")[2])
    await guard.hears("✅")
    assert await gate.inside() == [person.id]
    await guard.says("/site")
    await guard.taps(await guard.hears(stage.say(views.WHICH_SITE)), YARD)
    count = words(await guard.hears(FIRM))
    assert "无*工" in count and NO_PHONE[0] not in count


async def test_still_on_site_is_answered_by_a_tap_or_by_a_time(stage: Stage, gate: Gatehouse) -> None:
    phone = await stage.phone_of(TRAINED)
    await scans(stage, gate, phone)
    await phone.hears("✅")
    asked = await later(stage, phone)
    await phone.taps(asked, stage.say(keyboards.STILL_HERE))
    await phone.hears("✅")
    asked = await later(stage, phone)
    await phone.taps(asked, stage.say(keyboards.LEFT_AT))
    await phone.hears(stage.say(views.WHEN_LEFT))
    await phone.says("昨天晚上")
    await phone.hears(stage.say(LeftTimeUnreadable.text))
    stage.town.clock.go_on(minutes=3)
    await phone.says(local(stage, hours=-12))
    await phone.hears(stage.say(LeftTimeOutsideStay.text, since="|", now="|").partition("|")[0])
    await phone.says(local(stage, minutes=-1))
    await phone.hears("👋")
    assert await gate.inside() == []


async def later(stage: Stage, phone: Phone) -> Json:
    """Near the end of the longest stay, the house asks."""
    stage.town.clock.go_on(hours=11, minutes=1)
    assert await stage.town.house.services.presence.look_after() == 1
    return await phone.hears(lambda message: any(stage.say(keyboards.STILL_HERE) in button["text"] for button in buttons(message)))


def local(stage: Stage, **ago: float) -> str:
    return (stage.town.clock.now() + timedelta(**ago)).astimezone(stage.town.house.settings.zone).strftime("%H:%M")


async def test_nobody_counts_people_at_a_gate_without_the_right(stage: Stage, gate: Gatehouse) -> None:
    worker = await stage.phone_of(TRAINED)
    for data in (f"sit:{gate.yard.id.hex}", f"ssb:{gate.yard.id.hex}", f"spo:{gate.yard.id.hex}", f"swy:{gate.yard.id.hex}:in"):
        await stage.forged(data, by=worker.user)
        assert stage.say(NotYours.text) in words(await worker.hears(""))
    assert await outcomes(gate) == []


async def test_a_forged_button_lets_nobody_in(stage: Stage, gate: Gatehouse) -> None:
    worker = await stage.phone_of(TRAINED)
    await stage.forged(f"gti:{gate.yard.id.hex}", by=worker.user)
    await worker.hears("⛔")
    await stage.forged(f"gto:{gate.quarry.id.hex}", by=worker.user)
    await worker.hears("⛔")
    await stage.forged("gto:" + "0" * 32, by=worker.user)
    await worker.hears(lambda message: words(message) != "")
    assert [reason for _, reason in await outcomes(gate)] == [GateReason.SCAN_FIRST, GateReason.NOT_IN]


async def test_the_poster_comes_as_a_page_to_print(stage: Stage, gate: Gatehouse) -> None:
    guard = await stage.phone_of(MANAGER)
    await guard.says("/site")
    await guard.taps(await guard.hears(stage.say(views.WHICH_SITE)), YARD)
    await guard.taps(await guard.hears("👷"), stage.say(keyboards.POSTER))
    sent = await guard.hears(lambda message: "document" in message)
    assert sent["document"]["file_name"] == "poster.pdf"


async def test_a_duty_officer_sees_every_site_of_the_county(stage: Stage, gate: Gatehouse) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await officer.says("/site")
    asked = await officer.hears(stage.say(views.WHICH_SITE))
    assert YARD in str(asked) and QUARRY in str(asked)


async def test_the_manager_hears_once_who_left_without_a_scan(stage: Stage, gate: Gatehouse) -> None:
    manager, look_after = await stage.phone_of(MANAGER), stage.town.house.services.presence.look_after
    await gate.attempt(await gate.worker(NO_PHONE), "in")
    stage.town.clock.go_on(hours=11, minutes=1)
    await look_after()
    await manager.hears(stage.say(views.ASKED_FOR, site=YARD, count=1))
    stage.town.clock.go_on(hours=1)
    await look_after()
    stage.town.clock.go_on(minutes=31)
    await look_after()
    await manager.hears(stage.say(views.LEFT_SILENT, site=YARD, count=1))
    assert await gate.inside() == []
