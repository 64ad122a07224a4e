"""What read models hand to the entrances: numbers and lines, already masked, ready to be shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.rollcall import Grade, Happening, How


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One village (or grid) in one order. listed = proven + not_yet_safe, always; walk-ins are counted apart."""

    area: str
    listed: int
    proven: int
    reported: int
    not_yet_safe: int
    needs_help: int
    walk_ins: int
    walk_ins_safe: int
    at_shelter: int
    with_relatives: int
    safe_elsewhere: int
    verify: int
    by_scan: int
    by_answer: int
    by_tick: int


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member as the projection tells it, before masking. `seen_at` are the shelters where they were seen too close together to be a move."""

    member: UUID
    person: UUID
    area: str
    household: UUID
    responsible: UUID | None
    walk_in: bool
    safe: bool
    needs_help: bool
    verify: bool
    whereabouts: Happening | None
    grade: Grade | None
    how: How | None
    at: datetime | None
    by: UUID | None
    place: UUID | None
    note: str
    reported: Happening | None
    seen_at: tuple[UUID, ...] = ()
