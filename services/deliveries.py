"""Deliveries: claimed under a lease, sent by somebody below, settled with what really happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.deliveries import Delivery, DeliveryState, Subject, retry_at
from domain.people import ContactState
from domain.rollcall import Grade, Happening, How, MemberEvent
from services.evacuations import BOARD
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.rollcall import happened

LEASE = timedelta(seconds=30)
BATCH = 30


class Sent(StrEnum):
    """What Telegram made of one message."""

    OK = "ok"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NO_CHAT = "no_chat"
    TOO_LONG = "too_long"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt. `after` is how long Telegram asked to wait."""

    sent: Sent
    message_id: int | None = None
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a delivery becomes. With an `attempt` only while that attempt is the newest one."""

    delivery: UUID
    state: DeliveryState
    reason: str | None = None
    message_id: int | None = None
    not_before: datetime | None = None
    attempt: int | None = None


GONE = {Sent.BLOCKED: ContactState.BLOCKED, Sent.DEACTIVATED: ContactState.DEACTIVATED}


class Deliveries:
    """The loop's two steps: claim, settle."""

    def __init__(self, works: Works, *, clock: Clock, ids: Ids, wakeups: Wakeups) -> None:
        self._works = works
        self._clock = clock
        self._ids = ids
        self._wakeups = wakeups

    async def claim(self, *, most: int = BATCH) -> list[Delivery]:
        """The next deliveries, ours for 30 seconds; whoever dies with them loses them to the next claimer."""
        now = self._clock.now()
        async with self._works.write() as work:
            return await work.deliveries.claim(now=now, until=now + LEASE, most=most)

    async def take_back(self) -> None:
        """What a process that died still holds is due at once. Only for a house in which nobody else delivers: there the lease would make people wait."""
        async with self._works.write() as work:
            await work.deliveries.end_leases(now=self._clock.now())

    async def settle(self, results: Sequence[tuple[Delivery, Result]]) -> None:
        """Write down what happened: sent, one named failure, unknown (sent again once), or later.

        Sent is sent, however late it is known; anything else is said only by whoever claimed the delivery last.
        """
        told = [(self._settled(delivery, result), delivery.attempt) for delivery, result in results]
        settled = [one if one.state is DeliveryState.SENT else replace(one, attempt=attempt) for one, attempt in told]
        async with self._works.write() as work:
            await work.deliveries.settle(settled)
            for delivery, result in results:
                if (state := GONE.get(result.sent)) is not None:
                    await work.contacts.set_state(delivery.contact, state)
            await self._told(work, [delivery for delivery, result in results if result.sent is Sent.OK])
        self._wakeups.publish(BOARD)

    def _settled(self, delivery: Delivery, result: Result) -> Settled:
        now = self._clock.now()
        match result.sent:
            case Sent.OK:
                return Settled(delivery.id, DeliveryState.SENT, message_id=result.message_id)
            case Sent.LATER:
                again = now + result.after if result.after is not None else retry_at(now, attempt=delivery.attempt)
                if again is None:
                    return Settled(delivery.id, DeliveryState.FAILED, "gave_up")
                return Settled(delivery.id, DeliveryState.PENDING, not_before=again)
            case Sent.UNKNOWN if delivery.attempt <= 1:
                return Settled(delivery.id, DeliveryState.PENDING, "unknown_once", not_before=now)
            case Sent.UNKNOWN:
                return Settled(delivery.id, DeliveryState.UNKNOWN, "unknown")
            case failed:
                return Settled(delivery.id, DeliveryState.FAILED, failed.value)

    async def _told(self, work: Work, sent: Sequence[Delivery]) -> None:
        """A listed person whose order arrived was told; that is an event, not a whereabouts."""
        issued = {(delivery.message.about, delivery.person): delivery for delivery in sent if delivery.message.subject is Subject.ORDER_ISSUED}
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
