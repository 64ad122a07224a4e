"""Points on the map (WGS 84 degrees, as Telegram sends them): how far apart, and whether an office can be meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Self

EARTH_KM = 6371.0
KM_PER_DEGREE = 111.2
REACH_KM = 50.0


@dataclass(frozen=True, slots=True)
class Pin:
    """One point, in degrees north and east."""

    lat: float
    lon: float

    def km_to(self, other: "Pin") -> float:
        """Along the great circle, in kilometres."""
        north, east = radians(other.lat - self.lat), radians(other.lon - self.lon)
        chord = sin(north / 2) ** 2 + cos(radians(self.lat)) * cos(radians(other.lat)) * sin(east / 2) ** 2
        return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of degrees; it never crosses the 180th meridian."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def around(cls, pins: Iterable[Pin]) -> Self | None:
        """The smallest box that holds all of these; None for none."""
        given = list(pins)
        if not given:
            return None
        lats, lons = [pin.lat for pin in given], [pin.lon for pin in given]
        return cls(min(lats), min(lons), max(lats), max(lons))

    @classmethod
    def read(cls, text: str) -> Self:
        """From "south,west,north,east". ValueError when that is no box on this earth."""
        south, west, north, east = (float(part) for part in text.split(","))
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise ValueError("south,west,north,east in degrees, such as 28.0,119.5,28.8,120.5")
        return cls(south, west, north, east)

    def widened(self, km: float) -> "Box":
        """The box with so many kilometres more on every side."""
        north = km / KM_PER_DEGREE
        east = north / max(0.2, cos(radians(max(abs(self.south), abs(self.north)))))
        return Box(self.south - north, self.west - east, self.north + north, self.east + east)

    def holds(self, pin: Pin) -> bool:
        return self.south <= pin.lat <= self.north and self.west <= pin.lon <= self.east


CHINA = Box(3.0, 73.0, 54.0, 136.0)
"""Where an office without any coordinate of its own may be meant."""
