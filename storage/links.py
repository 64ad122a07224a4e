"""Link codes that tie a chat to a named person, and the failed tries that close the door. Codes are kept as digests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, func, select, update

from domain.people import LinkCode, LinkCodeSpent
from storage.metadata import Retention, kept, metadata
from storage.rows import Rows
from storage.types import IdType, UtcTime

link_codes = Table(
    "link_codes",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("person", IdType, ForeignKey("people.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, index=True),
    Column("made_by", IdType),
    Column("expires_at", UtcTime, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("used_at", UtcTime),
    info=kept(Retention.TRANSIENT),
)

link_tries = Table(
    "link_tries",
    metadata,
    Column("id", IdType, primary_key=True),
    Column("subject", LargeBinary, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "subject", "at"),
    info=kept(Retention.TRANSIENT),
)


class SqlLinks(Rows):
    async def add(self, link: LinkCode) -> None:
        values = {
            "id": link.id,
            "person": link.person,
            "digest": link.digest,
            "made_by": link.made_by,
            "expires_at": link.expires_at,
            "tries_left": link.tries_left,
            "used_at": link.used_at,
        }
        await self._add(link_codes, [values])

    async def with_digest(self, digest: bytes) -> LinkCode | None:
        """The unused code with this digest, else the newest used one."""
        table = link_codes.c
        asked = select(link_codes).where(table.digest == digest).order_by(table.used_at.is_not(None), table.id.desc())
        found = await self._first(asked.limit(1))
        return LinkCode(*found) if found else None

    async def use(self, link: UUID, *, at: datetime) -> None:
        """Spend it; refused with LinkCodeSpent when somebody was faster."""
        unused = (link_codes.c.id == link) & link_codes.c.used_at.is_(None)
        if await self._run(update(link_codes).where(unused).values(used_at=at)) == 0:
            raise LinkCodeSpent()

    async def withdraw(self, person: UUID, *, at: datetime) -> None:
        unused = (link_codes.c.person == person) & link_codes.c.used_at.is_(None)
        await self._run(update(link_codes).where(unused).values(used_at=at))

    async def failures(self, subject: bytes, *, since: datetime) -> int:
        tries = (link_tries.c.subject == subject) & (link_tries.c.at >= since)
        return await self._number(select(func.count()).select_from(link_tries).where(tries))

    async def add_failure(self, subject: bytes, *, id: UUID, at: datetime) -> None:
        """The same try told twice is one."""
        await self._add_once(link_tries, [{"id": id, "subject": subject, "at": at}])
