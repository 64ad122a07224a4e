"""Sites 作业场所: where people work behind a gate, with the rule that the gate holds to, and how long somebody may be inside."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Unknown
from domain.text import N_

LONGEST_STAY = timedelta(hours=12)
ASK_BEFORE = timedelta(hours=1)


class SiteState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Site:
    """A place of work. `opens` and `closes` are local times of the office; both or neither; a site that closes after midnight opens later than it closes.

    `longest` is the longest stay that is believed without a new proof: then somebody is asked, and then put out and shown apart.
    """

    id: UUID
    name: str
    area: str
    firm: str
    address: str
    manager: UUID | None = None
    needs_registered: bool = True
    needs_trained: bool = False
    opens: time | None = None
    closes: time | None = None
    longest: timedelta = LONGEST_STAY
    state: SiteState = SiteState.OPEN

    @property
    def asked_before(self) -> timedelta:
        """How long before the end of the longest stay somebody is asked."""
        return min(ASK_BEFORE, self.longest / 2)

    def takes_in(self, local: time) -> bool:
        """Whether the gate is open at this local time; a site without hours always is."""
        if self.opens is None or self.closes is None:
            return True
        if self.opens <= self.closes:
            return self.opens <= local < self.closes
        return local >= self.opens or local < self.closes


class SiteUnknown(Unknown):
    code = "site_unknown"
    text = N_("No such site.")
