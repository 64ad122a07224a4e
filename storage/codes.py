"""The register of issued codes. A code is never deleted, so that an old card is always known for what it is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table, Text, func, literal, or_, select, update

from domain.codes import Holder, IssuedCode
from storage.areas import in_subtree, roots
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
    Column("issued_at", UtcTime, nullable=False, index=True),
    Column("expires_at", UtcTime, nullable=False),
    Column("drill_only", Boolean, nullable=False),
    Column("issued_by", IdType),
    Column("revoked_at", UtcTime),
    Column("replaced_by", LargeBinary, ForeignKey("codes.cti")),
    Column("scope", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("area", Text, nullable=False, index=True),
    Column("shared", Boolean, nullable=False),
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
        asked = select(codes).where(~ENDED, ~codes.c.live).order_by(codes.c.issued_at, codes.c.cti)
        return {row.holder: _code(row) for row in await self._among(asked, codes.c.holder, holders)}

    async def revoke(self, cti: bytes, *, at: datetime, replaced_by: bytes | None = None) -> None:
        """The first revocation stands; a code that was only revoked may still get its replacement."""
        values = {"revoked_at": func.coalesce(codes.c.revoked_at, literal(at, UtcTime()))}
        if replaced_by is not None:
            values["replaced_by"] = func.coalesce(codes.c.replaced_by, replaced_by)
        if await self._run(update(codes).where(codes.c.cti == cti).values(values)):
            await SqlPublished(self._connection, self._sealing).changed()

    async def standing(self, holder: UUID, *, now: datetime) -> list[IssuedCode]:
        """Oldest first."""
        asked = select(codes).where(codes.c.holder == holder, ~ENDED, codes.c.expires_at > now).order_by(codes.c.issued_at, codes.c.cti)
        return [_code(row) for row in await self._fetch(asked)]

    async def give(self, cti: bytes, *, holder: UUID | None, shared: bool) -> None:
        await self._run(update(codes).where(codes.c.cti == cti).values(holder=holder, shared=shared))

    async def inside(self, areas: Collection[str], *, kind: Holder | None, most: int) -> list[IssuedCode]:
        """Newest first."""
        where = [or_(*[in_subtree(codes.c.area, code) for code in roots(areas)]), ~codes.c.live]
        asked = select(codes).where(*where, *([codes.c.kind == kind] if kind is not None else []))
        return [_code(row) for row in await self._fetch(asked.order_by(codes.c.issued_at.desc(), codes.c.cti).limit(most))]

    async def issued(self, *, since: datetime, until: datetime | None, by: UUID | None, reasons: Collection[str]) -> int:
        where = [codes.c.issued_at >= since, codes.c.reason.in_(reasons), codes.c.issued_by == by]
        if until is not None:
            where.append(codes.c.issued_at < until)
        return await self._number(select(func.count()).select_from(codes).where(*where))

    async def live_since(self, holder: UUID, *, since: datetime) -> int:
        where = (codes.c.holder == holder, codes.c.live, codes.c.issued_at >= since)
        return await self._number(select(func.count()).select_from(codes).where(*where))

    async def tally(self, *, since: datetime, until: datetime) -> list[tuple[UUID | None, str, str, int]]:
        county = func.substr(codes.c.area, 1, 6).label("county")
        asked = select(codes.c.issued_by, county, codes.c.reason, func.count().label("made"))
        asked = asked.where(codes.c.issued_at >= since, codes.c.issued_at < until).group_by(codes.c.issued_by, county, codes.c.reason)
        return [(row.issued_by, row.county, row.reason, row.made) for row in await self._fetch(asked)]

    async def revoked(self, *, now: datetime) -> list[bytes]:
        asked = select(codes.c.cti).where(ENDED, codes.c.expires_at > now).order_by(codes.c.cti)
        return [row.cti for row in await self._fetch(asked)]


def _code(row: Found) -> IssuedCode:
    return IssuedCode(*row)
