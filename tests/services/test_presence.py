"""Who is inside: asked before the end, ended and shown apart when nobody answers, told to the manager once in a while."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import Grant, NotYours, Role
from domain.deliveries import Delivery, Subject
from domain.gates import Direction, GateEvent, GateOutcome, GateReason, Passed, Stay, fold
from domain.scans import Via
from domain.sites import SiteUnknown
from domain.workers import WorkerUnknown
from services.actors import Actor
from services.presence import project
from tests import cast
from tests.gatehouse import NO_PHONE, TRAINED, UNTRAINED, Gatehouse, a_gatehouse
from tests.houses import Town

OUT, STILL = Direction.OUT, Direction.STILL
START = datetime(2026, 7, 25, tzinfo=UTC)
SITES = [UUID(int=1), UUID(int=2), UUID(int=3)]
SOMEBODY = UUID(int=9)


@pytest.fixture
async def gate(town: Town) -> Gatehouse:
    return await a_gatehouse(town)


async def sent(gate: Gatehouse, *subjects: Subject) -> list[Delivery]:
    claimed = await gate.town.house.services.deliveries.claim(most=100)
    return [delivery for delivery in claimed if delivery.message.subject in subjects]


async def looked_after(gate: Gatehouse, **later: float) -> int:
    gate.town.clock.go_on(**later)
    return await gate.town.house.services.presence.look_after()


async def test_somebody_is_asked_an_hour_before_the_longest_stay_and_once(gate: Gatehouse) -> None:
    worker = await gate.town.linked(TRAINED)
    await gate.attempt(worker, "1")
    assert await looked_after(gate, hours=10, minutes=59) == 0
    assert await looked_after(gate, minutes=1) == 1
    assert await looked_after(gate, minutes=1) == 0
    (asked,) = await sent(gate, Subject.SITE_ASKED)
    assert (asked.person, asked.message.about) == (worker.person, gate.yard.id)


async def test_yes_is_a_new_proof_and_the_stay_goes_on(gate: Gatehouse) -> None:
    worker = await gate.town.linked(TRAINED)
    await gate.attempt(worker, "1")
    await looked_after(gate, hours=11)
    gate.town.clock.go_on(minutes=30)
    assert (await gate.attempt(worker, "2", direction=STILL)).outcome is GateOutcome.ACCEPTED
    assert await looked_after(gate, hours=1) == 0
    assert await looked_after(gate, hours=10) == 1
    count = await gate.town.house.services.presence.on_site(gate.yard.id, by=await gate.manager())
    (line,) = count.inside
    assert line.stay.last_proof == START + timedelta(hours=13, minutes=30)
    assert line.stay.asked_at == gate.town.clock.now()


async def test_without_an_answer_the_stay_ends_and_stands_apart_and_the_manager_is_told_once(gate: Gatehouse) -> None:
    await gate.town.linked(cast.KEEPER)
    for who in (TRAINED, NO_PHONE):
        await gate.attempt(await gate.worker(who), who[0])
    await looked_after(gate, hours=11)
    assert await looked_after(gate, hours=1) == 2
    count = await gate.town.house.services.presence.on_site(gate.yard.id, by=await gate.manager())
    assert (len(count.inside), len(count.auto_closed), count.doubtful) == (0, 2, 2)
    await looked_after(gate, minutes=30)
    await looked_after(gate, minutes=1)
    asked_for, left = await sent(gate, Subject.SITE_ASKED, Subject.SITE_LEFT)
    assert [(each.message.subject, each.message.fields["count"]) for each in (asked_for, left)] == [(Subject.SITE_ASKED, "2"), (Subject.SITE_LEFT, "2")]


async def test_nobody_is_put_out_unasked_also_after_an_outage(gate: Gatehouse) -> None:
    worker = await gate.town.linked(TRAINED)
    await gate.attempt(worker, "1")
    assert await looked_after(gate, hours=30) == 1
    assert await gate.inside() == [worker.person]
    assert await looked_after(gate, minutes=59) == 0
    assert await looked_after(gate, minutes=1) == 1
    assert await gate.inside() == []


async def test_a_scan_after_an_automatic_end_asks_which_way(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    await gate.attempt(worker, "1")
    await looked_after(gate, hours=11)
    await looked_after(gate, hours=1)
    gate.town.clock.go_on(minutes=40)
    asked = await gate.attempt(worker, "2")
    assert (asked.outcome, asked.reason) == (GateOutcome.ASK, GateReason.WAS_CLOSED)
    left = await gate.attempt(worker, "3", direction=OUT)
    assert left.since is not None and left.at - left.since == timedelta(hours=12, minutes=40)
    async with gate.town.house.works.read() as work:
        (stay,) = await work.gates.stays()
    assert (stay.left_at, stay.left_how) == (left.at, Passed.BUTTON)


async def test_a_late_yes_opens_the_stay_again_and_a_late_i_left_corrects_it(gate: Gatehouse) -> None:
    worker = await gate.worker(TRAINED)
    await gate.attempt(worker, "1")
    await looked_after(gate, hours=11)
    await looked_after(gate, hours=2)
    assert await gate.inside() == []
    await gate.attempt(worker, "2", direction=STILL)
    assert await gate.inside() == [worker.person]
    await looked_after(gate, hours=11)
    await looked_after(gate, hours=1)
    at = gate.town.clock.now() - timedelta(hours=3)
    await gate.attempt(worker, "3", direction=OUT, at=at)
    async with gate.town.house.works.read() as work:
        (stay,) = await work.gates.stays()
    assert (stay.left_at, stay.left_how) == (at, Passed.BUTTON)


async def test_a_headcount_is_for_who_may_muster_there(gate: Gatehouse) -> None:
    presence = gate.town.house.services.presence
    manager = await gate.manager()
    assert {site.name for site, _ in await presence.sites(by=manager)} == {gate.yard.name, gate.quarry.name}
    for nobody in (await gate.worker(TRAINED), Actor(via="chat"), await gate.town.actor(cast.OTHER_OFFICER)):
        assert await presence.sites(by=nobody) == []
        with pytest.raises(NotYours):
            await presence.on_site(gate.yard.id, by=nobody)
        with pytest.raises(NotYours):
            await presence.find(gate.yard.id, TRAINED[0], by=nobody)
    anywhere = Grant(UUID(int=5), SOMEBODY, Role.SAFETY_OFFICER, None, None, None)
    with pytest.raises(SiteUnknown):
        await presence.on_site(UUID(int=1), by=Actor(via="chat", person=SOMEBODY, grants=(anywhere,)))


async def test_a_guard_finds_workers_by_part_of_the_name_and_anybody_by_phone(gate: Gatehouse) -> None:
    presence, manager = gate.town.house.services.presence, await gate.manager()
    assert [person.name for person, _ in await presence.find(gate.yard.id, "无机", by=manager)] == [NO_PHONE[0]]
    assert [person.name for person, worker in await presence.find(gate.yard.id, "139 0578 0011", by=manager) if worker] == [UNTRAINED[0]]
    assert [worker for _, worker in await presence.find(gate.yard.id, cast.OFFICER[1] or "", by=manager)] == [None]
    for nothing in ("", "王小娥", "   ", "x" * 500, "%"):
        with pytest.raises(WorkerUnknown):
            await presence.find(gate.yard.id, nothing, by=manager)


class Memory:
    """The gate's rows in memory: what `project` needs of them."""

    def __init__(self) -> None:
        self.events: list[GateEvent] = []
        self.kept: list[Stay] = []
        self.gates = self

    async def last_stay(self, person: UUID, *, began_before: datetime) -> Stay | None:
        before = [stay for stay in self.kept if stay.entered_at < began_before]
        return max(before, key=lambda stay: (stay.entered_at, stay.id), default=None)

    async def accepted(self, person: UUID, *, since: datetime | None = None) -> list[GateEvent]:
        return [event for event in self.events if since is None or event.at_effective >= since]

    async def replace(self, person: UUID, fresh: Iterable[Stay], *, since: datetime | None) -> None:
        self.kept = [stay for stay in self.kept if since is not None and stay.entered_at < since] + list(fresh)


