"""Time that a story can move, and ids that never repeat or go back."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import LabClock, LabTime, SystemClock, SystemIds

NOON = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
REAL = NOON.timestamp()
ROOT = Path(__file__).parents[2]
Setting = Callable[..., None]

ASK = """
import sys
from pathlib import Path
from app.clock import LabClock
print(LabClock(Path(sys.argv[1])).now().isoformat())
"""


class Wall:
    """The machine's clock, held still."""

    def __init__(self) -> None:
        self.seconds = REAL

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


@pytest.fixture
def setting(file: Path) -> Setting:
    """Writes the clock's file in one step, as a story does."""

    def write(**said: object) -> None:
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(said))
        beside.replace(file)

    write(offset_seconds=0, rate=1, base=REAL)
    return write


def test_the_system_clock_is_aware_and_runs() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.now() <= clock.now()
    assert clock.monotonic() <= clock.monotonic()


async def test_sleeping_for_no_time_or_less_comes_back() -> None:
    await SystemClock().sleep(0)
    await SystemClock().sleep(-5)


def test_a_story_moves_the_time_forward(file: Path, setting: Setting) -> None:
    clock = LabClock(file, real=Wall())
    assert clock.now() == NOON
    setting(offset_seconds=3600, rate=1, base=REAL)
    assert clock.now() == NOON + timedelta(hours=1)
    assert clock.monotonic() == 3600


def test_time_can_run_faster(file: Path, setting: Setting) -> None:
    wall = Wall()
    setting(offset_seconds=60, rate=600, base=REAL)
    clock = LabClock(file, real=wall)
    wall.seconds += 2
    assert clock.now() == NOON + timedelta(seconds=60 + 1200)
    assert clock.monotonic() == 1200


def test_a_clock_set_back_shows_the_old_time_but_waits_go_on(file: Path, setting: Setting) -> None:
    wall = Wall()
    clock = LabClock(file, real=wall)
    setting(offset_seconds=100, rate=1, base=REAL)
    assert clock.monotonic() == 100
    setting(offset_seconds=-50, rate=1, base=REAL)
    assert clock.now() == NOON - timedelta(seconds=50)
    assert clock.monotonic() == 100
    wall.seconds += 5
    assert clock.monotonic() == 105


def test_two_processes_see_the_same_hour(file: Path, setting: Setting) -> None:
    setting(offset_seconds=0, rate=0, base=REAL)
    said = subprocess.run([sys.executable, "-c", ASK, str(file)], check=True, capture_output=True, text=True, cwd=ROOT)
    assert datetime.fromisoformat(said.stdout.strip()) == LabClock(file).now() == NOON


async def test_a_sleeper_wakes_when_the_story_jumps_past_its_hour(file: Path, setting: Setting) -> None:
    setting(offset_seconds=0, rate=0, base=REAL)
    clock = LabClock(file)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        sleeper = group.create_task(clock.sleep(24 * 3600))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not sleeper.done()
        setting(offset_seconds=24 * 3600, rate=0, base=REAL)
    assert clock.now() == NOON + timedelta(days=1)


async def test_a_sleeper_in_fast_time_sleeps_short(file: Path, setting: Setting) -> None:
    setting(offset_seconds=0, rate=100_000, base=REAL)
    async with asyncio.timeout(5):
        await LabClock(file).sleep(3600)


async def test_a_frozen_clock_still_lets_nobody_wait_for_nothing(file: Path, setting: Setting) -> None:
    setting(offset_seconds=0, rate=0, base=REAL)
    async with asyncio.timeout(5):
        await LabClock(file).sleep(0)


def test_a_half_written_or_missing_file_changes_nothing(file: Path, setting: Setting) -> None:
    setting(offset_seconds=7, rate=0, base=REAL)
    clock = LabClock(file, real=Wall())
    file.write_text('{"offset_sec')
    assert clock.now() == NOON + timedelta(seconds=7)
    file.unlink()
    assert clock.now() == NOON + timedelta(seconds=7)
    setting(offset_seconds=8, rate=0, base=REAL)
    assert clock.now() == NOON + timedelta(seconds=8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "5",
        '{"rate": -1}',
        '{"rate": "fast"}',
        '{"rate": NaN}',
        '{"base": null}',
        '{"rate": true}',
        '{"speed": 2}',
    ],
)
def test_a_clock_that_makes_no_sense_is_refused_at_the_start(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(ValueError, match=r".+"):
        LabClock(file)


def test_an_empty_setting_is_the_real_time() -> None:
    assert LabTime.parsed("{}").at(REAL) == REAL


def test_ids_are_version_seven_and_always_grow() -> None:
    ids = SystemIds(SystemClock().now)
    made = [ids.new() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {id.version for id in made} == {7}
    assert {id.variant for id in made} == {"specified in RFC 4122"}


def test_an_id_tells_when_it_was_made() -> None:
    assert SystemIds(lambda: NOON).new().int >> 80 == int(REAL * 1000)


@given(st.lists(st.integers(-5000, 5000), min_size=2, max_size=40))
def test_ids_grow_even_when_the_clock_stands_still_or_goes_back(steps: list[int]) -> None:
    moments = iter([NOON + timedelta(milliseconds=step) for step in steps])
    ids = SystemIds(lambda: next(moments))
    made = [ids.new() for _ in steps]
    assert made == sorted(set(made))


def test_ten_thousand_ids_of_one_millisecond_are_different_and_ordered() -> None:
    ids = SystemIds(lambda: NOON)
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(id.version == 7 for id in made)


def test_a_derived_id_is_always_the_same_and_never_the_same_for_two_things() -> None:
    ids = SystemIds(lambda: NOON)
    key = UUID("018f0000-0000-7000-8000-000000000001")
    assert ids.derived("update 7", "scan") == UUID("24973fdb-27d3-8090-88ce-5bef650671ec")
    assert ids.derived(key, "scan") == ids.derived(str(key), "scan")
    assert ids.derived(key, "scan").version == 8
    assert len({ids.derived("a", "bc"), ids.derived("ab", "c"), ids.derived("abc", ""), ids.derived("", "abc")}) == 4


def test_one_time_codes_have_so_many_digits() -> None:
    ids = SystemIds(lambda: NOON)
    codes = [ids.digits(6) for _ in range(2000)]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(set(codes)) > 1900
    assert len(ids.random_bytes(12)) == 12
    assert ids.random_bytes(12) != ids.random_bytes(12)
