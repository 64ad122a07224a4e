"""The signed list of revoked codes and its number: one row, which all processes share."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Table, Text, func, select, update

from domain.published import Published
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import UtcTime

REVOKED = "revoked"

published = Table(
    "published",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("changes", BigInteger, nullable=False),
    Column("covered", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("issued_at", UtcTime),
    Column("signed_by", Text, nullable=False),
    Column("document", Text, nullable=False),
    info=kept(Retention.SETUP),
)
FRESH = {"kind": REVOKED, "changes": 0, "covered": 0, "reserved": 0, "sequence": 0, "issued_at": None, "signed_by": "", "document": ""}
OURS = published.c.kind == REVOKED
STANDING = (published.c.changes, published.c.covered, published.c.reserved, published.c.sequence, published.c.issued_at, published.c.signed_by)


class SqlPublished(Rows):
    async def changed(self) -> None:
        """Something was revoked in this transaction."""
        fresh = self._insert(published).values(FRESH | {"changes": 1})
        await self._run(fresh.on_conflict_do_update(index_elements=["kind"], set_={"changes": published.c.changes + 1}))

    async def standing(self) -> Published:
        row = await self._first(select(*STANDING).where(OURS))
        return Published(*row) if row is not None else Published()

    async def reserve(self, number: int) -> None:
        """This number is given; a lower one never again."""
        await self._add_once(published, [FRESH])
        await self._run(update(published).where(OURS, published.c.reserved < number).values(reserved=number))

    async def keep(self, document: str, *, sequence: int, covered: int, issued_at: datetime, signed_by: str) -> bool:
        """Whether this list is the newest; an older one, signed by a slower process, is not kept."""
        newer = update(published).where(OURS, published.c.sequence < sequence)
        return bool(await self._run(newer.values(document=document, sequence=sequence, covered=covered, issued_at=issued_at, signed_by=signed_by)))

    async def document(self) -> str:
        row = await self._first(select(func.coalesce(published.c.document, "")).where(OURS))
        return row[0] if row is not None else ""
