"""Faults on purpose, one wrapper each, to prove that a story notices them; only with a Bot API server on loopback."""

import itertools
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from domain.deliveries import Delivery
from domain.gates import GateEvent, GateOutcome, Passed
from domain.rollcall import How, MemberEvent
from domain.scans import Outcome, Purpose, Scan
from services.intake import Hand, Received, Updates
from services.ports import Work, Works
from services.presence import project
from services.rollcall import refold

if TYPE_CHECKING:
    from app.nursery import Nursery
    from app.parts import Parts

EVERY_SCAN = 7
EVERY_PASSING = 3
EVERY_UPDATE = 11
LATE_SECONDS = 5.0
TWICE_AFTER = timedelta(minutes=2)


class NoSuchSabotage(Exception):
    """The setting names a fault that nobody wrote."""


class Instead:
    """Something with a few of its attributes replaced; all others are the original's."""

    def __init__(self, whole: Any, **others: object) -> None:
        self._whole = whole
        self.__dict__.update(others)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)


def instead(work: Work, **rooms: dict[str, object]) -> Work:
    """The same transaction, with methods of some of its repositories replaced."""
    spoilt = {room: Instead(getattr(work, room), **methods) for room, methods in rooms.items()}
    return cast(Work, Instead(work, **spoilt))


class SpoiltWorks:
    """Transactions in which `spoil` had its hands; reading is honest."""

    def __init__(self, works: Works, *, spoil: Callable[[Work], Work]) -> None:
        self._works = works
        self._spoil = spoil

    def read(self) -> AbstractAsyncContextManager[Work]:
        return self._works.read()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        async with self._works.write() as work:
            yield self._spoil(work)


