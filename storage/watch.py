"""What waits, for the watchdog: a few counts along indexes."""

from datetime import datetime

from sqlalchemy import Executable, func, select

from domain.deliveries import Lane
from domain.watch import Backlog, Waiting
from storage.audit import audit, audit_chain
from storage.deliveries import PENDING, deliveries
from storage.rows import Rows
from storage.updates import State, updates


class SqlWatch(Rows):
    async def backlog(self, *, now: datetime) -> Backlog:
        return Backlog(
            now, await self._waiting(_received(State.RECEIVED)), (await self._waiting(_received(State.PARKED))).count, await self._lanes(),
            await self._waiting(_unchained()), await self._last_update(),
        )  # fmt: skip

    async def _waiting(self, asked: Executable) -> Waiting:
        found = await self._first(asked)
        return Waiting(found.many, found.since) if found is not None else Waiting()

    async def _lanes(self) -> dict[Lane, Waiting]:
        table = deliveries.c
        asked = select(table.lane, func.count().label("many"), func.min(table.not_before).label("since")).where(PENDING).group_by(table.lane)
        return {Lane(row.lane): Waiting(row.many, row.since) for row in await self._fetch(asked)}

    async def _last_update(self) -> datetime | None:
        """Ids follow time, so the newest row has the greatest."""
        found = await self._first(select(updates.c.received_at).order_by(updates.c.id.desc()).limit(1))
        return found.received_at if found is not None else None


def _received(state: State) -> Executable:
    return select(func.count().label("many"), func.min(updates.c.received_at).label("since")).where(updates.c.state == state)


def _unchained() -> Executable:
    head = select(func.coalesce(func.max(audit_chain.c.seq), 0)).scalar_subquery()
    return select(func.count().label("many"), func.min(audit.c.at).label("since")).where(audit.c.seq > head)
