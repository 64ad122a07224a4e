"""The roll call 清点: from what happened to each person to who is not yet safe (design §4).

A member's standing is a pure function of their events: arrival order, repeats and late uploads change nothing but the picture.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Invalid, Unknown
from domain.text import N_

CLASH = timedelta(minutes=10)
NEXT = timedelta(microseconds=1)


class Happening(StrEnum):
    """What can happen to a member, as the field says it."""

    LISTED = "listed"
    TOLD = "told"
    PERSUADING = "persuading"
    REFUSED = "refused"
    FORCED = "forced"
    MOVING = "moving"
    AT_SHELTER = "at_shelter"
    WITH_RELATIVES = "with_relatives"
    SAFE_ELSEWHERE = "safe_elsewhere"
    NOT_PRESENT = "not_present"
    UNREACHABLE = "unreachable"
    RETURNED = "returned"
    LEFT = "left"
    NEED_HELP = "need_help"
    HELP_CLOSED = "help_closed"
    ANNULLED = "annulled"


class Grade(StrEnum):
    """Only *proven* takes somebody off the list; *reported* is shown beside it."""

    PROVEN = "proven"
    REPORTED = "reported"


class How(StrEnum):
    SCAN = "scan"
    ANSWER = "answer"
    SAW = "saw"
    SPOKE = "spoke"
    HEARD = "heard"
    PAPER = "paper"
    SYSTEM = "system"


SAFE = frozenset({Happening.AT_SHELTER, Happening.WITH_RELATIVES, Happening.SAFE_ELSEWHERE, Happening.NOT_PRESENT, Happening.RETURNED})
UNSAFE = frozenset({Happening.LEFT, Happening.MOVING, Happening.REFUSED, Happening.FORCED})
WHEREABOUTS = SAFE | UNSAFE


@dataclass(frozen=True, slots=True)
class MemberEvent:
    """One thing that happened to one member. `clear` says that the place is known and outside the order's areas."""

    id: UUID
    member: UUID
    kind: Happening
    at_effective: datetime
    at_received: datetime
    how: How
    grade: Grade
    drill: bool
    by: UUID | None = None
    place: UUID | None = None
    note: str = ""
    clear: bool = True
    certain: bool = True
    scan: UUID | None = None
    annuls: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands now, and on what proof. `safe` is the only thing that takes a listed person off the list."""

    safe: bool
    needs_help: bool
    whereabouts: MemberEvent | None
    reported: MemberEvent | None
    verify: bool
    seen_at: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one order's snapshot. Nobody ever leaves it; walk-ins join it and are counted apart."""

    id: UUID
    order: UUID
    drill: bool
    person: UUID
    area: str
    household: UUID
    responsible: UUID | None
    walk_in: bool
    joined_at: datetime
    standing: Standing | None = None


def standing(events: Iterable[MemberEvent], *, lifted_at: datetime | None = None) -> Standing:
    """Fold a member's events, in any order and with any repeats, into where they stand.

    The latest proven whereabouts decide. A later *reported* one changes nothing when it says safe, and puts the person back
    when it says not safe. Help is a second fact: it stays open until a named person closes it, whatever arrives. Where two
    clocks leave the order undecidable, or two events have the same instant, the less safe one wins and `verify` is set.
    """
    told = living(events)
    needs_help = _help_open(told)
    whereabouts = [event for event in told if event.kind in WHEREABOUTS]
    proven = [event for event in whereabouts if event.grade is Grade.PROVEN]
    reported = [event for event in whereabouts if event.grade is Grade.REPORTED]
    weighing = [event for event in whereabouts if event.grade is Grade.PROVEN or _exposed(event, lifted_at=lifted_at)]
    deciding, undecided = _deciding(weighing, lifted_at=lifted_at)
    elsewhere = _clashing(proven)
    beside = reported[-1] if reported and (deciding is None or _order(reported[-1]) > _order(deciding)) else None
    return Standing(
        safe=deciding is not None and not needs_help and _counts(deciding, weighing, lifted_at=lifted_at),
        needs_help=needs_help,
        whereabouts=deciding,
        reported=beside,
        verify=undecided or bool(elsewhere),
        seen_at=elsewhere,
    )


def in_turn(fresh: Iterable[MemberEvent], known: Mapping[UUID, Sequence[MemberEvent]]) -> list[MemberEvent]:
    """The events that are new beside those known by member. What the house dates itself comes after all that it knew of that member,
    also when its clock stands still or was set back; what another clock dates to the past stays there."""
    seen = {event.id for told in known.values() for event in told}
    newest = {member: max(event.at_effective for event in told) for member, told in known.items() if told}
    turned = []
    for event in fresh:
        if event.id in seen:
            continue
        last = newest.get(event.member)
        if last is not None and event.at_received <= event.at_effective <= last:
            event = replace(event, at_effective=last + NEXT)  # noqa: PLW2901
        newest[event.member] = event.at_effective if last is None else max(last, event.at_effective)
        turned.append(event)
    return turned


