"""What lists of an office need beside their rows: headers that somebody explained once, and uploaded files that wait to be confirmed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text, delete, select

from domain.lists import ListKind, Upload, UploadGone
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, Sealed, TextEnum, UtcTime

list_headers = Table(
    "list_headers",
    metadata,
    Column("kind", TextEnum(ListKind), primary_key=True),
    Column("header", Text, primary_key=True),
    Column("means", Text, nullable=False),
    info=kept(Retention.SETUP),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("kind", TextEnum(ListKind), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("body", Sealed, nullable=False),
    info=kept(Retention.TRANSIENT),
)

KNOWN = (uploads.c.id, uploads.c.person, uploads.c.kind, uploads.c.digest, uploads.c.size, uploads.c.at)


class SqlLists(Rows):
    async def mapping(self, kind: ListKind) -> dict[str, str]:
        found = await self._fetch(select(list_headers).where(list_headers.c.kind == kind).order_by(list_headers.c.header))
        return {row.header: row.means for row in found}

    async def keep_mapping(self, kind: ListKind, mapping: Mapping[str, str]) -> None:
        """What was said of a header before is replaced; other headers stay."""
        await self._put(list_headers, [{"kind": kind, "header": header, "means": column} for header, column in mapping.items()])

    async def add_upload(self, upload: Upload, body: bytes) -> None:
        values = {column.name: getattr(upload, column.name) for column in KNOWN}
        await self._add(uploads, [values | {"body": self._sealed(uploads.c.body, upload.id, body)}])

    async def upload(self, id: UUID) -> Upload | None:
        found = await self._first(select(*KNOWN).where(uploads.c.id == id))
        return Upload(*found) if found else None

    async def body(self, id: UUID) -> bytes:
        """Refuses with UploadGone when it is not there any more."""
        found = await self._first(select(uploads.c.body).where(uploads.c.id == id))
        if found is None:
            raise UploadGone()
        return self._sealing.unseal(found.body, table=uploads.name, column="body", row=id)

    async def drop_upload(self, id: UUID) -> bool:
        return await self._run(delete(uploads).where(uploads.c.id == id)) > 0

    async def drop_uploads(self, *, before: datetime) -> int:
        return await self._run(delete(uploads).where(uploads.c.at <= before))

    async def waiting_of(self, person: UUID) -> list[Upload]:
        return [Upload(*row) for row in await self._fetch(select(*KNOWN).where(uploads.c.person == person).order_by(uploads.c.at))]
