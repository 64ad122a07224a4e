"""The watchdog: looks every few seconds whether the house keeps its promises. It runs beside the timetable, which it watches too."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.deliveries import Lane
from domain.watch import LEAST_FREE, MUTE, OF_ITS_OWN, PATIENCE, SAID_BY_ITSELF, Backlog, Late, Trouble, Waiting, Webhook, behind, webhook_late
from services import figures as named
from services.figures import Figures
from services.ports import Clock, Wakeups
from services.watch import Beats, Watch

EVERY = 5.0
HEARTBEAT_EVERY = 60.0
WEBHOOK_EVERY, WEBHOOK_AGAIN, WEBHOOK_FIRST = 180.0, 30.0, 60.0
"""First when the house has had time to tell Telegram its address, then now and then, and sooner while something is wrong."""
DATABASE_SECONDS = 5.0
STUCK_SECONDS = 10.0
CALM = 60.0
"""What was told is called over when it has not been seen for so many seconds."""
RUNG = ("updates", "deliveries")
"""Loops that may sleep for long: they are rung at each look, and whoever is alive turns."""

log = logging.getLogger("mashang.watchdog")


class Desk(Protocol):
    """Telegram's side of the webhook."""

    @property
    def url(self) -> str: ...
    async def ask(self) -> Webhook | None: ...
    async def mend(self) -> bool: ...


class Outside(Protocol):
    async def send(self) -> bool: ...


async def never() -> bool:
    return False


async def alone() -> set[Late]:
    return set()


@dataclass(frozen=True, slots=True)
class Senses:
    """What the watchdog feels besides the queues: the room left, whether Telegram wants nothing, whether Redis is gone, the event loop's worst lag,
    and what is late with the other processes of the house.
    """

    free: Callable[[], Awaitable[int]]
    paused: Callable[[], Awaitable[bool]] = never
    degraded: Callable[[], bool] = lambda: False
    lag: Callable[[], float] = lambda: 0.0
    others: Callable[[], Awaitable[set[Late]]] = alone


