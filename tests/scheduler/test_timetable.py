"""Jobs run, fault and run again; each success is heard, each run has a number in the log."""

import logging
from collections.abc import Awaitable, Callable

import pytest

from app.clock import SystemClock
from app.figures import PrometheusFigures
from domain.watch import Late, Trouble
from scheduler.jobs import Job
from scheduler.timetable import Timetable
from services.reference import IN_HAND
from services.watch import Beats
from tests.fakes.clock import FakeClock
from tests.waiting import until


async def running(run: Callable[[], Awaitable[object]], *, ended: Callable[[], bool], clock: FakeClock, figures: PrometheusFigures) -> Beats:
    beats = Beats(clock)
    timetable = Timetable([Job("a job", 0.01, run)], clock=SystemClock(), figures=figures, beats=beats)
    timetable.start()
    clock.go_on(seconds=100)
    try:
        await until(ended)
    finally:
        timetable.stop()
    return beats


async def test_a_job_that_succeeds_is_heard_and_has_a_number() -> None:
    numbers: list[str] = []
    figures = PrometheusFigures(version="1")

    async def run() -> None:
        numbers.append(IN_HAND.get())

    beats = await running(run, ended=lambda: len(numbers) > 1, clock=FakeClock(), figures=figures)
    assert beats.late() == set()
    assert numbers[0].startswith("J-")
    assert len(set(numbers)) == len(numbers)
    assert b'mashang_job_runs_total{job="a job",result="done"}' in figures.page()


async def test_a_job_that_always_faults_is_late_and_says_so_under_its_number(caplog: pytest.LogCaptureFixture) -> None:
    figures = PrometheusFigures(version="1")

    class Noted(logging.Handler):
        numbers: list[str] = []

        def emit(self, record: logging.LogRecord) -> None:
            self.numbers.append(IN_HAND.get())

    noted = Noted()
    logging.getLogger("mashang.scheduler").addHandler(noted)

    async def run() -> None:
        raise RuntimeError

    try:
        beats = await running(run, ended=lambda: b'result="fault"' in figures.page(), clock=FakeClock(), figures=figures)
    finally:
        logging.getLogger("mashang.scheduler").removeHandler(noted)
    assert beats.late() == {Late(Trouble.JOB, "a job")}
    assert noted.numbers[0].startswith("J-")
    assert "job faulted: a job" in caplog.text
