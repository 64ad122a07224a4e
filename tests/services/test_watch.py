"""Whoever is in charge hears of an alarm: once an hour for each kind, and that it is over."""

from domain.access import Role
from domain.deliveries import Delivery, Subject
from domain.watch import Late, Trouble, Waiting
from services.actors import Actor
from services.deliveries import Result, Sent
from services.watch import Beats
from tests import cast
from tests.fakes.clock import FakeClock
from tests.houses import Town

JOB = Late(Trouble.JOB, "chain the audit log")
PARKED = Late(Trouble.PARKED)


async def alarms(town: Town) -> list[Delivery]:
    """What is sent now."""
    claimed = await town.house.services.deliveries.claim()
    await town.house.services.deliveries.settle([(one, Result(Sent.OK, 1)) for one in claimed])
    return [one for one in claimed if one.message.subject is Subject.ALARM]


async def in_charge(town: Town) -> set[object]:
    """Mallory runs the server, an officer is on duty; a warden has a chat too, and hears nothing."""
    await town.house.services.grants.give((await town.person(cast.MALLORY[0])).id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    await town.linked(cast.WARDEN)
    return {(await town.linked(who)).person for who in (cast.OFFICER, cast.MALLORY)}


async def test_officers_on_duty_and_administrators_are_told_once_and_that_it_is_over(town: Town) -> None:
    people, watch = await in_charge(town), town.house.services.watch
    assert await watch.tell(JOB)
    assert await watch.still_open() == {Late(Trouble.JOB)}
    told = await alarms(town)
    assert {one.person for one in told} == people
    assert {(one.message.fields["trouble"], one.message.fields["which"], one.message.fields["over"]) for one in told} == {("job", JOB.which, "")}
    town.clock.go_on(minutes=1)
    assert await watch.tell(JOB, over=True)
    assert {(one.person, one.message.fields["over"]) for one in await alarms(town)} == {(person, "yes") for person in people}
    assert await watch.still_open() == set()


async def test_of_one_kind_they_hear_at_most_once_an_hour_also_over_the_full_hour(town: Town) -> None:
    await in_charge(town)
    watch = town.house.services.watch
    town.clock.go_on(minutes=59)
    assert await watch.tell(PARKED, waiting=Waiting(2))
    town.clock.go_on(minutes=2)
    assert not await watch.tell(PARKED, waiting=Waiting(3))
    assert await watch.tell(JOB)
    town.clock.go_on(minutes=59)
    assert await watch.tell(PARKED, waiting=Waiting(3))
    assert [one.message.fields["count"] for one in await alarms(town) if one.message.fields["trouble"] == "parked"] == ["3", "3"]


async def test_an_alarm_that_nobody_could_send_for_an_hour_is_not_sent_late(town: Town) -> None:
    await in_charge(town)
    await town.house.services.watch.tell(JOB)
    town.clock.go_on(hours=1)
    assert await alarms(town) == []


async def test_that_the_webhook_was_set_again_is_on_record(town: Town) -> None:
    await town.house.services.watch.webhook_set()
    async with town.house.works.read() as work:
        last, _ = (await work.audit.all(most=1000))[-1]
    assert (last.action, last.via, last.actor) == ("watch.webhook_set", "system", None)


def test_a_loop_is_late_when_it_has_not_turned_for_as_long_as_it_may_take() -> None:
    clock = FakeClock()
    beats = Beats(clock)
    beats.expect(JOB, within=60)
    clock.go_on(seconds=60)
    assert beats.late() == set()
    clock.go_on(seconds=1)
    assert beats.late() == {JOB}
    assert beats.ages() == {JOB: 61}
    beats.beat(JOB)
    assert beats.late() == set()


def test_a_loop_whose_turn_it_is_not_is_not_late() -> None:
    clock, ours = FakeClock(), [False]
    beats = Beats(clock)
    beats.expect(JOB, within=60, only=lambda: ours[0])
    clock.go_on(seconds=600)
    assert beats.late() == set()
    ours[0] = True
    clock.go_on(seconds=59)
    assert beats.late() == set()
    clock.go_on(seconds=2)
    assert beats.late() == {JOB}
