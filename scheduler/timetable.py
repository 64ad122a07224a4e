"""When: the only importer of APScheduler. It owns no truth; a tick that was missed is caught up by the next."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.jobs import Job

log = logging.getLogger("mashang.scheduler")


class Timetable:
    """Runs jobs at their intervals until stopped; a job that faults is logged and runs again next time."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})

    def start(self) -> None:
        for job in self._jobs:
            self._scheduler.add_job(guarded(job), IntervalTrigger(seconds=job.every, timezone=UTC), id=job.name, name=job.name)
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


def guarded(job: Job) -> Callable[[], Awaitable[None]]:
    """The job, with its faults logged under its own name instead of ending the timetable."""

    async def run() -> None:
        try:
            await job.run()
        except Exception:
            log.exception("job faulted: %s", job.name)

    return run
