"""What can be chosen for a phone before it is enrolled: whose it is, the places where they may scan, the orders whose list it may carry."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.devices import PlaceUnknown
from domain.evacuations import Order, OrderUnknown
from domain.identifiers import normal_phone
from domain.people import Person, PersonUnknown
from services.actors import Actor
from services.devices import RIGHT_AT, Spot, every_spot
from services.people import People
from services.ports import Clock, Works


@dataclass(frozen=True, slots=True)
class Choices:
    """An official, with the places where they may scan and the orders in force."""

    person: Person
    spots: tuple[Spot, ...]
    orders: tuple[Order, ...]


class DeviceChoices:
    """Answers the form that enrols a phone."""

    def __init__(self, works: Works, *, clock: Clock, people: People) -> None:
        self._works = works
        self._clock = clock
        self._people = people

    async def of_phone(self, phone: str, *, by: Actor) -> Choices:
        """The official with this number, when they belong to the asker's area; else there is nobody."""
        now = self._clock.now()
        by.must(May.ENROL_DEVICE, now=now)
        number = normal_phone(phone)
        async with self._works.read() as work:
            found = [one for one in await work.people.with_phones([number]) if by.can(May.ENROL_DEVICE, now=now, area=one.area)] if number else []
        if not found or (len(found) > 1 and not found[0].confirmed):
            raise PersonUnknown()
        return await self._choices(found[0], by=by, now=now)

    async def of_person(self, person: UUID, *, by: Actor) -> Choices:
        """The same for somebody who was found already."""
        now = self._clock.now()
        by.must(May.ENROL_DEVICE, now=now)
        async with self._works.read() as work:
            found = await work.people.get(person)
        if found is None:
            raise PersonUnknown()
        by.must(May.ENROL_DEVICE, now=now, area=found.area)
        return await self._choices(found, by=by, now=now)

    async def _choices(self, person: Person, *, by: Actor, now: datetime) -> Choices:
        official = await self._people.actor_of(person.id, via="device")
        async with self._works.read() as work:
            spots = [spot for spot in await every_spot(work) if official.can(RIGHT_AT[spot.kind], now=now, area=spot.area, place=spot.id)]
            orders = await work.orders.in_force()
        mine = tuple(spot for spot in spots if by.can(May.ENROL_DEVICE, now=now, area=spot.area))
        return Choices(person, mine, tuple(order for order in orders if any(by.can(May.ENROL_DEVICE, now=now, area=area) for area in order.areas)))

    async def named(self, names: Collection[str], *, by: Actor) -> tuple[UUID, ...]:
        """The places of these names; refuses a name that nothing has, or more than one place."""
        by.must(May.ENROL_DEVICE, now=self._clock.now())
        async with self._works.read() as work:
            spots = await every_spot(work)
        found = [[spot.id for spot in spots if spot.name == name] for name in names]
        if any(len(ids) != 1 for ids in found):
            raise PlaceUnknown()
        return tuple(ids[0] for ids in found)

    async def numbered(self, number: str, *, by: Actor) -> UUID:
        """The order in force with this number."""
        by.must(May.ENROL_DEVICE, now=self._clock.now())
        async with self._works.read() as work:
            found = [order.id for order in await work.orders.in_force() if order.number == number.strip()]
        if not found:
            raise OrderUnknown()
        return found[0]
