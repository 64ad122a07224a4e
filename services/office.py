"""What this office is: facts from the settings that use cases need."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.pins import Box

CODE_LASTS = timedelta(days=3 * 365)
CONSENT_VERSION = "2026-1"


@dataclass(frozen=True, slots=True)
class Office:
    """One emergency-management office. `drill_only` marks a demo or training office: everything in it is a drill.

    `bounds` is where pins of reports may lie (50 km around included); None = the box around every coordinate that is known.
    """

    issuer: str
    drill_only: bool = False
    language: str = "zh_CN"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    bounds: Box | None = None

    def day(self, now: datetime) -> str:
        """The local day as people write it in a number: 1123. It comes again every year, and a number never does: they go on from the last."""
        return now.astimezone(self.zone).strftime("%m%d")

    def local_day(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()

    def midnight(self, now: datetime) -> datetime:
        """The instant at which the local day of `now` began."""
        return now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
