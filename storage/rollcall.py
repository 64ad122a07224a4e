"""Members of an order, what happened to each, and where each stands now.

The standing is a projection of the events: it is kept beside the member so that the board is one grouped read, and it can be
made again from the events at any time. Whether a row is drill or real is its order's; the composite keys hold it to that.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    FromClause,
    Index,
    RowMapping,
    Select,
    Table,
    Text,
    UniqueConstraint,
    case,
    func,
    select,
)
from sqlalchemy.sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL

from domain.evacuations import OrderState
from domain.rollcall import Grade, Happening, How, Member, MemberEvent, Standing
from services.readings import BoardRow, MemberLine
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import IdType, JsonText, Sealed, TextEnum, UtcTime

members = Table(
    "members",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("order_id", IdType, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("area", Text, nullable=False),
    Column("household", IdType, nullable=False),
    Column("responsible", IdType),
    Column("walk_in", Boolean, nullable=False),
    Column("joined_at", UtcTime, nullable=False),
    Column("safe", Boolean, nullable=False),
    Column("needs_help", Boolean, nullable=False),
    Column("verify", Boolean, nullable=False),
    Column("whereabouts", TextEnum(Happening)),
    Column("grade", TextEnum(Grade)),
    Column("how", TextEnum(How)),
    Column("at", UtcTime),
    Column("by", IdType),
    Column("place", IdType, index=True),
    Column("deciding", IdType),
    Column("reported", TextEnum(Happening)),
    Column("beside", IdType),
    Column("seen_at", JsonText),
    UniqueConstraint("id", "drill"),
    UniqueConstraint("order_id", "person"),
    ForeignKeyConstraint(["order_id", "drill"], ["orders.id", "orders.drill"]),
    Index(None, "order_id", "walk_in", "person"),
    Index(None, "order_id", "area"),
    info=kept(Retention.RESPONSE),
)

member_events = Table(
    "member_events",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("member", IdType, nullable=False, index=True),
    Column("kind", TextEnum(Happening), nullable=False),
    Column("at_effective", UtcTime, nullable=False),
    Column("at_received", UtcTime, nullable=False),
    Column("how", TextEnum(How), nullable=False),
    Column("grade", TextEnum(Grade), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("by", IdType),
    Column("place", IdType),
    Column("note", Sealed),
    Column("clear", Boolean, nullable=False),
    Column("certain", Boolean, nullable=False),
    Column("scan", IdType, ForeignKey("scans.id"), index=True),
    Column("annuls", IdType),
    ForeignKeyConstraint(["member", "drill"], ["members.id", "members.drill"]),
    info=kept(Retention.RESPONSE),
)

deciding = member_events.alias("deciding")
beside = member_events.alias("beside")


class SqlMembers(Rows):
    async def add(self, given: Collection[Member]) -> None:
        """A person is in an order once, from the earliest time that is given. Who walked in before the list reached them turns out to be
        listed, never the other way."""
        if not given:
            return
        statement = self._insert(members)
        given_at, known_at = statement.excluded.joined_at, members.c.joined_at
        listed_wins = {"walk_in": members.c.walk_in & statement.excluded.walk_in, "joined_at": case((given_at < known_at, given_at), else_=known_at)}
        once = statement.on_conflict_do_update(index_elements=["order_id", "person"], set_=listed_wins)
        await self._connection.execute(once, [_row(member) for member in given])

    async def get(self, member: UUID) -> Member | None:
        return (await self.many([member])).get(member)

    async def many(self, ids: Collection[UUID]) -> dict[UUID, Member]:
        found = await self._among(_with_standing(), members.c.id, ids)
        return {member.id: member for member in (self._member(row._mapping) for row in found)}

    async def in_force(self, people: Collection[UUID]) -> list[Member]:
        from storage.evacuations import orders

        asked = _with_standing().add_columns(orders.c.issued_at, orders.c.state).join(orders, orders.c.id == members.c.order_id)
        out = asked.where(orders.c.state.in_([OrderState.ISSUED, OrderState.LIFTED]))
        found = await self._among(out, members.c.person, people)

        def urgency(row: Found) -> tuple[bool, bool, datetime, bytes]:
            told = row._mapping
            return told[orders.c.state] is OrderState.ISSUED, not told[members.c.drill], told[orders.c.issued_at], told[members.c.id].bytes

        found.sort(key=urgency, reverse=True)
        return [self._member(row._mapping) for row in found]

    async def of(self, order: UUID, *, area: str | None = None) -> list[Member]:
        asked = _of(_with_standing(), order, area)
        return [self._member(row._mapping) for row in await self._fetch(asked)]

    async def last_filled(self, order: UUID) -> UUID | None:
        """Where a resumable job goes on. Whoever came before the list reached them joined later than the order was issued."""
        from storage.evacuations import orders

        issued = select(orders.c.issued_at).where(orders.c.id == order).scalar_subquery()
        listed = (members.c.order_id == order) & members.c.walk_in.is_(False) & (members.c.joined_at == issued)
        found = await self._first(select(members.c.person).where(listed).order_by(members.c.person.desc()).limit(1))
        return found.person if found else None

    async def add_events(self, given: Collection[MemberEvent]) -> None:
        """An event that is there already stays as it is."""
        rows: list[Values] = []
        for event in given:
            values: Values = {name: getattr(event, name) for name in member_events.c.keys()}
            values["note"] = self._sealed(member_events.c.note, event.id, event.note or None)
            rows.append(values)
        await self._add_once(member_events, rows)

    async def event(self, event: UUID) -> MemberEvent | None:
        found = await self._first(select(member_events).where(member_events.c.id == event))
        return self._event(found._mapping, member_events) if found else None

    async def events_with(self, ids: Collection[UUID]) -> list[MemberEvent]:
        return [self._event(row._mapping, member_events) for row in await self._among(select(member_events), member_events.c.id, ids)]

    async def by_scans(self, scans: Collection[UUID]) -> list[MemberEvent]:
        return [self._event(row._mapping, member_events) for row in await self._among(select(member_events), member_events.c.scan, scans)]

    async def events(self, ids: Collection[UUID]) -> dict[UUID, list[MemberEvent]]:
        """By member, in effective order; a member to whom nothing happened is left out."""
        told: dict[UUID, list[MemberEvent]] = {}
        for row in await self._among(select(member_events), member_events.c.member, ids):
            told.setdefault(row.member, []).append(self._event(row._mapping, member_events))
        for lot in told.values():
            lot.sort(key=lambda event: (event.at_effective, event.id))
        return told

    async def keep_standing(self, standings: Mapping[UUID, Standing]) -> None:
        await self._change(members, [{"id": member} | _standing(standing) for member, standing in standings.items()])

    async def board(self, order: UUID) -> list[BoardRow]:
        """`listed` counts the rows that are there; people not filled in yet are the caller's to add."""
        asked = select(members.c.area, *BOARD).where(members.c.order_id == order).group_by(members.c.area)
        return [BoardRow(*row) for row in await self._fetch(asked.order_by(members.c.area))]

    async def at_places(self, order: UUID) -> list[UUID]:
        there = (members.c.order_id == order) & (members.c.whereabouts == Happening.AT_SHELTER) & members.c.place.is_not(None)
        return [row.place for row in await self._fetch(select(members.c.place).where(there).distinct())]

    async def to_verify(self, order: UUID) -> list[tuple[UUID, ...]]:
        asked = select(members.c.place, members.c.seen_at).where(members.c.order_id == order, members.c.verify.is_(True))
        return [_places(row.seen_at) or ((row.place,) if row.place else ()) for row in await self._fetch(asked)]

    async def lines(self, order: UUID, *, area: str | None) -> list[MemberLine]:
        asked = select(*LINE, deciding.c.note).outerjoin_from(members, deciding, deciding.c.id == members.c.deciding)
        return [self._line(row._mapping) for row in await self._fetch(_of(asked, order, area))]

    def _line(self, row: RowMapping) -> MemberLine:
        values = {column.name: row[column] for column in LINE if column.name not in ("id", "deciding", "seen_at")}
        note = self._opened(member_events.c.note, row[members.c.deciding], row[deciding.c.note])
        return MemberLine(member=row[members.c.id], note=note or "", seen_at=_places(row[members.c.seen_at]), **values)

    def _member(self, row: RowMapping) -> Member:
        own = members.c
        return Member(
            row[own.id],
            row[own.order_id],
            row[own.drill],
            row[own.person],
            row[own.area],
            row[own.household],
            row[own.responsible],
            row[own.walk_in],
            row[own.joined_at],
            self._stands(row),
        )

    def _stands(self, row: RowMapping) -> Standing | None:
        seen_at = row[members.c.seen_at]
        if seen_at is None:
            return None
        return Standing(
            safe=row[members.c.safe],
            needs_help=row[members.c.needs_help],
            whereabouts=self._event(row, deciding) if row[deciding.c.id] is not None else None,
            reported=self._event(row, beside) if row[beside.c.id] is not None else None,
            verify=row[members.c.verify],
            seen_at=_places(seen_at),
        )

    def _event(self, row: RowMapping, table: FromClause) -> MemberEvent:
        values = {name: row[table.c[name]] for name in member_events.c.keys()}
        values["note"] = self._opened(member_events.c.note, values["id"], values["note"]) or ""
        return MemberEvent(**values)