class Watchdog:
    """`late` is what is late now. A change is logged once, and told once to those in charge; the heartbeat leaves only while nothing is late."""

    def __init__(
        self, watch: Watch, *, beats: Beats, senses: Senses, clock: Clock, machine: Clock, figures: Figures, wakeups: Wakeups,
        heartbeat: Outside | None = None, desk: Desk | None = None, silence: timedelta = timedelta(minutes=15), tells: bool = True,
    ) -> None:  # fmt: skip
        """`clock` is the house's, in which rows were written; `machine` is the one that the loops turn by."""
        self._watch = watch
        self._beats = beats
        self._senses = senses
        self._clock = clock
        self._machine = machine
        self._figures = figures
        self._wakeups = wakeups
        self._heartbeat = heartbeat
        self._desk = desk
        self._silence = silence
        self._tells = tells
        self._began = clock.now()
        self._before: Backlog | None = None
        self._first_seen: dict[Late, float] = {}
        self._last_seen: dict[Trouble, float] = {}
        self._late: set[Late] = set()
        self._told: set[Trouble] = set()
        self._remembers = False
        self._webhook: set[Late] = set()
        self._next_beat = machine.monotonic()
        self._next_ask = self._next_beat + WEBHOOK_FIRST

    @property
    def late(self) -> list[str]:
        return sorted(str(each) for each in self._late)

    def of_its_own(self) -> list[str]:
        """What the other processes cannot see, in words for them."""
        return sorted({each.trouble.value for each in self._late if each.trouble in OF_ITS_OWN})

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("the watchdog could not look")
            await self._machine.sleep(EVERY)

    async def look(self) -> None:
        """Once: see, judge, say, and send the heartbeat when it is due."""
        backlog, waiting = await self._waiting()
        if backlog is not None:
            await self._ask_telegram(backlog.last_update)
        self._judge(self._beats.late() | await self._around() | waiting | self._webhook)
        self._show(backlog)
        if self._tells and backlog is not None:
            await self._tell(backlog)
        self._before = backlog
        for topic in RUNG:
            self._wakeups.publish(topic)
        await self._beat_outside()

    async def _waiting(self) -> tuple[Backlog | None, set[Late]]:
        """What the database knows, and what is late by it."""
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                backlog = await self._watch.backlog()
                late = behind(backlog, self._before, paused=await self._senses.paused())
                return backlog, late | await self._senses.others()
        except Exception as error:  # noqa: BLE001  whatever it is, the database does not answer; the alarm says so
            log.warning("the database does not answer: %s", type(error).__name__)
            return None, {Late(Trouble.DATABASE)}

    async def _around(self) -> set[Late]:
        found = set()
        free = await self._senses.free()
        self._figures.set(named.DISK_FREE, free)
        if free < LEAST_FREE:
            found.add(Late(Trouble.DISK))
        if self._senses.degraded():
            found.add(Late(Trouble.REDIS))
        if self._senses.lag() > STUCK_SECONDS:
            found.add(Late(Trouble.EVENT_LOOP))
        return found

    async def _ask_telegram(self, last_update: datetime | None) -> None:
        now = self._machine.monotonic()
        if self._desk is None or now < self._next_ask:
            return
        webhook = await self._desk.ask()
        self._next_ask = now + WEBHOOK_EVERY
        if webhook is None:
            return
        last = max(last_update or self._began, self._began)
        self._webhook = webhook_late(webhook, ours=self._desk.url, last_update=last, now=self._clock.now(), silence=self._silence)
        if self._webhook:
            self._next_ask = now + WEBHOOK_AGAIN
        if Late(Trouble.WEBHOOK) in self._webhook and await self._desk.mend():
            await self._watch.webhook_set()

    def _judge(self, seen: set[Late]) -> None:
        now = self._machine.monotonic()
        self._first_seen = {each: self._first_seen.get(each, now) for each in seen}
        self._last_seen |= {each.trouble: now for each in seen}
        late = {each for each, since in self._first_seen.items() if now - since >= PATIENCE.get(each.trouble, 0)}
        for each in sorted(late - self._late):
            log.error("late: %s", each)
        for each in sorted(self._late - late):
            log.warning("well again: %s", each)
        self._late = late

    def _show(self, backlog: Backlog | None) -> None:
        figures, now = self._figures, self._clock.now()
        figures.set(named.LOOKED, now.timestamp())
        figures.set(named.DATABASE_UP, backlog is not None)
        for trouble in Trouble:
            figures.set(named.LATE, any(each.trouble is trouble for each in self._late), trouble.value)
        for what, age in self._beats.ages().items():
            if what.trouble is Trouble.LOOP:
                figures.set(named.LOOP_AGE, age, what.which)
        if backlog is not None:
            show_backlog(figures, backlog)

    async def _tell(self, backlog: Backlog) -> None:
        """Whoever is in charge hears of each kind once, and once that it is over; not through deliveries that are stuck themselves."""
        now = self._machine.monotonic()
        if not self._remembers:
            self._told = {each.trouble for each in await self._watch.still_open()}
            self._last_seen |= {trouble: now for trouble in self._told}
            self._remembers = True
        if any(each.trouble in MUTE for each in self._late):
            return
        kinds = {each.trouble: each for each in sorted(self._late, reverse=True) if each.trouble not in SAID_BY_ITSELF}
        for trouble, late in kinds.items():
            if trouble not in self._told:
                await self._watch.tell(late, waiting=count_of(trouble, backlog))
                self._told.add(trouble)
        for trouble in sorted(self._told - set(kinds)):
            if now - self._last_seen[trouble] >= CALM:
                await self._watch.tell(Late(trouble), over=True)
                self._told.discard(trouble)

    async def _beat_outside(self) -> None:
        now = self._machine.monotonic()
        if self._heartbeat is None or self._late or self._first_seen or now < self._next_beat:
            return
        self._next_beat = now + HEARTBEAT_EVERY
        self._figures.count(named.HEARTBEATS, "taken" if await self._heartbeat.send() else "failed")


def count_of(trouble: Trouble, backlog: Backlog) -> Waiting | None:
    """How many wait, where that can be said."""
    return {Trouble.INTAKE: backlog.intake, Trouble.PARKED: Waiting(backlog.parked), Trouble.AUDIT: backlog.audit}.get(trouble)


def show_backlog(figures: Figures, backlog: Backlog) -> None:
    figures.set(named.INTAKE_WAITING, backlog.intake.count)
    figures.set(named.INTAKE_OLDEST, backlog.intake.age(backlog.at).total_seconds())
    figures.set(named.INTAKE_PARKED, backlog.parked)
    figures.set(named.UNCHAINED, backlog.audit.count)
    for lane in Lane:
        waiting = backlog.lanes.get(lane, Waiting())
        figures.set(named.PENDING, waiting.count, lane.name.lower())
        figures.set(named.OLDEST_DUE, waiting.age(backlog.at).total_seconds(), lane.name.lower())
