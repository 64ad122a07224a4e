"""Deliveries: claimed under a lease, sent by somebody below, settled with what really happened."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.access import May
from domain.chats import ChatState
from domain.deliveries import DOUBT, MOVED, Delivery, DeliveryState, Lane, Message, Miss, Subject, Tally, retry_at
from domain.people import ContactState
from domain.rollcall import Grade, Happening, How, MemberEvent
from domain.visits import Outcome
from services.actors import Actor
from services.chats import move
from services.evacuations import BOARD
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.rollcall import happened
from services.visits import VisitTasks

LEASE = timedelta(seconds=30)
BATCH = 30
AT_ONCE = 300
EXPORTED_AT_ONCE = 500


class Sent(StrEnum):
    """What Telegram made of one message."""

    OK = "ok"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NO_CHAT = "no_chat"
    MIGRATED = "migrated"
    TOO_LONG = "too_long"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt. `after` is how long Telegram asked to wait, `chat` the number that a migrated group has now."""

    sent: Sent
    message_id: int | None = None
    after: timedelta | None = None
    chat: int | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a delivery becomes. With an `attempt` only while that attempt is the newest one and still holds it."""

    delivery: UUID
    state: DeliveryState
    reason: str | None = None
    message_id: int | None = None
    not_before: datetime | None = None
    attempt: int | None = None
    tries: int | None = None


GONE = {Sent.BLOCKED: ContactState.BLOCKED, Sent.DEACTIVATED: ContactState.DEACTIVATED}


class Deliveries:
    """The loop's two steps: claim, settle."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._wakeups = wakeups
        self._tasks = VisitTasks(clock=clock, ids=ids)

    async def claim(self, *, most: int = BATCH) -> list[Delivery]:
        """The next deliveries, ours for 30 seconds; whoever dies with them loses them to the next claimer.

        What is good no more (expired, cancelled) ends here instead of being sent.
        """
        now = self._clock.now()
        async with self._works.write() as work:
            while claimed := await work.deliveries.claim(now=now, until=now + LEASE, most=most):
                over = [delivery for delivery in claimed if delivery.message.over(now=now) is not None]
                if over:
                    await self._end(work, over)
                if good := [delivery for delivery in claimed if delivery.message.over(now=now) is None]:
                    return good
        return []

    async def expire(self) -> int:
        """End what waits although its message is good no more, a chunk at a time; returns how many copies that were."""
        now = self._clock.now()
        async with self._works.write() as work:
            over = await work.deliveries.claim_over(now=now, until=now + LEASE, most=AT_ONCE)
            await self._end(work, over)
        if over:
            self._wakeups.publish(BOARD)
            self._wakeups.publish("deliveries")
        return len(over)

    async def _end(self, work: Work, over: Sequence[Delivery]) -> None:
        """Claimed, and not to be sent any more."""
        now = self._clock.now()
        ended = [(delivery, self._ended(delivery, delivery.message.over(now=now) or Miss.EXPIRED)) for delivery in over]
        await work.deliveries.settle([settled for _, settled in ended])
        await self._visit(work, ended)

    def _ended(self, delivery: Delivery, why: Miss) -> Settled:
        """A copy that somebody only held when he died counts as failed, so that its person is visited; a retraction goes there all the same."""
        if delivery.reason == DOUBT or (delivery.doubtful and why is Miss.CANCELLED):
            return Settled(delivery.id, DeliveryState.UNKNOWN, DeliveryState.UNKNOWN.value, attempt=delivery.attempt)
        return Settled(delivery.id, DeliveryState.FAILED, why.value, attempt=delivery.attempt)

    async def take_back(self) -> None:
        """What a process that died still holds is due at once. Only for a house in which nobody else delivers: there the lease would make people wait."""
        async with self._works.write() as work:
            await work.deliveries.end_leases(now=self._clock.now())

    async def settle(self, results: Sequence[tuple[Delivery, Result]]) -> None:
        """Write down what happened: sent, one named failure, unknown (sent again once), or later.

        Sent is sent, however late it is known; anything else is said only by whoever claimed the delivery last. Whoever is
        finally not reached by a message that wants visits gets one here, in the same transaction.
        """
        now = self._clock.now()
        told = [(delivery, self._settled(delivery, result, now=now)) for delivery, result in results]
        async with self._works.write() as work:
            await self._move(work, results)
            await work.deliveries.settle([settled for _, settled in told])
            await self._mark_gone(work, results)
            await self._visit(work, told)
            arrived = [delivery for delivery, result in results if result.sent is Sent.OK]
            await self._arrived_late(work, arrived, now=now)
            await self._told(work, arrived)
        self._wakeups.publish(BOARD)

    def _settled(self, delivery: Delivery, result: Result, *, now: datetime) -> Settled:
        attempt = delivery.attempt
        match result.sent:
            case Sent.OK:
                return Settled(delivery.id, DeliveryState.SENT, message_id=result.message_id)
            case Sent.LATER if result.after is not None:
                return Settled(delivery.id, DeliveryState.PENDING, delivery.reason, not_before=now + result.after, attempt=attempt)
            case Sent.LATER:
                tries = delivery.tries + 1
                if (again := retry_at(now, tries=tries)) is None:
                    return replace(self._ended(delivery, Miss.GAVE_UP), tries=tries)
                return Settled(delivery.id, DeliveryState.PENDING, delivery.reason, not_before=again, attempt=attempt, tries=tries)
            case Sent.UNKNOWN if delivery.reason != DOUBT:
                return Settled(delivery.id, DeliveryState.PENDING, DOUBT, not_before=now, attempt=attempt)
            case Sent.UNKNOWN:
                return Settled(delivery.id, DeliveryState.UNKNOWN, DeliveryState.UNKNOWN.value, attempt=attempt)
            case Sent.MIGRATED if moves(delivery, result):
                return Settled(delivery.id, DeliveryState.PENDING, MOVED, not_before=now, attempt=attempt)
            case Sent.MIGRATED:
                return Settled(delivery.id, DeliveryState.FAILED, Miss.NO_CHAT.value, attempt=attempt)
            case failed:
                return Settled(delivery.id, DeliveryState.FAILED, Miss(failed.value).value, attempt=attempt)

    async def _move(self, work: Work, results: Sequence[tuple[Delivery, Result]]) -> None:
        """Groups that have a new number have it from now on."""
        numbers = {delivery.chat: result.chat for delivery, result in results if result.sent is Sent.MIGRATED and moves(delivery, result)}
        chats = await work.chats.many([id for id in numbers if id is not None]) if numbers else {}
        for chat in chats.values():
            if (number := numbers[chat.id]) is not None and chat.address != str(number):
                await move(work, chat, number=number)

    async def _mark_gone(self, work: Work, results: Sequence[tuple[Delivery, Result]]) -> None:
        for delivery, result in results:
            state = GONE.get(result.sent)
            if state is not None and delivery.contact is not None:
                await work.contacts.set_state(delivery.contact, state)
            elif state is not None and delivery.chat is not None:
                await work.chats.set_state([delivery.chat], ChatState(state.value))

    async def _visit(self, work: Work, told: Sequence[tuple[Delivery, Settled]]) -> None:
        """A visit to whoever is lost now; and what was put off of a message that was cancelled meanwhile ends."""
        put_off = {delivery.message.id for delivery, settled in told if settled.state is DeliveryState.PENDING}
        failed = [(delivery, settled) for delivery, settled in told if settled.state is DeliveryState.FAILED and delivery.message.visits]
        if not put_off and not failed:
            return
        messages = await work.deliveries.messages(put_off | {delivery.message.id for delivery, _ in failed})
        for message in messages.values():
            if message.cancelled_at is not None:
                await work.deliveries.cancel(message.id, at=message.cancelled_at)
                continue
            why = {d.person: (settled.reason or "", d.lane) for d, settled in failed if d.message.id == message.id and d.person is not None}
            await self._open(work, message, why)

    async def _open(self, work: Work, message: Message, why: dict[UUID, tuple[str, Lane]]) -> None:
        lost = await work.deliveries.missed(message.id, why) if why else set()
        if lost:
            await self._tasks.open(work, message, {id: why[id][0] for id in why if id in lost}, lane=min(why[id][1] for id in lost))

    async def _arrived_late(self, work: Work, arrived: Collection[Delivery], *, now: datetime) -> None:
        """Somebody else may have failed with it since, after our lease or a restart that ended it: then there is a visit that nobody needs."""
        told = [delivery for delivery in arrived if delivery.message.visits and delivery.person is not None]
        for message in {delivery.message.id for delivery in told}:
            people = {delivery.person for delivery in told if delivery.message.id == message and delivery.person is not None}
            await work.visits.close(message, people=people, outcome=Outcome.REACHED, at=now)

    async def tally(self, message: UUID) -> Tally:
        """Where the copies of this message stand."""
        async with self._works.read() as work:
            return (await work.deliveries.tallies([message]))[message]

    async def failures(self, message: UUID) -> list[tuple[UUID, str]]:
        """Everybody whom this message did not reach, with the reason in a word for machines."""
        async with self._works.read() as work:
            return await work.deliveries.failures(message)

    async def _told(self, work: Work, sent: Sequence[Delivery]) -> None:
        """A listed person whose order arrived was told; that is an event, not a whereabouts."""
        issued = {(d.message.about, d.person): d for d in sent if d.message.subject is Subject.ORDER_ISSUED and d.person is not None}
        members = await work.members.in_force([person for _, person in issued]) if issued else []
        now = self._clock.now()
        events = [
            MemberEvent(
                self._ids.derived(str(issued[member.order, member.person].id), "told"), member.id, Happening.TOLD, now, now, How.SYSTEM,
                Grade.PROVEN, member.drill,
            )
            for member in members
            if (member.order, member.person) in issued
        ]  # fmt: skip
        await happened(work, events)


