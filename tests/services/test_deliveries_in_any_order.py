"""Whatever the loops, the leases and Telegram do: each target is in exactly one state, and what is sent stays sent."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.deliveries import Delivery, DeliveryState, Lane, Message, Subject
from domain.people import Contact
from services.deliveries import LEASE, Result, Sent
from tests.houses import Town, a_town

TARGETS = 5
CLAIM, SETTLE, WAIT = "claim", "settle", "wait"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(CLAIM), st.integers(1, 3)),
        st.tuples(st.just(SETTLE), st.integers(0, 5), st.sampled_from(list(Sent))),
        st.tuples(st.just(WAIT), st.sampled_from([1, 20, 31, 700])),
    ),
    max_size=30,
)


async def told(town: Town) -> UUID:
    """A message to five contacts."""
    ids, now = town.house.ids, town.clock.now()
    message = Message(ids.new(), Subject.ORDER_LIFTED, ids.new(), False, now)
    person = await town.person("叶建国")
    async with town.house.works.write() as work:
        await work.deliveries.add_message(message)
        for number in range(TARGETS):
            contact = Contact(ids.new(), person.id, "telegram", 1, str(number), "zh_CN")
            await work.contacts.add(contact)
            await work.deliveries.add(message.id, [(ids.new(), contact.id, Lane.RED)], at=now)
    return message.id


async def tally(town: Town, message: UUID) -> dict[DeliveryState, int]:
    async with town.house.works.read() as work:
        return await work.deliveries.tally(message)


async def evening(town: Town, steps: list[tuple[object, ...]]) -> None:
    service, message = town.house.services.deliveries, await told(town)
    hands: list[Delivery] = []
    until: dict[UUID, tuple[int, object]] = {}
    sent: set[UUID] = set()
    for step in steps:
        match step:
            case (str(kind), int(count)) if kind == CLAIM:
                for one in await service.claim(most=count):
                    attempt, end = until.get(one.id, (0, None))
                    assert end is None or town.clock.now() >= end, "claimed under a living lease"  # type: ignore[operator]
                    assert one.attempt == attempt + 1
                    assert one.id not in sent
                    until[one.id] = one.attempt, town.clock.now() + LEASE
                    hands.append(one)
            case (str(kind), int(at), Sent() as result) if kind == SETTLE and hands:
                one = hands.pop(at % len(hands))
                await service.settle([(one, Result(result, message_id=1 if result is Sent.OK else None, after=timedelta(seconds=3)))])
                sent |= {one.id} if result is Sent.OK else set()
                if until[one.id][0] == one.attempt or result is Sent.OK:
                    until[one.id] = until[one.id][0], None
            case (str(kind), int(seconds)) if kind == WAIT:
                town.clock.go_on(seconds=seconds)
        counted = await tally(town, message)
        assert sum(counted.values()) == TARGETS
        assert counted.get(DeliveryState.SENT, 0) == len(sent)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
async def test_sent_failed_pending_and_unknown_are_always_all_targets(steps: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        async with a_town(Path(folder)) as town:
            await evening(town, steps)


async def test_a_late_answer_does_not_take_the_lease_of_whoever_sends_it_again(town: Town) -> None:
    message, service = await told(town), town.house.services.deliveries
    late = await service.claim()
    town.clock.go_on(seconds=31)
    assert len(await service.claim()) == TARGETS
    await service.settle([(one, Result(Sent.UNKNOWN)) for one in late])
    assert await tally(town, message) == {DeliveryState.LEASED: TARGETS}
    assert await service.claim() == []
