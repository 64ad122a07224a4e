"""When something is due: now, once, or again and again by the wall clock of the office, with or without holidays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import Invalid
from domain.text import N_

HORIZON = timedelta(days=3 * 366)
"""How far ahead a run is looked for; what does not fire within it never fires."""
WORKDAYS = (1, 2, 3, 4, 5)


class Repeat(StrEnum):
    NOW = "now"
    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class DayKind(StrEnum):
    """What the State Council's calendar makes of a day: off, or a weekend day that is worked (调休)."""

    OFF = "off"
    WORK = "work"


Holidays = Mapping[date, DayKind]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`at` is the instant of ONCE; `clock` the wall time of the others; `weekdays` are 1 (Monday) to 7; `start` and `end` are local days, both included.

    A month without `day` is passed over. With `but_holidays` a day off has no run; from Monday to Friday, a weekend day that is worked has one.
    """

    repeat: Repeat
    at: datetime | None = None
    clock: time | None = None
    weekdays: tuple[int, ...] = ()
    day: int | None = None
    start: date | None = None
    end: date | None = None
    but_holidays: bool = False

    @property
    def skips_months(self) -> bool:
        """Whether some months have no run because they are too short."""
        return self.repeat is Repeat.MONTHLY and self.day is not None and self.day > 28

    @property
    def again(self) -> bool:
        return self.repeat in (Repeat.DAILY, Repeat.WEEKLY, Repeat.MONTHLY)

    def falls_on(self, day: date, holidays: Holidays) -> bool:
        kind = holidays.get(day) if self.but_holidays else None
        if kind is DayKind.OFF:
            return False
        match self.repeat:
            case Repeat.DAILY:
                return True
            case Repeat.WEEKLY:
                return day.isoweekday() in self.weekdays or (kind is DayKind.WORK and tuple(sorted(self.weekdays)) == WORKDAYS)
            case Repeat.MONTHLY:
                return day.day == self.day
            case _:
                return False

    def next_runs(self, after: datetime, *, zone: ZoneInfo, holidays: Holidays, most: int = 5) -> list[datetime]:
        """The next runs later than `after`, in UTC, strictly increasing; fewer when it ends before, none when it never fires."""
        if self.repeat is Repeat.NOW:
            return []
        if self.repeat is Repeat.ONCE:
            return [self.at.astimezone(UTC)] if self.at is not None and self.at > after else []
        found: list[datetime] = []
        for run in self._runs(after, zone, holidays):
            if run > (found[-1] if found else after):
                found.append(run)
            if len(found) == most:
                break
        return found

    def _runs(self, after: datetime, zone: ZoneInfo, holidays: Holidays) -> Iterator[datetime]:
        """From the day before `after` (its run may be later because clocks were put forward over midnight)."""
        today = after.astimezone(zone).date()
        day = max(today - timedelta(days=1), self.start or date.min)
        last = min(self.end or date.max, min(date.max - HORIZON, max(today, self.start or today)) + HORIZON)
        while day <= last and self.clock is not None:
            if self.falls_on(day, holidays):
                yield instant(day, self.clock, zone)
            day += timedelta(days=1)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time, in UTC. Of an hour that comes twice the first; one that is left out is as much later as clocks were put forward."""
    return datetime.combine(day, clock, tzinfo=zone).replace(fold=0).astimezone(UTC)


def written(schedule: Schedule) -> dict[str, Any]:
    """As JSON; `read` makes the same schedule of it."""
    return {
        "repeat": schedule.repeat.value, "at": schedule.at.astimezone(UTC).isoformat() if schedule.at else None,
        "clock": schedule.clock.isoformat() if schedule.clock else None, "weekdays": list(schedule.weekdays), "day": schedule.day,
        "start": schedule.start.isoformat() if schedule.start else None, "end": schedule.end.isoformat() if schedule.end else None,
        "but_holidays": schedule.but_holidays,
    }  # fmt: skip


def read(said: Mapping[str, Any]) -> Schedule:
    return Schedule(
        Repeat(said["repeat"]), datetime.fromisoformat(said["at"]) if said.get("at") else None,
        time.fromisoformat(said["clock"]) if said.get("clock") else None, tuple(said.get("weekdays") or ()), said.get("day"),
        date.fromisoformat(said["start"]) if said.get("start") else None, date.fromisoformat(said["end"]) if said.get("end") else None,
        bool(said.get("but_holidays")),
    )  # fmt: skip


def checked(schedule: Schedule, *, now: datetime, zone: ZoneInfo, holidays: Holidays) -> Schedule:
    """The schedule, refused when its time is past or when it never fires."""
    if schedule.repeat is Repeat.NOW:
        return schedule
    if schedule.repeat is Repeat.ONCE and schedule.at is not None and schedule.at <= now:
        raise SchedulePast()
    if schedule.end is not None and schedule.end < now.astimezone(zone).date():
        raise SchedulePast()
    if not schedule.next_runs(now, zone=zone, holidays=holidays, most=1):
        raise ScheduleNeverFires()
    return schedule


