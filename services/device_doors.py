"""What a device may ask for when it has a network: who it is and what it may do, the list of names where it was given one, and whose a code or number is."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from codes.signing import point, verified
from domain.access import May
from domain.codes import Holder, IssuedCode
from domain.devices import Device, DeviceRevoked, DeviceTooOften, DeviceUnknown, ListNotGiven, SignatureWrong, must_be_fresh
from domain.evacuations import Order, OrderState
from domain.identifiers import normal_id_number, normal_phone
from domain.people import Person
from domain.rollcall import Member
from domain.scans import Reason
from services.actors import Actor
from services.audit import Trail
from services.codes import Press, found_code, status_reason
from services.devices import Spot, spots_of
from services.people import People
from services.ports import Clock, Work, Works

MOST_LOOKUPS = 60
LOOKUP_WINDOW = 3600.0


@dataclass(frozen=True, slots=True)
class Hello:
    """A device as it is now: its official, its places, and the orders that it may count in."""

    device: Device
    official: Person
    spots: tuple[Spot, ...]
    orders: tuple[Order, ...]
    with_list: UUID | None


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody on the list that a device was given, with their codes and where they stand."""

    person: Person
    codes: tuple[IssuedCode, ...]
    member: Member | None
    responsible: bool


@dataclass(frozen=True, slots=True)
class Roster:
    order: UUID
    households: tuple[tuple[UUID, IssuedCode | None, tuple[Resident, ...]], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Whose a short code, ID number or phone number is (masked at the edge); nobody, and why."""

    person: Person | None
    reason: Reason


class DeviceDoors:
    """Lets a device in by its signature, and answers what it asks."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail, people: People, press: Press) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail
        self._people = people
        self._press = press
        self._asked: dict[UUID, deque[float]] = {}

    async def enter(self, device: UUID, *, said: bytes, signature: bytes, withdrawn: bool = False) -> tuple[Device, Actor]:
        """The device that signed `said`, and its official with the rights of this moment. Refuses an unknown device, a wrong signature and,
        unless `withdrawn`, a device that was revoked or whose time is over.
        """
        async with self._works.read() as work:
            found = await work.devices.get(device)
        if found is None:
            raise DeviceUnknown()
        if not verified(point(found.point[:32], found.point[32:]), said, signature):
            raise SignatureWrong()
        if not withdrawn and not found.works(now=self._clock.now()):
            raise DeviceRevoked()
        return found, await self._people.actor_of(found.person, via="device")

    async def hello(self, device: Device, *, by: Actor) -> Hello:
        """What the device shows and may do. The list of names ends with its order."""
        now = self._clock.now()
        async with self._works.write() as work:
            await work.devices.seen(device.id, at=now)
            official = await work.people.get(by.registered())
            assert official is not None
            spots = await spots_of(work, device.scope.places)
            areas = [spot.area for spot in spots] or [official.area]
            orders = [order for order in await work.orders.in_force() if any(one[:6] == area[:6] for one in order.areas for area in areas)]
            with_list = await self._list_of(work, device)
        return Hello(device, official, tuple(spots), tuple(orders), with_list.id if with_list is not None else None)

    async def _list_of(self, work: Work, device: Device) -> Order | None:
        order = await work.orders.get(device.scope.with_list) if device.scope.with_list is not None else None
        return order if order is not None and order.state is OrderState.ISSUED else None

    async def roster(self, device: Device, *, asked_at: datetime, by: Actor) -> Roster:
        """The names that the official may see in the order for which the device was given its list: of the areas they see people in, or of the households
        they answer for. Each download is in the log. `asked_at` is signed.
        """
        now = self._clock.now()
        must_be_fresh(asked_at, now=now)
        async with self._works.write() as work:
            order = await self._list_of(work, device)
            if order is None:
                raise ListNotGiven()
            mine = {person.id for person in await work.people.answered_for(by.registered()) if by.can(May.TICK, now=now, area=person.area)}
            members = {member.person: member for member in await work.members.of(order.id)}
            people = await work.people.many(members)
            posted = order.shelter in by.posts(May.SEE_PERSON, now=now)  # a keeper at the order's own shelter sees whoever is to come there
            homes = {
                person.household for person in people.values()
                if person.id in mine or by.can(May.SEE_PERSON, now=now, area=person.area) or posted
            }  # fmt: skip
            residents = await work.people.in_households(homes)
            codes = await work.codes.of([*homes, *(person.id for person in residents)])
            await self._trail.add(work, by=by, action="devices.roster", subject=device.id, now=now, drill=order.drill, count=len(residents))
        lots: dict[UUID, list[Resident]] = {}
        for person in residents:
            code = codes.get(person.id)
            lots.setdefault(person.household, []).append(
                Resident(person, (code,) if code is not None else (), members.get(person.id), person.id in mine)
            )  # fmt: skip
        return Roster(order.id, tuple((home, codes.get(home), tuple(lot)) for home, lot in lots.items()))

    async def find(self, device: Device, asked: str, *, asked_at: datetime, by: Actor) -> Found:
        """Whose this is, for somebody in front of the device without a readable card. At most sixty an hour; each is in the log, without what was typed."""
        now = self._clock.now()
        must_be_fresh(asked_at, now=now)
        self._must_not_flood(device.id)
        async with self._works.write() as work:
            person, reason = await self._whose(work, asked)
            if person is not None and not self._may_see(by, person):
                person, reason = None, Reason.UNKNOWN_CODE
            subject = person.id if person is not None else "nobody"
            await self._trail.add(work, by=by, action="devices.find", subject=subject, now=now, device=str(device.id))
        return Found(person, reason)

    async def _whose(self, work: Work, asked: str) -> tuple[Person | None, Reason]:
        seen = self._press.read(asked, now=self._clock.now())
        code = await found_code(work, seen)
        if code is not None:
            if code.kind is not Holder.PERSON or code.holder is None:
                return None, Reason.BLANK_CARD if code.kind is Holder.PERSON else Reason.WRONG_KIND
            return await work.people.get(code.holder), status_reason(code, seen, now=self._clock.now())
        number, phone = normal_id_number(asked), normal_phone(asked)
        found = await work.people.with_id_numbers([number]) if number else await work.people.with_phones([phone]) if phone else []
        return (found[0], Reason.NAME_NOT_CHECKED) if len(found) == 1 else (None, Reason.UNKNOWN_CODE)

    def _may_see(self, by: Actor, person: Person) -> bool:
        now = self._clock.now()
        if any(by.can(may, now=now, area=person.area) for may in (May.SEE_PERSON, May.TICK)):
            return True
        return bool(by.posts(May.ADMIT, now=now)) and by.area is not None and by.area[:6] == person.area[:6]

    def _must_not_flood(self, device: UUID) -> None:
        now, asked = self._clock.monotonic(), self._asked.setdefault(device, deque())
        while asked and now - asked[0] > LOOKUP_WINDOW:
            asked.popleft()
        if len(asked) >= MOST_LOOKUPS:
            raise DeviceTooOften()
        asked.append(now)
