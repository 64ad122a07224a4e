"""Entries of devices that were not taken as they came, told in words: where, who, what was said. For whoever has to find out what happened."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access import May
from domain.devices import Device
from domain.people import Person
from domain.uploads import Item, ItemInvalid, read_item
from services.actors import Actor
from services.audit import Trail
from services.device_rows import Arrival
from services.devices import spots_of
from services.ports import Clock, Work, Works
from services.uploads import entry_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its device. `item` is None where its body cannot be read; `person` is the one that it names, or whose code it carries, where the
    reader may see them; `unmasks`: the reader may ask for the whole name.
    """

    arrival: Arrival
    device: Device
    item: Item | None
    place: str
    person: Person | None
    unmasks: bool


class DeviceEntries:
    """Reads entries for a page, and notes whoever brought some by hand."""

    def __init__(self, works: Works, *, clock: Clock, trail: Trail) -> None:
        self._works = works
        self._clock = clock
        self._trail = trail

    async def told(self, found: Sequence[tuple[Arrival, Device]], *, by: Actor) -> list[Entry]:
        """The same entries in the same order, each with what the reader may know of it."""
        now = self._clock.now()
        by.must(May.SEE_PERSON, now=now)
        items = [_item(arrival) for arrival, _ in found]
        async with self._works.read() as work:
            spots = {spot.id: spot for spot in await spots_of(work, {item.place for item in items if item and item.place})}
            people = await self._people(work, [arrival.key for arrival, _ in found], items)
            officials = await work.people.many({device.person for _, device in found})
        return [
            Entry(
                arrival, device, item, spots[item.place].name if item and item.place in spots else "",
                self._seen(people.get(arrival.key), by=by), by.can(May.UNMASK, now=now, area=officials[device.person].area),
            )
            for (arrival, device), item in zip(found, items, strict=True)
        ]  # fmt: skip

    async def _people(self, work: Work, keys: Sequence[UUID], items: Sequence[Item | None]) -> dict[UUID, Person]:
        """Whom an entry is about, by its key: the person that it names, else the one whose code was shown."""
        named = {key: item.person for key, item in zip(keys, items, strict=True) if item and item.person}
        named |= {scan.item: scan.person for scan in await work.scans.of_items(keys) if scan.item and scan.person}
        people = await work.people.many(set(named.values()))
        return {key: people[person] for key, person in named.items() if person in people}

    def _seen(self, person: Person | None, *, by: Actor) -> Person | None:
        return person if person is not None and by.can(May.SEE_PERSON, now=self._clock.now(), area=person.area) else None

    async def unmask(self, key: UUID, *, by: Actor) -> None:
        """The whole name of one entry is looked at; it is in the log."""
        now = self._clock.now()
        by.must(May.UNMASK, now=now)
        async with self._works.write() as work:
            await entry_of(work, key, may=May.UNMASK, by=by, now=now)
            await self._trail.add(work, by=by, action="devices.unmask", subject=key, now=now)

    async def brought(self, count: int, *, by: Actor) -> None:
        """Somebody brings so many batches by hand; what is in them is believed for the signatures of their devices alone."""
        now = self._clock.now()
        by.must(May.SEE_PERSON, now=now)
        async with self._works.write() as work:
            await self._trail.add(work, by=by, action="devices.carry", subject="batches", now=now, drill=False, count=count)


def _item(arrival: Arrival) -> Item | None:
    try:
        return read_item(json.loads(arrival.body))
    except (ItemInvalid, ValueError):
        return None
