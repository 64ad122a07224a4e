"""How many codes a server reads in a second: distinct codes, each with its one signature check, beside bare signature checks in the same run."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

GOAL: Final = 8_000
SHARE: Final = 250
ROUNDS: Final = 3

Read = Callable[[str], bool]


def measured(read: Read, texts: Sequence[str]) -> dict[str, Any]:
    """The best of three rounds each. `read` says whether a text was taken for a good code; a text that is not, is an AssertionError."""
    threads = cpu_count() or 1
    _each(read, texts[:SHARE])
    alone = max(_rate(lambda: _each(read, texts), len(texts)) for _ in range(ROUNDS))
    with ThreadPoolExecutor(threads) as pool:
        shares = [texts[at : at + SHARE] for at in range(0, len(texts), SHARE)]
        together = max(_rate(lambda: list(pool.map(lambda share: _each(read, share), shares)), len(texts)) for _ in range(ROUNDS))
    bare = _bare(len(texts))
    return {
        "codes": len(texts), "per_second": round(max(alone, together)), "one_thread_per_second": round(alone), "threads": threads,
        "threads_per_second": round(together), "bare_verify_per_second": round(bare), "by_bare": round(alone / bare, 2), "goal": GOAL,
    }  # fmt: skip


def slow(figures: dict[str, Any]) -> list[str]:
    return [] if figures["per_second"] >= GOAL else [f"{figures['per_second']} codes a second; {GOAL} were promised"]


def _each(read: Read, texts: Sequence[str]) -> None:
    for text in texts:
        if not read(text):
            raise AssertionError(f"a good code is refused: {text}")


def _rate(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def _bare(count: int) -> float:
    """Checks of one signature by the cryptography library alone, in one thread."""
    key, how, said = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(hashes.SHA256()), bytes(108)
    signature, public = key.sign(said, how), key.public_key()

    def check() -> None:
        for _ in range(count):
            public.verify(signature, said, how)

    return max(_rate(check, count) for _ in range(ROUNDS))