def living(events: Iterable[MemberEvent]) -> list[MemberEvent]:
    """The events that still stand, each once, in effective order: an annulled one is out, unless its annulment was annulled."""
    known = {event.id: event for event in events}
    against: dict[UUID, list[MemberEvent]] = {}
    for event in known.values():
        if event.kind is Happening.ANNULLED and event.annuls is not None:
            against.setdefault(event.annuls, []).append(event)

    def stands(event: MemberEvent, above: frozenset[UUID]) -> bool:
        if event.id in above:
            return False
        return not any(stands(other, above | {event.id}) for other in against.get(event.id, ()))

    return sorted((event for event in known.values() if stands(event, frozenset())), key=_order)


def _order(event: MemberEvent) -> tuple[datetime, int, UUID]:
    """By instant; what is less safe comes later within one instant, so that it wins."""
    return event.at_effective, _caution(event), event.id


def _caution(event: MemberEvent) -> int:
    if event.kind in UNSAFE or event.kind is Happening.NEED_HELP:
        return 2
    return 1 if event.kind in (Happening.RETURNED, Happening.NOT_PRESENT) or not event.clear else 0


def _exposed(event: MemberEvent, *, lifted_at: datetime | None) -> bool:
    """Whether this says by itself that the person is where nobody should be: not gone, gone back before the lift, or inside the area."""
    match event.kind:
        case Happening.WITH_RELATIVES | Happening.SAFE_ELSEWHERE:
            return not event.clear
        case Happening.RETURNED:
            return lifted_at is None or min(event.at_effective, event.at_received) < lifted_at
        case kind:
            return kind in UNSAFE


def _help_open(told: list[MemberEvent]) -> bool:
    last = next((event for event in reversed(told) if event.kind in (Happening.NEED_HELP, Happening.HELP_CLOSED)), None)
    return last is not None and not (last.kind is Happening.HELP_CLOSED and last.by is not None)


def _deciding(weighing: list[MemberEvent], *, lifted_at: datetime | None) -> tuple[MemberEvent | None, bool]:
    """The whereabouts that count, and whether the clocks left that open."""
    if not weighing:
        return None, False
    last, before = weighing[-1], weighing[:-1]
    if _exposed(last, lifted_at=lifted_at):
        return last, any(event.at_effective == last.at_effective and not _exposed(event, lifted_at=lifted_at) for event in before)
    close = [event for event in before if last.at_effective - event.at_effective <= CLASH and _exposed(event, lifted_at=lifted_at)]
    unsure = [event for event in close if not (event.certain and last.certain)]
    return (unsure[-1], True) if unsure else (last, False)


def _clashing(proven: list[MemberEvent]) -> tuple[UUID, ...]:
    """The places of the newest sightings when two different ones lie too close together to be a move."""
    seen = [event for event in proven if event.kind is Happening.AT_SHELTER and event.place is not None]
    left = [event.at_effective for event in proven if event.kind is Happening.LEFT]
    if not seen:
        return ()
    newest = seen[-1]
    near = {
        event.place: None
        for event in seen
        if newest.at_effective - event.at_effective <= CLASH and not any(event.at_effective <= at <= newest.at_effective for at in left)
    }
    return tuple(place for place in near if place is not None) if len(near) > 1 else ()


def _counts(deciding: MemberEvent, weighing: list[MemberEvent], *, lifted_at: datetime | None) -> bool:
    if deciding.kind is Happening.NOT_PRESENT:
        return _two_people_say_absent(weighing)
    return not _exposed(deciding, lifted_at=lifted_at)


def _two_people_say_absent(weighing: list[MemberEvent]) -> bool:
    """Two different people, one after the other, with no sign of the person between them."""
    saying: set[UUID] = set()
    for event in reversed(weighing):
        if event.kind is not Happening.NOT_PRESENT:
            break
        if event.by is not None:
            saying.add(event.by)
    return len(saying) >= 2


class NotOnList(Unknown):
    code = "not_on_list"
    text = N_("This person is not on the list of an order in force.")


class NoOrderInForce(Conflict):
    code = "no_order_in_force"
    text = N_("There is no order in force here, so nobody needs to be counted.")


class PlaceMissing(Invalid):
    code = "place_missing"
    text = N_("Please say where, in a few words: village, name of the family, or address.")


class NoOpenHelp(Conflict):
    code = "no_open_help"
    text = N_("There is no open call for help.")
