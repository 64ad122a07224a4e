"""Receipts: what a use case answered to a client key, so that a re-run of the same update answers the same."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, Table, Text, select

from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import JsonText, UtcTime

receipts = Table(
    "receipts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("use_case", Text, nullable=False),
    Column("answer", JsonText, nullable=False),
    Column("at", UtcTime, nullable=False),
    info=kept(Retention.TRANSIENT),
)


class SqlReceipts(Rows):
    async def find(self, key: str) -> Mapping[str, str] | None:
        found = await self._first(select(receipts.c.answer).where(receipts.c.key == key))
        return dict(found.answer) if found else None

    async def keep(self, key: str, *, use_case: str, answer: Mapping[str, str], at: datetime) -> None:
        """The first receipt of a key stands. Answers hold ids and codes, never personal data."""
        await self._add_once(receipts, [{"key": key, "use_case": use_case, "answer": dict(answer), "at": at}])
