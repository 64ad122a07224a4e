"""The audit log. Triggers refuse every UPDATE and DELETE; the hash chain stands in a table of its own, made a moment later."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, ForeignKey, Integer, LargeBinary, Select, Table, Text, func, or_, select

from domain.audit import START, AuditRow
from storage.metadata import Retention, kept, metadata
from storage.rows import Found, Rows
from storage.types import IdType, JsonText, UtcTime

NUMBER = BigInteger().with_variant(Integer(), "sqlite")

audit = Table(
    "audit",
    metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=True),
    Column("id", IdType, nullable=False, unique=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("actor", IdType, index=True),
    Column("via", Text, nullable=False),
    Column("action", Text, nullable=False, index=True),
    Column("subject", Text, nullable=False, index=True),
    Column("drill", Boolean, nullable=False),
    Column("facts", JsonText, nullable=False),
    sqlite_autoincrement=True,
    info=kept(Retention.AUDIT),
)

audit_chain = Table(
    "audit_chain",
    metadata,
    Column("seq", NUMBER, ForeignKey("audit.seq"), primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    info=kept(Retention.AUDIT),
)


class SqlAudit(Rows):
    async def add(self, row: AuditRow) -> None:
        """Numbers follow the order of commits, because use cases commit one after another."""
        values = {name: getattr(row, name) for name in ("id", "at", "actor", "via", "action", "subject", "drill")}
        await self._connection.execute(audit.insert().values(facts=dict(row.facts), **values))

    async def unchained(self, *, most: int) -> list[AuditRow]:
        """Rows after the chain's head, oldest first."""
        head = select(func.coalesce(func.max(audit_chain.c.seq), 0)).scalar_subquery()
        found = await self._fetch(select(audit).where(audit.c.seq > head).order_by(audit.c.seq).limit(most))
        return [_audit_row(row) for row in found]

    async def head(self) -> tuple[int, bytes]:
        found = await self._first(select(audit_chain).order_by(audit_chain.c.seq.desc()).limit(1))
        return (found.seq, found.digest) if found else (0, START)

    async def chain(self, links: Sequence[tuple[int, bytes]]) -> None:
        await self._add(audit_chain, [{"seq": seq, "digest": digest} for seq, digest in links])

    async def all(self, *, after: int = 0, most: int = 1000) -> list[tuple[AuditRow, bytes | None]]:
        asked: Select[Any] = select(audit, audit_chain.c.digest).outerjoin_from(audit, audit_chain, audit_chain.c.seq == audit.c.seq)
        found = await self._fetch(asked.where(audit.c.seq > after).order_by(audit.c.seq).limit(most))
        return [(_audit_row(row), row.digest) for row in found]

    async def newest(self, subject: str, *, actions: Collection[str]) -> AuditRow | None:
        """The last of these that was done to it."""
        found = await self._first(select(audit).where(audit.c.subject == subject, audit.c.action.in_(actions)).order_by(audit.c.seq.desc()).limit(1))
        return _audit_row(found) if found else None

    async def search(
        self, *, actor: UUID | None = None, subject: str | None = None, actions: Sequence[str] = (), since: datetime | None = None,
        until: datetime | None = None, before: int | None = None, most: int,
    ) -> list[AuditRow]:  # fmt: skip
        """An action that ends with a dot stands for all that begin so."""
        conditions: list[ColumnElement[bool]] = []
        if actor is not None:
            conditions.append(audit.c.actor == actor)
        if subject is not None:
            conditions.append(audit.c.subject == subject)
        if actions:
            conditions.append(or_(*[audit.c.action.startswith(one, autoescape=True) if one.endswith(".") else audit.c.action == one for one in actions]))
        if since is not None:
            conditions.append(audit.c.at >= since)
        if until is not None:
            conditions.append(audit.c.at < until)
        if before is not None:
            conditions.append(audit.c.seq < before)
        asked = select(audit).where(*conditions).order_by(audit.c.seq.desc()).limit(most)
        return [_audit_row(row) for row in await self._fetch(asked)]


def _audit_row(row: Found) -> AuditRow:
    return AuditRow(row.id, row.at, row.actor, row.via, row.action, row.subject, row.drill, row.facts, row.seq)
