"""What a check says: a part, how it stands, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    OK = "ok"
    LOOK = "LOOK"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. LOOK: it works, but look before the night; WRONG: something will not work, or is not safe."""

    part: str
    standing: Standing
    says: str

    @property
    def well(self) -> bool:
        return self.standing is Standing.OK

    @property
    def wrong(self) -> bool:
        return self.standing is Standing.WRONG


def ok(part: str, says: str) -> Finding:
    return Finding(part, Standing.OK, says)


def look(part: str, says: str) -> Finding:
    return Finding(part, Standing.LOOK, says)


def wrong(part: str, says: str) -> Finding:
    return Finding(part, Standing.WRONG, says)


def broken(part: str, error: Exception, *, do: str) -> Finding:
    """Something that did not answer: the kind of the error (its words may hold an address with a password), and what to do."""
    return wrong(part, f"{type(error).__name__}: {do}")
