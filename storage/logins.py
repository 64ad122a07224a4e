"""Browsers that want in; only digests of their secrets and codes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text, delete, select, update

from domain.logins import Login, LoginState
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, TextEnum, UtcTime

logins = Table(
    "logins",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("code", LargeBinary, nullable=False, index=True),
    Column("family", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("state", TextEnum(LoginState), nullable=False),
    Column("person", IdType, ForeignKey("people.id")),
    info=kept(Retention.TRANSIENT),
)


class SqlLogins(Rows):
    async def forget(self, *, before: datetime) -> None:
        """Those that were over by then; anybody can begin one, so they are not kept."""
        await self._run(delete(logins).where(logins.c.expires_at < before))

    async def add(self, login: Login) -> None:
        await self._add(logins, [{name: getattr(login, name) for name in logins.c.keys()}])

    async def get(self, login: UUID) -> Login | None:
        found = await self._first(select(logins).where(logins.c.id == login))
        return Login(*found) if found else None

    async def with_digest(self, digest: bytes) -> Login | None:
        found = await self._first(select(logins).where(logins.c.digest == digest))
        return Login(*found) if found else None

    async def with_code(self, code: bytes) -> Login | None:
        """The newest with this code."""
        found = await self._first(select(logins).where(logins.c.code == code).order_by(logins.c.id.desc()).limit(1))
        return Login(*found) if found else None

    async def go_on(self, login: Login, *, was: LoginState, to: LoginState, person: UUID | None, expires_at: datetime) -> bool:
        """False when it is not in the state `was` any more."""
        same = (logins.c.id == login.id) & (logins.c.state == was)
        return await self._run(update(logins).where(same).values(state=to, person=person, expires_at=expires_at)) == 1
