"""Phones that scan 扫码设备: a ticket on the console, a key made in the phone, a scope, and an end that can look back."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from codes.signing import point
from domain.access import May, NotYours
from domain.devices import (
    DEVICE_LASTS,
    PLACELESS,
    TICKET_LASTS,
    Device,
    DeviceOverAlready,
    KeyInvalid,
    NoSuchDevice,
    PlaceNotChosen,
    PlaceNotTheirs,
    PlaceUnknown,
    Scope,
    Ticket,
    TicketOver,
    TicketUnknown,
    TicketWrong,
    checked_label,
    ticket_of,
    typed_ticket,
)
from domain.evacuations import OrderUnknown
from domain.people import PersonUnknown
from domain.rollcall import Grade, Happening, How, MemberEvent, living
from domain.scans import Purpose
from domain.uploads import What
from services.actors import Actor
from services.audit import Trail
from services.evacuations import BOARD
from services.people import People
from services.ports import Clock, Ids, Wakeups, Work, Works
from services.rollcall import happened

DEVICES = "devices"
"""The topic that pages of devices wait for."""
LEFT_LISTED = 200


class SpotKind(StrEnum):
    SHELTER = "shelter"
    SITE = "site"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a device may scan."""

    id: UUID
    kind: SpotKind
    name: str
    area: str


RIGHT_AT = {SpotKind.SHELTER: May.ADMIT, SpotKind.SITE: May.MUSTER, SpotKind.CHECKPOINT: May.VERIFY_PASS}
"""What an official needs to scan at such a place."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A phone to be enrolled, as the console or the command line asks for it."""

    person: UUID
    label: str
    purposes: tuple[Purpose, ...]
    places: tuple[UUID, ...]
    drill: bool = False
    with_list: UUID | None = None
    lasts: timedelta = DEVICE_LASTS


