"""One order, from draft to lift."""

import pytest

from domain.access import NotYours
from domain.evacuations import (
    ApprovalTooLate,
    Destination,
    OrderChanged,
    OrderOutAlready,
    OrderOverlaps,
    OrderState,
    OrderToNobody,
    OrderWithoutPlace,
    OrderWithoutWay,
    OwnDraft,
)
from domain.rollcall import Happening, How
from services.board import Column
from tests import cast
from tests.houses import HALL, Town

WHERE = Destination(None, HALL, "沿村道向东")


@pytest.mark.parametrize(
    ("where", "refusal"),
    [(Destination(None, "  ", "沿村道向东"), OrderWithoutPlace), (Destination(None, HALL, ""), OrderWithoutWay)],
)
async def test_an_order_without_place_or_way_is_refused(town: Town, where: Destination, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await town.house.services.evacuations.draft([cast.VILLAGE.code], where, by=await town.actor(cast.OFFICER), key="1")


async def test_an_order_to_nobody_is_refused(town: Town) -> None:
    with pytest.raises(NotYours):
        await town.house.services.evacuations.draft([cast.OTHER_VILLAGE.code], WHERE, by=await town.actor(cast.OFFICER), key="1")
    empty = {"code": "331102001203", "name": "空村", "level": "village", "parent_code": cast.TOWNSHIP.code}
    from services.actors import Actor

    await town.house.services.areas.import_rows([(2, empty)], by=Actor.operator())
    with pytest.raises(OrderToNobody):
        await town.house.services.evacuations.draft(["331102001203"], WHERE, by=await town.actor(cast.OFFICER), key="2")


async def test_nobody_approves_their_own_draft_nor_without_the_right(town: Town) -> None:
    evacuations = town.house.services.evacuations
    officer = await town.actor(cast.OFFICER)
    draft = await evacuations.draft([cast.VILLAGE.code], WHERE, by=officer, key="1")
    with pytest.raises(NotYours):
        await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=officer, key="2")
    from domain.access import Role
    from services.actors import Actor

    await town.house.services.grants.give(officer.registered(), Role.APPROVER, by=Actor.operator(), area=cast.COUNTY.code)
    with pytest.raises(OwnDraft):
        await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=await town.actor(cast.OFFICER), key="3")


async def test_what_is_approved_is_exactly_what_was_seen(town: Town) -> None:
    evacuations = town.house.services.evacuations
    draft = await evacuations.draft([cast.VILLAGE.code], WHERE, by=await town.actor(cast.OFFICER), key="1")
    with pytest.raises(OrderChanged):
        await evacuations.approve(draft.id, fingerprint="0" * 64, by=await town.actor(cast.APPROVER), key="2")


async def test_a_draft_that_waited_a_quarter_of_an_hour_is_not_approved(town: Town) -> None:
    evacuations = town.house.services.evacuations
    draft = await evacuations.draft([cast.VILLAGE.code], WHERE, by=await town.actor(cast.OFFICER), key="1")
    town.clock.go_on(minutes=16)
    with pytest.raises(ApprovalTooLate):
        await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=await town.actor(cast.APPROVER), key="2")


async def test_an_order_is_issued_once_however_often_the_button_is_pressed(town: Town) -> None:
    evacuations = town.house.services.evacuations
    draft = await evacuations.draft([cast.VILLAGE.code], WHERE, by=await town.actor(cast.OFFICER), key="1")
    approver = await town.actor(cast.APPROVER)
    issued = await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=approver, key="2")
    assert (await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=approver, key="2")).id == issued.id
    with pytest.raises(OrderOutAlready):
        await evacuations.approve(draft.id, fingerprint=draft.fingerprint, by=approver, key="3")


async def test_two_orders_never_move_the_same_village(town: Town) -> None:
    await town.order()
    with pytest.raises(OrderOverlaps):
        await town.house.services.evacuations.draft([cast.TOWNSHIP.code], WHERE, by=await town.actor(cast.OFFICER), key="again")