def _places(kept: list[str] | None) -> tuple[UUID, ...]:
    return tuple(UUID(place) for place in kept or ())


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


WALK_IN = members.c.walk_in.is_(True)
LISTED = members.c.walk_in.is_(False)
SAFE = members.c.safe.is_(True)
NOT_SAFE = members.c.safe.is_(False)
BOARD = (
    _count(LISTED),
    _count(LISTED & SAFE),
    _count(LISTED & NOT_SAFE & members.c.reported.is_not(None)),
    _count(LISTED & NOT_SAFE),
    _count(members.c.needs_help.is_(True)),
    _count(WALK_IN),
    _count(WALK_IN & SAFE),
    _count(SAFE & (members.c.whereabouts == Happening.AT_SHELTER)),
    _count(SAFE & (members.c.whereabouts == Happening.WITH_RELATIVES)),
    _count(SAFE & (members.c.whereabouts == Happening.SAFE_ELSEWHERE)),
    _count(members.c.verify.is_(True)),
    _count(LISTED & SAFE & (members.c.how == How.SCAN)),
    _count(LISTED & SAFE & (members.c.how == How.ANSWER)),
    _count(LISTED & SAFE & members.c.how.in_([How.SAW, How.SPOKE, How.PAPER])),
)
LINE: tuple[Column[Any], ...] = tuple(
    members.c[name]
    for name in (
        *("id", "deciding", "person", "area", "household", "responsible", "walk_in", "safe", "needs_help", "verify"),
        *("whereabouts", "grade", "how", "at", "by", "place", "reported", "seen_at"),
    )
)


