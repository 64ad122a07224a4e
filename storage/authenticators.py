"""Authenticator apps and recovery codes. The secret is sealed, a recovery code is kept as a digest."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table, delete, func, select, update

from domain.authenticators import Authenticator, RecoveryCode
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, Sealed, UtcTime

authenticators = Table(
    "authenticators",
    metadata,
    Column("person", IdType, ForeignKey("people.id"), primary_key=True),
    Column("secret", Sealed, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("locked_until", UtcTime),
    info=kept(Retention.SETUP),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("used_at", UtcTime),
    info=kept(Retention.SETUP),
)


class SqlAuthenticators(Rows):
    async def of(self, person: UUID) -> Authenticator | None:
        found = await self._first(select(authenticators).where(authenticators.c.person == person))
        if found is None:
            return None
        secret = bytes.fromhex(self._opened(authenticators.c.secret, person, found.secret))
        return Authenticator(person, secret, found.made_at, found.last_step, found.locked_until)

    async def put(self, authenticator: Authenticator) -> None:
        """Instead of the one that the person had."""
        values = {name: getattr(authenticator, name) for name in ("person", "made_at", "last_step", "locked_until")}
        secret = self._sealed(authenticators.c.secret, authenticator.person, authenticator.secret.hex())
        await self._put(authenticators, [{**values, "secret": secret}])

    async def use_step(self, person: UUID, step: int) -> bool:
        """False when this step, or a later one, was used already."""
        unused = (authenticators.c.person == person) & (authenticators.c.last_step < step)
        return await self._run(update(authenticators).where(unused).values(last_step=step)) == 1

    async def lock(self, person: UUID, *, until: datetime) -> None:
        await self._run(update(authenticators).where(authenticators.c.person == person).values(locked_until=until))

    async def drop(self, person: UUID) -> None:
        """The app and the codes."""
        await self._run(delete(recovery_codes).where(recovery_codes.c.person == person))
        await self._run(delete(authenticators).where(authenticators.c.person == person))

    async def put_codes(self, person: UUID, codes: Collection[RecoveryCode]) -> None:
        """Instead of those that the person had."""
        await self._run(delete(recovery_codes).where(recovery_codes.c.person == person))
        await self._add(recovery_codes, [{name: getattr(code, name) for name in recovery_codes.c.keys()} for code in codes])

    async def use_code(self, person: UUID, digest: bytes, *, at: datetime) -> bool:
        """False when the person has no such code, or it was used already."""
        unused = (recovery_codes.c.person == person) & (recovery_codes.c.digest == digest) & recovery_codes.c.used_at.is_(None)
        return await self._run(update(recovery_codes).where(unused).values(used_at=at)) == 1

    async def codes_left(self, person: UUID) -> int:
        unused = (recovery_codes.c.person == person) & recovery_codes.c.used_at.is_(None)
        return await self._number(select(func.count()).select_from(recovery_codes).where(unused))
