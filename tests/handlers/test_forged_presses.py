"""A button's data is only a claim: whoever sends it without the right, or at another time than it was shown, changes nothing and is answered."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot import callbacks
from bot.states import Scanning, Ticking
from bot.views import fallback, rollcall
from domain.rollcall import Happening, How
from domain.scans import Purpose
from storage.metadata import metadata
from tests import cast
from tests.handlers.stage import BOT_ID, Phone, Stage

OF_THE_TALK = {"updates", "dialogues"}


async def facts(stage: Stage) -> dict[str, list[str]]:
    """Every row of every table but those of the conversation itself (with whose turn it is in a chat), and but for what says who was refused."""
    async with stage.town.house.databases.read() as connection:
        found = {table.name: list(map(str, await connection.execute(select(table)))) for table in metadata.sorted_tables if table.name not in OF_THE_TALK}
    found["audit"] = [row for row in found["audit"] if "'access.refused'" not in row]
    found["leases"] = [row for row in found["leases"] if not row.startswith("('chat ")]
    return {name: sorted(rows) for name, rows in found.items() if name != "audit_chain"}


async def presses(stage: Stage, order: UUID) -> list[str]:
    """One of every kind of button that an official sees, with things that exist."""
    hu = await stage.town.person(cast.GRANNY_HU[0])
    async with stage.town.house.works.read() as work:
        member = next(member for member in await work.members.of(order) if member.person == hu.id)
    own = [callbacks.Safe(kind=kind) for kind in Happening if kind not in (Happening.AT_SHELTER, Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE)]
    door = [callbacks.Post(shelter=stage.town.hall), callbacks.WalkIn(), callbacks.Picked(person=hu.id), callbacks.NameMatches(scan=uuid4(), yes=True)]
    aims = [callbacks.Aim(purpose=purpose) for purpose in Purpose]
    homes = [callbacks.Homes(page=-5, links=True), callbacks.Home(household=hu.household, links=False), callbacks.Who(person=hu.id, on=True)]
    ticks = [callbacks.WhoDone(), *(callbacks.What(kind=kind) for kind in Happening), *(callbacks.Means(how=how) for how in How)]
    more = [callbacks.Undo(event=uuid4()), callbacks.LinkFor(person=hu.id), callbacks.HelpHandled(member=member.id), callbacks.WithMe(person=hu.id, on=True)]
    orders = [callbacks.OrderArea(code=cast.VILLAGE.code), callbacks.OrderAreasDone(), callbacks.OrderShelter(shelter=stage.town.hall)]
    orders += [callbacks.OrderKind(drill=False), callbacks.OrderDraft(yes=True), *(callbacks.Lift(order=order, sure=sure) for sure in (True, False))]
    orders += [callbacks.Decision(order=order, shown="", yes=yes) for yes in (True, False)]
    coming = [callbacks.Village(code="3311"), callbacks.Registered(yes=True), callbacks.Agreement(version="evil", yes=True), callbacks.Entrance(with_code=True)]
    made = [*own, *door, *aims, *homes, *ticks, *more, *orders, *coming]
    return [*(each.pack() for each in made), "", "xyz:1", "lif:not-an-id:1", "hap:" + "x" * 60]


@pytest.mark.parametrize("who", ["a stranger", "a resident", "Mallory"])
async def test_who_has_no_right_presses_every_button_there_is_and_changes_nothing(stage: Stage, who: str, caplog: pytest.LogCaptureFixture) -> None:
    phone = await stage.stranger() if who == "a stranger" else await stage.phone_of(cast.LIN if who == "a resident" else cast.MALLORY)
    order = await stage.town.order()
    await stage.lab.start(phone.user)
    await phone.hears("")
    await settled(stage)
    before = await facts(stage)
    for data in await presses(stage, order.id):
        await stage.forged(data, by=phone.user)
    assert await facts(stage) == before
    assert "faulted" not in caplog.text
    assert await stage.town.house.updates.parked(BOT_ID) == 0


async def settled(stage: Stage) -> None:
    """Every message of the order is on its way or there."""
    from tests.waiting import until

    async def nothing_waits() -> bool:
        return not any("pending" in row or "leased" in row for row in (await facts(stage))["deliveries"])

    await until(nothing_waits)


async def test_nobody_acts_in_the_chat_of_somebody_else(stage: Stage) -> None:
    approver, lin = await stage.phone_of(cast.APPROVER), await stage.phone_of(cast.LIN)
    order = await stage.town.order()
    await lin.hears(order.place)
    await settled(stage)
    before = await facts(stage)
    await stage.forged(callbacks.Lift(order=order.id, sure=True).pack(), by=lin.user, chat=approver.user)
    assert await facts(stage) == before
    await stage.forged(callbacks.Lift(order=order.id, sure=True).pack(), by=approver.user)
    await lin.hears("🟢")


async def at(stage: Stage, phone: Phone) -> str | None:
    return (await stage.town.house.dialogues.load(str(phone.user)))[0]


async def test_a_warden_cannot_tick_what_no_button_says_nor_nobody(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    warden = await stage.phone_of(cast.WARDEN)
    await stage.town.order()
    await warden.hears("⚠️")
    await settled(stage)
    before = await facts(stage)
    hu, ye = await stage.town.person(cast.GRANNY_HU[0]), await stage.town.person(cast.YE[0])
    await stage.forged(callbacks.Home(household=hu.household, links=False).pack(), by=warden.user)
    await stage.forged(callbacks.WhoDone().pack(), by=warden.user)
    await warden.hears(stage.say(rollcall.TICK_OVER))
    assert await at(stage, warden) == Ticking.who.state
    for data in (callbacks.Who(person=hu.id, on=True), callbacks.WhoDone(), *(callbacks.What(kind=k) for k in (Happening.HELP_CLOSED, Happening.RETURNED))):
        await stage.forged(data.pack(), by=warden.user)
    await warden.hears(stage.say(fallback.OLD_ANSWER))
    assert await at(stage, warden) == Ticking.what.state
    await stage.forged(callbacks.What(kind=Happening.AT_SHELTER).pack(), by=warden.user)
    for how in (How.SCAN, How.ANSWER, How.SYSTEM):
        await stage.forged(callbacks.Means(how=how).pack(), by=warden.user)
    assert await facts(stage) == before
    assert ye.household != hu.household
    assert "faulted" not in caplog.text


async def test_a_keeper_cannot_take_an_aim_that_no_button_has(stage: Stage) -> None:
    keeper = await stage.phone_of(cast.KEEPER)
    await keeper.says("/scan")
    await keeper.hears("📷")
    await stage.forged(callbacks.Aim(purpose=Purpose.REPORTED_SAFE).pack(), by=keeper.user)
    assert await at(stage, keeper) == Scanning.ready.state
    _, draft = await stage.town.house.dialogues.load(str(keeper.user))
    assert draft["purpose"] == Purpose.SHELTER_IN.value
