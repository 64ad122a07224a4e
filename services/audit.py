"""The audit log: every official use case adds one row in its own transaction; a job chains the rows by hash."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.access import May
from domain.audit import AuditRow, linked
from domain.errors import Conflict, Gone, Invalid
from services.actors import Actor
from services.office import Office
from services.ports import Clock, Ids, Work, Works

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Trail:
    """Writes audit rows inside somebody else's transaction. What a break-glass made possible carries its id."""

    ids: Ids

    async def add(self, work: Work, *, by: Actor, action: str, subject: object, now: datetime, drill: bool = False, **facts: str | int | bool | None) -> None:
        if by.pane is not None and by.pane.gave:
            by.pane.written, facts = True, {**facts, "glass": str(by.pane.id)}
        row = AuditRow(self.ids.new(), now, by.person, by.via, action, str(subject), drill, facts)
        await work.audit.add(row)

    @asynccontextmanager
    async def refusals(self, works: Works, *, by: Actor, action: str, now: datetime, drill: bool) -> AsyncIterator[None]:
        """What is refused inside leaves a row with its reason, in a transaction of its own, and is refused all the same."""
        try:
            yield
        except (Invalid, Conflict, Gone) as refusal:
            async with works.write() as work:
                await self.add(work, by=by, action=action, subject=refusal.code, now=now, drill=drill)
            raise


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the chain does not hold."""

    seq: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted: of one actor, of one action (or, ending with a dot, of all of a noun), of one local day; older than a row."""

    actor: UUID | None = None
    action: str = ""
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with the name of who acted, "" for nobody known (masked at the edge)."""

    row: AuditRow
    name: str


class AuditLog:
    """Shows the log."""

    def __init__(self, works: Works, *, clock: Clock, office: Office) -> None:
        self._works = works
        self._clock = clock
        self._office = office

    async def listing(self, asked: Asked, *, by: Actor, most: int) -> list[Entry]:
        """The newest first, for whoever may read the log."""
        by.must(May.READ_AUDIT, now=self._clock.now())
        since = datetime.combine(asked.day, time(), tzinfo=self._office.zone) if asked.day is not None else None
        until = datetime.combine(asked.day + timedelta(days=1), time(), tzinfo=self._office.zone) if asked.day is not None else None
        actions = (asked.action,) if asked.action else ()
        async with self._works.read() as work:
            rows = await work.audit.search(actor=asked.actor, actions=actions, since=since, until=until, before=asked.before, most=most)
            names = await work.people.many({row.actor for row in rows if row.actor is not None})
        return [Entry(row, names[row.actor].name if row.actor in names else "") for row in rows]


class Audit:
    """Chains the log and checks it."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def chain(self) -> int:
        """Link what is not linked yet, oldest first; returns how many rows were linked."""
        async with self._works.read() as work:
            if not await work.audit.unchained(most=1):
                return 0
        async with self._works.write() as work:
            rows = await work.audit.unchained(most=CHUNK)
            _, head = await work.audit.head()
            links = []
            for row in rows:
                head = linked(head, row)
                links.append((row.seq, head))
            await work.audit.chain(links)
        return len(rows)

    async def head(self) -> tuple[int, str]:
        """Number and hash (hex) of the newest linked row: what is anchored outside."""
        async with self._works.read() as work:
            seq, digest = await work.audit.head()
        return seq, digest.hex()

    async def verify(self) -> Broken | None:
        """Walk the whole chain; None when every linked row still says what it said."""
        after, before = 0, bytes(32)
        while True:
            async with self._works.read() as work:
                rows = await work.audit.all(after=after, most=CHUNK)
            if not rows:
                return None
            for row, digest in rows:
                after = row.seq
                if digest is None:
                    continue
                before = linked(before, row)
                if before != digest:
                    return Broken(row.seq)
