"""What is due goes out: each run once, however many schedulers look; what was due while nobody looked is caught up, or said to be missed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.colours import COLOURS
from domain.deliveries import Lane, Message, Subject, Target
from domain.notices import CATCH_UP, GOOD_FOR, Notice, NoticeState, Occurrence, RunState, approvable_until
from domain.schedules import Holidays
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.recipients import Recipients

AT_ONCE = 1000
CHUNK = 100
POSTS_LEAD = timedelta(seconds=1)
"""Posts to groups are due so much earlier than their run's other copies, so that they are claimed first in their lane."""
LATE = "late"
NOBODY_LEFT = "nobody"
LAPSED = "lapsed"


class NoticeRuns:
    """The jobs: `release` makes runs of what is due, `fill` writes the copies of large ones, `lapse` says what nobody decided on."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience, recipients: Recipients, wakeups: Wakeups,
        at_once: int = AT_ONCE, chunk: int = CHUNK,
    ) -> None:  # fmt: skip
        """Up to `at_once` people get their row with the run itself, more by `fill`, `chunk` at a time."""
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience
        self._recipients = recipients
        self._wakeups = wakeups
        self._at_once = at_once
        self._chunk = chunk

    async def release(self) -> int:
        """Send what is due: the newest run of each notice when it is at most two hours late. Older ones are written down as missed. How many went."""
        async with self._works.read() as work:
            due = await work.notices.due(self._clock.now())
        sent = await self._each(due, self._release)
        if due:
            self._wakeups.publish("deliveries")
        return sent

    async def _each(self, ids: Sequence[UUID], step: Callable[[Work, UUID], Awaitable[int]]) -> int:
        """One transaction each. One that faults holds up none of the others; the faults are raised when all had their turn."""
        done, faults = 0, []
        for id in ids:
            try:
                async with self._works.write() as work:
                    done += await step(work, id)
            except Exception as fault:  # noqa: BLE001  raised below, together
                faults.append(fault)
        if faults:
            raise ExceptionGroup("runs of notices faulted", faults)
        return done

    async def _release(self, work: Work, id: UUID) -> int:
        """Read again under the writer: another scheduler may have been first."""
        now = self._clock.now()
        notice = await work.notices.get(id)
        if notice is None or notice.state is not NoticeState.ACTIVE or notice.next_due_at is None or notice.next_due_at > now:
            return 0
        holidays = await work.notices.holidays()
        schedule, due = notice.draft.schedule, [notice.next_due_at]
        while schedule.again and (later := schedule.next_runs(due[-1], zone=self._office.zone, holidays=holidays, most=1)) and later[0] <= now:
            due += later
        following = schedule.next_runs(now, zone=self._office.zone, holidays=holidays, most=1) if schedule.again else []
        upcoming = following[0] if following else None
        state = NoticeState.ACTIVE if upcoming else NoticeState.OVER
        if not await work.notices.advance(id, seen=notice.next_due_at, next_due_at=upcoming, state=state):
            return 0
        too_late = due if now - due[-1] > CATCH_UP else due[:-1]
        await self._missed(work, notice, too_late, why=LATE)
        return await self._send(work, notice, due=due[-1], upcoming=upcoming) if due[-1] not in too_late else 0

    async def _send(self, work: Work, notice: Notice, *, due: datetime, upcoming: datetime | None) -> int:
        now = self._clock.now()
        people = await self._recipients.of_run(work, notice, now=now)
        if not people:
            await self._missed(work, notice, [due], why=NOBODY_LEFT)
            return 0
        chats = await self._recipients.chats(work, notice.draft.parts, drill=notice.drill)
        message = self._message(notice, self._run_id(notice, due), upcoming=upcoming)
        at_once = len(people) <= self._at_once
        run = Occurrence(
            self._run_id(notice, due), notice.id, notice.drill, due, RunState.OUT, message.id, now, len(people), len(people) if at_once else 0, len(chats)
        )  # fmt: skip
        await work.deliveries.add_message(message)
        if not await work.notices.add_run(run):
            return 0
        posts = [Target(self._ids.derived(str(message.id), str(chat)), self._lane(notice), chat=chat) for chat in chats]
        await work.deliveries.add(message.id, posts, at=now - POSTS_LEAD)
        if at_once:
            await self._reach(work, notice, message, people)
        else:
            await work.notices.keep_roster(run.id, people, drill=notice.drill)
        await self._trail.add(work, by=Actor.system(), action="notices.release", subject=notice.id, now=now, drill=notice.drill, people=len(people))
        return 1

    def _run_id(self, notice: Notice, due: datetime) -> UUID:
        return self._ids.derived(str(notice.id), due.isoformat())

    def _lane(self, notice: Notice) -> Lane:
        return COLOURS[notice.level].lane

    def _message(self, notice: Notice, run: UUID, *, upcoming: datetime | None) -> Message:
        """Good for a day, or until the next run takes its place."""
        now = self._clock.now()
        until = min(now + GOOD_FOR, upcoming) if upcoming is not None else now + GOOD_FOR
        about = {"number": notice.number}
        return Message(
            self._ids.derived(str(run), "message"), Subject.NOTICE, run, notice.drill, now, about, good_until=until, visits=True, visits_by=notice.drafted_by
        )  # fmt: skip

    async def _reach(self, work: Work, notice: Notice, message: Message, ids: Sequence[UUID]) -> None:
        known = await work.people.many(ids)
        people = [known[id] for id in ids if id in known]
        await self._audience.reach(work, message, people, lane=self._lane(notice), visits_by=notice.drafted_by)

    async def _missed(self, work: Work, notice: Notice, due: Sequence[datetime], *, why: str) -> None:
        """Written down for ever, and said to the drafter."""
        if not due:
            return
        for at in due:
            await work.notices.add_run(Occurrence(self._run_id(notice, at), notice.id, notice.drill, at, RunState.MISSED))
        now = self._clock.now()
        fields = {"why": why, "first": due[0].isoformat(), "runs": str(len(due))}
        message = Message(self._ids.derived(str(self._run_id(notice, due[-1])), "missed"), Subject.NOTICE_MISSED, notice.id, notice.drill, now, fields)
        await self._audience.tell(work, {notice.drafted_by}, message, lane=Lane.RED)
        await self._trail.add(work, by=Actor.system(), action="notices.missed", subject=notice.id, now=now, drill=notice.drill, runs=len(due), why=why)

    async def lapse(self) -> int:
        """Tell the drafter, once, of each notice on which nobody decided in time: it does not go out. How many these were."""
        async with self._works.read() as work:
            holidays = await work.notices.holidays()
            over = [notice.id for notice in await work.notices.waiting() if self._clock.now() > self._until(notice, holidays)]
            known = await work.deliveries.messages([self._lapse_id(id) for id in over])
        told = await self._each([id for id in over if self._lapse_id(id) not in known], self._lapse)
        if told:
            self._wakeups.publish("deliveries")
        return told

    async def _lapse(self, work: Work, id: UUID) -> int:
        now, notice = self._clock.now(), await work.notices.get(id)
        if notice is None or notice.state is not NoticeState.WAITING or await work.deliveries.message(self._lapse_id(id)) is not None:
            return 0
        fields = {"why": LAPSED, "first": self._until(notice, await work.notices.holidays()).isoformat(), "runs": "1"}
        message = Message(self._lapse_id(id), Subject.NOTICE_MISSED, id, notice.drill, now, fields)
        await self._audience.tell(work, {notice.drafted_by}, message, lane=Lane.RED)
        await self._trail.add(work, by=Actor.system(), action="notices.lapsed", subject=id, now=now, drill=notice.drill)
        return 1

    def _lapse_id(self, notice: UUID) -> UUID:
        return self._ids.derived(str(notice), LAPSED)

    def _until(self, notice: Notice, holidays: Holidays) -> datetime:
        first = notice.draft.schedule.next_runs(notice.drafted_at, zone=self._office.zone, holidays=holidays, most=1)
        return approvable_until(notice, first_run=first[0] if first else None)

    async def fill(self) -> int:
        """Write the next chunk of copies of each run that is not full yet; returns how many people were taken in."""
        async with self._works.read() as work:
            waiting = await work.notices.unfilled()
        taken = await self._each(waiting, self._fill)
        if taken:
            self._wakeups.publish("deliveries")
        return taken

    async def _fill(self, work: Work, id: UUID) -> int:
        run = await work.notices.run(id)
        if run is None or run.state is not RunState.OUT or run.message is None or run.filled >= run.people:
            return 0
        ids = await work.notices.roster(id, start=run.filled, most=self._chunk)
        notice, message = await work.notices.get(run.notice), await work.deliveries.message(run.message)
        if not ids or notice is None or message is None:
            return 0
        await self._reach(work, notice, message, ids)
        await work.notices.change_run(replace(run, filled=run.filled + len(ids)))
        if run.filled + len(ids) >= run.people:
            await work.notices.drop_roster(id)
        return len(ids)
