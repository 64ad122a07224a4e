"""The time of a laboratory day, for every process of the house that reads the same file (MASHANG_LAB_CLOCK); a story moves it."""

import json
import time
from pathlib import Path


class Daytime:
    """Runs like the machine's clock, some hours ahead."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._ahead = 0.0
        self._write()

    def now(self) -> float:
        """Seconds since 1970, of the laboratory."""
        return time.time() + self._ahead

    def move_to(self, moment: float) -> None:
        """Later than now, or nothing happens."""
        self._ahead += max(0.0, moment - self.now())
        self._write()

    def _write(self) -> None:
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps({"offset_seconds": self._ahead}), encoding="utf-8")
        beside.replace(self.file)
