"""When: the only importer of APScheduler. It owns no truth; a tick that was missed is caught up by the next."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from domain.watch import Late, Trouble
from scheduler.jobs import Job
from services.figures import FAULTS, JOB_RUNS, JOB_SECONDS, JOB_SUCCESS, Figures
from services.ports import Clock
from services.reference import referring
from services.watch import Beats

TURNS, LEAST = 10, 60.0
"""A job is late when it has not succeeded for so many of its intervals, and at least so many seconds."""

log = logging.getLogger("mashang.scheduler")


class Timetable:
    """Runs jobs at their intervals until stopped; a job that faults is logged and runs again next time."""

    def __init__(self, jobs: Sequence[Job], *, clock: Clock, figures: Figures, beats: Beats) -> None:
        """`beats` hears of every success. Each run has a number in the log, like J-0725-100203-17: day, time (UTC), and a count."""
        self._jobs = jobs
        self._clock = clock
        self._figures = figures
        self._beats = beats
        self._counted = itertools.count(1)
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})

    def start(self) -> None:
        for job in self._jobs:
            self._beats.expect(Late(Trouble.JOB, job.name), within=max(LEAST, TURNS * job.every))
            self._scheduler.add_job(self._guarded(job), IntervalTrigger(seconds=job.every, timezone=UTC), id=job.name, name=job.name)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    def _guarded(self, job: Job) -> Callable[[], Awaitable[None]]:
        """The job, with its faults logged under its own name instead of ending the timetable."""

        async def run() -> None:
            loop = asyncio.get_running_loop()
            began, well = loop.time(), True
            with referring(f"J-{self._clock.now():%m%d-%H%M%S}-{next(self._counted)}"):
                try:
                    await job.run()
                except Exception:
                    log.exception("job faulted: %s", job.name)
                    well = False
            self._ran(job, well=well, seconds=loop.time() - began)

        return run

    def _ran(self, job: Job, *, well: bool, seconds: float) -> None:
        self._figures.observe(JOB_SECONDS, seconds, job.name)
        self._figures.count(JOB_RUNS, job.name, "done" if well else "fault")
        if well:
            self._beats.beat(Late(Trouble.JOB, job.name))
            self._figures.set(JOB_SUCCESS, self._clock.now().timestamp(), job.name)
        else:
            self._figures.count(FAULTS, "job")
