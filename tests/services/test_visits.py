"""Whoever the bot could not tell is told by a named person, who is asked once and says what came of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access import NotYours
from domain.deliveries import Delivery, Lane, Message, Subject
from domain.people import Person
from domain.visits import LONGEST_NOTE, Outcome, VisitDone, VisitUnknown
from services.actors import Actor
from services.deliveries import Result, Sent
from services.visits import GATHERED, VisitView
from tests import cast
from tests.announcing import drafted
from tests.houses import Town
from tests.services.test_deliveries import OK, audience, warned

VILLAGERS = (cast.LIN, cast.LIN_WIFE, cast.LIN_SON, cast.GRANNY_HU, cast.YE)


async def villagers(town: Town) -> list[Person]:
    return [await town.person(name) for name, _ in VILLAGERS]


async def mine(town: Town, actor: Actor) -> list[VisitView]:
    return await town.house.services.visits.mine(by=actor)


async def wanted(town: Town) -> list[Delivery]:
    """The calls to go somewhere that are due now."""
    return [one for one in await town.house.services.deliveries.claim() if one.message.subject is Subject.VISITS_WANTED]


async def test_whoever_has_no_chat_is_visited_by_their_responsible_person_who_is_asked_once(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    message = await warned(town, *await villagers(town))
    assert await wanted(town) == []
    town.clock.go_on(seconds=GATHERED.total_seconds())
    (call,) = await wanted(town)
    assert (call.person, call.message.about, call.message.fields) == (warden.person, message.id, {"number": "N-0725-0001"})
    views = await mine(town, warden)
    assert {view.person.name for view in views} == {name for name, _ in VILLAGERS}
    assert {view.visit.reason for view in views} == {"no_chat"}
    assert {sent.id for view in views for sent in view.messages} == {message.id}
    assert await town.house.services.visits.told(message.id, by=warden) == 5


async def test_more_people_of_the_same_message_do_not_ask_a_second_time(town: Town) -> None:
    warden, people = await town.linked(cast.WARDEN), await villagers(town)
    message = await warned(town, people[0])
    async with town.house.works.write() as work:
        assert await audience(town).reach(work, message, people, lane=Lane.RED, visits_by=None) == 4
        assert await audience(town).reach(work, message, people, lane=Lane.RED, visits_by=None) == 0
    town.clock.go_on(seconds=60)
    assert len(await wanted(town)) == 1
    assert len(await mine(town, warden)) == 5


async def test_a_copy_that_fails_later_opens_the_visit_then(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    await town.linked(cast.LIN)
    await warned(town, (await villagers(town))[0])
    assert await mine(town, warden) == []
    deliveries = town.house.services.deliveries
    await deliveries.settle([(one, Result(Sent.BLOCKED)) for one in await deliveries.claim()])
    assert [view.visit.reason for view in await mine(town, warden)] == ["blocked"]
    town.clock.go_on(seconds=60)
    assert len(await wanted(town)) == 1


async def test_an_order_asks_for_no_visit_since_its_roll_call_does(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    await town.linked(cast.LIN)
    await town.order()
    deliveries = town.house.services.deliveries
    await deliveries.settle([(one, Result(Sent.BLOCKED)) for one in await deliveries.claim()])
    assert await mine(town, warden) == []


async def test_who_cannot_be_asked_is_stood_in_for(town: Town) -> None:
    """Responsible person without a chat: the deputy; without one: a warden of the area; without one: who sent the notice."""
    officer = await town.linked(cast.OFFICER)
    granny = (await villagers(town))[3]
    now = town.clock.now()
    message = Message(town.house.ids.new(), Subject.ORDER_LIFTED, town.house.ids.new(), False, now)
    async with town.house.works.write() as work:
        await audience(town).reach(work, message, [granny], lane=Lane.RED, visits_by=officer.person)
    assert [view.person.id for view in await mine(town, officer)] == [granny.id]

    warden = await town.linked(cast.WARDEN)
    await warned(town, granny)
    assert [view.person.id for view in await mine(town, warden)] == [granny.id]


async def test_where_nobody_can_be_asked_the_visit_stands_in_the_list_all_the_same(town: Town) -> None:
    granny = (await villagers(town))[3]
    message = await warned(town, granny)
    officer = await town.actor(cast.OFFICER)
    (visit,) = await town.house.services.visits.of_message(message.id, by=officer)
    assert visit.responsible == granny.responsible
    assert [view.person.id for view in await town.house.services.visits.open_in(cast.VILLAGE.code, by=officer)] == [granny.id]


async def test_a_drill_sends_nobody_to_a_door_who_is_not_enrolled(town: Town) -> None:
    """Nobody who takes no part walks through the village at night for an exercise."""
    warden, officer = await town.linked(cast.WARDEN), await town.linked(cast.OFFICER)
    async with town.house.works.write() as work:
        await work.people.change([replace(await town.person(cast.LIN[0]), enrolled=True)])
    notice = await drafted(town, drill=True)
    await town.house.services.notice_runs.release()
    town.clock.go_on(seconds=60)
    assert [(call.person, call.message.drill) for call in await wanted(town)] == [(officer.person, True)]
    assert await mine(town, warden) == []
    await town.house.services.notices.cancel(notice.id, by=officer, key="c")
    told = {one.person for one in await town.house.services.deliveries.claim() if one.message.subject is Subject.NOTICE_WITHDRAWN}
    assert told == {officer.person}, "who was asked to go, and nobody who takes no part"


async def test_nobody_is_asked_to_visit_himself(town: Town) -> None:
    warden = await town.person(cast.WARDEN[0])
    message = await warned(town, warden)
    (visit,) = await town.house.services.visits.of_message(message.id, by=await town.actor(cast.OFFICER))
    assert visit.responsible != warden.id


@pytest.mark.parametrize("outcome", [Outcome.TOLD, Outcome.PHONED, Outcome.MOVED_AWAY])
async def test_a_visit_that_was_made_is_done_with_who_and_when(town: Town, outcome: Outcome) -> None:
    warden = await town.linked(cast.WARDEN)
    await warned(town, (await villagers(town))[3])
    (view,) = await mine(town, warden)
    done = await town.house.services.visits.done(view.visit.id, outcome, by=warden, key="done", note="  听清楚了 \n ")
    assert (done.outcome, done.done_by, done.done_at, done.note) == (outcome, warden.person, town.clock.now(), "听清楚了")
    assert await mine(town, warden) == []
    async with town.house.works.read() as work:
        (row, _), *_ = [pair for pair in await work.audit.all() if pair[0].action == "visits.done"]
    assert (row.actor, row.facts["outcome"], "听" in str(row.facts)) == (warden.person, outcome.value, False)


async def test_who_was_not_found_is_still_to_be_told(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    await warned(town, (await villagers(town))[3])
    (view,) = await mine(town, warden)
    for key in ("first", "first", "second"):
        await town.house.services.visits.done(view.visit.id, Outcome.NOT_FOUND, by=warden, key=key, note="长" * 999)
        town.clock.go_on(minutes=5)
    (view,) = await mine(town, warden)
    assert (view.visit.tries, view.visit.outcome, len(view.visit.note)) == (2, Outcome.NOT_FOUND, LONGEST_NOTE)
    assert view.visit.tried_at == town.clock.now() - timedelta(minutes=5)


async def test_the_same_update_twice_says_the_same_and_another_is_refused(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    await warned(town, (await villagers(town))[3])
    (view,) = await mine(town, warden)
    visits = town.house.services.visits
    done = await visits.done(view.visit.id, Outcome.TOLD, by=warden, key="k")
    assert await visits.done(view.visit.id, Outcome.TOLD, by=warden, key="k") == done
    with pytest.raises(VisitDone):
        await visits.done(view.visit.id, Outcome.PHONED, by=warden, key="other")
    with pytest.raises(VisitUnknown):
        await visits.done(town.house.ids.new(), Outcome.PHONED, by=warden, key="none")


async def test_who_was_told_the_newest_was_told_and_each_person_stands_once_in_the_list(town: Town) -> None:
    warden, granny = await town.linked(cast.WARDEN), (await villagers(town))[3]
    older = await warned(town, granny, number="N-0725-0001")
    town.clock.go_on(hours=1)
    newer = await warned(town, granny, number="N-0725-0002")
    (view,) = await mine(town, warden)
    assert [message.id for message in view.messages] == [older.id, newer.id]
    assert view.visit.message == newer.id
    await town.house.services.visits.done(view.visit.id, Outcome.TOLD, by=warden, key="k")
    assert await mine(town, warden) == []


async def test_who_was_told_of_the_older_is_still_to_be_told_of_the_newer(town: Town) -> None:
    warden, granny = await town.linked(cast.WARDEN), (await villagers(town))[3]
    await warned(town, granny)
    (older,) = await mine(town, warden)
    town.clock.go_on(hours=1)
    newer = await warned(town, granny)
    await town.house.services.visits.done(older.visit.id, Outcome.TOLD, by=warden, key="k")
    assert [view.visit.message for view in await mine(town, warden)] == [newer.id]


async def test_an_official_of_the_area_may_phone_and_others_may_not(town: Town) -> None:
    await town.linked(cast.WARDEN)
    message = await warned(town, (await villagers(town))[3])
    visits = town.house.services.visits
    for who in (cast.OTHER_OFFICER, cast.MALLORY):
        actor = await town.actor(who)
        assert await mine(town, actor) == []
        with pytest.raises(NotYours):
            await visits.open_in(cast.VILLAGE.code, by=actor)
    officer = await town.actor(cast.OFFICER)
    (visit,) = await visits.of_message(message.id, by=officer)
    assert await visits.of_message(message.id, by=await town.actor(cast.OTHER_OFFICER)) == []
    with pytest.raises(NotYours):
        await visits.done(visit.id, Outcome.PHONED, by=await town.actor(cast.OTHER_OFFICER), key="x")
    assert (await visits.done(visit.id, Outcome.PHONED, by=officer, key="y")).done_by == officer.person


async def test_a_withdrawn_notice_sends_nobody_anywhere(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    message = await warned(town, *await villagers(town))
    async with town.house.works.write() as work:
        await audience(town).withdraw(work, message.id)
    assert await mine(town, warden) == []
    assert await town.house.services.visits.told(message.id, by=warden) == 0


async def test_a_call_to_go_that_comes_late_says_how_many_are_left(town: Town) -> None:
    warden = await town.linked(cast.WARDEN)
    message = await warned(town, *await villagers(town))
    town.clock.go_on(seconds=60)
    (call,) = await wanted(town)
    (view, *_) = await mine(town, warden)
    await town.house.services.visits.done(view.visit.id, Outcome.TOLD, by=warden, key="k")
    assert await town.house.services.visits.told(message.id, by=warden) == 4
    await town.house.services.deliveries.settle([(call, OK)])


async def test_copies_and_visits_are_exported_without_names_and_only_from_ones_own_areas(town: Town) -> None:
    await town.linked(cast.LIN)
    granny = (await villagers(town))[3]
    message = await warned(town, *await villagers(town))
    exports = town.house.services.exports
    lines = [line async for line in exports.events(by=Actor.operator())]
    copies = [line for line in lines if line["type"] == "delivery"]
    assert sorted((line["state"], line["reason"]) for line in copies) == [("failed", "no_chat")] * 4 + [("pending", None)]
    assert {line["message"] for line in copies} == {str(message.id)}
    (visit,) = [line for line in lines if line["type"] == "visit" and line["person"] == str(granny.id)]
    assert (visit["responsible"], visit["reason"], visit["done_at"]) == (str(granny.responsible), "no_chat", None)
    assert not [line for line in lines if granny.name in str(line)]

    kinds = [line["type"] async for line in exports.events(by=await town.actor(cast.OTHER_OFFICER))]
    assert {"delivery", "visit"}.isdisjoint(kinds)
