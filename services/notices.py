"""Risk notices: drafted, seen by a second person where it matters, sent on their schedule, taken back."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.colours import COLOURS
from domain.deliveries import Lane, Message, Subject, Target
from domain.notices import (
    AudienceTooWide,
    Draft,
    Notice,
    NoticeCancelled,
    NoticeChanged,
    NoticeDecided,
    NoticeState,
    NoticeToNobody,
    NoticeUnknown,
    Occurrence,
    Part,
    RunState,
    approvable_until,
    checked,
    fingerprint,
    is_wide,
    may_approve,
    seconds_to_send,
)
from domain.people import ContactState
from domain.places import within
from domain.schedules import Repeat, Schedule
from domain.schedules import checked as checked_schedule
from domain.visits import Outcome
from services.actors import Actor
from services.audience import Audience
from services.audit import Trail
from services.office import Office
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.recipients import Counted, Recipients, audience_key

NOBODY = UUID(int=0)
RUNS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What a drafter confirms and a second person decides on. `shown` is the fingerprint of exactly this; `before` is how many the last run
    to the same audience had; `until` is how long it may be approved; `seconds` is how long the last copy waits, `ahead` of it being in line already.
    """  # fmt: skip

    notice: Notice
    shown: str
    audience: Counted
    runs: tuple[datetime, ...]
    until: datetime
    before: int | None
    ahead: int
    seconds: int

    @property
    def people(self) -> int:
        return len(self.audience.people)

    @property
    def wide(self) -> bool:
        return is_wide(self.notice.draft.parts, people=self.people)


