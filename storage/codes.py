"""The register of issued codes. A code is never deleted, so that an old card is always known for what it is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table, Text, func, literal, or_, select, update

from domain.codes import Holder, IssuedCode
from storage.metadata import Retention, kept, metadata
from storage.published import SqlPublished
from storage.rows import Found, Rows
from storage.types import IdType, TextEnum, UtcTime

codes = Table(
    "codes",
    metadata,
    Column("cti", LargeBinary, primary_key=True),
    Column("kind", TextEnum(Holder), nullable=False),
    Column("holder", IdType, index=True),
    Column("short", Text, nullable=False, unique=True),
    Column("token", Text, nullable=False),
    Column("issued_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("drill_only", Boolean, nullable=False),
    Column("issued_by", IdType),
    Column("revoked_at", UtcTime),
    Column("replaced_by", LargeBinary, ForeignKey("codes.cti")),
    Column("scope", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    info=kept(Retention.SETUP),
)

ENDED = or_(codes.c.revoked_at.is_not(None), codes.c.replaced_by.is_not(None))


class SqlCodes(Rows):
    async def add(self, given: Collection[IssuedCode]) -> None:
        await self._add(codes, [{name: getattr(code, name) for name in codes.c.keys()} for code in given])

    async def with_cti(self, ctis: Collection[bytes]) -> dict[bytes, IssuedCode]:
        return {row.cti: _code(row) for row in await self._among(select(codes), codes.c.cti, ctis)}

    async def with_short(self, shorts: Collection[str]) -> dict[str, IssuedCode]:
        return {row.short: _code(row) for row in await self._among(select(codes), codes.c.short, shorts)}

    async def of(self, holders: Collection[UUID]) -> dict[UUID, IssuedCode]:
        asked = select(codes).where(~ENDED).order_by(codes.c.issued_at, codes.c.cti)
        return {row.holder: _code(row) for row in await self._among(asked, codes.c.holder, holders)}

    async def revoke(self, cti: bytes, *, at: datetime, replaced_by: bytes | None = None) -> None:
        """The first revocation stands; a code that was only revoked may still get its replacement."""
        values = {"revoked_at": func.coalesce(codes.c.revoked_at, literal(at, UtcTime()))}
        if replaced_by is not None:
            values["replaced_by"] = func.coalesce(codes.c.replaced_by, replaced_by)
        if await self._run(update(codes).where(codes.c.cti == cti).values(values)):
            await SqlPublished(self._connection, self._sealing).changed()

    async def revoked(self, *, now: datetime) -> list[bytes]:
        asked = select(codes.c.cti).where(ENDED, codes.c.expires_at > now).order_by(codes.c.cti)
        return [row.cti for row in await self._fetch(asked)]


def _code(row: Found) -> IssuedCode:
    return IssuedCode(*row)