def _with_standing() -> Select[Any]:
    """Members, each with the event that decides and the report beside it."""
    asked = select(members, deciding, beside).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    joined = members.outerjoin(deciding, deciding.c.id == members.c.deciding)
    return asked.select_from(joined.outerjoin(beside, beside.c.id == members.c.beside))


def _of(asked: Select[Any], order: UUID, area: str | None) -> Select[Any]:
    asked = asked.where(members.c.order_id == order)
    if area is not None:
        asked = asked.where(members.c.area == area)
    return asked.order_by(members.c.area, members.c.household, members.c.person)


def _row(member: Member) -> Values:
    return {
        "id": member.id,
        "order_id": member.order,
        "drill": member.drill,
        "person": member.person,
        "area": member.area,
        "household": member.household,
        "responsible": member.responsible,
        "walk_in": member.walk_in,
        "joined_at": member.joined_at,
    } | _standing(member.standing)


def _standing(standing: Standing | None) -> Values:
    """The projected columns; `seen_at` is NULL until the first standing was kept."""
    at = standing.whereabouts if standing else None
    reported = standing.reported if standing else None
    return {
        "safe": standing is not None and standing.safe,
        "needs_help": standing is not None and standing.needs_help,
        "verify": standing is not None and standing.verify,
        "whereabouts": at.kind if at else None,
        "grade": at.grade if at else None,
        "how": at.how if at else None,
        "at": at.at_effective if at else None,
        "by": at.by if at else None,
        "place": at.place if at else None,
        "deciding": at.id if at else None,
        "reported": reported.kind if reported else None,
        "beside": reported.id if reported else None,
        "seen_at": [str(place) for place in standing.seen_at] if standing else None,
    }
