"""Who acts. Every use case is told `by=`, and asks it for the right before it does anything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.access import Grant, May, NotYours, allowed
from domain.glass import OPENS
from domain.people import NotRegistered
from domain.places import within

OPERATOR = frozenset({May.GRANT, May.KEYS, May.ISSUE_CODE, May.REVOKE_CODE, May.PRINT, May.EXPORT, May.READ_AUDIT, May.SEE_BOARD, May.ENROL_DEVICE})

SERVING = (May.ADMIT, May.TICK, May.MUSTER, May.VERIFY_PASS)


@dataclass(slots=True)
class Pane:
    """Somebody's open break-glass within one request: until when, over which areas, and what it gave that no grant gives.

    `written`: a row of the audit log says so already.
    """

    id: UUID
    until: datetime
    drill: bool
    areas: tuple[str, ...]
    gave: set[May] = field(default_factory=set)
    written: bool = False

    def gives(self, may: May, *, now: datetime) -> bool:
        return may in OPENS and now < self.until


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at an entrance. `person` is None for a stranger and for the operator at the command line.

    `address` is where the answer goes (a chat id); `rights` are held without a grant (the operator's only); `factor` is by what they
    are known at this moment (domain.sessions.Factor), "" where nobody asked; `pane` is an open break-glass.
    """

    via: str
    person: UUID | None = None
    name: str = ""
    area: str | None = None
    grants: tuple[Grant, ...] = ()
    language: str = "zh_CN"
    contact: UUID | None = None
    bot: int = 0
    address: str = ""
    rights: frozenset[May] = frozenset()
    factor: str = ""
    pane: Pane | None = field(default=None, compare=False)

    @classmethod
    def operator(cls) -> "Actor":
        """The person at the server's own command line."""
        return cls(via="cli", rights=OPERATOR)

    @classmethod
    def system(cls) -> "Actor":
        """The house itself: jobs that only finish what a person has ordered."""
        return cls(via="system")

    def can(self, may: May, *, now: datetime, area: str | None = None, place: UUID | None = None) -> bool:
        """By right, by grant, or by an open break-glass; what only the last gives in a certain place is remembered as its doing."""
        if may in self.rights or allowed(self.grants, may, now=now, area=area, place=place):
            return True
        if self.pane is None or not self.pane.gives(may, now=now):
            return False
        if area is not None or place is not None:
            self.pane.gave.add(may)
        return True

    def serves(self, *, now: datetime) -> bool:
        """Whether they may scan or tick anywhere at all."""
        return any(self.can(may, now=now) for may in SERVING)

    def must(self, may: May, *, now: datetime, area: str | None = None, place: UUID | None = None) -> None:
        """Refuses with `NotYours` unless a living grant, or an open break-glass, gives `may` in this scope."""
        if not self.can(may, now=now, area=area, place=place):
            raise NotYours(may=may.value)
        if self.pane is not None and may not in self.rights and not allowed(self.grants, may, now=now, area=area, place=place):
            self.pane.gave.add(may)

    def must_in_all(self, may: May, areas: Iterable[str], *, now: datetime) -> None:
        for area in areas:
            self.must(may, now=now, area=area)

    def registered(self) -> UUID:
        """The person who acts; refuses a stranger."""
        if self.person is None:
            raise NotRegistered()
        return self.person

    def posts(self, may: May, *, now: datetime) -> list[UUID]:
        """The places where a living grant gives `may`, in the order they were granted."""
        return [g.place for g in self.grants if g.place is not None and g.holds(now=now) and g.gives(may, area=None, place=g.place)]

    def areas_for(self, may: May, *, now: datetime) -> list[str]:
        """The areas whose whole subtree a living grant, or an open break-glass, opens for `may`."""
        own = [g.area for g in self.grants if g.place is None and g.area is not None and g.holds(now=now) and g.gives(may, area=g.area, place=None)]
        if self.pane is None or not self.pane.gives(may, now=now):
            return own
        more = [area for area in self.pane.areas if not any(within(area, scope) for scope in own)]
        if more:
            self.pane.gave.add(may)
        return own + more
