"""Break-glass: for an hour an official sees and counts beyond their own area; never decides; everybody who watches is told; all of it is on record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.access import May, NotYours, Role
from domain.deliveries import Subject
from domain.glass import OPENS, GlassOpenAlready, GlassOver, GlassTooOften, MinutesWrong, ReasonTooShort
from services.actors import Actor
from storage.glass import glass
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import Town, a_town

WHY = "邻县值班员联系不上，需代为登记"
NEVER = (May.APPROVE_ORDER, May.APPROVE_NOTICE, May.LIFT, May.CLOSE, May.GRANT, May.KEYS, May.READ_AUDIT)


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def opened(town: Town, *, minutes: int = 15, key: str = "glass") -> Actor:
    """The officer of the other county, with the glass broken."""
    await town.house.services.glass.open(WHY, minutes, by=await town.actor(cast.OTHER_OFFICER), key=key)
    return await town.actor(cast.OTHER_OFFICER)


async def facts(town: Town, action: str) -> list[dict[str, object]]:
    async with town.house.works.read() as work:
        return [dict(row.facts) for row, _ in await work.audit.all() if row.action == action]


async def test_whoever_breaks_the_glass_sees_another_county_until_it_ends_by_itself(town: Town) -> None:
    order, board = await town.order(), town.house.services.board
    with pytest.raises(NotYours):
        await board.order(order.id, by=await town.actor(cast.OTHER_OFFICER))
    assert (await board.order(order.id, by=await opened(town))).total.listed == 5
    assert [found.id for found in await board.orders(by=await town.actor(cast.OTHER_OFFICER))] == [order.id]
    town.clock.go_on(minutes=15)
    with pytest.raises(NotYours):
        await board.order(order.id, by=await town.actor(cast.OTHER_OFFICER))


async def test_it_opens_what_is_seen_and_counted_and_nothing_that_is_decided(town: Town) -> None:
    officer, now = await opened(town), town.clock.now()
    assert {may for may in May if officer.can(may, now=now, area=cast.VILLAGE.code)} == OPENS
    assert not OPENS & set(NEVER)


async def test_approvers_administrators_and_auditors_are_told_at_once(town: Town) -> None:
    give, person = town.house.services.grants.give, town.person
    await town.linked(cast.APPROVER)
    await give((await person(cast.LIN[0])).id, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
    await town.linked(cast.LIN)
    await opened(town)
    async with town.house.works.read() as work:
        told = [each for each in await work.deliveries.after(None, most=100) if each.message.subject is Subject.GLASS_OPENED]
    expected = {(await person(who[0])).id for who in (cast.APPROVER, cast.LIN)}
    assert expected <= {each.person for each in told}
    assert (await person(cast.OTHER_OFFICER[0])).id not in {each.person for each in told}


async def test_an_approver_ends_it_and_nothing_is_open_any_more(town: Town) -> None:
    order, services = await town.order(), town.house.services
    officer = await opened(town)
    [line] = await services.glass.listing(by=officer)
    with pytest.raises(NotYours):
        await services.glass.end(line.glass.id, by=await town.actor(cast.WARDEN))
    await services.glass.end(line.glass.id, by=await town.actor(cast.APPROVER))
    with pytest.raises(GlassOver):
        await services.glass.end(line.glass.id, by=await town.actor(cast.APPROVER))
    with pytest.raises(NotYours):
        await services.board.order(order.id, by=await town.actor(cast.OTHER_OFFICER))


async def test_it_needs_a_reason_and_a_sound_time_one_at_a_time_and_three_a_day(town: Town) -> None:
    services, officer = town.house.services, await town.actor(cast.OTHER_OFFICER)
    for reason in ("", "急", "急急急急急急急急急急急急"):
        with pytest.raises(ReasonTooShort):
            await services.glass.open(reason, 15, by=officer, key=f"short {reason}")
    with pytest.raises(MinutesWrong):
        await services.glass.open(WHY, 61, by=officer, key="long")
    first = await services.glass.open(WHY, 15, by=officer, key="1")
    assert await services.glass.open(WHY, 15, by=officer, key="1") == first
    with pytest.raises(GlassOpenAlready):
        await services.glass.open(WHY, 15, by=officer, key="2")
    for turn in ("2", "3"):
        town.clock.go_on(minutes=15)
        await services.glass.open(WHY, 15, by=officer, key=turn)
    town.clock.go_on(minutes=15)
    with pytest.raises(GlassTooOften):
        await services.glass.open(WHY, 15, by=officer, key="4")


async def test_whoever_lost_the_role_for_it_has_nothing_from_an_open_one(town: Town) -> None:
    officer = await opened(town)
    for grant in officer.grants:
        await town.house.services.grants.revoke(grant.id, by=Actor.operator())
    assert (await town.actor(cast.OTHER_OFFICER)).pane is None


async def test_what_is_done_with_it_carries_its_number_in_the_log(town: Town) -> None:
    await town.order()
    officer = await opened(town)
    [line] = await town.house.services.glass.listing(by=officer)
    reader = await town.actor(cast.OTHER_OFFICER)
    await town.house.services.evacuations.foresee([cast.VILLAGE.code], by=reader)
    await town.house.services.glass.note_use(reader, what="GET /board", entrance="web")
    await town.house.services.glass.note_use(reader, what="GET /board", entrance="web")
    [used] = await facts(town, "glass.used")
    assert used["glass"] == str(line.glass.id) and used["what"] == "GET /board" and "draft_order" in str(used["rights"])
    assert not [row for row in await facts(town, "orders.draft")]


async def test_the_reason_is_sealed(town: Town) -> None:
    await opened(town)
    async with town.house.databases.read() as connection:
        [row] = (await connection.execute(glass.select())).all()
    assert WHY.encode() not in row.reason
    assert WHY not in str(await facts(town, "glass.open"))
