"""How far the list of revoked codes has got: what was revoked, and what the newest signed list knows of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LISTED_AFTER_END: Final = timedelta(days=1)
"""A revoked code stays in the list until its end and a day beyond, so that no slow clock ever takes it for good."""
SIGN_EVERY: Final = timedelta(minutes=4)
"""How old the newest list may become before it is signed anew; five minutes are promised."""
OLD: Final = timedelta(minutes=10)
"""A list that is older than this is a fault of the office, and said."""


@dataclass(frozen=True, slots=True)
class Published:
    """`changes` counts what was revoked, `covered` how much of it stands in the newest list; `reserved` is the highest number given to any list."""

    changes: int = 0
    covered: int = 0
    reserved: int = 0
    sequence: int = 0
    issued_at: datetime | None = None
    signed_by: str = ""

    def due(self, *, now: datetime, key: str) -> bool:
        """Whether a new list has to be signed by `key`: for a change, for its age, or for another key."""
        if self.issued_at is None or self.changes > self.covered or self.signed_by != key:
            return True
        return not timedelta(0) <= now - self.issued_at < SIGN_EVERY

    def next_number(self, *, now: datetime) -> int:
        """Above every number given before; and not below the second it is given in, so that a database from a backup does not go back."""
        return max(self.reserved + 1, int(now.timestamp()))
