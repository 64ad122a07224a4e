"""What every import answers: how many rows, what happened to them, and each bad one by line and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that did not go in (or, as a warning, went in with something to mend)."""

    line: int
    refusal: Refusal
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """rows = added + changed + unchanged + refused, always; warnings are rows that went in."""

    rows: int
    added: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...]
    dry_run: bool = False

    @property
    def refused(self) -> int:
        return len({problem.line for problem in self.problems if not problem.warning})

    def beside(self, problems: Sequence[Problem]) -> Self:
        """The same report with rows that could not even be read: they count, and stand in the order of lines."""
        together = tuple(sorted((*self.problems, *problems), key=lambda problem: problem.line))
        return replace(self, rows=self.rows + len(problems), problems=together)
