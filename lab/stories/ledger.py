"""The ledger of the evening: what each person did and was told. It is the truth that the board and the export are held against."""

from collections.abc import Collection
from dataclasses import dataclass, field

SAFE = ("at_shelter", "with_relatives", "safe_elsewhere")
HELP, HELP_OVER = "need_help", "help_closed"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that somebody was told is recorded. `how` is scan, answer, saw, spoke or heard; `clear` = outside the area that moves."""

    kind: str
    how: str
    proven: bool = True
    clear: bool = True


@dataclass
class Ledger:
    """Written line by line as the answers come; nobody is in it for something that was not answered."""

    listed: Collection[str]
    lines: dict[str, list[Told]] = field(default_factory=dict)
    scans: int = 0
    repeats: int = 0
    refused: int = 0

    def write(self, name: str, told: Told) -> None:
        self.lines.setdefault(name, []).append(told)

    def scanned(self, name: str, kind: str, *, how: str = "scan") -> None:
        """A keeper was told: recorded."""
        self.scans += 1
        self.write(name, Told(kind, how))

    def count(self) -> int:
        """How many things people were told so far."""
        return sum(map(len, self.lines.values()))

    def copy(self) -> "Ledger":
        """As it stands now."""
        return Ledger(self.listed, {name: list(told) for name, told in self.lines.items()}, self.scans, self.repeats, self.refused)

    def walk_ins(self) -> list[str]:
        return [name for name in self.lines if name not in self.listed]

    def whereabouts(self, name: str) -> Told | None:
        """The last proven word on where somebody is, or on a refusal."""
        return next((told for told in reversed(self.lines.get(name, [])) if told.proven and told.kind not in (HELP, HELP_OVER)), None)

    def needs_help(self, name: str) -> bool:
        return next((told.kind == HELP for told in reversed(self.lines.get(name, [])) if told.kind in (HELP, HELP_OVER)), False)

    def is_safe(self, name: str) -> bool:
        last = self.whereabouts(name)
        return last is not None and last.kind in SAFE and last.clear and not self.needs_help(name)

    def is_reported(self, name: str) -> bool:
        """Not safe, and the last word on where they are proves nothing."""
        words = [told for told in self.lines.get(name, []) if told.kind not in (HELP, HELP_OVER)]
        return bool(words) and not words[-1].proven and not self.is_safe(name)

    def how(self, name: str) -> str | None:
        """How somebody became safe; None for whoever is not."""
        last = self.whereabouts(name)
        return last.how if last is not None and self.is_safe(name) else None

    def numbers(self) -> dict[str, int]:
        """The numbers that the oracle and the board must come to as well."""
        everybody = {*self.listed, *self.lines}
        at = [last.kind for name in everybody if self.is_safe(name) and (last := self.whereabouts(name)) is not None]
        return {
            "listed": len(self.listed),
            "not_yet_safe": sum(not self.is_safe(name) for name in self.listed),
            **{kind: at.count(kind) for kind in SAFE},
            "reported": sum(self.is_reported(name) for name in self.listed),
            "walk_ins": len(self.walk_ins()),
            "scans": self.scans,
            "repeats": self.repeats,
        }

    def shares(self) -> dict[str, int]:
        """How many listed people are safe by a scan, by their own answer, by a tick."""
        hows = [self.how(name) for name in self.listed]
        return {"by_scan": hows.count("scan"), "by_answer": hows.count("answer"), "by_tick": hows.count("saw") + hows.count("spoke")}
