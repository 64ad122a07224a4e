"""The use cases of sites, gates and workers, as tests/house/use_cases.py tries them: name, who, role, call, and False where it is not bound to an area."""

from typing import Any

from domain.access import Role
from domain.gates import Direction
from domain.scans import Via
from domain.sites import SiteState
from services.gates import Passing
from tests import cast


def recorded(scene: Any) -> Passing:
    """A guard writes down that somebody without a phone came in."""
    return Passing(Direction.IN, Via.NAME, site=scene.site, person=scene.people[cast.YE[0]], confirmed=True)


SITE_CASES: tuple[Any, ...] = (
    ("gates.pass_gate", cast.OFFICER, Role.SITE_MANAGER, lambda s, by: s.services.gates.pass_gate(recorded(s), by=by, key="w")),
    ("presence.on_site", cast.OFFICER, Role.SAFETY_OFFICER, lambda s, by: s.services.presence.on_site(s.site, by=by)),
    ("presence.find", cast.OFFICER, Role.SITE_MANAGER, lambda s, by: s.services.presence.find(s.site, cast.YE[1] or "", by=by)),
    ("presence.rebuild", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.presence.rebuild(by=by), False),
    ("sites.poster", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.sites.poster(s.site, by=by)),
    ("sites.poster", cast.OFFICER, Role.SITE_MANAGER, lambda s, by: s.services.sites.poster(s.site, by=by)),
    ("sites.listing", cast.OFFICER, Role.DUTY_OFFICER, lambda s, by: s.services.sites.listing(by=by), False),
    ("sites.set_state", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.sites.set_state(s.site, SiteState.CLOSED, by=by)),
    ("sites.import_rows", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.sites.import_rows([], by=by), False),
    ("workers.import_rows", cast.MALLORY, Role.ADMIN, lambda s, by: s.services.workers.import_rows([], by=by), False),
)  # fmt: skip
