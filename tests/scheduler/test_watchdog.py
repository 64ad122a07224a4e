"""The watchdog says what is late, once; tells those in charge, unless they cannot be told; and the heartbeat leaves only while all is well."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from app.figures import PrometheusFigures
from domain.audit import AuditRow
from domain.deliveries import Delivery
from domain.watch import LEAST_FREE, Late, Trouble, Webhook
from scheduler.watchdog import CALM, HEARTBEAT_EVERY, WEBHOOK_EVERY, WEBHOOK_FIRST, Senses, Watchdog
from services.intake import Received
from services.watch import Beats, Watch
from tests import cast
from tests.houses import BOT, Town
from tests.services.test_watch import alarms

JOB = Late(Trouble.JOB, "a job")
OURS = "https://ls.example.org/telegram/1"


@dataclass
class World:
    """The machine around the house."""

    room: int = 10 * LEAST_FREE
    silent: bool = False
    degraded: bool = False
    lag: float = 0.0
    sent: int = 0
    url: str = OURS
    says: Webhook | None = None
    mended: int = 0
    around: set[Late] = field(default_factory=set)

    async def others(self) -> set[Late]:
        return self.around

    async def free(self) -> int:
        return self.room

    async def paused(self) -> bool:
        return self.silent

    async def send(self) -> bool:
        self.sent += 1
        return True

    async def ask(self) -> Webhook | None:
        return self.says

    async def mend(self) -> bool:
        self.mended += 1
        self.says = Webhook(OURS, 0)
        return True


class Broken(Watch):
    """A watch whose database is gone."""

    def __init__(self) -> None: ...

    async def backlog(self) -> Any:
        raise OSError("no route to host")


@dataclass
class Kennel:
    """A watchdog over a town."""

    town: Town
    dog: Watchdog
    beats: Beats
    world: World
    figures: PrometheusFigures = field(default_factory=lambda: PrometheusFigures(version="1"))

    async def looks(self, *, after: float = 5.0) -> list[str]:
        self.town.clock.go_on(seconds=after)
        await self.dog.look()
        return self.dog.late

    async def alarms(self) -> list[Delivery]:
        return await alarms(self.town)


async def kennel(town: Town, *, watch: Watch | None = None, hooked: bool = False) -> Kennel:
    world, beats, figures = World(), Beats(town.clock), PrometheusFigures(version="1")
    senses = Senses(free=world.free, paused=world.paused, degraded=lambda: world.degraded, lag=lambda: world.lag, others=world.others)
    dog = Watchdog(
        watch or town.house.services.watch, beats=beats, senses=senses, clock=town.clock, machine=town.clock, figures=figures, wakeups=town.house.wakeups,
        heartbeat=world, desk=world if hooked else None,
    )  # fmt: skip
    await town.linked(cast.OFFICER)
    await town.house.services.audit.chain()
    return Kennel(town, dog, beats, world, figures)


async def test_the_heartbeat_leaves_once_a_minute_while_all_is_well_and_not_otherwise(town: Town) -> None:
    here = await kennel(town)
    for _ in range(3):
        assert await here.looks(after=HEARTBEAT_EVERY / 2) == []
    assert here.world.sent == 2
    here.world.room = LEAST_FREE - 1
    for _ in range(5):
        assert await here.looks(after=HEARTBEAT_EVERY) == ["disk"]
    assert here.world.sent == 2
    here.world.room = 10 * LEAST_FREE
    assert await here.looks(after=HEARTBEAT_EVERY) == []
    assert here.world.sent == 3


async def test_a_job_that_does_not_succeed_is_said_once_told_once_and_called_over_when_it_is_calm(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    here = await kennel(town)
    here.beats.expect(JOB, within=60)
    for _ in range(3):
        await here.looks(after=30)
    assert here.dog.late == ["job: a job"]
    assert [record.getMessage() for record in caplog.records if record.name == "mashang.watchdog"] == ["late: job: a job"]
    (alarm,) = await here.alarms()
    assert (alarm.message.fields["trouble"], alarm.message.fields["which"]) == ("job", "a job")
    assert b'mashang_late{trouble="job"} 1.0' in here.figures.page()
    here.beats.beat(JOB)
    assert await here.looks() == []
    assert await here.alarms() == []
    here.beats.beat(JOB)
    await here.looks(after=CALM)
    (over,) = await here.alarms()
    assert over.message.fields["over"] == "yes"
    assert [record.levelno for record in caplog.records if record.name == "mashang.watchdog"] == [logging.ERROR, logging.WARNING]


async def test_a_short_mishap_is_no_alarm(town: Town) -> None:
    here = await kennel(town)
    here.world.degraded = True
    assert await here.looks() == []
    assert await here.looks() == []
    here.world.degraded = False
    await here.looks()
    here.world.degraded = True
    await here.looks()
    assert await here.looks(after=10) == []
    assert await here.looks() == ["redis"]


async def test_while_deliveries_are_stuck_nobody_is_told_and_afterwards_they_are(town: Town) -> None:
    here = await kennel(town)
    here.world.silent = True
    here.world.room = LEAST_FREE - 1
    await here.looks()
    assert {one.message.fields["trouble"] for one in await here.alarms()} == {"disk"}
    await here.looks(after=120)
    here.beats.expect(JOB, within=1)
    assert await here.looks() == ["disk", "job: a job", "telegram"]
    assert await here.alarms() == []
    here.world.silent = False
    await here.looks()
    assert {one.message.fields["trouble"] for one in await here.alarms()} == {"job"}


async def test_a_database_that_does_not_answer_is_late_and_does_not_end_the_watch(town: Town) -> None:
    here = await kennel(town, watch=Broken())
    assert await here.looks() == []
    assert await here.looks(after=10) == ["database"]
    assert b"mashang_database_up 0.0" in here.figures.page()
    assert here.world.sent == 0


async def test_what_waits_shows_in_the_figures_and_as_late(town: Town) -> None:
    here = await kennel(town)
    await town.house.updates.receive(BOT, [Received(1, "5", b"{}")])
    async with town.house.works.write() as work:
        await work.audit.add(AuditRow(town.house.ids.new(), town.clock.now(), None, "cli", "x", "y"))
    await here.looks(after=61)
    assert b"mashang_intake_waiting 1.0" in here.figures.page()
    assert b"mashang_intake_oldest_seconds 61.0" in here.figures.page()
    assert await here.looks(after=15) == ["audit", "intake"]


async def test_an_alarm_of_a_process_that_is_gone_is_called_over_by_the_next_one(town: Town) -> None:
    here = await kennel(town)
    here.world.room = 0
    await here.looks()
    assert len(await here.alarms()) == 1
    after = await kennel(town)
    await after.looks(after=1)
    assert await after.alarms() == []
    await after.looks(after=CALM)
    (over,) = await after.alarms()
    assert (over.message.fields["trouble"], over.message.fields["over"]) == ("disk", "yes")


async def test_the_heartbeat_of_one_process_stops_for_a_part_that_is_missing_and_for_trouble_that_another_one_has(town: Town) -> None:
    here = await kennel(town)
    for around, heard in (({Late(Trouble.PART, "delivery")}, {"part"}), ({Late(Trouble.ELSEWHERE, "7: job")}, set())):
        here.world.around = around
        await here.looks()
        sent = here.world.sent
        assert await here.looks(after=HEARTBEAT_EVERY) == [str(late) for late in around]
        assert here.world.sent == sent
        assert {one.message.fields["trouble"] for one in await here.alarms()} == heard
        assert here.dog.of_its_own() == []
        here.world.around = set()
        await here.looks(after=CALM)
        await here.looks(after=CALM)
        await here.alarms()
        assert here.world.sent > sent


async def test_a_process_says_to_the_others_what_only_it_can_know(town: Town) -> None:
    here = await kennel(town)
    here.beats.expect(JOB, within=1)
    here.world.room = 0
    async with town.house.works.write() as work:
        await work.audit.add(AuditRow(town.house.ids.new(), town.clock.now(), None, "cli", "x", "y"))
    await here.looks(after=61)
    assert await here.looks(after=15) == ["audit", "disk", "job: a job"]
    assert here.dog.of_its_own() == ["disk", "job"]


@pytest.mark.parametrize("elsewhere", ["", "https://elsewhere.example/1"])
async def test_a_webhook_that_points_elsewhere_is_set_again_and_on_record(town: Town, elsewhere: str) -> None:
    here = await kennel(town, hooked=True)
    here.world.says = Webhook(elsewhere, 0)
    assert await here.looks() == []
    assert await here.looks(after=WEBHOOK_FIRST) == ["webhook"]
    assert here.world.mended == 1
    assert await here.looks(after=30) == []
    async with town.house.works.read() as work:
        assert [row.action for row, _ in await work.audit.all(most=1000)][-1] == "watch.webhook_set"


async def test_silence_with_updates_held_back_is_an_alarm_until_one_comes_and_a_quiet_night_is_none(town: Town) -> None:
    here = await kennel(town, hooked=True)
    here.world.says = Webhook(OURS, 0)
    await here.looks(after=timedelta(hours=8).total_seconds())
    assert here.dog.late == []
    here.world.says = Webhook(OURS, 2, failed_at=town.clock.now())
    assert await here.looks(after=WEBHOOK_EVERY) == ["updates"]
    (alarm,) = await here.alarms()
    assert alarm.message.fields["trouble"] == "updates"
    await town.house.updates.receive(BOT, [Received(1, "5", b"{}")])
    for row in await town.house.updates.waiting(BOT, most=1):
        await town.house.updates.done(row.id)
    assert await here.looks(after=30) == []