class Notices:
    """One notice from draft to cancellation. Its runs are `NoticeRuns`, what became of them is `NoticeLists`."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, office: Office, audience: Audience, recipients: Recipients, wakeups: Wakeups
    ) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._office = office
        self._audience = audience
        self._recipients = recipients
        self._wakeups = wakeups

    async def foresee(self, draft: Draft, *, by: Actor) -> Preview:
        """What sending this would mean now, before anything is written. Refused as `draft` is, but for the count of a wide audience."""
        async with self._refusals(by, drill=draft.drill), self._works.read() as work:
            notice = await self._made(work, draft, by=by, id=NOBODY, number="")
            return await self._preview(work, notice)

    def _refusals(self, by: Actor, *, drill: bool) -> AbstractAsyncContextManager[None]:
        """A notice that was not to be is on record: who wanted to send it, and why it was refused; never its words."""
        is_drill = drill or self._office.drill_only
        return self._trail.refusals(self._works, by=by, action="notices.refused", now=self._clock.now(), drill=is_drill)

    async def draft(self, draft: Draft, *, shown: str, by: Actor, key: str, sure: int | None = None) -> Notice:
        """A notice exactly as it was shown (`shown` begins its fingerprint). Blue and yellow go; red and orange wait for a second person.

        Refused to nobody; to a whole county or more than a thousand people unless `sure` is their exact number.
        """
        id = self._ids.derived(key, "notice")
        async with self._refusals(by, drill=draft.drill), self._works.write() as work:
            if (again := await work.notices.get(id)) is not None:
                return again
            now = self._clock.now()
            day = f"N-{self._office.day(now)}-"
            notice = await self._made(work, draft, by=by, id=id, number=f"{day}{await work.notices.last_number(day) + 1:04}")
            preview = await self._preview(work, notice)
            if preview.wide and sure != preview.people:
                raise AudienceTooWide(count=preview.people)
            if not shown or not preview.shown.startswith(shown):
                raise NoticeChanged(number=notice.number)
            if not notice.needs_second:
                notice = replace(notice, state=NoticeState.ACTIVE, next_due_at=await self._first_run(work, notice) or now)
            await work.notices.add(notice, audience=audience_key(notice.draft))
            if notice.needs_second:
                approvers = await self._audience.holders(work, May.APPROVE_NOTICE, notice.areas, but=notice.drafted_by)
                await self._audience.tell(work, approvers, self._message(notice, Subject.NOTICE_TO_APPROVE), lane=Lane.RED)
            await self._trail.add(
                work, by=by, action="notices.draft", subject=id, now=now, drill=notice.drill, level=notice.level.value, people=preview.people,
                fingerprint=preview.shown,
            )  # fmt: skip
        self._wake()
        return notice

    async def _made(self, work: Work, draft: Draft, *, by: Actor, id: UUID, number: str) -> Notice:
        """The draft as a notice that waits, all of it checked."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        by.must_in_all(May.DRAFT_NOTICE, draft.areas, now=now)
        clean = replace(checked(draft), drill=draft.drill or self._office.drill_only)
        checked_schedule(clean.schedule, now=now, zone=self._office.zone, holidays=await work.notices.holidays())
        await self._recipients.must_be_known(work, clean.parts)
        return Notice(id, number, clean, self._issuer(clean, by=by, now=now), NoticeState.WAITING, by.registered(), now)

    def _issuer(self, draft: Draft, *, by: Actor, now: datetime) -> str:
        """The smallest area whose office may speak to all of them."""
        scopes = by.areas_for(May.DRAFT_NOTICE, now=now)
        over_all = [scope for scope in scopes if all(within(area, scope) for area in draft.areas)]
        return max(over_all or [scope for scope in scopes if within(draft.areas[0], scope)], key=len)

    async def _preview(self, work: Work, notice: Notice) -> Preview:
        now = self._clock.now()
        counted = await self._recipients.counted(work, notice.draft, now=now)
        if not counted.people:
            raise NoticeToNobody()
        members = await self._recipients.members(work, notice.draft.parts)
        runs = notice.draft.schedule.next_runs(now, zone=self._office.zone, holidays=await work.notices.holidays(), most=RUNS_SHOWN)
        before = await work.notices.last_count(audience_key(notice.draft), drill=notice.drill)
        ahead = 0 if runs else await work.notices.ahead(COLOURS[notice.level].lane)
        copies = sum(counted.languages.values()) + counted.posts
        until = approvable_until(notice, first_run=await self._first_run(work, notice))
        return Preview(notice, fingerprint(notice, members=members), counted, tuple(runs), until, before, ahead, seconds_to_send(copies, ahead=ahead))

    async def _first_run(self, work: Work, notice: Notice) -> datetime | None:
        """None for what goes out at once."""
        holidays = await work.notices.holidays()
        found = notice.draft.schedule.next_runs(notice.drafted_at, zone=self._office.zone, holidays=holidays, most=1)
        return found[0] if found else None

    async def counted(self, parts: Sequence[Part], *, drill: bool, by: Actor) -> tuple[int, int, bool]:
        """How many people such an audience has now, how many of them without a contact, and whether it is so wide that the drafter must say so."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        by.must_in_all(May.DRAFT_NOTICE, {part.area for part in parts}, now=now)
        async with self._refusals(by, drill=drill), self._works.read() as work:
            await self._recipients.must_be_known(work, parts)
            people = await self._recipients.people(work, parts, drill=drill or self._office.drill_only, now=now)
            reachable = await work.notices.languages_of(people)
            if not people:
                raise NoticeToNobody()
        return len(people), len(people) - len(reachable), is_wide(parts, people=len(people))

    async def runs_of(self, schedule: Schedule, *, by: Actor) -> list[datetime]:
        """The next five runs of a schedule that is being made; refused when it is past or never comes to one."""
        now = self._clock.now()
        by.must(May.DRAFT_NOTICE, now=now)
        async with self._refusals(by, drill=False), self._works.read() as work:
            holidays = await work.notices.holidays()
            checked_schedule(schedule, now=now, zone=self._office.zone, holidays=holidays)
        return schedule.next_runs(now, zone=self._office.zone, holidays=holidays, most=RUNS_SHOWN)

    async def preview(self, notice: UUID, *, by: Actor) -> Preview:
        """What the second person must see before deciding: the words in both languages, the exact count, ten names, the next five runs."""
        async with self._works.read() as work:
            found = await self._notice(work, notice)
            by.must_in_all(May.APPROVE_NOTICE, found.areas, now=self._clock.now())
            return await self._preview(work, found)

    async def approve(self, notice: UUID, *, shown: str, by: Actor, key: str) -> Notice:
        """It goes out as it was seen: `shown` begins the fingerprint of what was on the screen, the members of named groups included."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await self._notice(work, notice)
            by.must_in_all(May.APPROVE_NOTICE, found.areas, now=now)
            if found.approved_by == by.person and await work.receipts.find(key) is not None:
                return found
            first = await self._first_run(work, found)
            now_is = fingerprint(found, members=await self._recipients.members(work, found.draft.parts))
            may_approve(found, by=by.registered(), shown=shown, now_is=now_is, first_run=first, now=now)
            if not await self._recipients.people(work, found.draft.parts, drill=found.drill, now=now):
                raise NoticeToNobody()
            approved = replace(found, state=NoticeState.ACTIVE, approved_by=by.person, approved_at=now, next_due_at=first or now)
            await work.notices.change(approved)
            await self._tell_drafter(work, approved, by=by)
            await work.receipts.keep(key, use_case="notices.approve", answer={"notice": str(notice)}, at=now)
            await self._trail.add(work, by=by, action="notices.approve", subject=notice, now=now, drill=found.drill, fingerprint=now_is, factor=by.factor)
        self._wake()
        return approved

    async def reject(self, notice: UUID, *, by: Actor, key: str, reason: str = "") -> Notice:
        """The second person says no, and the drafter hears it, and why where that was said."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await self._notice(work, notice)
            by.must_in_all(May.APPROVE_NOTICE, found.areas, now=now)
            if found.state is NoticeState.REJECTED and await work.receipts.find(key) is not None:
                return found
            if found.state is not NoticeState.WAITING:
                raise NoticeDecided(number=found.number)
            rejected = replace(found, state=NoticeState.REJECTED)
            await work.notices.change(rejected)
            await self._tell_drafter(work, rejected, by=by, reason=reason)
            await work.receipts.keep(key, use_case="notices.reject", answer={"notice": str(notice)}, at=now)
            await self._trail.add(work, by=by, action="notices.reject", subject=notice, now=now, drill=found.drill, factor=by.factor)
        self._wake()
        return rejected

    async def cancel(self, notice: UUID, *, by: Actor, key: str) -> Notice:
        """No further run; what waits is not sent; and whoever has the last run, or may have it, is told in the same breath that it is withdrawn."""
        async with self._works.write() as work:
            now = self._clock.now()
            found = await self._notice(work, notice)
            by.must_in_all(May.CANCEL_NOTICE, found.areas, now=now)
            if found.cancelled_by == by.person and await work.receipts.find(key) is not None:
                return found
            if found.state is NoticeState.CANCELLED:
                raise NoticeCancelled(number=found.number)
            if found.state is NoticeState.REJECTED:
                raise NoticeDecided(number=found.number)
            cancelled = replace(found, state=NoticeState.CANCELLED, next_due_at=None, cancelled_by=by.person, cancelled_at=now)
            await work.notices.change(cancelled)
            told = await self._withdraw(work, cancelled, await work.notices.runs([notice]))
            await self._tell_drafter(work, cancelled, by=by)
            await work.receipts.keep(key, use_case="notices.cancel", answer={"notice": str(notice)}, at=now)
            await self._trail.add(work, by=by, action="notices.cancel", subject=notice, now=now, drill=found.drill, told=told, factor=by.factor)
        self._wake()
        return cancelled

    async def _withdraw(self, work: Work, notice: Notice, runs: Sequence[Occurrence]) -> int:
        """Nothing of any run is sent from now on. The last one is taken back from exactly those who got it or may have got it, and from those who had
        to say it at doors; to how many that goes.
        """
        now = self._clock.now()
        out = [run for run in runs if run.message is not None and run.state is RunState.OUT]
        for run in out:
            assert run.message is not None
            await work.deliveries.cancel(run.message, at=now)
            await work.visits.close(run.message, people=None, outcome=Outcome.WITHDRAWN, at=now)
            await work.notices.change_run(replace(run, state=RunState.WITHDRAWN))
            await work.notices.drop_roster(run.id)
        if not out or out[-1].message is None:
            return 0
        contacts, chats = await work.deliveries.reached([out[-1].message])
        owners = await work.notices.people_of_contacts(contacts) | await self._sent_to_doors(work, notice, out[-1].message)
        message = Message(self._ids.derived(str(out[-1].id), "withdrawn"), Subject.NOTICE_WITHDRAWN, out[-1].id, notice.drill, now)
        lane = COLOURS[notice.level].lane
        copies = [Target(self._ids.derived(str(message.id), str(contact)), lane, person=owners[contact], contact=contact) for contact in sorted(owners)]
        copies += [Target(self._ids.derived(str(message.id), str(chat)), lane, chat=chat) for chat in sorted(chats)]
        await work.deliveries.add_message(message)
        await work.deliveries.add(message.id, copies, at=now)
        return len(copies)

    async def _sent_to_doors(self, work: Work, notice: Notice, message: UUID) -> dict[UUID, UUID]:
        """Contacts of whoever was asked to go because of it, or went: nobody walks on for what holds no more, and who was told at a door is told again."""
        visits = await work.visits.of_message(message)
        went = {visit.done_by for visit in visits if visit.done_by is not None}
        asked = {visit.responsible for visit in visits if visit.responsible is not None}
        people = went | (await work.notices.enrolled_among(asked) | (asked & {notice.drafted_by}) if notice.drill else asked)
        return {contact.id: contact.person for contact in await work.contacts.of(people) if contact.state is ContactState.ACTIVE}

    async def _tell_drafter(self, work: Work, notice: Notice, *, by: Actor, reason: str = "") -> None:
        if by.person != notice.drafted_by:
            fields = {"decided": notice.state.value, "reason": reason}
            message = replace(self._message(notice, Subject.NOTICE_DECIDED), fields=fields)
            await self._audience.tell(work, {notice.drafted_by}, replace(message, id=self._ids.derived(str(message.id), notice.state.value)), lane=Lane.RED)

    def _message(self, notice: Notice, subject: Subject) -> Message:
        return Message(self._ids.derived(str(notice.id), subject.value), subject, notice.id, notice.drill, self._clock.now())

    async def told(self, notice: UUID) -> Notice:
        """The notice as a message about it needs it; for views only."""
        async with self._works.read() as work:
            return await self._notice(work, notice)

    async def told_run(self, occurrence: UUID) -> tuple[Notice, Occurrence]:
        """The notice of a run as the message needs it; for views only."""
        async with self._works.read() as work:
            if (run := await work.notices.run(occurrence)) is None:
                raise NoticeUnknown()
            return await self._notice(work, run.notice), run

    async def deciders(self, notice: Notice) -> int:
        """How many people may decide on it and have a chat with this bot; for views only."""
        async with self._works.read() as work:
            people = await self._audience.holders(work, May.APPROVE_NOTICE, notice.areas, but=notice.drafted_by)
            return len(await work.notices.languages_of(people))

    async def next_runs(self, notice: Notice) -> list[datetime]:
        """The next five, from now on; none of a notice that is over, or that goes out at once."""
        if notice.state not in (NoticeState.ACTIVE, NoticeState.WAITING) or notice.draft.schedule.repeat is Repeat.NOW:
            return []
        async with self._works.read() as work:
            holidays = await work.notices.holidays()
        return notice.draft.schedule.next_runs(self._clock.now(), zone=self._office.zone, holidays=holidays, most=RUNS_SHOWN)

    async def _notice(self, work: Work, notice: UUID) -> Notice:
        if (found := await work.notices.get(notice)) is None:
            raise NoticeUnknown()
        return found

    def _wake(self) -> None:
        self._wakeups.publish("deliveries")
