"""Deliveries under a lease, and what becomes of each attempt: nobody is lost by a pause, a death or an outage."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.chats import ChatKind, ChatState
from domain.deliveries import GIVES_UP_AFTER, Delivery, DeliveryState, Lane, Message, Subject, Tally
from domain.people import Contact, ContactState, Person
from services.actors import Actor
from services.audience import Audience
from services.chats import Guests
from services.deliveries import LEASE, Deliveries, Result, Sent
from tests import cast
from tests.houses import BOT, Town

OK = Result(Sent.OK, message_id=1)


def audience(town: Town) -> Audience:
    return Audience(clock=town.clock, ids=town.house.ids)


async def warned(town: Town, *people: Person, lasts: timedelta | None = None, drill: bool = False, number: str = "N-0725-0001") -> Message:
    """A message that wants visits, to these people."""
    now = town.clock.now()
    good_until = now + lasts if lasts is not None else None
    message = Message(town.house.ids.new(), Subject.ORDER_LIFTED, town.house.ids.new(), drill, now, {"number": number}, good_until)
    async with town.house.works.write() as work:
        await audience(town).reach(work, message, people, lane=Lane.RED, visits_by=None)
    return message


async def grouped(town: Town, number: int = -100) -> Message:
    """A message to one group."""
    message = Message(town.house.ids.new(), Subject.ORDER_LIFTED, town.house.ids.new(), False, town.clock.now())
    async with town.house.works.write() as work:
        chat = await Guests(town.house.ids).group(work, bot=BOT, number=number, language="zh_CN")
        assert await audience(town).post(work, message, [chat], lane=Lane.BLUE) == 1
    return message


async def ends(town: Town, result: Callable[[Delivery], Result], *, within: timedelta, step: int = 5) -> int:
    """Let every attempt end so, for so long; how many attempts that were."""
    deliveries, until, count = town.house.services.deliveries, town.clock.now() + within, 0
    while town.clock.now() < until:
        claimed = await deliveries.claim()
        await deliveries.settle([(one, result(one)) for one in claimed])
        count += len(claimed)
        town.clock.go_on(seconds=step)
    return count


async def the_only(deliveries: Deliveries) -> Delivery:
    (claimed,) = await deliveries.claim()
    return claimed


async def test_what_a_dead_process_held_is_due_at_once_where_nobody_else_delivers(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.order()
    deliveries = town.house.services.deliveries
    held = await deliveries.claim()
    assert held
    assert await deliveries.claim() == []

    await deliveries.take_back()

    again = await deliveries.claim()
    assert [one.id for one in again] == [one.id for one in held]
    assert {one.attempt for one in again} == {2}


async def test_what_was_settled_is_not_taken_back(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.order()
    deliveries = town.house.services.deliveries
    await deliveries.settle([(one, Result(Sent.OK, message_id=number)) for number, one in enumerate(await deliveries.claim(), 1)])

    await deliveries.take_back()

    assert await deliveries.claim() == []


async def test_without_that_a_lease_ends_by_itself(town: Town) -> None:
    await town.linked(cast.LIN)
    await town.order()
    held = await town.house.services.deliveries.claim()
    town.clock.go_on(seconds=LEASE.total_seconds() + 1)
    assert len(await town.house.services.deliveries.claim()) == len(held)


async def test_telegram_may_be_down_for_a_quarter_of_an_hour_and_nobody_is_lost(town: Town) -> None:
    await town.linked(cast.LIN)
    message = await warned(town, await town.person(cast.LIN[0]))
    attempts = await ends(town, lambda _: Result(Sent.LATER), within=timedelta(minutes=16), step=10)
    assert attempts > 10
    assert await town.house.services.deliveries.tally(message.id) == Tally(pending=1)
    await ends(town, lambda _: OK, within=timedelta(minutes=5))
    assert await town.house.services.deliveries.tally(message.id) == Tally(sent=1)


async def test_when_the_table_is_used_up_the_copy_gives_up_and_somebody_has_to_go(town: Town) -> None:
    await town.linked(cast.LIN)
    person = await town.person(cast.LIN[0])
    message = await warned(town, person)
    await ends(town, lambda _: Result(Sent.LATER), within=GIVES_UP_AFTER + timedelta(minutes=20), step=60)
    assert await town.house.services.deliveries.tally(message.id) == Tally(failed=1, reasons={"gave_up": 1})
    async with town.house.works.read() as work:
        assert [(visit.person, visit.reason) for visit in await work.visits.of_message(message.id)] == [(person.id, "gave_up")]


async def test_waiting_as_telegram_asks_uses_nothing_up(town: Town) -> None:
    await town.linked(cast.LIN)
    message = await warned(town, await town.person(cast.LIN[0]))
    deliveries = town.house.services.deliveries
    for _ in range(40):
        one = await the_only(deliveries)
        assert one.tries == 0
        await deliveries.settle([(one, Result(Sent.LATER, after=timedelta(seconds=30)))])
        assert await deliveries.claim() == []
        town.clock.go_on(seconds=30)
    assert (await deliveries.tally(message.id)).pending == 1


async def test_dying_uses_nothing_up(town: Town) -> None:
    await town.linked(cast.LIN)
    await warned(town, await town.person(cast.LIN[0]))
    deliveries = town.house.services.deliveries
    for attempt in range(1, 40):
        one = await the_only(deliveries)
        assert (one.attempt, one.tries) == (attempt, 0)
        town.clock.go_on(seconds=31)
    await deliveries.settle([(await the_only(deliveries), OK)])
    assert await deliveries.claim() == []


async def test_a_copy_of_which_nothing_is_known_is_sent_once_more_and_then_unknown(town: Town) -> None:
    await town.linked(cast.LIN)
    message = await warned(town, await town.person(cast.LIN[0]))
    deliveries = town.house.services.deliveries
    await deliveries.settle([(await the_only(deliveries), Result(Sent.UNKNOWN))])
    await deliveries.settle([(await the_only(deliveries), Result(Sent.LATER, after=timedelta(seconds=1)))])
    town.clock.go_on(seconds=1)
    await deliveries.settle([(await the_only(deliveries), Result(Sent.UNKNOWN))])
    assert await deliveries.claim() == []
    assert await deliveries.tally(message.id) == Tally(unknown=1, reasons={"unknown": 1})


async def test_a_group_that_moved_gets_it_at_its_new_number_at_once(town: Town) -> None:
    await grouped(town)
    deliveries = town.house.services.deliveries
    one = await the_only(deliveries)
    await deliveries.settle([(one, Result(Sent.MIGRATED, chat=-1001))])
    again = await the_only(deliveries)
    assert (again.address, again.chat, again.tries) == ("-1001", one.chat, 0)
    async with town.house.works.read() as work:
        known = await work.chats.at(bot=BOT, address="-1001")
    assert known is not None
    assert (known.id, known.kind, known.state) == (one.chat, ChatKind.GROUP, ChatState.ACTIVE)


async def test_a_chat_that_moves_again_and_again_is_given_up(town: Town) -> None:
    message = await grouped(town)
    deliveries = town.house.services.deliveries
    await deliveries.settle([(await the_only(deliveries), Result(Sent.MIGRATED, chat=-1001))])
    await deliveries.settle([(await the_only(deliveries), Result(Sent.MIGRATED, chat=-1002))])
    assert await deliveries.tally(message.id) == Tally(failed=1, reasons={"no_chat": 1})


async def test_a_persons_chat_cannot_move(town: Town) -> None:
    await town.linked(cast.LIN)
    message = await warned(town, await town.person(cast.LIN[0]))
    deliveries = town.house.services.deliveries
    await deliveries.settle([(await the_only(deliveries), Result(Sent.MIGRATED, chat=-1001))])
    assert (await deliveries.tally(message.id)).reasons == {"no_chat": 1}


async def test_a_group_met_under_its_new_number_first_keeps_its_older_row(town: Town) -> None:
    await grouped(town)
    async with town.house.works.write() as work:
        newer = await Guests(town.house.ids).group(work, bot=BOT, number=-1001, language="zh_CN")
    older = await town.house.services.chats.moved(bot=BOT, old=-100, new=-1001)
    assert older != newer
    assert await town.house.services.chats.moved(bot=BOT, old=-100, new=-1001) == older
    async with town.house.works.read() as work:
        known = await work.chats.many([newer])
    assert known[newer].state is ChatState.RETIRED


async def test_a_group_that_put_the_bot_out_is_written_to_no_more_until_it_is_let_in(town: Town) -> None:
    await grouped(town)
    deliveries = town.house.services.deliveries
    await deliveries.settle([(await the_only(deliveries), Result(Sent.BLOCKED))])
    assert (await deliveries.tally((await grouped_again(town)).id)).reasons == {"blocked": 1}
    async with town.house.works.write() as work:
        await Guests(town.house.ids).group(work, bot=BOT, number=-100, language="zh_CN")
    assert (await deliveries.tally((await grouped_again(town)).id)).pending == 1


async def grouped_again(town: Town) -> Message:
    """Another message to the same group, as it is known."""
    message = Message(town.house.ids.new(), Subject.ORDER_LIFTED, town.house.ids.new(), False, town.clock.now())
    async with town.house.works.write() as work:
        chat = await work.chats.at(bot=BOT, address="-100")
        assert chat is not None
        await audience(town).post(work, message, [chat.id], lane=Lane.BLUE)
    return message


@pytest.mark.parametrize(("sent", "state"), [(Sent.BLOCKED, ContactState.BLOCKED), (Sent.DEACTIVATED, ContactState.DEACTIVATED)])
async def test_who_blocked_the_bot_and_writes_again_can_be_told_again(town: Town, sent: Sent, state: ContactState) -> None:
    lin = await town.linked(cast.LIN)
    person = await town.person(cast.LIN[0])
    await warned(town, person)
    deliveries = town.house.services.deliveries
    await deliveries.settle([(await the_only(deliveries), Result(sent))])
    assert (await contact(town, lin)).state is state
    assert (await deliveries.tally((await warned(town, person)).id)).reasons == {state.value: 1}

    await town.house.services.people.actor(channel="telegram", bot=BOT, address=lin.address, language="zh_CN")
    assert (await contact(town, lin)).state is state
    await town.house.services.people.actor(channel="telegram", bot=BOT, address=lin.address, language="zh_CN", heard=True)
    assert (await contact(town, lin)).state is ContactState.ACTIVE
    assert (await deliveries.tally((await warned(town, person)).id)).pending == 1


async def contact(town: Town, of: Actor) -> Contact:
    async with town.house.works.read() as work:
        found = await work.contacts.get(of.contact) if of.contact else None
    assert found is not None
    return found


async def test_a_guest_who_blocked_the_bot_and_writes_again_can_be_answered_again(town: Town) -> None:
    guest = Actor(via="chat", language="en", bot=BOT, address="555")
    async with town.house.works.write() as work:
        chat = await Guests(town.house.ids).of(work, guest)
        assert await Guests(town.house.ids).of(work, guest) == chat
        await work.chats.set_state([chat], ChatState.BLOCKED)
    await town.house.services.people.actor(channel="telegram", bot=BOT, address="555", language="en", heard=True)
    async with town.house.works.read() as work:
        known = (await work.chats.many([chat]))[chat]
    assert (known.state, known.kind, known.language) == (ChatState.ACTIVE, ChatKind.GUEST, "en")


async def test_what_could_not_be_sent_in_time_fails_by_itself(town: Town) -> None:
    await town.linked(cast.LIN)
    person = await town.person(cast.LIN[0])
    message = await warned(town, person, lasts=timedelta(minutes=10))
    deliveries = town.house.services.deliveries
    await deliveries.settle([(await the_only(deliveries), Result(Sent.LATER, after=timedelta(hours=1)))])
    town.clock.go_on(minutes=9, seconds=59)
    assert await deliveries.expire() == 0
    town.clock.go_on(seconds=1)
    assert await deliveries.expire() == 1
    assert await deliveries.expire() == 0
    assert await deliveries.tally(message.id) == Tally(failed=1, reasons={"expired": 1})
    async with town.house.works.read() as work:
        assert [visit.reason for visit in await work.visits.of_message(message.id)] == ["expired"]


async def test_nobody_is_told_what_is_over_and_others_are_told_at_once(town: Town) -> None:
    lin, warden = await town.linked(cast.LIN), await town.linked(cast.WARDEN)
    over = await warned(town, await town.person(cast.LIN[0]), lasts=timedelta(minutes=10))
    good = await warned(town, await town.person(cast.WARDEN[0]))
    town.clock.go_on(minutes=10)
    deliveries = town.house.services.deliveries
    claimed = await deliveries.claim()
    assert [one.message.id for one in claimed] == [good.id]
    assert (claimed[0].contact, lin.contact is not None) == (warden.contact, True)
    assert (await deliveries.tally(over.id)).reasons == {"expired": 1}


async def test_a_copy_that_was_put_off_while_it_was_cancelled_is_not_sent_later(town: Town) -> None:
    await town.linked(cast.LIN)
    message = await warned(town, await town.person(cast.LIN[0]))
    deliveries = town.house.services.deliveries
    held = await the_only(deliveries)
    async with town.house.works.write() as work:
        assert await audience(town).withdraw(work, message.id) == 0
    await deliveries.settle([(held, Result(Sent.LATER, after=timedelta(seconds=1)))])
    town.clock.go_on(seconds=5)
    assert await deliveries.claim() == []
    assert await deliveries.tally(message.id) == Tally(failed=1, reasons={"cancelled": 1})
    async with town.house.works.write() as work:
        assert await audience(town).reach(work, message, [await town.person(cast.YE[0])], lane=Lane.RED, visits_by=None) == 0
        assert await work.visits.of_message(message.id) == []


async def test_a_person_with_two_chats_needs_no_visit_while_one_of_them_works(town: Town) -> None:
    await town.linked(cast.LIN)
    person = await town.person(cast.LIN[0])
    async with town.house.works.write() as work:
        await work.contacts.add(Contact(town.house.ids.new(), person.id, "telegram", BOT, "second", "en"))
    message = await warned(town, person)
    deliveries = town.house.services.deliveries
    first, second = await deliveries.claim()
    await deliveries.settle([(first, Result(Sent.BLOCKED)), (second, OK)])
    assert await deliveries.tally(message.id) == Tally(sent=1, failed=1, reasons={"blocked": 1})
    assert await deliveries.failures(message.id) == []
    async with town.house.works.read() as work:
        assert await work.visits.of_message(message.id) == []
        assert (await work.deliveries.reached([message.id]))[0] == {second.contact}
        assert {row.state for row in await work.deliveries.after(None, most=9)} == {DeliveryState.SENT, DeliveryState.FAILED}


async def test_whoever_was_held_by_a_dead_process_and_then_never_reached_is_visited(town: Town) -> None:
    await town.linked(cast.LIN)
    message = await warned(town, await town.person(cast.LIN[0]), lasts=timedelta(minutes=10))
    deliveries = town.house.services.deliveries
    await deliveries.claim()
    town.clock.go_on(minutes=10)
    assert await deliveries.claim() == []
    assert await deliveries.tally(message.id) == Tally(failed=1, reasons={"expired": 1})
    async with town.house.works.read() as work:
        assert len(await work.visits.of_message(message.id)) == 1
