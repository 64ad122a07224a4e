"""Time and randomness: the system's, and a laboratory clock that a story can move across processes."""

import asyncio
import hashlib
import json
import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import UUID

POLL_SECONDS = 0.05
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


@dataclass(frozen=True, slots=True)
class LabTime:
    """What a laboratory clock file says: lab = base + offset_seconds + rate × (real − base), all in seconds since 1970 UTC."""

    offset_seconds: float
    rate: float
    base: float

    @classmethod
    def parsed(cls, text: str) -> Self:
        """From {"offset_seconds": s, "rate": r, "base": t}; rate 1 and base 0 when absent. ValueError for anything else."""
        said = json.loads(text)
        if type(said) is not dict:
            raise ValueError("a laboratory clock is a JSON object")
        numbers = {"offset_seconds": 0, "rate": 1, "base": 0} | said
        if any(type(number) not in (int, float) or not math.isfinite(number) for number in numbers.values()):
            raise ValueError("a laboratory clock holds three finite numbers")
        if len(numbers) > 3 or numbers["rate"] < 0:
            raise ValueError("a laboratory clock holds offset_seconds, rate and base, and does not run backwards")
        return cls(**{name: float(number) for name, number in numbers.items()})

    def at(self, real: float) -> float:
        return self.base + self.offset_seconds + self.rate * (real - self.base)


class LabClock:
    """A clock that a file moves, for every process that reads the same file (MASHANG_LAB_CLOCK).

    The file is JSON: `base` is the real second (since 1970) it was written at, `offset_seconds` how far the lab was ahead
    then, `rate` how many lab seconds pass in a real one since. It is read again when it changed; replace it in one step
    (write beside, rename). Once the clock is open, a file that is gone or cannot be read leaves the last reading in force.
    """

    def __init__(self, file: Path, *, real: Callable[[], float] = time.time) -> None:
        self._file = file
        self._real = real
        self._seen = self._signature()
        self._time = LabTime.parsed(file.read_text("utf-8"))
        self._last = self._time.at(real())
        self._passed = 0.0

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self._lab_seconds())

    def monotonic(self) -> float:
        """Lab seconds since this clock was opened; a clock set back does not make it go back."""
        lab = self._lab_seconds()
        self._passed += max(0.0, lab - self._last)
        self._last = lab
        return self._passed

    async def sleep(self, seconds: float) -> None:
        """Until so many lab seconds have passed; notices a moved file within 50 ms."""
        until = self.monotonic() + max(0.0, seconds)
        await asyncio.sleep(0)
        while (left := until - self.monotonic()) > 0:
            rate = self._time.rate
            await asyncio.sleep(min(POLL_SECONDS, left / rate) if rate else POLL_SECONDS)

    def _lab_seconds(self) -> float:
        signature = self._signature()
        if signature is not None and signature != self._seen:
            self._read(signature)
        return self._time.at(self._real())

    def _read(self, signature: tuple[int, int, int]) -> None:
        try:
            self._time = LabTime.parsed(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return
        self._seen = signature

    def _signature(self) -> tuple[int, int, int] | None:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns


class SystemIds:
    """Ids and random numbers from the system's generator; the time inside an id is the given clock's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0
        self._alone = threading.Lock()

    def new(self) -> UUID:
        """A UUID version 7 (RFC 9562 §5.7, §6.2 method 1): greater than every one before it in this process."""
        milliseconds = (self._now() - EPOCH) // timedelta(milliseconds=1)
        fresh = milliseconds << 12 | secrets.randbits(11)
        with self._alone:
            self._last = max(fresh, self._last + 1)
            counted = self._last
        return UUID(int=(counted >> 12) << 80 | 0x7 << 76 | (counted & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62))

    def derived(self, key: UUID | str, name: str) -> UUID:
        """The same UUID (version 8, RFC 9562 §5.8) for the same key and name, always: SHA-256 of both."""
        said = str(key).encode()
        digest = hashlib.sha256(len(said).to_bytes(4) + said + name.encode()).digest()
        number = int.from_bytes(digest[:16])
        return UUID(int=number & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62)

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)

    def digits(self, count: int) -> str:
        """So many decimal digits, each equally likely, for codes that somebody types once."""
        return f"{secrets.randbelow(10**count):0{count}d}"
