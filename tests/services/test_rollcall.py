"""Ticks, answers, calls for help: what is said without a scan."""

import pytest

from domain.access import NotYours
from domain.rollcall import Happening, How, NoOpenHelp, NoOrderInForce, PlaceMissing
from services.board import Column
from services.readings import BoardRow
from tests import cast
from tests.houses import Town


async def total(town: Town, order: object) -> BoardRow:
    board = await town.house.services.board.order(order, by=await town.actor(cast.OFFICER))  # type: ignore[arg-type]
    return board.total


async def test_a_wardens_tick_of_what_she_saw_counts_and_what_she_heard_does_not(town: Town) -> None:
    order = await town.order()
    warden, rollcall = await town.actor(cast.WARDEN), town.house.services.rollcall
    await rollcall.tick([(await town.person("胡阿婆")).id], Happening.WITH_RELATIVES, How.SAW, by=warden, key="1", note="女儿家")
    await rollcall.tick([(await town.person("叶建国")).id], Happening.WITH_RELATIVES, How.HEARD, by=warden, key="2", note="儿子家")
    row = await total(town, order.id)
    assert (row.proven, row.reported, row.not_yet_safe, row.by_tick) == (1, 1, 4, 1)


async def test_a_tick_without_a_place_is_refused_and_changes_nothing(town: Town) -> None:
    order = await town.order()
    with pytest.raises(PlaceMissing):
        await town.house.services.rollcall.tick(
            [(await town.person("胡阿婆")).id], Happening.WITH_RELATIVES, How.SAW, by=await town.actor(cast.WARDEN), key="1", note=" - "
        )
    assert (await total(town, order.id)).not_yet_safe == 5


async def test_only_the_warden_who_answers_for_a_household_may_tick_it(town: Town) -> None:
    await town.order()
    for who in (cast.MALLORY, cast.KEEPER, cast.OFFICER, cast.OTHER_OFFICER):
        with pytest.raises(NotYours):
            await town.house.services.rollcall.tick([(await town.person("胡阿婆")).id], Happening.NOT_PRESENT, How.SAW, by=await town.actor(who), key=who[0])


async def test_a_tick_repeated_by_a_re_run_is_one_event(town: Town) -> None:
    await town.order()
    warden, hu = await town.actor(cast.WARDEN), await town.person("胡阿婆")
    for _ in range(2):
        members = await town.house.services.rollcall.tick([hu.id], Happening.WITH_RELATIVES, How.SAW, by=warden, key="1", note="女儿家")
    async with town.house.works.read() as work:
        events = await work.members.events([members[0].id])
    assert [event.kind for event in events[members[0].id]] == [Happening.WITH_RELATIVES]


@pytest.mark.feature(2)
async def test_an_answer_from_ones_own_phone_counts_the_answerer_and_those_named_with_them(town: Town) -> None:
    order = await town.order()
    lin = await town.linked(cast.LIN)
    wife = await town.person("王小娥")
    await town.house.services.rollcall.answer(Happening.WITH_RELATIVES, by=lin, key="1", note="岳父家", with_me=[wife.id])
    row = await total(town, order.id)
    assert (row.proven, row.not_yet_safe, row.by_answer) == (2, 3, 2)


async def test_nobody_answers_for_another_household(town: Town) -> None:
    await town.order()
    with pytest.raises(NotYours):
        await town.house.services.rollcall.answer(
            Happening.WITH_RELATIVES, by=await town.linked(cast.LIN), key="1", note="岳父家", with_me=[(await town.person("胡阿婆")).id]
        )


async def test_saying_oneself_at_the_shelter_waits_for_the_keeper(town: Town) -> None:
    order = await town.order()
    await town.house.services.rollcall.answer(Happening.AT_SHELTER, by=await town.linked(cast.LIN), key="1")
    row = await total(town, order.id)
    assert (row.proven, row.reported) == (0, 1)


@pytest.mark.feature(3)
async def test_an_answer_may_change_and_help_wins_over_an_older_safe(town: Town) -> None:
    order = await town.order()
    lin, rollcall = await town.linked(cast.LIN), town.house.services.rollcall
    await rollcall.answer(Happening.WITH_RELATIVES, by=lin, key="1", note="岳父家")
    town.clock.go_on(minutes=20)
    assert (await rollcall.ask_help(by=lin, key="2", note="水进屋了")).on_board
    row = await total(town, order.id)
    assert (row.needs_help, row.not_yet_safe) == (1, 5)


