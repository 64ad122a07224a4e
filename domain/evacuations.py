"""Evacuation orders 转移指令: drafted by one person, approved by another, then the list is a snapshot (浙江省气象灾害防御条例 §26)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Gone, Invalid, NotAllowed, Unknown
from domain.places import within
from domain.text import N_

APPROVAL_LASTS = timedelta(minutes=15)
LONGEST_TEXT = 200


class OrderState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    LIFTED = "lifted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Order:
    """One order to move: which areas, where to, by which way. `number` is what people say on the phone (E-1123-0001)."""

    id: UUID
    number: str
    drill: bool
    areas: tuple[str, ...]
    shelter: UUID | None
    place: str
    way: str
    state: OrderState
    drafted_by: UUID
    drafted_at: datetime
    approved_by: UUID | None = None
    issued_at: datetime | None = None
    lifted_at: datetime | None = None
    listed: int = 0

    @property
    def fingerprint(self) -> str:
        """SHA-256 over exactly what a second person approves: areas, place, way, drill; any edit makes another one."""
        said = json.dumps([self.drill, sorted(self.areas), str(self.shelter or ""), self.place, self.way], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to go and how: the law asks for both (§26), so an order without either is refused."""

    shelter: UUID | None
    place: str
    way: str


def checked(destination: Destination) -> Destination:
    """The destination with clean texts; refused when place or way is missing or longer than people will read."""
    place, way = " ".join(destination.place.split()), " ".join(destination.way.split())
    if not any(character.isalnum() for character in place):
        raise OrderWithoutPlace()
    if not any(character.isalnum() for character in way):
        raise OrderWithoutWay()
    if max(len(place), len(way)) > LONGEST_TEXT:
        raise OrderTextTooLong(most=LONGEST_TEXT)
    return Destination(destination.shelter, place, way)


def may_approve(order: Order, *, by: UUID, fingerprint: str, now: datetime) -> None:
    """Refuses an approval by the drafter, of another text, of an old draft, or of an order that is out already."""
    if order.state is not OrderState.DRAFT:
        raise OrderOutAlready(number=order.number)
    if order.drafted_by == by:
        raise OwnDraft()
    if order.fingerprint != fingerprint:
        raise OrderChanged(number=order.number)
    if now - order.drafted_at > APPROVAL_LASTS:
        raise ApprovalTooLate(number=order.number, minutes=int(APPROVAL_LASTS.total_seconds() // 60))


def lists(order: Order, *, area: str, known_since: datetime | None) -> bool:
    """Whether somebody of this area, known since then, is on the order's frozen list (also while the snapshot is still being filled)."""
    if order.issued_at is None or known_since is None:
        return False
    return known_since <= order.issued_at and any(within(area, moved) for moved in order.areas)


def after_issue(order: Order, now: datetime) -> datetime:
    """When somebody joins whom the order itself did not list at that instant: always later than that."""
    return now if order.issued_at is None else max(now, order.issued_at + timedelta(microseconds=1))


class OrderUnknown(Unknown):
    code = "order_unknown"
    text = N_("No such order.")


class OrderWithoutPlace(Invalid):
    code = "order_without_place"
    text = N_("An order must say where people go.")


class OrderWithoutWay(Invalid):
    code = "order_without_way"
    text = N_("An order must say which way people take.")


class OrderTextTooLong(Invalid):
    code = "order_text_too_long"
    text = N_("Please keep place and way under {most} characters each.")


class OrderToNobody(Invalid):
    code = "order_to_nobody"
    text = N_("Nobody is listed in {area}. An order to nobody is not issued.")


class OrderOverlaps(Conflict):
    code = "order_overlaps"
    text = N_("Order {number} already moves people of this area.")


class OrderOutAlready(Conflict):
    code = "order_out_already"
    text = N_("Order {number} was decided already.")


class OrderNotInForce(Gone):
    code = "order_not_in_force"
    text = N_("Order {number} is not in force.")


class OrderChanged(Conflict):
    code = "order_changed"
    text = N_("Order {number} was changed after you saw it. Please read it again.")


class ApprovalTooLate(Gone):
    code = "approval_too_late"
    text = N_("Order {number} waited more than {minutes} minutes for approval. Please draft it again.")


class OwnDraft(NotAllowed):
    code = "own_draft"
    text = N_("You drafted this order; another person must approve it.")
