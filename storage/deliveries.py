"""Deliveries: the truth per contact of every message, claimed under a lease by one conditional UPDATE."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from domain.deliveries import Delivery, DeliveryState, Lane, Message, Subject
from services.ports import Settled
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
    UniqueConstraint("id", "drill"),
    info=kept(Retention.RESPONSE),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("message", IdType, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("contact", IdType, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("lane", Integer, nullable=False),
    Column("state", TextEnum(DeliveryState), nullable=False),
    Column("reason", Text),
    Column("attempt", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("leased_until", UtcTime),
    Column("message_id", BigInteger),
    UniqueConstraint("message", "contact"),
    ForeignKeyConstraint(["message", "drill"], ["messages.id", "messages.drill"]),
    Index(None, "state", "lane", "not_before"),
    info=kept(Retention.RESPONSE),
)


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
        }
        await self._add_once(messages, [values])

    async def add(self, message: UUID, targets: Collection[tuple[UUID, UUID, Lane]], *, at: datetime) -> None:
        found = await self._first(select(messages.c.drill).where(messages.c.id == message))
        if found is None:
            raise LookupError("a delivery needs its message first")
        fresh = {"message": message, "drill": found.drill, "state": DeliveryState.PENDING, "attempt": 0, "not_before": at}
        await self._add_once(deliveries, [{"id": id, "contact": contact, "lane": int(lane)} | fresh for id, contact, lane in targets])

    async def claim(self, *, now: datetime, until: datetime, most: int) -> list[Delivery]:
        """The most urgent that are due, or whose last claimer let the lease run out; each counted as one more attempt."""
        table = deliveries.c
        due = and_(table.state == DeliveryState.PENDING, table.not_before <= now)
        lost = and_(table.state == DeliveryState.LEASED, table.leased_until <= now)
        asked = select(table.id).where(or_(due, lost)).order_by(table.lane, table.not_before, table.id).limit(most)
        ids = [row.id for row in await self._fetch(asked.with_for_update(skip_locked=True))]
        if not ids:
            return []
        leased = update(deliveries).where(table.id.in_(ids))
        await self._run(leased.values(state=DeliveryState.LEASED, leased_until=until, attempt=table.attempt + 1))
        return await self._with_targets(ids)

    async def end_leases(self, *, now: datetime) -> None:
        """Every lease runs out at this moment."""
        await self._run(update(deliveries).where(deliveries.c.state == DeliveryState.LEASED, deliveries.c.leased_until > now).values(leased_until=now))

    async def _with_targets(self, ids: Sequence[UUID]) -> list[Delivery]:
        joined = deliveries.join(messages, messages.c.id == deliveries.c.message).join(contacts, contacts.c.id == deliveries.c.contact)
        asked = select(
            deliveries, messages.c.subject, messages.c.about, messages.c.made_at, messages.c.fields,
            contacts.c.person, contacts.c.bot, contacts.c.address, contacts.c.language,
        )  # fmt: skip
        order = (deliveries.c.lane, deliveries.c.not_before, deliveries.c.id)
        return [self._delivery(row) for row in await self._fetch(asked.select_from(joined).where(deliveries.c.id.in_(ids)).order_by(*order))]

    async def settle(self, settled: Collection[Settled]) -> None:
        """What was once sent stays sent, whoever comes later with less; an attempt that is not the newest any more changes nothing."""
        if not settled:
            return
        table = deliveries.c
        values: Values = {name: bindparam(f"new_{name}") for name in ("state", "reason", "message_id")}
        newest = func.coalesce(bindparam("new_attempt", type_=Integer()), table.attempt) == table.attempt
        statement = update(deliveries).where(table.id == bindparam("this"), table.state != DeliveryState.SENT, newest)
        statement = statement.values(**values, leased_until=None, not_before=func.coalesce(bindparam("new_not_before", type_=UtcTime()), table.not_before))
        rows = [
            {"this": one.delivery, "new_attempt": one.attempt}
            | {"new_state": one.state, "new_reason": one.reason, "new_message_id": one.message_id, "new_not_before": one.not_before}
            for one in settled
        ]
        await self._connection.execute(statement, rows)

    async def tally(self, message: UUID) -> dict[DeliveryState, int]:
        asked = select(deliveries.c.state, func.count().label("count")).where(deliveries.c.message == message)
        return {row.state: row._mapping["count"] for row in await self._fetch(asked.group_by(deliveries.c.state))}

    def _delivery(self, row: Found) -> Delivery:
        fields = self._opened_json(messages.c.fields, row.message, row.fields)
        message = Message(row.message, row.subject, row.about, row.drill, row.made_at, fields)
        address = self._opened(contacts.c.address, row.contact, row.address)
        return Delivery(
            row.id, message, row.contact, row.person, row.bot, address, row.language, Lane(row.lane), row.attempt, row.state,
            row.reason, row.message_id,
        )  # fmt: skip