async def test_help_is_closed_by_a_named_person_and_by_nothing_else(town: Town) -> None:
    order = await town.order()
    lin, services = await town.linked(cast.LIN), town.house.services
    await services.rollcall.ask_help(by=lin, key="1")
    town.clock.go_on(minutes=5)
    await services.rollcall.answer(Happening.WITH_RELATIVES, by=lin, key="2", note="岳父家")
    assert (await total(town, order.id)).needs_help == 1
    officer = await town.actor(cast.OFFICER)
    (line,) = await services.board.people(order.id, by=officer, column=Column.NEEDS_HELP)
    town.clock.go_on(minutes=5)
    await services.rollcall.close_help(line.line.member, by=officer, key="3")
    row = await total(town, order.id)
    assert (row.needs_help, row.proven) == (0, 1)
    with pytest.raises(NoOpenHelp):
        await services.rollcall.close_help(line.line.member, by=officer, key="4")


async def test_help_is_taken_from_anybody_with_or_without_an_order_and_officials_are_told(town: Town) -> None:
    await town.linked(cast.OFFICER)
    lin = await town.linked(cast.LIN)
    call = await town.house.services.rollcall.ask_help(by=lin, key="1", note="摔倒了")
    assert (call.on_board, call.told) == (False, 1)
    claimed = await town.house.services.deliveries.claim()
    assert [delivery.message.subject.value for delivery in claimed] == ["help_wanted"]


async def test_who_calls_for_help_is_not_told_that_somebody_knows_when_nobody_could_be_told(town: Town) -> None:
    await town.order()
    call = await town.house.services.rollcall.ask_help(by=await town.linked(cast.LIN), key="1")
    assert (call.on_board, call.told) == (True, 0)


async def test_without_an_order_there_is_nothing_to_answer(town: Town) -> None:
    with pytest.raises(NoOrderInForce):
        await town.house.services.rollcall.answer(Happening.WITH_RELATIVES, by=await town.linked(cast.LIN), key="1", note="岳父家")


async def test_taking_back_ones_own_tick_puts_the_person_back(town: Town) -> None:
    order = await town.order()
    warden, services = await town.actor(cast.WARDEN), town.house.services
    members = await services.rollcall.tick([(await town.person("胡阿婆")).id], Happening.WITH_RELATIVES, How.SAW, by=warden, key="1", note="女儿家")
    async with town.house.works.read() as work:
        (event,) = (await work.members.events([members[0].id]))[members[0].id]
    with pytest.raises(NotYours):
        await services.rollcall.annul(event.id, by=await town.actor(cast.KEEPER), key="2")
    await services.rollcall.annul(event.id, by=warden, key="3")
    assert (await total(town, order.id)).not_yet_safe == 5


async def test_a_warden_sees_her_own_households_and_nobody_elses(town: Town) -> None:
    await town.order()
    views = await town.house.services.rollcall.households(by=await town.actor(cast.WARDEN))
    assert sorted(len(view.people) for view in views) == [1, 1, 3]
    assert all(person.area == cast.VILLAGE.code for view in views for person in view.people)


async def test_the_board_can_be_rebuilt_from_the_events_and_nothing_changes(town: Town) -> None:
    from services.actors import Actor

    await town.order()
    await town.house.services.rollcall.ask_help(by=await town.linked(cast.LIN), key="1")
    assert await town.house.services.board.rebuild(by=Actor.operator()) == 0


@pytest.mark.parametrize("kind", [Happening.HELP_CLOSED, Happening.NOT_PRESENT, Happening.ANNULLED, Happening.LISTED, Happening.TOLD])
async def test_nobody_closes_their_own_call_for_help_or_says_that_they_were_not_there(town: Town, kind: Happening) -> None:
    await town.order()
    rollcall, lin = town.house.services.rollcall, await town.linked(cast.LIN)
    await rollcall.ask_help(by=lin, key="help")
    town.clock.go_on(minutes=1)
    with pytest.raises(NotYours):
        await rollcall.answer(kind, by=lin, key="forged", with_me=[(await town.person("王小娥")).id])
    member = await rollcall.member_for(by=lin)
    assert member is not None and member.standing is not None and member.standing.needs_help


@pytest.mark.parametrize(("kind", "how"), [(Happening.HELP_CLOSED, How.HEARD), (Happening.AT_SHELTER, How.SCAN), (Happening.AT_SHELTER, How.SYSTEM)])
async def test_a_tick_is_never_a_closed_call_or_a_scan(town: Town, kind: Happening, how: How) -> None:
    await town.order()
    with pytest.raises(NotYours):
        await town.house.services.rollcall.tick([(await town.person("胡阿婆")).id], kind, how, by=await town.actor(cast.WARDEN), key="forged")
