"""A loop that does not come back is noticed from outside, with the place where it stands."""

import asyncio
import logging
import re
import threading

import pytest

from app.figures import PrometheusFigures
from app.pulse import Pulse
from tests.waiting import until

EVERY = 0.02


class Told(logging.Handler):
    """Hears of the first line from whichever thread."""

    def __init__(self) -> None:
        super().__init__()
        self.first = threading.Event()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.first.set()


def a_blocking_call(told: Told) -> None:
    """Stands still until somebody notices."""
    assert told.first.wait(30)


async def test_a_loop_that_stands_still_is_said_once_with_its_place_and_that_it_came_back() -> None:
    told, figures = Told(), PrometheusFigures(version="1")
    logging.getLogger("mashang.watchdog").addHandler(told)
    pulse = Pulse(figures=figures, every=EVERY, patience=5)
    pulse.start()
    try:
        a_blocking_call(told)
        await until(lambda: len(told.lines) > 1)
        assert "a_blocking_call" in told.lines[0]
        assert "test_pulse.py" in told.lines[0]
        assert "came back" in told.lines[1]
        assert pulse.worst() > 5 * EVERY / 2
        assert b"mashang_event_loop_lag_seconds_count" in figures.page()
    finally:
        pulse.stop()
        logging.getLogger("mashang.watchdog").removeHandler(told)


async def test_a_loop_that_turns_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    figures = PrometheusFigures(version="1")
    pulse = Pulse(figures=figures, every=EVERY, patience=2000)
    pulse.start()
    await until(lambda: (found := re.search(rb"mashang_event_loop_lag_seconds_count (\S+)", figures.page())) is not None and float(found[1]) >= 5)
    pulse.stop()
    await asyncio.sleep(0)
    assert not [record for record in caplog.records if record.name == "mashang.watchdog"]
