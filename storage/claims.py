"""Blank cards and whom they were given to. A claim is dropped, never deleted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, select, update

from domain.issuing import Claim
from storage.codes import codes
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, UtcTime

claims = Table(
    "claims",
    metadata,
    Column("cti", LargeBinary, ForeignKey("codes.cti"), primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("by", IdType),
    Column("device", IdType),
    Column("dropped_at", UtcTime),
    info=kept(Retention.AUDIT),
)


class SqlClaims(Rows):
    async def put(self, given: Claim) -> None:
        await self._put(claims, [{name: getattr(given, name) for name in claims.c.keys()}])

    async def of(self, cti: bytes) -> list[Claim]:
        asked = select(claims).where(claims.c.cti == cti).order_by(claims.c.at, claims.c.person)
        return [Claim(*row) for row in await self._fetch(asked)]

    async def among(self, ctis: Collection[bytes]) -> dict[bytes, list[Claim]]:
        """The claims on these cards, by card."""
        found: dict[bytes, list[Claim]] = {}
        for row in await self._among(select(claims).order_by(claims.c.at, claims.c.person), claims.c.cti, ctis):
            found.setdefault(row.cti, []).append(Claim(*row))
        return found

    async def drop(self, cti: bytes, *, but: UUID, at: datetime) -> None:
        """Every claim but one; a claim that was dropped once stays so, unless it is the one."""
        mine = (claims.c.cti == cti, claims.c.person == but)
        await self._run(update(claims).where(*mine).values(dropped_at=None))
        others = (claims.c.cti == cti, claims.c.person != but, claims.c.dropped_at.is_(None))
        await self._run(update(claims).where(*others).values(dropped_at=at))

    async def shared(self) -> list[Claim]:
        """The claims that stand on cards with more than one."""
        asked = select(claims).join(codes, codes.c.cti == claims.c.cti).where(codes.c.shared, claims.c.dropped_at.is_(None))
        return [Claim(*row) for row in await self._fetch(asked.order_by(claims.c.cti, claims.c.at, claims.c.person))]