def moves(delivery: Delivery, result: Result) -> bool:
    """A chat moves, and once; a person's contact does not."""
    return delivery.chat is not None and result.chat is not None and delivery.reason != MOVED


async def exported(work: Work, *, by: Actor, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """Where every copy stands, and every visit, without names: to people of the exporter's areas; to chats only for the operator."""
    last: UUID | None = None
    while rows := await work.deliveries.after(last, most=EXPORTED_AT_ONCE):
        last = rows[-1].id
        mine = await may_export(work, {row.person for row in rows if row.person is not None}, by=by, now=now)
        for row in (row for row in rows if row.person in mine or May.EXPORT in by.rights):
            message = row.message
            yield {
                "type": "delivery", "id": str(row.id), "message": str(message.id), "subject": message.subject.value, "about": str(message.about),
                "occurrence": str(message.about) if message.subject is Subject.NOTICE else None, "drill": message.drill,
                "person": str(row.person) if row.person else None, "contact": str(row.contact) if row.contact else None,
                "chat": str(row.chat) if row.chat else None, "state": row.state.value, "reason": row.reason, "attempt": row.attempt, "tries": row.tries,
            }  # fmt: skip
    last = None
    while visits := await work.visits.after(last, most=EXPORTED_AT_ONCE):
        last = visits[-1].id
        mine = await may_export(work, {visit.person for visit in visits}, by=by, now=now)
        for visit in (visit for visit in visits if visit.person in mine):
            yield {
                "type": "visit", "id": str(visit.id), "message": str(visit.message), "person": str(visit.person), "drill": visit.drill,
                "responsible": str(visit.responsible) if visit.responsible else None, "reason": visit.reason, "made_at": visit.made_at.isoformat(),
                "done_at": visit.done_at.isoformat() if visit.done_at else None, "done_by": str(visit.done_by) if visit.done_by else None,
                "outcome": visit.outcome.value if visit.outcome else None, "tries": visit.tries,
            }  # fmt: skip


async def may_export(work: Work, people: Collection[UUID], *, by: Actor, now: datetime) -> set[UUID]:
    """Those of these people who live where the exporter may export."""
    if May.EXPORT in by.rights:
        return set(people)
    return {person.id for person in (await work.people.many(people)).values() if by.can(May.EXPORT, now=now, area=person.area)}