def drop_scan(parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """Every 7th accepted scan is answered, but neither the scan nor its event is stored; at gates every 3rd passing is not."""
    counted, passed = itertools.count(1), itertools.count(1)

    def spoil(work: Work) -> Work:
        dropped: set[UUID] = set()

        async def add(scans: Collection[Scan]) -> None:
            dropped.update(scan.id for scan in scans if counts(scan) and next(counted) % EVERY_SCAN == 0)
            await work.scans.add([scan for scan in scans if scan.id not in dropped])

        async def add_events(events: Collection[MemberEvent]) -> None:
            await work.members.add_events([event for event in events if event.scan not in dropped])

        async def add_passings(events: Collection[GateEvent]) -> None:
            await work.gates.add([event for event in events if event.outcome is not GateOutcome.ACCEPTED or next(passed) % EVERY_PASSING])

        return instead(work, scans={"add": add}, members={"add_events": add_events}, gates={"add": add_passings})

    return replace(parts, works=SpoiltWorks(parts.works, spoil=spoil))


def counts(scan: Scan) -> bool:
    return scan.outcome is Outcome.ACCEPTED and scan.purpose is not Purpose.REPORTED_SAFE


class LateWorks:
    """Scans and their events, and what passes a gate, are committed seconds after somebody was answered; a kill in between loses them."""

    def __init__(self, parts: "Parts", *, nursery: "Nursery") -> None:
        self._works = parts.works
        self._clock = parts.clock
        self._nursery = nursery

    def read(self) -> AbstractAsyncContextManager[Work]:
        return self._works.read()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        late: list[Scan] = []
        told: list[MemberEvent] = []
        passed: list[GateEvent] = []

        async with self._works.write() as work:

            async def add(scans: Collection[Scan]) -> None:
                late.extend(scans)

            async def add_events(events: Collection[MemberEvent]) -> None:
                told.extend(event for event in events if event.scan is not None)
                await work.members.add_events([event for event in events if event.scan is None])

            async def add_passings(events: Collection[GateEvent]) -> None:
                passed.extend(events)

            yield instead(work, scans={"add": add}, members={"add_events": add_events}, gates={"add": add_passings})
        if late or passed:
            self._nursery.spawn(self._store(late, told, passed), name="late commit")

    async def _store(self, scans: Sequence[Scan], events: Sequence[MemberEvent], passed: Sequence[GateEvent]) -> None:
        await self._clock.sleep(LATE_SECONDS)
        async with self._works.write() as work:
            await work.scans.add(scans)
            await work.members.add_events(events)
            await refold(work, {event.member for event in events})
            await work.gates.add(passed)
            for event in passed:
                if event.outcome is GateOutcome.ACCEPTED:
                    await project(work, event)


def late_commit(parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """What was scanned, at a shelter or at a gate, is committed seconds after the answer."""
    return replace(parts, works=LateWorks(parts, nursery=nursery))


def count_twice(parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """Every 7th accepted scan is taken for two: what arrived once is stored under a second key too, minutes later, where no rule calls it a repeat."""
    counted = itertools.count(1)

    def spoil(work: Work) -> Work:
        async def add(scans: Collection[Scan]) -> None:
            twice = [scan for scan in scans if counts(scan) and next(counted) % EVERY_SCAN == 0]
            again = [
                replace(scan, id=parts.ids.derived(str(scan.id), "twice"), client_key=f"{scan.client_key} again", at_effective=scan.at_effective + TWICE_AFTER)
                for scan in twice
            ]
            await work.scans.add([*scans, *again])

        return instead(work, scans={"add": add})

    return replace(parts, works=SpoiltWorks(parts.works, spoil=spoil))


class TwiceUpdates(Instead):
    """An update counts as done only when it was answered a second time."""

    def __init__(self, updates: Updates) -> None:
        super().__init__(updates)
        self._once: set[UUID] = set()

    async def done(self, update: UUID, *, hand: Hand | None = None, last: bool = False) -> None:
        if update in self._once:
            await self._whole.done(update, hand=hand, last=last)
        elif hand is not None and last:
            await self._whole.release([hand.lane], holder=hand.holder)
        self._once.add(update)


def double_send(parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """Deliveries are handed to the sender twice, and every answer is given twice."""

    def spoil(work: Work) -> Work:
        async def claim(*, now: datetime, until: datetime, most: int) -> list[Delivery]:
            return 2 * await work.deliveries.claim(now=now, until=until, most=most)

        return instead(work, deliveries={"claim": claim})

    return replace(parts, works=SpoiltWorks(parts.works, spoil=spoil), updates=cast(Updates, TwiceUpdates(parts.updates)))


def tick_as_scan(parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """What a warden says to have seen or spoken, and who pressed a button at a gate, is stored as if it had been scanned."""

    def spoil(work: Work) -> Work:
        async def add_events(events: Collection[MemberEvent]) -> None:
            ticks = (How.SAW, How.SPOKE)
            told = [replace(e, how=How.SCAN) if e.scan is None and e.how in ticks else e for e in events]
            await work.members.add_events(told)

        async def add_passings(events: Collection[GateEvent]) -> None:
            await work.gates.add([replace(event, how=Passed.SCAN) if event.how is Passed.BUTTON else event for event in events])

        return instead(work, members={"add_events": add_events}, gates={"add": add_passings})

    return replace(parts, works=SpoiltWorks(parts.works, spoil=spoil))


class LosingUpdates(Instead):
    """Every 11th update is confirmed to Telegram and forgotten."""

    async def receive(self, bot: int, updates: Sequence[Received]) -> int:
        return cast(int, await self._whole.receive(bot, [one for one in updates if one.update_id % EVERY_UPDATE]))


def lose_update(parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """Every 11th update is gone."""
    return replace(parts, updates=cast(Updates, LosingUpdates(parts.updates)))


FAULTS = {
    "drop-scan": drop_scan,
    "late-commit": late_commit,
    "count-twice": count_twice,
    "double-send": double_send,
    "tick-as-scan": tick_as_scan,
    "lose-update": lose_update,
}


def apply(name: str, parts: "Parts", *, nursery: "Nursery") -> "Parts":
    """The parts with this fault in them; NoSuchSabotage when nobody wrote it."""
    if name not in FAULTS:
        raise NoSuchSabotage(f"MASHANG_LAB_SABOTAGE: {name} is not one of {', '.join(FAULTS)}")
    return FAULTS[name](parts, nursery=nursery)