def typed_day(text: str, *, today: date) -> date | None:
    """2026-11-23, 11-23 or 11/23 (the next one to come), also 2026年11月23日, 今天, 明天; None for anything else."""
    if (ahead := DAYS_AHEAD.get(text.strip().casefold())) is not None:
        return today + timedelta(days=ahead)
    parts = [part for part in text.strip().translate(DAY_SIGNS).split("-") if part]
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) not in (2, 3):
        return None
    numbers = [int(part) for part in parts]
    try:
        if len(numbers) == 3:
            return date(*numbers)
        near = [date(year, *numbers) for year in range(today.year, today.year + 9) if _is_day(year, *numbers)]
    except ValueError:
        return None
    return next((day for day in near if day >= today), None)


DAY_SIGNS = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": None})


def typed_day_of_month(text: str) -> int | None:
    """15, 15日, 15号; None for what no month has."""
    said = text.strip().rstrip("日号").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 2 and 1 <= int(said) <= 31 else None


def typed_days(text: str, *, today: date) -> tuple[date | None, date] | None:
    """A last day, or a first and a last one; None for anything else."""
    typed = text.replace("~", " ").replace("—", " ").split()
    start = typed_day(typed[0], today=today) if len(typed) == 2 else None
    end = typed_day(typed[-1], today=start or today) if 1 <= len(typed) <= 2 else None
    return (start, end) if end is not None and (len(typed) == 1 or start is not None) else None


COLON = "[:\uff1a]"
CLOCK = re.compile(
    rf"(凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚)?\s*([0-9]{{1,2}})(?:{COLON}([0-9]{{1,2}})(?:{COLON}([0-9]{{1,2}}))?|[点时](?:(半)|整|([0-9]{{1,2}})分?)?)"
)
AFTERNOON = frozenset({"下午", "傍晚", "晚上", "今晚"})
BEFORE_DAWN, NOON, HALF_PAST = "凌晨", "中午", 30
DAYS_AHEAD = {"今天": 0, "明天": 1, "后天": 2, "today": 0, "tomorrow": 1}


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def typed_clock(text: str) -> time | None:
    """7:30, 07:30, 19:05:30, 8点, 8点半, 下午3点20分; None for anything else."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    part, hour = found[1], int(found[2])
    if (part in AFTERNOON and 1 <= hour < 12) or (part == NOON and 1 <= hour <= 2):
        hour += 12
    minute, second = (HALF_PAST if found[5] else int(found[3] or found[6] or 0)), int(found[4] or 0)
    fits = hour < 24 and minute < 60 and second < 60 and not (hour <= 12 and part in AFTERNOON) and (hour, part) != (12, BEFORE_DAWN)
    return time(hour, minute, second) if fits else None


def typed_instant(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """`+15` (minutes from now), `18:30` (the next time it is 18:30), `明天 8点`, `11-23 18:30`, `2026-11-23 18:30`; None for anything else."""
    said = text.strip()
    today = now.astimezone(zone).date()
    if said.startswith("+") and said[1:].isascii() and said[1:].isdigit() and len(said) <= 5:
        return now + timedelta(minutes=int(said[1:]))
    if clock := typed_clock(said):
        here = instant(today, clock, zone)
        return here if here > now else instant(today + timedelta(days=1), clock, zone)
    if ahead := next((word for word in DAYS_AHEAD if said.casefold().startswith(word)), ""):
        clock = typed_clock(said[len(ahead) :])
        return instant(today + timedelta(days=DAYS_AHEAD[ahead]), clock, zone) if clock else None
    words: Sequence[str] = said.split()
    clock = typed_clock(words[-1]) if len(words) > 1 else None
    day = typed_day(" ".join(words[:-1]), today=today) if clock else None
    return instant(day, clock, zone) if day and clock else None


class SchedulePast(Invalid):
    code = "schedule_past"
    text = N_("This time is past. Choose a later one.")


class ScheduleNeverFires(Invalid):
    code = "schedule_never_fires"
    text = N_("This schedule never comes to a run. Look at its days, its end and the holidays.")


class TimeNotRead(Invalid):
    code = "time_not_read"
    text = N_("This is not a time. Examples: 18:30, tomorrow 8:00, 11-23 18:30, +15 (in 15 minutes).")


class ClockNotRead(Invalid):
    code = "clock_not_read"
    text = N_("This is not a time of day. Examples: 07:30, 18:30.")


class DayNotRead(Invalid):
    code = "day_not_read"
    text = N_("This is not a day. Examples: 11-23, 2026-11-23.")


class DayOfMonthNotRead(Invalid):
    code = "day_of_month_not_read"
    text = N_("This is not a day of a month. Type a number from 1 to 31.")
