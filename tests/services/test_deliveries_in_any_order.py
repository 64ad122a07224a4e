"""Whatever the loops, the leases and Telegram do: each target is in exactly one state, what is sent stays sent, and whoever was not told is visited."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deliveries import NOT_LOST, Delivery, DeliveryState, Lane, Message, Subject
from domain.people import Contact, Person
from domain.visits import Visit
from services.audience import Audience
from services.chats import Guests
from services.deliveries import LEASE, Result, Sent
from tests import cast
from tests.houses import BOT, Town, a_town

CLAIM, SETTLE, WAIT, CANCEL, EXPIRE, RESTART, AGAIN = "claim", "settle", "wait", "cancel", "expire", "restart", "again"
GOOD_FOR = timedelta(minutes=20)
CHATS = 2
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(CLAIM), st.integers(1, 5)),
        st.tuples(st.just(CLAIM), st.just(99)),
        st.tuples(st.just(SETTLE), st.integers(0, 9), st.sampled_from(list(Sent)), st.booleans()),
        st.tuples(st.just(SETTLE), st.integers(0, 9), st.just(Sent.OK), st.booleans()),
        st.tuples(st.just(WAIT), st.sampled_from([1, 20, 31, 700])),
        st.tuples(st.sampled_from([EXPIRE, RESTART, AGAIN])),
    ),
    max_size=40,
)


@dataclass
class Evening:
    """A warning to five people (one of them with two chats, two with none) and to two groups, and whoever holds copies of it."""

    town: Town
    message: Message
    people: list[Person]
    hands: list[Delivery] = field(default_factory=list)
    leases: dict[UUID, tuple[int, object]] = field(default_factory=dict)
    sent: set[UUID] = field(default_factory=set)
    cancelled: bool = False

    @property
    def audience(self) -> Audience:
        return Audience(clock=self.town.clock, ids=self.town.house.ids)

    async def reach(self, people: list[Person]) -> None:
        async with self.town.house.works.write() as work:
            await self.audience.reach(work, self.message, people, lane=Lane.RED, visits_by=None)

    async def claim(self, most: int) -> None:
        for one in await self.town.house.services.deliveries.claim(most=most):
            attempt, end = self.leases.get(one.id, (0, None))
            assert end is None or self.town.clock.now() >= end, "claimed under a living lease"  # type: ignore[operator]
            assert one.attempt > attempt
            assert one.id not in self.sent
            assert not self.cancelled, "sent after it was cancelled"
            assert one.message.good_until is not None
            assert self.town.clock.now() < one.message.good_until
            self.leases[one.id] = one.attempt, self.town.clock.now() + LEASE
            self.hands.append(one)

    async def settle(self, at: int, sent: Sent, *, asked_to_wait: bool) -> None:
        one = self.hands.pop(at % len(self.hands))
        after = timedelta(seconds=3) if asked_to_wait else None
        result = Result(sent, 1 if sent is Sent.OK else None, after, -100_000 - at if sent is Sent.MIGRATED else None)
        await self.town.house.services.deliveries.settle([(one, result)])
        self.sent |= {one.id} if sent is Sent.OK else set()
        if self.leases[one.id][0] == one.attempt or sent is Sent.OK:
            self.leases[one.id] = self.leases[one.id][0], None

    async def cancel(self) -> None:
        async with self.town.house.works.write() as work:
            await self.audience.withdraw(work, self.message.id)
        self.cancelled = True

    async def restart(self) -> None:
        await self.town.house.services.deliveries.take_back()
        self.leases = {id: (attempt, None) for id, (attempt, _) in self.leases.items()}

    async def holds(self, targets: int) -> None:
        tally = await self.town.house.services.deliveries.tally(self.message.id)
        assert tally.targets == targets
        assert tally.sent == len(self.sent)
        assert sum(tally.reasons.values()) == tally.failed + tally.unknown
        async with self.town.house.works.read() as work:
            rows = [row for row in await work.deliveries.after(None, most=1000) if row.message.id == self.message.id]
            visits = await work.visits.of_message(self.message.id)
        assert len({(row.contact, row.chat, row.person) for row in rows}) == len(rows) == targets
        if not self.cancelled:
            self._everybody_is_told_or_visited(rows, visits)

    def _everybody_is_told_or_visited(self, rows: list[Delivery], visits: list[Visit]) -> None:
        states = {person.id: {row.state for row in rows if row.person == person.id} for person in self.people}
        lost = {person for person, its in states.items() if not its & NOT_LOST}
        told = {person for person, its in states.items() if DeliveryState.SENT in its}
        counted = Counter(visit.person for visit in visits)
        assert set(counted.values()) <= {1}
        assert lost <= set(counted)
        assert {visit.person for visit in visits if visit.open} <= set(states) - told


async def warned(town: Town) -> Evening:
    ids, now = town.house.ids, town.clock.now()
    people = [await town.person(name) for name, _ in (cast.LIN, cast.LIN_WIFE, cast.LIN_SON, cast.GRANNY_HU, cast.YE)]
    async with town.house.works.write() as work:
        for number, person in enumerate((people[0], people[0], people[1], people[2])):
            await work.contacts.add(Contact(ids.new(), person.id, "telegram", BOT, str(number), "zh_CN"))
        message = Message(ids.new(), Subject.ORDER_LIFTED, ids.new(), False, now, good_until=now + GOOD_FOR)
        evening = Evening(town, message, people)
        chats = [await Guests(ids).group(work, bot=BOT, number=-number, language="zh_CN") for number in range(1, CHATS + 1)]
        await evening.audience.reach(work, message, people[:2], lane=Lane.RED, visits_by=None)
        await evening.audience.post(work, message, chats, lane=Lane.RED)
    await evening.reach(people)
    return evening


async def played(town: Town, steps: list[tuple[object, ...]]) -> None:
    evening = await warned(town)
    await evening.holds(6 + CHATS)
    for step in steps:
        match step:
            case (str(kind), int(count)) if kind == CLAIM:
                await evening.claim(count)
            case (str(kind), int(at), Sent() as result, bool(waits)) if kind == SETTLE and evening.hands:
                await evening.settle(at, result, asked_to_wait=waits)
            case (str(kind), int(seconds)) if kind == WAIT:
                town.clock.go_on(seconds=seconds)
            case (str(kind),) if kind == CANCEL:
                await evening.cancel()
            case (str(kind),) if kind == EXPIRE:
                await town.house.services.deliveries.expire()
            case (str(kind),) if kind == RESTART:
                await evening.restart()
            case (str(kind),) if kind == AGAIN:
                await evening.reach(evening.people)
        await evening.holds(6 + CHATS)


@pytest.mark.feature(5)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
async def test_sent_failed_pending_and_unknown_are_all_targets_and_whoever_is_lost_has_one_visit(steps: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            await played(town, steps)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.integers(0, 20))
async def test_what_is_cancelled_in_between_is_counted_too_and_sent_no_more(steps: list[tuple[object, ...]], at: int) -> None:
    with TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            await played(town, [*steps[:at], (CANCEL,), *steps[at:]])


async def test_a_late_answer_does_not_take_the_lease_of_whoever_sends_it_again(town: Town) -> None:
    evening, service = await warned(town), town.house.services.deliveries
    late = await service.claim()
    town.clock.go_on(seconds=31)
    assert len(await service.claim()) == len(late) == 6
    await service.settle([(one, Result(Sent.UNKNOWN)) for one in late])
    tally = await service.tally(evening.message.id)
    assert (tally.pending, tally.failed) == (6, 2)
    assert await service.claim() == []


@pytest.mark.parametrize("how", ["after its lease", "after a restart"])
async def test_a_copy_that_arrived_after_all_ends_the_visit(town: Town, how: str) -> None:
    """The first sender was slow, the second was told that the chat is blocked."""
    evening, service = await warned(town), town.house.services.deliveries
    person = evening.people[2]
    slow = next(one for one in await service.claim() if one.person == person.id)
    if how == "after a restart":
        await service.take_back()
    else:
        town.clock.go_on(seconds=31)
    quick = next(one for one in await service.claim() if one.person == person.id)
    await service.settle([(quick, Result(Sent.BLOCKED))])
    assert person.id in {visit.person for visit in await open_visits(town, evening.message)}
    await service.settle([(slow, Result(Sent.OK, message_id=1))])
    assert person.id not in {visit.person for visit in await open_visits(town, evening.message)}


async def open_visits(town: Town, message: Message) -> list[Visit]:
    async with town.house.works.read() as work:
        return [visit for visit in await work.visits.of_message(message.id) if visit.open]


async def test_a_drill_reaches_only_the_enrolled_and_sends_nobody_to_the_others(town: Town) -> None:
    evening = await warned(town)
    now = town.clock.now()
    drill = Message(town.house.ids.new(), Subject.ORDER_LIFTED, town.house.ids.new(), True, now)
    enrolled = replace(evening.people[3], enrolled=True)
    async with town.house.works.write() as work:
        assert await evening.audience.reach(work, drill, [*evening.people[:3], enrolled], lane=Lane.BLUE, visits_by=None) == 1
        assert [visit.person for visit in await work.visits.of_message(drill.id)] == [enrolled.id]


