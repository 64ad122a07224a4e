"""Photos of reports: a row for each, and its bytes sealed in a file of its own under DATA_DIR/media."""

import asyncio
import hashlib
import os
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, LargeBinary, Table, delete, func, select

from domain.reports import Photo, PhotoUnknown
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows, Values
from storage.sealing import Sealing
from storage.types import IdType, UtcTime

media = Table(
    "media",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("report", IdType, nullable=False, index=True),
    Column("drill", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    ForeignKeyConstraint(["report", "drill"], ["reports.id", "reports.drill"]),
    info=kept(Retention.RESPONSE),
)


class SqlMedia(Rows):
    async def add(self, photo: Photo) -> None:
        """A photo that is there already stays as it is."""
        row: Values = {name: getattr(photo, name) for name in media.c.keys()}
        await self._add_once(media, [row])

    async def get(self, photo: UUID) -> Photo | None:
        found = await self._first(select(media).where(media.c.id == photo))
        return Photo(**found._mapping) if found else None

    async def of(self, report: UUID) -> list[Photo]:
        """In the order in which they came."""
        found = await self._fetch(select(media).where(media.c.report == report).order_by(media.c.at, media.c.id))
        return [Photo(**row._mapping) for row in found]

    async def count(self, report: UUID) -> int:
        return await self._number(select(func.count()).select_from(media).where(media.c.report == report))

    async def drop(self, photos: Collection[UUID]) -> None:
        for photo in photos:
            await self._run(delete(media).where(media.c.id == photo))


class MediaFiles:
    """Sealed files, named by their id in folders of 256. A file is whole or not there, whenever the power fails."""

    def __init__(self, folder: Path, sealing: Sealing) -> None:
        self._folder = folder
        self._sealing = sealing

    async def put(self, photo: UUID, body: bytes) -> bytes:
        """Keep the bytes, durably; the same id again replaces them. Returns the SHA-256 of what is stored."""
        return await asyncio.to_thread(self._put, photo, body)

    async def get(self, photo: UUID) -> bytes:
        """The bytes that were put. Refuses with PhotoUnknown when they are gone; SealBroken when they were changed or moved."""
        return await asyncio.to_thread(self._get, photo)

    async def drop(self, photos: Collection[UUID]) -> None:
        """Remove these for good; what is not there is no harm."""
        for photo in photos:
            await asyncio.to_thread(self._path(photo).unlink, missing_ok=True)

    def _path(self, photo: UUID) -> Path:
        return self._folder / photo.hex[-2:] / f"{photo.hex}.sealed"

    def _put(self, photo: UUID, body: bytes) -> bytes:
        sealed = self._sealing.seal(body, table=media.name, column="body", row=photo)
        path = self._path(photo)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        with beside.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return hashlib.sha256(sealed).digest()

    def _get(self, photo: UUID) -> bytes:
        try:
            sealed = self._path(photo).read_bytes()
        except FileNotFoundError:
            raise PhotoUnknown() from None
        return self._sealing.unseal(sealed, table=media.name, column="body", row=photo)