async def test_everybody_on_the_list_is_in_the_snapshot_and_not_yet_safe(town: Town) -> None:
    order = await town.order()
    board = await town.house.services.board.order(order.id, by=await town.actor(cast.OFFICER))
    assert (board.total.listed, board.total.not_yet_safe, board.total.proven) == (5, 5, 0)
    people = await town.house.services.board.people(order.id, by=await town.actor(cast.OFFICER), column=Column.LISTED)
    assert {line.name for line in people} == {"林大山", "王小娥", "林小山", "胡阿婆", "叶建国"}


async def test_going_home_counts_only_after_the_lift(town: Town) -> None:
    order = await town.order()
    services = town.house.services
    warden, hu = await town.actor(cast.WARDEN), await town.person("胡阿婆")
    await services.rollcall.tick([hu.id], Happening.WITH_RELATIVES, How.SAW, by=warden, key="1", note="女儿家")
    town.clock.go_on(hours=1)
    await services.rollcall.tick([hu.id], Happening.RETURNED, How.SAW, by=warden, key="2")
    officer = await town.actor(cast.OFFICER)
    assert (await services.board.order(order.id, by=officer)).total.not_yet_safe == 5
    lifted = await services.evacuations.lift(order.id, by=await town.actor(cast.APPROVER))
    assert lifted.state is OrderState.LIFTED
    town.clock.go_on(minutes=1)
    await services.rollcall.tick([hu.id], Happening.RETURNED, How.SAW, by=warden, key="3")
    assert (await services.board.order(order.id, by=officer)).total.not_yet_safe == 4


async def test_the_people_of_another_county_are_not_on_this_officials_board(town: Town) -> None:
    order = await town.order()
    stranger = await town.actor(cast.OTHER_OFFICER)
    assert await town.house.services.board.orders(by=stranger) == []
    with pytest.raises(NotYours):
        await town.house.services.board.order(order.id, by=stranger)
    with pytest.raises(NotYours):
        await town.house.services.board.people(order.id, by=stranger, area=cast.VILLAGE.code)


async def test_every_official_act_is_in_the_log_and_the_chain_holds(town: Town) -> None:
    await town.order()
    audit = town.house.services.audit
    while await audit.chain():
        pass
    assert await audit.verify() is None
    async with town.house.works.read() as work:
        actions = {row.action for row, _ in await work.audit.all()}
    assert {"evacuations.draft", "evacuations.approve", "people.import", "shelters.import", "grants.give", "codes.issue"} <= actions


async def test_an_order_is_shown_whole_only_to_who_sees_all_of_its_areas(town: Town) -> None:
    order = await town.order(cast.VILLAGE.code, cast.NEXT_VILLAGE.code)
    evacuations = town.house.services.evacuations
    assert await evacuations.get(order.id, by=await town.actor(cast.APPROVER)) == order
    for partial in (cast.WARDEN, cast.OTHER_OFFICER, cast.MALLORY):
        with pytest.raises(NotYours):
            await evacuations.get(order.id, by=await town.actor(partial))


async def test_words_that_name_a_village_inside_a_moved_township_may_mean_a_moved_place(town: Town) -> None:
    evacuations = town.house.services.evacuations
    assert await evacuations.moved_here("上东村 弟弟家", near=cast.VILLAGE.code) == []
    await town.order(cast.TOWNSHIP.code)
    assert await evacuations.moved_here("上东村 弟弟家", near=cast.VILLAGE.code) == [cast.TOWNSHIP.code]
    assert await evacuations.moved_here("在上东", near=cast.VILLAGE.code) == [cast.TOWNSHIP.code]
    assert await evacuations.moved_here("小舟村 表姐家", near=cast.VILLAGE.code) == []
    assert await evacuations.moved_here("上东村 弟弟家", near=cast.OTHER_VILLAGE.code) == []