@dataclass(frozen=True, slots=True)
class Offered:
    """A ticket just made: its secret is shown this once, in the QR."""

    secret: str
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Line:
    """A device in the list, with its official's name (masked at the edge) and the names of its places."""

    device: Device
    official: str
    places: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of a revocation: how many proofs were taken back to *reported*."""

    device: Device
    demoted: int


class Devices:
    """Enrols, lists and withdraws phones."""

    def __init__(
        self, works: Works, *, clock: Clock, ids: Ids, trail: Trail, people: People, wakeups: Wakeups, keyed: Callable[[bytes], bytes],
    ) -> None:  # fmt: skip
        self._works = works
        self._clock = clock
        self._ids = ids
        self._trail = trail
        self._people = people
        self._wakeups = wakeups
        self._keyed = keyed

    async def offer(self, wanted: Wanted, *, by: Actor) -> Offered:
        """A ticket for one phone. The official whose phone it is must hold the right at each place; the list of names needs a right to see people there."""
        now = self._clock.now()
        by.must(May.ENROL_DEVICE, now=now)
        official = await self._people.actor_of(wanted.person, via="device")
        async with self._works.write() as work:
            spots = await spots_of(work, wanted.places)
            self._must_fit(wanted, spots, official=official, by=by, now=now)
            if wanted.with_list is not None:
                await self._must_see(work, wanted.with_list, official=official, by=by, now=now)
            secret = ticket_of(self._ids.random_bytes(17))
            scope = Scope(wanted.purposes, wanted.places, wanted.drill, now + wanted.lasts, wanted.with_list)
            ticket = Ticket(
                self._ids.new(), self._digest(secret), wanted.person, checked_label(wanted.label), scope, by.person, now, now + TICKET_LASTS
            )  # fmt: skip
            await work.devices.add_ticket(ticket)
            await self._trail.add(work, by=by, action="devices.offer", subject=ticket.id, now=now, drill=wanted.drill, person=str(wanted.person))
        return Offered(secret, ticket)

    def _must_fit(self, wanted: Wanted, spots: Sequence[Spot], *, official: Actor, by: Actor, now: datetime) -> None:
        if {spot.id for spot in spots} != set(wanted.places):
            raise PlaceUnknown()
        if not spots and not PLACELESS & set(wanted.purposes):
            raise PlaceNotChosen()
        for spot in spots:
            by.must(May.ENROL_DEVICE, now=now, area=spot.area)
            if not official.can(RIGHT_AT[spot.kind], now=now, area=spot.area, place=spot.id):
                raise PlaceNotTheirs(place=spot.name)
        by.must(May.ENROL_DEVICE, now=now, area=official.area)
        if not official.serves(now=now):
            raise PlaceNotTheirs(place="–")

    async def _must_see(self, work: Work, order: UUID, *, official: Actor, by: Actor, now: datetime) -> None:
        found = await work.orders.get(order)
        if found is None or found.issued_at is None or found.lifted_at is not None:
            raise OrderUnknown()
        if not any(by.can(May.ENROL_DEVICE, now=now, area=area) for area in found.areas):
            raise NotYours()
        if not any(official.can(may, now=now) for may in (May.SEE_PERSON, May.TICK)):
            raise NotYours()

    async def ticket(self, ticket: UUID, *, by: Actor) -> Ticket:
        """How far an enrolment is, for whoever may enrol that official's phone; the secret is in nobody's hands any more."""
        now = self._clock.now()
        by.must(May.ENROL_DEVICE, now=now)
        async with self._works.read() as work:
            found = await work.devices.ticket(ticket)
            official = await work.people.get(found.person) if found is not None else None
        if found is None or official is None:
            raise TicketUnknown()
        by.must(May.ENROL_DEVICE, now=now, area=official.area)
        return found

    async def enrol(self, secret: str, *, x: bytes, y: bytes) -> Device:
        """The phone's part: the ticket's secret and the public half of a key that it has just made. The ticket is spent by it."""
        now = self._clock.now()
        if len(x) != 32 or len(y) != 32:
            raise KeyInvalid()
        try:
            point(x, y)
        except ValueError:
            raise KeyInvalid() from None
        async with self._works.write() as work:
            ticket = await work.devices.ticket_with(self._digest(typed_ticket(secret)))
            if ticket is None:
                raise TicketWrong()
            if ticket.spent_at is not None or now >= ticket.expires_at:
                raise TicketOver()
            if await work.devices.knows(x + y):
                raise KeyInvalid()
            device = Device(self._ids.new(), ticket.person, ticket.label, x + y, ticket.scope, now, ticket.made_by, seen_at=now)
            if not await work.devices.spend(ticket.id, at=now, device=device.id):
                raise TicketOver()
            await work.devices.add(device)
            by = Actor(via="device", person=ticket.person)
            await self._trail.add(work, by=by, action="devices.enrol", subject=device.id, now=now, drill=device.scope.drill)
        self._wakeups.publish(DEVICES)
        return device

    async def listing(self, *, by: Actor) -> list[Line]:
        """Every device whose official belongs to the reader's area, the newest first; withdrawn ones too."""
        now = self._clock.now()
        by.must(May.ENROL_DEVICE, now=now)
        async with self._works.read() as work:
            devices = await work.devices.all()
            people = await work.people.many({device.person for device in devices})
            spots = {spot.id: spot for spot in await spots_of(work, {place for device in devices for place in device.scope.places})}
        mine = [device for device in devices if by.can(May.ENROL_DEVICE, now=now, area=people[device.person].area)]
        return [
            Line(device, people[device.person].name, tuple(spots[place] for place in device.scope.places if place in spots))
            for device in mine[:LEFT_LISTED]
        ]  # fmt: skip

    async def one(self, device: UUID, *, by: Actor) -> Line:
        """One of the list."""
        async with self._works.read() as work:
            found = await self._own(work, device, by=by, now=self._clock.now())
            official = await work.people.get(found.person)
            spots = await spots_of(work, found.scope.places)
        return Line(found, official.name if official else "", tuple(spots))

    async def revoke(self, device: UUID, *, by: Actor, since: datetime | None = None) -> Withdrawn:
        """Cut a device off. With `since`, what it proved from then on is only *reported* any more, and those people are on the list again.

        What counts is when something arrived or says that it happened, whichever is later: whoever stole a phone can turn its clock back.
        """
        now = self._clock.now()
        async with self._works.write() as work:
            found = await self._own(work, device, by=by, now=now)
            if not await work.devices.revoke(device, at=now, since=since):
                raise DeviceOverAlready()
            demoted = await self._demote(work, found, since=since, by=by, now=now) if since is not None else 0
            await self._trail.add(
                work, by=by, action="devices.revoke", subject=device, now=now, drill=found.scope.drill, demoted=demoted,
                since=since.isoformat() if since is not None else "",
            )  # fmt: skip
        self._wakeups.publish(DEVICES)
        self._wakeups.publish(BOARD)
        return Withdrawn(replace(found, revoked_at=now, distrusted_since=since), demoted)

    async def _own(self, work: Work, device: UUID, *, by: Actor, now: datetime) -> Device:
        by.must(May.ENROL_DEVICE, now=now)
        found = await work.devices.get(device)
        if found is None:
            raise NoSuchDevice()
        official = await work.people.get(found.person)
        if official is None:
            raise PersonUnknown()
        by.must(May.ENROL_DEVICE, now=now, area=official.area)
        return found

    async def _demote(self, work: Work, device: Device, *, since: datetime, by: Actor, now: datetime) -> int:
        """Each proof is annulled and said again as *reported*, by two events: nothing that was written is changed."""
        ticks = [self._ids.derived(str(one.key), "event") for one in await work.devices.of_device(device.id, what=What.TICK, since=since)]
        scans = [scan.id for scan in await work.scans.of_device(device.id, since=since)]
        suspect = {event.id: event for event in [*await work.members.by_scans(scans), *await work.members.events_with(ticks)]}
        known = await work.members.events({event.member for event in suspect.values()})
        standing = {event.id for events in known.values() for event in living(events)}
        again = [event for event in suspect.values() if event.id in standing and event.grade is Grade.PROVEN and event.kind is not Happening.ANNULLED]
        said: list[MemberEvent] = []
        for event in again:
            said.append(MemberEvent(
                self._ids.derived(str(event.id), "distrusted"), event.member, Happening.ANNULLED, event.at_effective, now, How.SYSTEM, Grade.PROVEN,
                event.drill, by.person, annuls=event.id,
            ))  # fmt: skip
            said.append(replace(event, id=self._ids.derived(str(event.id), "demoted"), grade=Grade.REPORTED, at_received=now))
        await happened(work, said)
        return len(again)

    def _digest(self, secret: str) -> bytes:
        return self._keyed(f"device ticket|{secret}".encode())


async def spots_of(work: Work, places: Collection[UUID]) -> list[Spot]:
    """The places of these ids that a device can scan at."""
    shelters, sites, posts = await work.shelters.many(places), await work.sites.many(places), await work.checkpoints.many(places)
    found = [Spot(one.id, SpotKind.SHELTER, one.name, one.area) for one in shelters.values()]
    found += [Spot(one.id, SpotKind.SITE, one.name, one.area) for one in sites.values()]
    return found + [Spot(one.id, SpotKind.CHECKPOINT, one.name, one.area) for one in posts.values() if one.active]


async def every_spot(work: Work) -> list[Spot]:
    """Every place that a device can scan at: shelters, sites, checkpoints."""
    shelters, sites, posts = await work.shelters.all(), await work.sites.all(), await work.checkpoints.all()
    return await spots_of(work, [*(one.id for one in shelters), *(one.id for one in sites), *(one.id for one in posts)])
