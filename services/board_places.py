"""The shelters of an order on the board: how many are inside, as of when, and where a number is not whole because a phone there is not heard of."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.devices import SILENT_AFTER
from domain.evacuations import Order, OrderState
from domain.places import within
from domain.scans import Purpose
from services.device_rows import Heard
from services.ports import Work

COUNTING = frozenset({Purpose.SHELTER_IN, Purpose.SHELTER_OUT})


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One shelter. `as_of` is when the phone there was heard of whose news is oldest, None where no phone counts; `silent`: the order is in force, and that
    is longer ago than a quarter of an hour, so that more people may be inside than `inside` says.
    """

    shelter: UUID
    name: str
    area: str
    inside: int
    places: int
    verify: int
    devices: int
    as_of: datetime | None
    silent: bool


async def places_of(work: Work, order: Order, *, now: datetime) -> list[PlaceRow]:
    """Where the order leads, where its people are or were seen at two places, and where phones count within its areas; by area and name."""
    sights = await work.members.to_verify(order.id)
    verify = Counter(place for seen in sights for place in seen)
    phones = by_place(await work.devices.heard(now=now), drill=order.drill)
    peopled = {*await work.members.at_places(order.id), *verify} | ({order.shelter} if order.shelter else set())
    shelters = await work.shelters.many({*peopled, *phones})
    wanted = [one for one in shelters.values() if one.id in peopled or any(within(one.area, area) for area in order.areas)]
    inside = await work.shelters.inside([one.id for one in wanted], drill=order.drill)
    return sorted(
        (
            PlaceRow(
                one.id, one.name, one.area, inside.get(one.id, 0), one.places, verify[one.id], len(phones.get(one.id, ())), oldest(phones.get(one.id, ())),
                order.state is OrderState.ISSUED and silent(oldest(phones.get(one.id, ())), now=now),
            )
            for one in wanted
        ),
        key=lambda row: (row.area, row.name, row.shelter),
    )  # fmt: skip


def by_place(heard: Collection[Heard], *, drill: bool) -> Mapping[UUID, Sequence[datetime]]:
    """When each phone that counts at a shelter was last heard of. A training phone says nothing about a real order."""
    found: dict[UUID, list[datetime]] = {}
    for one in heard:
        if COUNTING & set(one.scope.purposes) and (drill or not one.scope.drill):
            for place in one.scope.places:
                found.setdefault(place, []).append(one.seen_at)
    return found


def oldest(heard: Sequence[datetime]) -> datetime | None:
    return min(heard, default=None)


def silent(as_of: datetime | None, *, now: datetime) -> bool:
    return as_of is not None and now - as_of > SILENT_AFTER


def turns_at(rows: Sequence[PlaceRow], *, now: datetime) -> datetime | None:
    """When the board has to be looked at anew although nothing rings: when a phone falls silent; at once while one is, for it may be heard of again."""
    if any(row.silent for row in rows):
        return now
    return min((row.as_of + SILENT_AFTER for row in rows if row.as_of is not None), default=None)
