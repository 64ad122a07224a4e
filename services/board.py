"""The board 看板: who is not yet safe. Every number opens to its people, every person to who, when and how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.access import May, NotYours
from domain.evacuations import Order, OrderState, OrderUnknown
from domain.people import Person
from domain.places import within
from domain.rollcall import MemberEvent, NotOnList, Standing, living
from services.actors import Actor
from services.board_places import PlaceRow, places_of, turns_at
from services.ports import Clock, Work, Works
from services.readings import BoardRow, MemberLine
from services.rollcall import refold


class Column(StrEnum):
    """The numbers of a row, as they can be opened."""

    LISTED = "listed"
    PROVEN = "proven"
    REPORTED = "reported"
    NOT_YET_SAFE = "not_yet_safe"
    NEEDS_HELP = "needs_help"
    WALK_INS = "walk_ins"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class OrderBoard:
    """One order's rows, with area titles, and the row of sums. `waiting` are listed people whose rows are still being filled in.
    `places` are its shelters; at `turns_at` the board has to be read anew although nothing happened.
    """

    order: Order
    rows: tuple[BoardRow, ...]
    titles: dict[str, str]
    total: BoardRow
    waiting: int
    places: tuple[PlaceRow, ...] = ()
    turns_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A member with the names that a line needs; masked at the edge unless the reader may unmask."""

    line: MemberLine
    name: str
    phone: str | None
    household: str
    responsible: str
    by: str
    place: str
    places: tuple[str, ...] = ()
    """Both shelters of somebody who was seen at two."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a member with who said so and where; `stands` is False once it was annulled."""

    event: MemberEvent
    by: str
    place: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    order: Order
    person: Person
    line: MemberLine
    moments: tuple[Moment, ...]


SUMS = (
    "listed", "proven", "reported", "not_yet_safe", "needs_help", "walk_ins", "walk_ins_safe", "at_shelter", "with_relatives",
    "safe_elsewhere", "verify", "by_scan", "by_answer", "by_tick",
)  # fmt: skip


