"""A phone in each county, with a ticket that waits and an entry that nobody could take, for the walks."""

import json
from uuid import UUID, uuid5

from codes.signing import coordinates, new_key
from domain.scans import Purpose
from domain.uploads import read_batch
from services.actors import Actor
from services.devices import Wanted
from services.uploads import Sent
from tests.houses import Town

SPACE = UUID("5f3c2a10-0000-4000-8000-00000000c0de")


async def with_device(town: Town, person: UUID, *, by: Actor) -> dict[str, UUID]:
    """A ticket made by `by`, a device of `person`, and the key of its entry."""
    services = town.house.services
    wanted = Wanted(person, "东门", (Purpose.TO_RELATIVES,), ())
    used, waiting = await services.devices.offer(wanted, by=by), await services.devices.offer(wanted, by=by)
    x, y = coordinates(new_key().public_key())
    device = await services.devices.enrol(used.secret, x=x, y=y)
    key, at = uuid5(SPACE, str(person)), int(town.clock.now().timestamp() * 1000)
    item = {
        "key": str(key), "seq": 1, "what": "scan", "purpose": "to_relatives", "place": None, "way": None, "drill": False, "via": "name", "at": at,
        "boot": str(SPACE), "mono": 1, "verdict": "go", "walk_in": {"name": "路过的人"}, "note": "",
    }  # fmt: skip
    body = {"batch": str(SPACE), "device": str(device.id), "at": at, "exported": False, "app": "1", "items": [item]}
    actor = await services.people.actor_of(person, via="device")
    await services.uploads.take(Sent(read_batch(json.loads(json.dumps(body))), device, actor))
    return {"ticket": waiting.ticket.id, "device": device.id, "entry": key}
