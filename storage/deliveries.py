"""Deliveries: the truth per target of every message, claimed under a lease by one conditional UPDATE."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)

from domain.deliveries import DOUBTFUL, HELD, NOT_LOST, Delivery, DeliveryState, Lane, Message, Miss, Subject, Tally, Target
from services.delivery_rows import Settled
from storage.chats import chats
from storage.contacts import contacts
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows, Values
from storage.types import IdType, Sealed, TextEnum, UtcTime

messages = Table(
    "messages",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("subject", TextEnum(Subject), nullable=False),
    Column("about", IdType, nullable=False, index=True),
    Column("drill", Boolean, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("fields", Sealed, nullable=False),
    Column("good_until", UtcTime),
    Column("visits", Boolean, nullable=False),
    Column("visits_by", IdType, ForeignKey("people.id")),
    Column("cancelled_at", UtcTime),
    UniqueConstraint("id", "drill"),
    Index(None, "good_until", sqlite_where=text("good_until IS NOT NULL"), postgresql_where=text("good_until IS NOT NULL")),
    info=kept(Retention.RESPONSE),
)


def only(condition: str) -> dict[str, Any]:
    """The WHERE of a partial index, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


deliveries = Table(
    "deliveries",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("message", IdType, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("person", IdType, ForeignKey("people.id"), index=True),
    Column("contact", IdType, ForeignKey("contacts.id"), index=True),
    Column("chat", IdType, ForeignKey("chats.id")),
    Column("lane", Integer, nullable=False),
    Column("state", TextEnum(DeliveryState), nullable=False),
    Column("reason", Text),
    Column("attempt", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("leased_until", UtcTime),
    Column("message_id", BigInteger),
    UniqueConstraint("message", "contact"),
    ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"]),
    Index("uq_deliveries_chat_message", "chat", "message", unique=True, **only("chat IS NOT NULL")),
    Index("uq_deliveries_unreached", "message", "person", unique=True, **only("contact IS NULL AND chat IS NULL")),
    Index(None, "message", "state", "reason"),
    Index("ix_deliveries_due", "lane", "not_before", "id", **only("state = 'pending'")),
    Index("ix_deliveries_leased", "leased_until", **only("state = 'leased'")),
    info=kept(Retention.RESPONSE),
)

PENDING = deliveries.c.state == literal_column("'pending'")
LEASED = deliveries.c.state == literal_column("'leased'")
"""Said as constants, since a partial index serves no parameter."""
IN_DOUBT = deliveries.c.reason.in_(sorted(DOUBTFUL))


class SqlDeliveries(Rows):
    async def add_message(self, message: Message) -> None:
        """A message that is there already stays as it is."""
        values = {
            "id": message.id,
            "subject": message.subject,
            "about": message.about,
            "drill": message.drill,
            "made_at": message.made_at,
            "fields": self._sealed_json(messages.c.fields, message.id, message.fields),
            "good_until": message.good_until,
            "visits": message.visits,
            "visits_by": message.visits_by,
            "cancelled_at": message.cancelled_at,
        }
        await self._add_once(messages, [values])

    async def want_visits(self, message: UUID, *, visits_by: UUID | None) -> None:
        await self._run(update(messages).where(messages.c.id == message).values(visits=True, visits_by=visits_by))

    async def message(self, message: UUID) -> Message | None:
        return (await self.messages([message])).get(message)

    async def messages(self, ids: Iterable[UUID]) -> dict[UUID, Message]:
        return {row.id: self._message(row) for row in await self._among(select(messages), messages.c.id, ids)}

    async def add(self, message: UUID, targets: Collection[Target], *, at: datetime) -> None:
        found = await self._first(select(messages.c.drill).where(messages.c.id == message))
        if found is None:
            raise LookupError("a delivery needs its message first")
        fresh = {"message": message, "drill": found.drill, "attempt": 0, "tries": 0, "not_before": at}
        await self._add_once(deliveries, [fresh | _row(target) for target in targets])

    async def claim(self, *, now: datetime, until: datetime, most: int) -> list[Delivery]:
        return await self._take(_due(now, most), until=until)

    async def claim_over(self, *, now: datetime, until: datetime, most: int) -> list[Delivery]:
        joined = messages.join(deliveries, deliveries.c.message == messages.c.id)
        waiting = or_(PENDING, and_(LEASED, deliveries.c.leased_until <= now))
        asked = select(deliveries.c.id).select_from(joined).where(messages.c.good_until <= now, waiting).limit(most)
        return await self._take(asked, until=until)

    async def _take(self, asked: Select[Any], *, until: datetime) -> list[Delivery]:
        """Ours from now on, in the order of claims; a copy whose last claimer said nothing is marked so."""
        table = deliveries.c
        held = case((LEASED, func.coalesce(table.reason, HELD)), else_=table.reason)
        leased = update(deliveries).where(table.id.in_(asked))
        leased = leased.values(state=DeliveryState.LEASED, leased_until=until, attempt=table.attempt + 1, reason=held)
        rows = await self._fetch(leased.returning(deliveries))
        return await self._with_targets(sorted(rows, key=lambda row: (row.lane, row.not_before, row.id.bytes))) if rows else []

    async def _with_targets(self, rows: list[Found]) -> list[Delivery]:
        said = await self.messages(row.message for row in rows)
        where = await self._addresses(contacts, [row.contact for row in rows if row.contact is not None])
        where |= await self._addresses(chats, [row.chat for row in rows if row.chat is not None])
        return [_delivery(row, said[row.message], where[row.contact or row.chat]) for row in rows]

    async def _addresses(self, table: Table, ids: Collection[UUID]) -> dict[UUID, tuple[int, str, str]]:
        """Bot, address and language of contacts, or of chats."""
        if not ids:
            return {}
        column = table.c.address
        found = await self._among(select(table.c.id, table.c.bot, column, table.c.language), table.c.id, ids)
        return {row.id: (row.bot, self._opened(column, row.id, row.address), row.language) for row in found}

    async def end_leases(self, *, now: datetime) -> None:
        """Every lease runs out at this moment."""
        await self._run(update(deliveries).where(LEASED, deliveries.c.leased_until > now).values(leased_until=now))

    async def settle(self, settled: Collection[Settled]) -> None:
        if not settled:
            return
        table = deliveries.c
        ours = and_(table.state == DeliveryState.LEASED, table.attempt == bindparam("new_attempt", type_=Integer()))
        anybody = bindparam("new_attempt", type_=Integer()).is_(None)
        statement = update(deliveries).where(table.id == bindparam("this"), table.state != DeliveryState.SENT, or_(anybody, ours))
        values: Values = {name: bindparam(f"new_{name}") for name in ("state", "reason", "message_id")}
        for name, kind in (("not_before", UtcTime()), ("tries", Integer())):
            values[name] = func.coalesce(bindparam(f"new_{name}", type_=kind), table[name])
        names = ("attempt", "state", "reason", "message_id", "not_before", "tries")
        rows = [{"this": one.delivery} | {f"new_{name}": getattr(one, name) for name in names} for one in settled]
        await self._connection.execute(statement.values(**values, leased_until=None), rows)

    async def cancel(self, message: UUID, *, at: datetime) -> int:
        await self._run(update(messages).where(messages.c.id == message, messages.c.cancelled_at.is_(None)).values(cancelled_at=at))
        state = case((IN_DOUBT, literal(DeliveryState.UNKNOWN)), else_=literal(DeliveryState.FAILED))
        reason = case((IN_DOUBT, DeliveryState.UNKNOWN.value), else_=Miss.CANCELLED.value)
        return await self._run(update(deliveries).where(deliveries.c.message == message, PENDING).values(state=state, reason=reason))

    async def tally(self, message: UUID) -> dict[DeliveryState, int]:
        asked = select(deliveries.c.state, func.count().label("count")).where(deliveries.c.message == message)
        return {row.state: row._mapping["count"] for row in await self._fetch(asked.group_by(deliveries.c.state))}

    async def tallies(self, ids: Collection[UUID]) -> dict[UUID, Tally]:
        table = deliveries.c
        asked = select(table.message, table.state, table.reason, func.count().label("count")).group_by(table.message, table.state, table.reason)
        counted: dict[UUID, list[Found]] = {id: [] for id in ids}
        for row in await self._among(asked, table.message, ids):
            counted[row.message].append(row)
        return {id: _tally(rows) for id, rows in counted.items()}

    async def targeted(self, message: UUID, people: Collection[UUID]) -> set[UUID]:
        return await self._people_of(message, people, deliveries.c.person.is_not(None))

    async def missed(self, message: UUID, people: Collection[UUID]) -> set[UUID]:
        return set(people) - await self._people_of(message, people, deliveries.c.state.in_(sorted(NOT_LOST)))

    async def _people_of(self, message: UUID, people: Collection[UUID], condition: ColumnElement[bool]) -> set[UUID]:
        asked = select(deliveries.c.person).where(deliveries.c.message == message, condition)
        return {row.person for row in await self._among(asked, deliveries.c.person, people)}

    async def failures(self, message: UUID) -> list[tuple[UUID, str]]:
        table = deliveries.c
        asked = select(table.person, table.reason).where(table.message == message, table.state == DeliveryState.FAILED, table.person.is_not(None))
        why = {row.person: row.reason for row in await self._fetch(asked.order_by(table.person, table.contact))}
        lost = await self.missed(message, why)
        return [(person, reason) for person, reason in why.items() if person in lost]

    async def reached(self, ids: Collection[UUID]) -> tuple[set[UUID], set[UUID]]:
        table = deliveries.c
        out = or_(table.state.in_([DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.LEASED]), and_(PENDING, IN_DOUBT))
        found = await self._among(select(table.contact, table.chat).where(out), table.message, ids)
        return {row.contact for row in found if row.contact}, {row.chat for row in found if row.chat}

    async def after(self, last: UUID | None, *, most: int) -> list[Delivery]:
        asked = select(deliveries).order_by(deliveries.c.id).limit(most)
        rows = await self._fetch(asked.where(deliveries.c.id > last) if last is not None else asked)
        said = await self.messages(row.message for row in rows)
        return [_delivery(row, said[row.message], (0, "", "")) for row in rows]

    def _message(self, row: Found) -> Message:
        fields = self._opened_json(messages.c.fields, row.id, row.fields)
        return Message(
            row.id, row.subject, row.about, row.drill, row.made_at, fields, row.good_until, row.visits, row.visits_by, row.cancelled_at
        )  # fmt: skip


def _due(now: datetime, most: int) -> Select[Any]:
    """The most urgent rows that are due, or whose last claimer let the lease run out. Each lane is one short walk along its index."""
    table = deliveries.c
    columns = (table.id, table.lane, table.not_before)
    order = (table.not_before, table.id)
    lost = select(*columns).where(LEASED, table.leased_until <= now).order_by(table.lane, *order).limit(most)
    lanes = [select(*columns).where(PENDING, table.lane == int(lane), table.not_before <= now).order_by(*order).limit(most) for lane in Lane]
    due = union_all(*[select(each.subquery()) for each in (lost, *lanes)]).subquery()
    return select(due.c.id).order_by(due.c.lane, due.c.not_before, due.c.id).limit(most)


def _row(target: Target) -> Values:
    state = DeliveryState.PENDING if target.missed is None else DeliveryState.FAILED
    reason = target.missed.value if target.missed is not None else None
    whom = {"person": target.person, "contact": target.contact, "chat": target.chat}
    return {"id": target.id, "lane": int(target.lane), "state": state, "reason": reason} | whom


def _delivery(row: Found, message: Message, where: tuple[int, str, str]) -> Delivery:
    bot, address, language = where
    return Delivery(
        row.id, message, row.contact, row.person, bot, address, language, Lane(row.lane), row.attempt, row.state, row.reason,
        row.message_id, row.chat, row.tries, row.leased_until,
    )  # fmt: skip


def _tally(rows: Collection[Found]) -> Tally:
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for row in rows:
        count = row._mapping["count"]
        state = "pending" if row.state in (DeliveryState.PENDING, DeliveryState.LEASED) else row.state.value
        states[state] = states.get(state, 0) + count
        if row.state in (DeliveryState.FAILED, DeliveryState.UNKNOWN) and row.reason:
            reasons[row.reason] = reasons.get(row.reason, 0) + count
    return Tally(**states, reasons=reasons)