def event(number: int, direction: Direction, site: int, minute: int, basis: int) -> GateEvent:
    at = START + timedelta(minutes=minute)
    return GateEvent(
        UUID(int=100 + number), f"{number:03}", b"", SITES[site], SOMEBODY, direction, Via.CHAT, Passed.BUTTON, GateOutcome.ACCEPTED, GateReason.OK,
        at, at, None, False, basis=START + timedelta(minutes=basis) if direction is Direction.AUTO_CLOSE else None,
    )  # fmt: skip


HAPPENED = st.lists(st.tuples(st.sampled_from(Direction), st.integers(0, 2), st.integers(0, 12), st.integers(0, 12)), max_size=14)


@given(HAPPENED, st.randoms(use_true_random=False))
async def test_stays_are_the_fold_of_the_events_in_any_order_of_arrival(happened: list[tuple[Direction, int, int, int]], chance: Any) -> None:
    events = [event(number, *each) for number, each in enumerate(happened)]
    arriving = list(events)
    chance.shuffle(arriving)
    memory = Memory()
    for one in arriving:
        memory.events.append(one)
        await project(memory, one)  # type: ignore[arg-type]
    assert sorted(memory.kept, key=lambda stay: (stay.entered_at, stay.id)) == sorted(fold(events), key=lambda stay: (stay.entered_at, stay.id))


@given(HAPPENED)
async def test_nobody_is_ever_in_two_places(happened: list[tuple[Direction, int, int, int]]) -> None:
    stays = fold(event(number, *each) for number, each in enumerate(happened))
    for stay, following in pairwise(stays):
        assert stay.left_at is not None
        assert stay.entered_at <= stay.left_at <= following.entered_at
    assert sum(stay.inside for stay in stays) <= 1
