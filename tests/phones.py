"""Enrolled phones for tests: each with a key of its own, a clock that may be wrong, and an outbox as the scanner keeps it."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from codes.signing import PrivateKey, base64url, coordinates, new_key, sign
from domain.access import May, Role
from domain.devices import Device
from domain.scans import Purpose
from domain.uploads import read_batch
from services.actors import Actor
from services.devices import Wanted
from services.uploads import Answered, Sent
from tests import cast
from tests.houses import Town
from web.api.scans import PATH
from web.api.signed import said

SPACE = UUID("5f3c2a10-0000-4000-8000-000000000000")
ADMIN = Actor(via="cli", rights=frozenset({May.ENROL_DEVICE, May.GRANT, May.SEE_BOARD}))
EVERYTHING = tuple(purpose for purpose in Purpose if purpose not in (Purpose.REPORTED_SAFE, Purpose.CHECKPOINT, Purpose.SITE_GATE))


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@dataclass(slots=True)
class Phone:
    """A phone in somebody's hand. `slow` is by how much its clock is behind the world's."""

    town: Town
    name: str
    device: Device
    key: PrivateKey
    slow: timedelta = timedelta(0)
    made: int = 0
    boot: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.boot = uuid5(SPACE, f"{self.name} boot")

    def item(self, at: datetime, *, key: str = "", **said: Any) -> dict[str, Any]:
        """One entry of its outbox, at an instant of the world."""
        self.made += 1
        clock = at - self.slow
        return {
            "key": str(uuid5(SPACE, key or f"{self.name} {self.made}")), "seq": self.made, "what": "scan", "purpose": "shelter_in", "place": None, "way": None,
            "drill": False, "via": "camera", "text": None, "person": None, "members": None, "at": milliseconds(clock), "boot": str(self.boot),
            "mono": milliseconds(clock) % 10**9, "skew": None, "verdict": "go", "reason": "ok", "confirmed": False, "note": "", "trust": 1, "revoked": 1,
            "annuls": None, **said,
        }  # fmt: skip

    def batch(self, items: list[Any], *, sent: datetime | None = None, **more: Any) -> dict[str, Any]:
        at = (sent or self.town.clock.now()) - self.slow
        return {"batch": str(uuid5(SPACE, json.dumps(items))), "device": str(self.device.id), "at": milliseconds(at), "exported": False, "app": "1",
                "items": items, **more}  # fmt: skip

    async def send(self, items: list[Any], **more: Any) -> Answered:
        """The batch as the entrance hands it on once its signature was found good."""
        actor = await self.town.house.services.people.actor_of(self.device.person, via="device")
        return await self.town.house.services.uploads.take(Sent(read_batch(self.batch(items, **more)), self.device, actor))

    def headers(self, body: bytes, path: str = PATH) -> dict[str, str]:
        signature = sign(self.key, said("POST", path, body))
        return {"Mashang-Device": str(self.device.id), "Mashang-Signature": base64url(signature), "Content-Type": "application/json"}


async def a_phone(
    town: Town, name: str = "east door", *, of: tuple[str, str | None] = cast.KEEPER, purposes: tuple[Purpose, ...] = EVERYTHING,
    places: tuple[UUID, ...] | None = None, slow: timedelta = timedelta(0), **wanted: Any,
) -> Phone:  # fmt: skip
    """Enrolled as an admin's ticket enrols it."""
    person, devices = await town.person(of[0]), town.house.services.devices
    asked = Wanted(person.id, name, purposes, (town.hall,) if places is None else places, **wanted)
    offered = await devices.offer(asked, by=await an_admin(town))
    key = new_key()
    x, y = coordinates(key.public_key())
    return Phone(town, name, await devices.enrol(offered.secret, x=x, y=y), key, slow)


async def an_admin(town: Town) -> Actor:
    """Mallory holds no lists, but runs the server."""
    person = await town.person(cast.MALLORY[0])
    async with town.house.works.read() as work:
        held = await work.grants.of(person.id)
    if not any(grant.role is Role.ADMIN for grant in held):
        await town.house.services.grants.give(person.id, Role.ADMIN, by=Actor.operator(), area=cast.COUNTY.code)
    return await town.actor(cast.MALLORY)
