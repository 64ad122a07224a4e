"""What a print has done so far, in a file beside it: after a kill the same command goes on there, and nobody's card is printed twice."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.cards import Cursor, PrintStandsHalfDone
from services.cards import Leaf

SUFFIX = ".printing"


def key_of(leaf: Leaf) -> str:
    """Whose card it is, without saying whose."""
    code = leaf.card.code
    return hashlib.sha256(code.holder.bytes if code.holder is not None else code.cti).hexdigest()[:20]


@dataclass(slots=True)
class Ledger:
    """One line a step, each on the disk before the next is begun. A line that a kill cut off did not happen."""

    file: Path
    digest: str
    total: int = 0
    single: bool = True
    files: list[str] = field(default_factory=list)
    printed: set[str] = field(default_factory=set)
    left_out: int = 0
    last: Cursor | None = None
    ended: bool = False
    waiting: list[bytes] = field(default_factory=list)
    """Blank codes that were issued and are not on paper yet."""
    page: tuple[str, int] = ("", 0)

    @classmethod
    def of(cls, target: Path, digest: str) -> "Ledger":
        """The ledger of a print into this file. Refuses where another print stands half done."""
        ledger = cls(target.with_name(target.name + SUFFIX), digest)
        for line in _lines(ledger.file):
            ledger._take(line)
        return ledger

    @property
    def begun(self) -> bool:
        return self.total > 0

    def begin(self, total: int, *, single: bool) -> None:
        self._put({"print": self.digest, "total": total, "single": single})

    def issue(self, ctis: Sequence[bytes]) -> None:
        self._put({"issued": [cti.hex() for cti in ctis]})

    def finish(self, file: Path, keys: Iterable[str], *, left_out: int, last: Cursor | None, page: tuple[str, int]) -> None:
        """A part is whole and under its own name."""
        at = [last.area, last.household.hex, last.person.hex] if last is not None else None
        self._put({"part": file.name, "keys": list(keys), "left_out": left_out, "last": at, "page": list(page)})

    def close(self) -> None:
        self.file.unlink(missing_ok=True)

    def _put(self, line: dict[str, Any]) -> None:
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())
        self._take(line)

    def _take(self, line: dict[str, Any]) -> None:
        if "print" in line:
            if line["print"] != self.digest:
                raise PrintStandsHalfDone(file=self.file.name)
            self.total, self.single = line["total"], line["single"]
        elif "issued" in line:
            self.waiting = [bytes.fromhex(cti) for cti in line["issued"]]
        else:
            self.files.append(line["part"])
            self.printed |= set(line["keys"])
            self.left_out += line["left_out"]
            self.last = Cursor(line["last"][0], UUID(line["last"][1]), UUID(line["last"][2])) if line["last"] else None
            self.ended, self.waiting, self.page = self.last is None, [], (line["page"][0], line["page"][1])


def _lines(file: Path) -> list[dict[str, Any]]:
    """The whole lines; what a kill left of the last one is taken away, so that the next begins a line of its own."""
    if not file.exists():
        return []
    body = file.read_bytes()
    whole = body[: body.rfind(b"\n") + 1]
    if whole != body:
        with file.open("r+b") as cut:
            cut.truncate(len(whole))
    return [json.loads(line) for line in whole.splitlines()]
