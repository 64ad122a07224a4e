"""Areas by their official codes (4 city, 6 county, 9 township, 12 village, 15 grid): a subtree is a prefix."""

from dataclasses import dataclass
from enum import StrEnum

LENGTHS = {4: "city", 6: "county", 9: "township", 12: "village", 15: "grid"}

COMMITTEES = (("村村委会", "村"), ("村村民委员会", "村"), ("村委会", "村"), ("社区居委会", "社区"), ("社区居民委员会", "社区"))


class AreaLevel(StrEnum):
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Area:
    """One administrative division (GB/T 2260 code for counties, the statistics office's 12 digits for villages)."""

    code: str
    name: str
    level: AreaLevel
    parent: str | None

    @property
    def called(self) -> str:
        """As people say it: a list names the committee (上陈村委会), people name the village (上陈村)."""
        for committee, place in COMMITTEES:
            if self.name.endswith(committee) and len(self.name) > len(committee):
                return self.name.removesuffix(committee) + place
        return self.name


def level_of(code: str) -> AreaLevel | None:
    """The level that a code's length says, or None when it is no area code at all."""
    if not (code.isascii() and code.isdigit()):
        return None
    name = LENGTHS.get(len(code))
    return AreaLevel(name) if name else None


def parent_of(code: str) -> str | None:
    """The code one level up: grid → village → township → county → city."""
    shorter = [length for length in LENGTHS if length < len(code)]
    return code[: max(shorter)] if shorter else None


def within(code: str, area: str) -> bool:
    """True when `code` is `area` or lies inside it."""
    return code.startswith(area)


def mentions(text: str, area: Area) -> bool:
    """Whether somebody who wrote this may mean a place inside `area`: its name occurs in it, with or without the word for its level."""
    said, name = "".join(text.split()), area.name
    core = name.rstrip("村社区居委会街道镇乡县市")
    return name in said or (len(core) >= 2 and core in said)
