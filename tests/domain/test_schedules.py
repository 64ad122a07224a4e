"""Schedules by the wall clock: no run lost, none doubled, none on a holiday, whatever the zone does with its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.schedules import (
    WORKDAYS,
    DayKind,
    Repeat,
    Schedule,
    ScheduleNeverFires,
    SchedulePast,
    checked,
    instant,
    read,
    typed_clock,
    typed_day,
    typed_day_of_month,
    typed_days,
    typed_instant,
    written,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = [SHANGHAI, *(ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "America/Scoresbysund"))]
NOW = datetime(2026, 7, 25, 2, 0, tzinfo=UTC)
EARLY = datetime(2011, 6, 1, tzinfo=UTC)

clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
moments = st.integers(0, 7_000 * 24 * 60).map(lambda minutes: EARLY + timedelta(minutes=minutes))
calendars = st.dictionaries(st.dates(min_value=date(2011, 1, 1), max_value=date(2033, 12, 31)), st.sampled_from(DayKind), max_size=30)
schedules = st.builds(
    Schedule, st.sampled_from([Repeat.DAILY, Repeat.WEEKLY, Repeat.MONTHLY]), st.none(), clocks,
    st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(lambda days: tuple(sorted(days))), st.integers(1, 31),
    st.none() | st.dates(min_value=date(2011, 1, 1), max_value=date(2032, 1, 1)), st.none() | st.dates(min_value=date(2011, 1, 1), max_value=date(2032, 1, 1)),
    st.booleans(),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(schedules, moments, st.sampled_from(ZONES), calendars)
def test_runs_go_forward_and_honour_start_end_and_holidays(schedule: Schedule, after: datetime, zone: ZoneInfo, holidays: dict[date, DayKind]) -> None:
    runs = schedule.next_runs(after, zone=zone, holidays=holidays)
    assert all(run > after for run in runs)
    assert all(one < two for one, two in pairwise(runs))
    assert len(runs) <= 5
    for run in runs:
        day = next(d for d in days_around(run, zone) if schedule.clock and instant(d, schedule.clock, zone) == run and schedule.falls_on(d, holidays))
        assert schedule.start is None or day >= schedule.start
        assert schedule.end is None or day <= schedule.end
        assert not (schedule.but_holidays and holidays.get(day) is DayKind.OFF)


def days_around(run: datetime, zone: ZoneInfo) -> list[date]:
    return [run.astimezone(zone).date() + timedelta(days=offset) for offset in (-1, 0, 1)]


@settings(max_examples=100, deadline=None)
@given(clocks, moments, st.sampled_from(ZONES))
def test_one_run_for_every_day_that_the_zone_had(clock: time, after: datetime, zone: ZoneInfo) -> None:
    """Daily runs are 23 to 25 hours apart, also over a change of clocks; a day that a zone left out has no run of its own."""
    runs = Schedule(Repeat.DAILY, clock=clock).next_runs(after, zone=zone, holidays={}, most=40)
    gaps = [two - one for one, two in pairwise(runs)]
    assert all(timedelta(hours=22) <= gap <= timedelta(hours=26) for gap in gaps)


@settings(max_examples=60, deadline=None)
@given(schedules, moments, st.sampled_from(ZONES), calendars)
def test_asking_again_from_a_run_gives_the_runs_after_it(schedule: Schedule, after: datetime, zone: ZoneInfo, holidays: dict[date, DayKind]) -> None:
    runs = schedule.next_runs(after, zone=zone, holidays=holidays, most=4)
    if len(runs) > 1:
        assert schedule.next_runs(runs[0], zone=zone, holidays=holidays, most=len(runs) - 1) == runs[1:]


@given(schedules)
def test_a_schedule_is_read_as_it_was_written(schedule: Schedule) -> None:
    assert read(written(schedule)) == schedule


def test_the_hour_that_is_left_out_and_the_hour_that_comes_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    half_past_two = Schedule(Repeat.DAILY, clock=time(2, 30))
    spring = half_past_two.next_runs(datetime(2026, 3, 28, 12, tzinfo=UTC), zone=berlin, holidays={}, most=2)
    assert [f"{run.astimezone(berlin):%d %H:%M}" for run in spring] == ["29 03:30", "30 02:30"]
    autumn = half_past_two.next_runs(datetime(2026, 10, 24, 12, tzinfo=UTC), zone=berlin, holidays={}, most=2)
    assert [f"{run.astimezone(berlin):%d %H:%M}" for run in autumn] == ["25 02:30", "26 02:30"]


def test_months_without_a_31st_are_passed_over_and_that_is_known() -> None:
    last = Schedule(Repeat.MONTHLY, clock=time(8), day=31)
    assert last.skips_months
    assert [run.astimezone(SHANGHAI).month for run in last.next_runs(NOW, zone=SHANGHAI, holidays={})] == [7, 8, 10, 12, 1]
    assert not Schedule(Repeat.MONTHLY, clock=time(8), day=28).skips_months


def test_a_worked_saturday_has_a_run_and_a_holiday_has_none() -> None:
    """国庆: 1 October is off, Saturday 10 October is worked for it."""
    weekdays = Schedule(Repeat.WEEKLY, clock=time(7, 30), weekdays=WORKDAYS, but_holidays=True, start=date(2026, 9, 30))
    holidays = {date(2026, 10, day): DayKind.OFF for day in range(1, 8)} | {date(2026, 10, 10): DayKind.WORK}
    days = [run.astimezone(SHANGHAI).date() for run in weekdays.next_runs(NOW, zone=SHANGHAI, holidays=holidays)]
    assert days == [date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12)]


@pytest.mark.parametrize(
    ("schedule", "refusal"),
    [
        (Schedule(Repeat.ONCE, at=NOW - timedelta(seconds=1)), SchedulePast),
        (Schedule(Repeat.DAILY, clock=time(8), end=date(2026, 7, 24)), SchedulePast),
        (Schedule(Repeat.WEEKLY, clock=time(8), weekdays=(1,), start=date(2026, 7, 28), end=date(2026, 8, 2)), ScheduleNeverFires),
        (Schedule(Repeat.MONTHLY, clock=time(8), day=31, start=date(2026, 9, 1), end=date(2026, 9, 30)), ScheduleNeverFires),
        (Schedule(Repeat.DAILY, clock=time(9), end=date(2026, 7, 25)), ScheduleNeverFires),
        (Schedule(Repeat.WEEKLY, clock=time(8), weekdays=()), ScheduleNeverFires),
    ],
)
def test_what_is_past_or_never_fires_is_refused(schedule: Schedule, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked(schedule, now=NOW, zone=SHANGHAI, holidays={})


@pytest.mark.parametrize(
    ("typed", "said"),
    [("+15", "25 10:15"), ("18:30", "25 18:30"), ("9:05", "26 09:05"), ("18：30", "25 18:30"), ("07-26 08:00", "26 08:00"), ("2026-07-27 6:00", "27 06:00"),
     ("7月26日 8:00", "26 08:00"), ("10:00:30", "25 10:00"), ("8点半", "26 08:30"), ("下午3点20分", "25 15:20"), ("中午12点", "25 12:00"),
     ("今晚8点", "25 20:00"), ("明天 8点", "26 08:00"),
     ("后天早上7时", "27 07:00"), ("tomorrow 8:00", "26 08:00"), ("11-23 下午3点", "23 15:00")],
)  # fmt: skip
def test_times_are_read_as_people_type_them(typed: str, said: str) -> None:
    found = typed_instant(typed, now=NOW, zone=SHANGHAI)
    assert found is not None
    assert f"{found.astimezone(SHANGHAI):%d %H:%M}" == said


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "12:60", "+", "+99999", "13-40 08:00", "02-30 08:00", "8", "32日",
    "晚上12点", "凌晨12点", "明天", "明天早上", "8点70分", "٣:٠٠"])  # fmt: skip
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    assert typed_instant(typed, now=NOW, zone=SHANGHAI) is None


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert typed_day("7/24", today=date(2026, 7, 25)) == date(2027, 7, 24)
    assert typed_day("02-29", today=date(2026, 7, 25)) == date(2028, 2, 29)
    assert typed_day("2026-02-29", today=date(2026, 7, 25)) is None
    assert typed_clock("24:00") is None


def test_days_of_a_month_and_spans_are_read_as_people_type_them() -> None:
    today = date(2026, 7, 25)
    assert [typed_day_of_month(text) for text in ("15", "1日", " 31号", "32日", "0", "٣", "十五", "")] == [15, 1, 31, None, None, None, None, None]
    assert typed_days("明天", today=today) == (None, date(2026, 7, 26))
    assert typed_days("11-01~04-30", today=today) == (date(2026, 11, 1), date(2027, 4, 30))
    assert typed_days("昨天 11-01", today=today) is None
    assert typed_days("", today=today) is None
