"""What the official of a device may do now, as far as it does not depend on the place of an item."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.access import May
from domain.people import Person
from domain.shelters import Shelter
from services.actors import Actor


def serves(by: Actor, *, now: datetime) -> bool:
    """Whether they may scan or tick anywhere at all: who may not any more takes nothing back either."""
    return any(by.can(may, now=now) for may in (May.ADMIT, May.TICK, May.MUSTER, May.VERIFY_PASS))


def near(by: Actor, person: Person, *, shelters: Mapping[UUID, Shelter], now: datetime) -> bool:
    """Who counts somebody with relatives has a right where that person lives, or a post in that county (decision 3)."""
    if any(by.can(may, now=now, area=person.area) for may in (May.ADMIT, May.TICK)):
        return True
    posts = [shelters[post] for post in by.posts(May.ADMIT, now=now) if post in shelters]
    return any(post.area[:6] == person.area[:6] for post in posts)
