"""Phones of the cast, for tests: enrolled by a ticket, signing with a key of their own."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from codes.signing import PrivateKey, base64url, coordinates, new_key, sign
from domain.scans import Purpose
from services.actors import Actor
from services.devices import Wanted
from services.uploads import Answered
from tests import cast
from tests.houses import Town

SCANS = "/api/v1/scans"


@dataclass(slots=True)
class Phone:
    """One enrolled phone with its key and its counter."""

    town: Town
    id: UUID
    key: PrivateKey = field(repr=False)
    seq: int = 0

    def ms(self, at: datetime | None = None) -> int:
        return int((at or self.town.clock.now()).timestamp() * 1000)

    def item(self, **said: Any) -> dict[str, Any]:
        """An entry as the scanner makes one; it comes in at the hall unless something else is said."""
        self.seq += 1
        plain = {
            "key": str(uuid4()), "seq": self.seq, "what": "scan", "purpose": "shelter_in", "place": str(self.town.hall), "way": None, "drill": False,
            "via": "camera", "text": None, "person": None, "walk_in": None, "count": None, "members": None, "at": self.ms(), "boot": str(UUID(int=1)),
            "mono": self.ms(), "skew": 0, "verdict": "go", "reason": "ok", "confirmed": False, "note": "",
        }  # fmt: skip
        return plain | said

    def body(self, *items: dict[str, Any], exported: bool = False) -> str:
        return json.dumps({"batch": str(uuid4()), "device": str(self.id), "at": self.ms(), "exported": exported, "app": "test", "items": list(items)})

    def signature(self, body: str, *, path: str = SCANS) -> str:
        return base64url(sign(self.key, f"mashang device 1\nPOST {path}\n{body}".encode()))

    def headers(self, body: str, *, path: str = SCANS) -> dict[str, str]:
        return {"Mashang-Device": str(self.id), "Mashang-Signature": self.signature(body, path=path), "Content-Type": "application/json"}

    def batch(self, *items: dict[str, Any]) -> dict[str, str]:
        """An exported batch, as a file holds it."""
        body = self.body(*items, exported=True)
        return {"body": body, "signature": self.signature(body)}

    async def send(self, *items: dict[str, Any]) -> Answered:
        """The same as over the network, without one."""
        from domain.uploads import read_batch
        from services.uploads import Sent

        services = self.town.house.services
        async with self.town.house.works.read() as work:
            device = await work.devices.get(self.id)
        assert device is not None
        actor = await services.people.actor_of(device.person, via="device")
        return await services.uploads.take(Sent(read_batch(json.loads(self.body(*items))), device, actor))


def wanted(town: Town, person: UUID, **changed: Any) -> Wanted:
    purposes = (Purpose.SHELTER_IN, Purpose.SHELTER_OUT)
    return Wanted(**{"person": person, "label": "东门", "purposes": purposes, "places": (town.hall,), **changed})


async def a_phone(town: Town, *, who: tuple[str, str | None] = cast.KEEPER, **changed: Any) -> Phone:
    """Enrolled by the operator for somebody of the cast."""
    devices, key = town.house.services.devices, new_key()
    offered = await devices.offer(wanted(town, (await town.person(who[0])).id, **changed), by=Actor.operator())
    x, y = coordinates(key.public_key())
    return Phone(town, (await devices.enrol(offered.secret, x=x, y=y)).id, key)
