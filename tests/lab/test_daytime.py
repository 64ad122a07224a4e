"""The time of a laboratory day, as the house reads it from the file."""

import time
from pathlib import Path

import pytest

from app.clock import LabClock
from lab.daytime import Daytime

HOUR = 3600.0


def test_the_house_reads_the_same_hour_that_the_story_moved_to(tmp_path: Path) -> None:
    daytime = Daytime(tmp_path / "clock.json")
    clock = LabClock(daytime.file)
    assert clock.now().timestamp() == pytest.approx(time.time(), abs=2)
    daytime.move_to(daytime.now() + 12 * HOUR)
    assert clock.now().timestamp() == pytest.approx(time.time() + 12 * HOUR, abs=2)
    assert daytime.now() == pytest.approx(clock.now().timestamp(), abs=2)


def test_it_never_goes_back(tmp_path: Path) -> None:
    daytime = Daytime(tmp_path / "clock.json")
    daytime.move_to(daytime.now() + HOUR)
    before = daytime.now()
    daytime.move_to(before - HOUR)
    assert daytime.now() >= before
