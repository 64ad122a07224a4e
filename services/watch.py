"""The watch: what waits in the house, and telling those in charge of it when something is late. What is late is said in domain/watch.py."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from domain.access import Role
from domain.deliveries import Lane, Message, Subject
from domain.watch import Backlog, Late, Trouble, Waiting
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Work, Works

AT_MOST_EVERY = timedelta(hours=1)
REMEMBERED = 6
"""An alarm is remembered as open for so many hours, also over a restart."""
TOLD = (Role.ADMIN, Role.DUTY_OFFICER)


def always() -> bool:
    return True


class Beats:
    """When each loop and each job last turned, by the machine's clock, and how long each may take to turn again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._within: dict[Late, float] = {}
        self._only: dict[Late, Callable[[], bool]] = {}
        self._last: dict[Late, float] = {}

    def expect(self, what: Late, *, within: float, only: Callable[[], bool] = always) -> None:
        """From now on it turns at least once in so many seconds, `only` while that is so: not while it is another process's turn."""
        self._within[what] = within
        self._only[what] = only
        self._last[what] = self._clock.monotonic()

    def beat(self, what: Late) -> None:
        self._last[what] = self._clock.monotonic()

    def ages(self) -> dict[Late, float]:
        """Seconds since each last turned."""
        now = self._clock.monotonic()
        self._last |= {what: now for what, only in self._only.items() if not only()}
        return {what: now - self._last[what] for what in self._within}

    def late(self) -> set[Late]:
        return {what for what, age in self.ages().items() if age > self._within[what]}


class Watch:
    """Looks, tells, and records what the house did by itself."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience

    async def backlog(self) -> Backlog:
        async with self._works.read() as work:
            return await work.watch.backlog(now=self._clock.now())

    async def tell(self, late: Late, *, over: bool = False, waiting: Waiting | None = None) -> bool:
        """Tell administrators and officers on duty, in chat, that this is late, or over. False when they heard of its kind less than an hour ago."""
        now = self._clock.now()
        async with self._works.write() as work:
            known = await self._known(work, late.trouble, over=over, now=now)
            if any(now - made_at < AT_MOST_EVERY for made_at in known):
                return False
            about = self._ids.derived("watch", late.trouble.value)
            fields = {"trouble": late.trouble.value, "which": late.which, "over": "yes" if over else "", "count": str(waiting.count) if waiting else ""}
            id = self._id(late.trouble, over=over, hour=_hour(now))
            message = Message(id, Subject.ALARM, about, self._office.drill_only, now, fields, good_until=now + AT_MOST_EVERY)
            await self._audience.tell(work, await self._in_charge(work, now=now), message, lane=Lane.YELLOW)
        return True

    async def still_open(self) -> set[Late]:
        """Alarms that were told in the last hours and not called over: perhaps by a process that is gone."""
        now = self._clock.now()
        found = set()
        async with self._works.read() as work:
            for trouble in Trouble:
                told, over = await self._known(work, trouble, over=False, now=now), await self._known(work, trouble, over=True, now=now)
                if told and (not over or max(over) < max(told)):
                    found.add(Late(trouble))
        return found

    async def webhook_set(self) -> None:
        """Record that the house told Telegram its address anew, because another one, or none, stood there."""
        async with self._works.write() as work:
            await self._trail.add(work, by=Actor.system(), action="watch.webhook_set", subject="telegram", now=self._clock.now())

    async def _known(self, work: Work, trouble: Trouble, *, over: bool, now: datetime) -> list[datetime]:
        """When messages of this kind were made, in the last hours."""
        ids = [self._id(trouble, over=over, hour=_hour(now) - back) for back in range(REMEMBERED)]
        return [message.made_at for message in (await work.deliveries.messages(ids)).values()]

    async def _in_charge(self, work: Work, *, now: datetime) -> Collection[UUID]:
        return {grant.person for role in TOLD for grant in await work.grants.with_role(role) if grant.holds(now=now)}

    def _id(self, trouble: Trouble, *, over: bool, hour: int) -> UUID:
        return self._ids.derived("watch", f"{trouble}|{hour}|{'over' if over else 'late'}")


def _hour(now: datetime) -> int:
    return int(now.timestamp() // 3600)
