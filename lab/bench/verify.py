"""How many codes a server reads in a second: distinct codes, each with its one signature check, beside bare signature checks in the same run.

`per_second` is by the clock on the wall, the best of some rounds: in one thread, and in as many as there are cores. `per_processor_second` is by
the processor's own time, so that other work on the machine takes little from it. Rounds of ours and of bare checks take turns.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

GOAL: Final = 8_000
SHARE: Final = 250
ROUNDS: Final = 4

Read = Callable[[str], bool]
Rates = tuple[float, float]


def measured(read: Read, texts: Sequence[str]) -> dict[str, Any]:
    """`read` says whether a text was taken for a good code; a text that is not, is an AssertionError."""
    threads, count, bare = cpu_count() or 1, len(texts), _bare(len(texts))
    shares = [texts[at : at + SHARE] for at in range(0, count, SHARE)]
    _each(read, texts[:SHARE])
    ours, theirs, together = list[Rates](), list[Rates](), list[float]()
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(ROUNDS):
            ours.append(_rates(lambda: _each(read, texts), count))
            theirs.append(_rates(bare, count))
            together.append(_rates(lambda: list(pool.map(lambda share: _each(read, share), shares)), count)[0])
    alone, busy = (max(rates) for rates in zip(*ours, strict=True))
    bare_alone, bare_busy = (max(rates) for rates in zip(*theirs, strict=True))
    return {
        "codes": count, "per_second": round(max(alone, *together)), "one_thread_per_second": round(alone), "threads": threads,
        "threads_per_second": round(max(together)), "per_processor_second": round(busy), "bare_per_second": round(bare_alone),
        "bare_per_processor_second": round(bare_busy), "by_bare": round(busy / bare_busy, 2), "goal": GOAL,
    }  # fmt: skip


def slow(figures: dict[str, Any]) -> list[str]:
    return [] if figures["per_second"] >= GOAL else [f"{figures['per_second']} codes a second; {GOAL} were promised"]


def _each(read: Read, texts: Sequence[str]) -> None:
    for text in texts:
        if not read(text):
            raise AssertionError(f"a good code is refused: {text}")


def _rates(work: Callable[[], object], count: int) -> Rates:
    """By the clock, and by this thread's time on the processor."""
    began, used = time.perf_counter(), time.thread_time()
    work()
    return count / (time.perf_counter() - began), count / max(time.thread_time() - used, 1e-9)


def _bare(count: int) -> Callable[[], None]:
    """Checks of one signature by the cryptography library alone, in one thread."""
    key, how, said = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(hashes.SHA256()), bytes(108)
    signature, public = key.sign(said, how), key.public_key()

    def check() -> None:
        for _ in range(count):
            public.verify(signature, said, how)

    return check
