"""Shelters 避灾安置场所: levels by size (county ≥ 200, township ≥ 100, village ≥ 50), places by day and night, a keeper."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.errors import Conflict, Unknown
from domain.text import N_


class ShelterLevel(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class ShelterState(StrEnum):
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shelter:
    """A place that takes people in. `places` is what fits at night, when nobody sits."""

    id: UUID
    name: str
    level: ShelterLevel
    area: str
    address: str
    places_day: int
    places_night: int
    keeper: UUID | None = None
    deputy: UUID | None = None
    lat: float | None = None
    lon: float | None = None
    state: ShelterState = ShelterState.OPEN

    @property
    def places(self) -> int:
        return self.places_night


class ShelterUnknown(Unknown):
    code = "shelter_unknown"
    text = N_("No such shelter.")


class ShelterFull(Conflict):
    code = "shelter_full"
    text = N_("{shelter} is full: all {places} places are taken.")


class ShelterClosed(Conflict):
    code = "shelter_closed"
    text = N_("{shelter} is closed.")
