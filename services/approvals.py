"""What waits for a second person, what is in force, and who was first: for the page on which it is decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from domain.access import May
from domain.evacuations import APPROVAL_LASTS, Order, OrderState
from domain.notices import Notice, NoticeState
from services.actors import Actor
from services.ports import Clock, Works

Drafted = TypeVar("Drafted", Order, Notice)
DECISIONS = (
    "evacuations.approve", "evacuations.reject", "evacuations.lift", "notices.approve", "notices.reject", "notices.cancel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """Drafts of the reader's areas that may still be decided on, and what is out; the newest first."""

    orders: tuple[Order, ...]
    notices: tuple[Notice, ...]
    out: tuple[Order, ...]
    active: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class First:
    """Who decided last, what, and when."""

    action: str
    name: str
    at: datetime


class Approvals:
    """Reads what the second person decides on. Deciding is done by the rooms of orders and notices."""

    def __init__(self, works: Works, *, clock: Clock) -> None:
        self._works = works
        self._clock = clock

    async def waiting(self, *, by: Actor) -> Waiting:
        """What this reader may decide on."""
        now = self._clock.now()
        by.must(May.APPROVE_ORDER, now=now)
        async with self._works.read() as work:
            orders, notices = await work.orders.all(), await work.notices.all()

        def mine(may: May, areas: tuple[str, ...]) -> bool:
            return all(by.can(may, now=now, area=area) for area in areas)

        drafts = [order for order in orders if order.state is OrderState.DRAFT and now - order.drafted_at <= APPROVAL_LASTS]
        return Waiting(
            tuple(order for order in _newest(drafts) if mine(May.APPROVE_ORDER, order.areas)),
            tuple(one for one in _newest(notices) if one.state is NoticeState.WAITING and mine(May.APPROVE_NOTICE, one.areas)),
            tuple(order for order in _newest(orders) if order.state is OrderState.ISSUED and mine(May.LIFT, order.areas)),
            tuple(one for one in _newest(notices) if one.state is NoticeState.ACTIVE and mine(May.CANCEL_NOTICE, one.areas)),
        )

    async def first(self, subject: UUID) -> First | None:
        """Who decided on this order or notice last; None when nobody did. For views only."""
        async with self._works.read() as work:
            row = await work.audit.newest(str(subject), actions=DECISIONS)
            who = await work.people.get(row.actor) if row is not None and row.actor is not None else None
        return First(row.action, who.name if who else "", row.at) if row is not None else None


def _newest(found: list[Drafted]) -> list[Drafted]:
    return sorted(found, key=lambda one: one.drafted_at, reverse=True)
