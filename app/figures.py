"""Figures for Prometheus: a registry of our own, and the places where the house is counted from outside its rules."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from app.clock import SystemClock
from domain.deliveries import DeliveryState
from domain.gates import GateEvent
from domain.scans import Scan
from services import figures as named
from services.delivery_rows import Settled
from services.figures import Figure, Figures, Shape
from services.intake import FAULTS_BEFORE_PARKING, Received, Seen, Updates
from services.ports import Clock, Work, Works
from storage.engine import DatabaseBusy

if TYPE_CHECKING:
    from app.parts import Parts

PREFIX = "mashang"
MOST_SERIES = 400
"""So many combinations of labels a figure may have; what comes after is counted as `other`. Every set of labels is closed, so none comes near."""
OTHER = "other"


class PrometheusFigures:
    """Keeps what is counted and measured in this process, and writes it as Prometheus reads it."""

    def __init__(self, *, version: str, parts: Collection[str] = ()) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        kinds: dict[Shape, Callable[..., Any]] = {Shape.COUNTER: Counter, Shape.GAUGE: Gauge, Shape.HISTOGRAM: Histogram}
        self._made: dict[str, Any] = {}
        for each in named.ALL:
            buckets = {"buckets": each.buckets} if each.buckets else {}
            self._made[each.name] = kinds[each.shape](each.name, each.said, each.labels, namespace=PREFIX, registry=self._registry, **buckets)
        self._series: dict[tuple[str, ...], Any] = {}
        self.set(named.BUILD, 1, version, "+".join(parts) or "none")

    def count(self, figure: Figure, *labels: str, by: float = 1.0) -> None:
        self._one(figure, labels).inc(by)

    def observe(self, figure: Figure, value: float, *labels: str) -> None:
        self._one(figure, labels).observe(value)

    def set(self, figure: Figure, value: float, *labels: str) -> None:
        self._one(figure, labels).set(value)

    def ask(self, figure: Figure, read: Callable[[], float]) -> None:
        self._made[figure.name].set_function(read)

    def page(self) -> bytes:
        """Everything, in the text format 0.0.4."""
        from prometheus_client import generate_latest

        return generate_latest(self._registry)

    def _one(self, figure: Figure, labels: tuple[str, ...]) -> Any:
        key = (figure.name, *labels)
        found = self._series.get(key)
        if found is None:
            if len(labels) != len(figure.labels):
                raise ValueError(f"{figure.name} has the labels {figure.labels}")
            if labels and sum(name == figure.name for name, *_ in self._series) >= MOST_SERIES:
                return self._made[figure.name].labels(*[OTHER] * len(labels))
            made = self._made[figure.name]
            found = self._series[key] = made.labels(*labels) if labels else made
        return found


Counted = list[tuple[Figure, tuple[str, ...]]]


class CountedRoom:
    """One room of a transaction; what happens in it is noted in `counted`."""

    def __init__(self, room: Any, counted: Counted) -> None:
        self._room = room
        self._counted = counted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._room, name)


class CountedScans(CountedRoom):
    async def add(self, scans: Collection[Scan]) -> None:
        await self._room.add(scans)
        self._counted += [(named.SCANS, (scan.outcome.value, scan.reason.value, scan.purpose.value)) for scan in scans]


class CountedGates(CountedRoom):
    async def add(self, events: Collection[GateEvent]) -> None:
        await self._room.add(events)
        self._counted += [(named.PASSINGS, (event.direction.value, event.outcome.value, event.reason.value)) for event in events]


class CountedDeliveries(CountedRoom):
    """What only goes back to wait is not counted: it has not become anything."""

    async def settle(self, settled: Collection[Settled]) -> None:
        await self._room.settle(settled)
        over = (one for one in settled if one.state is not DeliveryState.PENDING)
        self._counted += [(named.SETTLED, (one.state.value, one.reason or "none")) for one in over]


class CountedWork:
    """One transaction in which three rooms count."""

    def __init__(self, work: Work, counted: Counted) -> None:
        self._work = work
        self.scans = CountedScans(work.scans, counted)
        self.gates = CountedGates(work.gates, counted)
        self.deliveries = CountedDeliveries(work.deliveries, counted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)


class CountedWorks:
    """Transactions, timed; verdicts and results, counted when they are durable. The rules do not know."""

    def __init__(self, works: Works, *, figures: Figures, clock: Clock) -> None:
        self._works = works
        self._figures = figures
        self._clock = clock

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        began = self._clock.monotonic()
        async with self._works.read() as work:
            yield work
        self._figures.observe(named.TRANSACTIONS, self._clock.monotonic() - began, "read")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        began = self._clock.monotonic()
        counted: Counted = []
        try:
            async with self._works.write() as work:
                yield cast(Work, CountedWork(work, counted))
        except DatabaseBusy:
            self._figures.count(named.BUSY)
            raise
        self._figures.observe(named.TRANSACTIONS, self._clock.monotonic() - began, "write")
        for figure, labels in counted:
            self._figures.count(figure, *labels)


class CountedUpdates:
    """The intake, counted."""

    def __init__(self, updates: Updates, *, figures: Figures) -> None:
        self._updates = updates
        self._figures = figures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._updates, name)

    async def receive(self, bot: int, updates: Sequence[Received]) -> int:
        new = await self._updates.receive(bot, updates)
        self._figures.count(named.UPDATES_RECEIVED, by=new)
        return new

    async def done(self, update: UUID, **more: Any) -> None:
        await self._updates.done(update, **more)
        self._figures.count(named.UPDATES_ANSWERED, "done")

    async def fault(self, update: UUID, *, reference: str, **more: Any) -> int:
        faults = await self._updates.fault(update, reference=reference, **more)
        self._figures.count(named.FAULTS, "chat")
        if faults >= FAULTS_BEFORE_PARKING:
            self._figures.count(named.UPDATES_ANSWERED, "parked")
        return faults


class LookedAt:
    """The intake of whoever answers."""

    def __init__(self, updates: Updates, looked: Callable[[], object]) -> None:
        self._updates = updates
        self._looked = looked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._updates, name)

    async def look(self, bot: int, **more: Any) -> Seen:
        found = await self._updates.look(bot, **more)
        self._looked()
        return found


def looked_at(updates: Updates, looked: Callable[[], object]) -> Updates:
    """The same intake; `looked` hears of every look at what waits."""
    return cast(Updates, LookedAt(updates, looked))


def counted(parts: "Parts", figures: Figures) -> "Parts":
    """The same parts, counted and timed; by the machine's clock, since it is about the machine."""
    figures.ask(named.REDIS_DEGRADED, lambda: float(getattr(parts.wakeups, "degraded", False)))
    works = CountedWorks(parts.works, figures=figures, clock=SystemClock())
    return replace(parts, works=works, updates=cast(Updates, CountedUpdates(parts.updates, figures=figures)))
