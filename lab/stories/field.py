"""The ledger of the field: what those on duty, those who report and those at the gate did and were told."""

from collections import Counter
from dataclasses import dataclass, field, replace

HANDLED = ("verified", "assigned", "closed")


@dataclass(frozen=True, slots=True)
class Filed:
    """A report whose sender was told its number. `stands` is what the official was told last, `heard` what the sender was."""

    number: str
    by: str
    kind: str
    for_self: bool
    photos: int
    hurt: int
    trapped: int
    stands: str = "filed"
    heard: tuple[str, ...] = ()


@dataclass
class Field:
    """Written line by line as the answers come. `with_chat` and `without` are the names of the group's people; `responsible` visits the latter."""

    with_chat: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    responsible: str = ""
    notice: str = ""
    """The notice's number, once the officer was told that it is scheduled."""
    told: set[str] = field(default_factory=set)
    """Names of those in whose chat the notice arrived."""
    visited: set[str] = field(default_factory=set)
    """Names of those of whom the responsible warden was told that they are to be visited."""
    reports: dict[str, Filed] = field(default_factory=dict)
    gate: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """(name, in or out, accepted or refused, by scan or by button) as they were told."""
    inside: set[str] = field(default_factory=set)

    def passed(self, name: str, way: str, *, how: str) -> None:
        """Somebody was told that they are in, or out."""
        self.gate[name, way, "accepted", how] += 1
        (self.inside.add if way == "in" else self.inside.discard)(name)

    def refused(self, name: str) -> None:
        self.gate[name, "in", "refused", "scan"] += 1

    def handled(self, number: str, step: str) -> None:
        """The official was told that a report stands there now."""
        self.reports[number] = replace(self.reports[number], stands=step)

    def heard(self, number: str, step: str) -> None:
        """The sender was told of a step."""
        filed = self.reports[number]
        self.reports[number] = replace(filed, heard=(*filed.heard, step))

    def copy(self) -> "Field":
        """As it stands now."""
        return replace(self, told=set(self.told), visited=set(self.visited), reports=dict(self.reports), gate=Counter(self.gate), inside=set(self.inside))

    def count(self) -> int:
        """How many things people were told so far."""
        return len(self.told) + len(self.reports) + self.gate.total()
