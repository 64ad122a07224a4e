"""What the register says about everything that some items of devices name, read once for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access import May
from domain.checkpoints import Checkpoint
from domain.codes import Holder, IssuedCode
from domain.devices import Device
from domain.evacuations import Order
from domain.issuing import Claim
from domain.passes import Pass
from domain.people import Person
from domain.rollcall import Member
from domain.shelters import Shelter
from domain.sites import Site
from domain.uploads import Item, Timing
from services.actors import Actor
from services.codes import Press, Seen
from services.ports import Work


@dataclass(frozen=True, slots=True)
class Case:
    """One readable item with its device, its official, its instant, and the digest of its body."""

    item: Item
    device: Device
    actor: Actor
    timing: Timing
    body_hash: bytes

    @property
    def drill(self) -> bool:
        return self.item.drill or self.device.scope.drill

    @property
    def turn(self) -> tuple[bool, int]:
        """What gives a card is decided before what only shows one; else in the order of the device."""
        return not names_somebody(self.item), self.item.seq


@dataclass(slots=True)
class Known:
    """What the register says about everything that the items of a transaction name."""

    now: datetime
    read: Mapping[UUID, tuple[Seen, IssuedCode | None]]
    people: dict[UUID, Person]
    households: Mapping[UUID, Mapping[int, Person]]
    members: dict[UUID, list[Member]]
    orders: Sequence[Order]
    shelters: Mapping[UUID, Shelter]
    sites: Mapping[UUID, Site]
    checkpoints: Mapping[UUID, Checkpoint]
    passes: Mapping[UUID, Pass]
    claims: dict[bytes, Sequence[Claim]]
    """Of cards that were blank once: to whom they were given."""

    def card_of(self, key: UUID) -> bytes | None:
        """The card that an item carries, if it was blank once: what becomes of the item depends on whom the card was given to."""
        _, code = self.read.get(key, (None, None))
        once_blank = code is not None and code.kind is Holder.PERSON and (code.holder is None or code.cti in self.claims)
        return code.cti if code is not None and once_blank else None


def names_somebody(item: Item) -> bool:
    """Whether an item says who it is, beside the code that it carries: so a blank card is given."""
    return item.person is not None or item.walk_in is not None


async def known_of(work: Work, cases: Sequence[Case], *, press: Press, now: datetime) -> Known:
    seen = {case.item.key: press.read(case.item.text, now=case.timing.at) for case in cases if case.item.text is not None}
    codes = await work.codes.with_cti({one.cti for one in seen.values() if one.cti})
    shorts = await work.codes.with_short({one.short for one in seen.values() if one.short})
    read = {key: (one, codes.get(one.cti) if one.cti else shorts.get(one.short or "")) for key, one in seen.items()}
    shown = [code for _, code in read.values() if code is not None]
    claims = await work.claims.among({code.cti for code in shown if code.kind is Holder.PERSON})
    homes = {code.holder for code in shown if code.kind is Holder.HOUSEHOLD and code.holder is not None}
    at_home = await work.people.in_households(homes)
    named = {code.holder for code in shown if code.kind is Holder.PERSON and code.holder is not None}
    named |= {claim.person for lot in claims.values() for claim in lot} | {case.item.person for case in cases if case.item.person is not None}
    people = await work.people.many(named) | {person.id: person for person in at_home}
    members: dict[UUID, list[Member]] = {}
    for member in await work.members.in_force(list(people)):
        members.setdefault(member.person, []).append(member)
    households: dict[UUID, dict[int, Any]] = {}
    for person in at_home:
        if person.number:
            households.setdefault(person.household, {})[person.number] = person
    places = {case.item.place for case in cases if case.item.place is not None}
    posts = {post for actor in {case.device.id: case.actor for case in cases}.values() for post in actor.posts(May.ADMIT, now=now)}
    held = {code.holder for code in shown if code.kind in (Holder.PASS, Holder.VEHICLE) and code.holder is not None}
    return Known(
        now, read, people, households, members, await work.orders.issued(), await work.shelters.many(places | posts), await work.sites.many(places),
        await work.checkpoints.many(places), await work.passes.many(held), {cti: list(lot) for cti, lot in claims.items()},
    )  # fmt: skip
