"""What is doubtful about an item of a device: how its code stood at its instant, what the door made of it, which orders were in force."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.checkpoints import GRACE
from domain.codes import IssuedCode
from domain.evacuations import Order
from domain.issuing import Claim, owner
from domain.scans import Reason
from domain.uploads import SMALL_SKEW, Item, Shown
from services.codes import Seen


def held_back(item: Item) -> bool:
    """Whether the door did not let this count: it was red, or amber and nobody said that the name matches. However good the code is, that stands."""
    return item.shown in (Shown.NO, Shown.CHECK) and not item.confirmed


def reason_at(code: IssuedCode, seen: Seen, at: datetime, *, claims: Sequence[Claim] = ()) -> Reason | None:
    """The doubt about a code at an instant: what was withdrawn later was good then, and its end has the ten minutes that every reader allows
    (SPEC §7): the door showed green. None for a good one.
    """
    if code.revoked_at is not None and code.revoked_at <= at:
        return Reason.REPLACED if code.replaced_by is not None else Reason.REVOKED
    if at >= code.expires_at + GRACE:
        return Reason.EXPIRED
    if shared_at(claims, at):
        return Reason.CARD_SHARED
    return None if seen.reason in (Reason.OK, Reason.REVOKED) else seen.reason


def holder_at(code: IssuedCode, claims: Sequence[Claim], at: datetime) -> UUID | None:
    """Whose a code was at an instant. A card that was blank once is nobody's before it was given, however soon the house heard of that."""
    return owner([claim for claim in claims if claim.at <= at])[0] if claims else code.holder


def shared_at(claims: Sequence[Claim], at: datetime) -> bool:
    """Whether a card that was blank once had been given to more than one person by then. Given to another later, it was its owner's alone before."""
    return len({claim.person for claim in claims if claim.dropped_at is None and claim.at <= at}) > 1


def in_force_at(orders: Sequence[Order], at: datetime, *, drill: bool) -> list[Order]:
    """The orders of one world that were out and not lifted at an instant. What was recorded under an order counts in it, and in no later one: whoever
    was at the shelter last week is not therefore safe today.
    """
    return [order for order in orders if order.drill == drill and _out(order, at) and (order.lifted_at is None or at < order.lifted_at)]


def lifted_before(orders: Sequence[Order], at: datetime, *, drill: bool) -> list[Order]:
    """Those that were out and lifted by then, the newest first: people go home under them."""
    return [order for order in orders if order.drill == drill and _out(order, at) and order.lifted_at is not None and order.lifted_at <= at]


def _out(order: Order, at: datetime) -> bool:
    return order.issued_at is not None and order.issued_at <= at + SMALL_SKEW
