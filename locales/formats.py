"""Times, ages and numbers as people read them, in the office's zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal

from domain.text import N_
from locales.catalogue import Catalogue

JUST_NOW = N_("just now")
MINUTES_AGO = N_("{count} min ago")
HOURS_AGO = N_("{count} h ago")


class Formats:
    """How one language writes instants, for one office."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo) -> None:
        self._catalogue = catalogue
        self._zone = zone

    def time(self, at: datetime) -> str:
        """10:02"""
        return format_time(at.astimezone(self._zone), "HH:mm", locale=self._catalogue.language)

    def day_time(self, at: datetime) -> str:
        """7月25日 10:02 / 25 Jul 10:02"""
        pattern = "M月d日 HH:mm" if self._catalogue.language == "zh_CN" else "d MMM HH:mm"
        return format_datetime(at.astimezone(self._zone), pattern, locale=self._catalogue.language)

    def second(self, at: datetime) -> str:
        """7月25日 10:02:07 / 25 Jul 10:02:07: how old a number is, on a screen and on paper."""
        pattern = "M月d日 HH:mm:ss" if self._catalogue.language == "zh_CN" else "d MMM HH:mm:ss"
        return format_datetime(at.astimezone(self._zone), pattern, locale=self._catalogue.language)

    def day(self, day: date) -> str:
        """2026年7月25日 / 25 Jul 2026"""
        return format_date(day, "y年M月d日" if self._catalogue.language == "zh_CN" else "d MMM y", locale=self._catalogue.language)

    def ago(self, at: datetime, *, now: datetime) -> str:
        """How long ago, in the largest unit that is not zero; a day and more is said as a date."""
        age = now - at
        if age < timedelta(minutes=1):
            return self._catalogue.say(JUST_NOW)
        if age < timedelta(hours=1):
            return self._catalogue.say(MINUTES_AGO, count=int(age.total_seconds() // 60))
        if age < timedelta(days=1):
            return self._catalogue.say(HOURS_AGO, count=int(age.total_seconds() // 3600))
        return self.day_time(at)

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self._catalogue.language)
