"""The use cases of devices, as tests/house/use_cases.py tries them: name, who, role, call, and False where it is not bound to an area."""

from typing import Any

from domain.access import Role
from domain.scans import Purpose
from services.devices import Wanted as WantedPhone
from tests import cast
from tests.houses import HALL


def a_wanted(scene: Any) -> WantedPhone:
    return WantedPhone(scene.people[cast.YE[0]], "东门", (Purpose.TO_RELATIVES,), ())


DEVICE_CASES: tuple[Any, ...] = (
    ("devices.offer", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.devices.offer(a_wanted(s), by=by)),
    ("devices.ticket", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.devices.ticket(s.device["ticket"], by=by)),
    ("devices.listing", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.devices.listing(by=by), False),
    ("devices.one", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.devices.one(s.device["device"], by=by)),
    ("devices.revoke", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.devices.revoke(s.device["device"], by=by, since=s.town.clock.now())),
    ("device_choices.of_phone", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.device_choices.of_phone(cast.YE[1] or "", by=by)),
    ("device_choices.of_person", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.device_choices.of_person(s.people[cast.YE[0]], by=by)),
    ("device_choices.named", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.device_choices.named([HALL], by=by), False),
    ("device_choices.numbered", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.device_choices.numbered(s.order.number, by=by), False),
    ("uploads.disputes", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.uploads.disputes(by=by), False),
    ("uploads.settle", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.uploads.settle(s.device["entry"], by=by)),
    ("device_entries.told", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.device_entries.told([], by=by), False),
    ("device_entries.unmask", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.device_entries.unmask(s.device["entry"], by=by)),
    ("device_entries.brought", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.device_entries.brought(1, by=by), False),
)