class Board:
    """Read models of the roll call, cut to what the reader may see."""

    def __init__(self, works: Works, *, clock: Clock) -> None:
        self._works = works
        self._clock = clock

    async def orders(self, *, by: Actor) -> list[Order]:
        """Orders that are out and touch the reader's areas, newest first; drafts are not on the board."""
        now = self._clock.now()
        by.must(May.SEE_BOARD, now=now)
        async with self._works.read() as work:
            everything = await work.orders.all()
            posts = await self._posts(work, by)
        out = [order for order in everything if order.state in (OrderState.ISSUED, OrderState.LIFTED)]
        mine = [order for order in out if self._concerns(by, order, posts)]
        return sorted(mine, key=lambda order: order.issued_at or order.drafted_at, reverse=True)

    async def order(self, order: UUID, *, by: Actor) -> OrderBoard:
        """One row per village, and their sum."""
        by.must(May.SEE_BOARD, now=self._clock.now())
        async with self._works.read() as work:
            found = await self._order(work, order)
            posts = await self._posts(work, by)
            everywhere = await work.members.board(order)
            rows = [row for row in everywhere if self._sees(by, row.area, posts)]
            waiting = max(0, found.listed - sum(row.listed for row in everywhere))
            if waiting and not all(self._sees(by, area, posts) for area in found.areas):
                mine = await work.people.count(self._part(by, found, posts), enrolled_only=found.drill)
                waiting = min(waiting, max(0, mine - sum(row.listed for row in rows)))
            places = [one for one in await places_of(work, found, now=self._clock.now()) if self._sees(by, one.area, posts)]
            areas = await work.areas.many({row.area for row in rows} | {row.area[:9] for row in rows} | set(found.areas))
        if not rows and not self._concerns(by, found, posts):
            raise NotYours()
        titles = {row.area: areas[row.area].called if row.area in areas else row.area for row in rows}
        titles |= {area: areas[area].called for area in found.areas if area in areas}
        rows.sort(key=lambda row: (-row.needs_help, -row.not_yet_safe, row.area))
        turns = turns_at(places, now=self._clock.now())
        return OrderBoard(found, tuple(rows), titles, _total(rows, waiting=waiting), waiting, tuple(places), turns)

    async def people(self, order: UUID, *, by: Actor, area: str | None = None, column: Column = Column.NOT_YET_SAFE) -> list[Line]:
        """The people behind one number. `area` None means all that the reader may see."""
        by.must(May.SEE_PERSON, now=self._clock.now())
        async with self._works.read() as work:
            found = await self._order(work, order)
            posts = await self._posts(work, by)
            if area is not None and not self._sees(by, area, posts, may=May.SEE_PERSON):
                raise NotYours()
            everybody = [line for line in await work.members.lines(order, area=area) if self._sees(by, line.area, posts, may=May.SEE_PERSON)]
            lines = [line for line in everybody if in_column(line, column)]
            if not everybody and not self._concerns(by, found, posts):
                raise NotYours()
            return await self._named(work, lines)

    async def timeline(self, member: UUID, *, by: Actor) -> Timeline:
        """Everything that was said about one member, oldest first, annulled or not."""
        async with self._works.read() as work:
            found = await work.members.get(member)
            if found is None:
                raise NotOnList()
            posts = await self._posts(work, by)
            if not self._sees(by, found.area, posts, may=May.SEE_PERSON):
                raise NotYours()
            order = await self._order(work, found.order)
            person = await work.people.get(found.person)
            line = next((line for line in await work.members.lines(found.order, area=found.area) if line.member == member), None)
            if person is None or line is None:
                raise NotOnList()
            events = (await work.members.events([member])).get(member, [])
            names = {who.id: who.name for who in (await work.people.many({event.by for event in events if event.by})).values()}
            places = await work.shelters.many({event.place for event in events if event.place})
        standing_ids = {event.id for event in living(events)}
        moments = tuple(
            Moment(
                event, names.get(event.by, "") if event.by else "", places[event.place].name if event.place in places else event.note,
                event.id in standing_ids,
            )
            for event in sorted(events, key=lambda event: (event.at_effective, event.id))
        )  # fmt: skip
        return Timeline(order, person, line, moments)

    async def _named(self, work: Work, lines: Sequence[MemberLine]) -> list[Line]:
        wanted = {line.person for line in lines} | {line.by for line in lines if line.by} | {line.responsible for line in lines if line.responsible}
        people = await work.people.many(wanted)
        homes = await work.people.households({line.household for line in lines})
        places = await work.shelters.many({line.place for line in lines if line.place} | {place for line in lines for place in line.seen_at})

        def name(person: UUID | None) -> str:
            return people[person].name if person is not None and person in people else ""

        named = [
            Line(
                line, name(line.person), people[line.person].phone if line.person in people else None,
                homes[line.household].number if line.household in homes else "", name(line.responsible), name(line.by),
                places[line.place].name if line.place in places else line.note,
                tuple(places[place].name for place in line.seen_at if place in places),
            )
            for line in lines
        ]  # fmt: skip
        return sorted(named, key=lambda one: (not one.line.needs_help, one.line.safe, one.line.area, one.household, str(one.line.person)))

    async def _posts(self, work: Work, by: Actor) -> list[str]:
        shelters = await work.shelters.many(by.posts(May.SEE_BOARD, now=self._clock.now()))
        return [shelter.area[:6] for shelter in shelters.values()]

    def _sees(self, by: Actor, area: str, posts: Sequence[str], *, may: May = May.SEE_BOARD) -> bool:
        """By a grant over the area; a keeper sees the county of the own shelter, because people come from anywhere in it."""
        areas = [*by.areas_for(may, now=self._clock.now()), *posts]
        return may in by.rights or any(within(area, scope) for scope in areas)

    def _part(self, by: Actor, order: Order, posts: Sequence[str]) -> list[str]:
        """The areas of an order that the reader sees, each cut to what is seen of it."""
        scopes = [*by.areas_for(May.SEE_BOARD, now=self._clock.now()), *posts]
        pairs = [(area, scope) for area in order.areas for scope in scopes]
        return [area for area, scope in pairs if within(area, scope)] + [scope for area, scope in pairs if within(scope, area) and scope != area]

    def _concerns(self, by: Actor, order: Order, posts: Sequence[str]) -> bool:
        return any(self._sees(by, area, posts) or self._overlaps(by, area) for area in order.areas)

    def _overlaps(self, by: Actor, area: str) -> bool:
        return any(within(scope, area) for scope in by.areas_for(May.SEE_BOARD, now=self._clock.now()))

    async def _order(self, work: Work, order: UUID) -> Order:
        if (found := await work.orders.get(order)) is None:
            raise OrderUnknown()
        return found

    async def rebuild(self, *, by: Actor) -> int:
        """Recompute every standing from the events; returns how many had to change."""
        by.must(May.KEYS, now=self._clock.now())
        changed = 0
        async with self._works.read() as work:
            orders = await work.orders.all()
        for order in orders:
            async with self._works.write() as work:
                members = await work.members.of(order.id)
                fresh = await refold(work, [member.id for member in members])
            before = {member.id: _flags(member.standing) for member in members}
            changed += sum(1 for id, now in fresh.items() if before[id] != _flags(now))
        return changed


def _flags(standing: Standing | None) -> tuple[bool, bool, bool]:
    """What the board counts; nothing said yet counts as not safe."""
    return (standing.safe, standing.needs_help, standing.verify) if standing is not None else (False, False, False)


def in_column(line: MemberLine, column: Column) -> bool:
    """Whether a member is one of those that a number counts."""
    match column:
        case Column.LISTED:
            return not line.walk_in
        case Column.PROVEN:
            return not line.walk_in and line.safe
        case Column.REPORTED:
            return not line.walk_in and not line.safe and line.reported is not None
        case Column.NOT_YET_SAFE:
            return not line.walk_in and not line.safe
        case Column.NEEDS_HELP:
            return line.needs_help
        case Column.WALK_INS:
            return line.walk_in
        case Column.VERIFY:
            return line.verify


def _total(rows: Sequence[BoardRow], *, waiting: int) -> BoardRow:
    total = BoardRow("", *(sum(getattr(row, name) for row in rows) for name in SUMS))
    return replace(total, listed=total.listed + waiting, not_yet_safe=total.not_yet_safe + waiting)
