"""How long one waits: for the first word of the command line, for `serve`, for the first page of the demo."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from lab.demo import ROOT, demo
from lab.ports import free_port

TIMES = 5
READY_SECONDS = 60


def measured() -> dict[str, Any]:
    """Medians in seconds, and as multiples of starting Python for nothing on the same machine at the same time."""
    with tempfile.TemporaryDirectory() as folder:
        environment = house(Path(folder))
        bare = median(lambda: once([sys.executable, "-c", "pass"], environment))
        helped = median(lambda: once([*mashang(), "--help"], environment))
        once([*mashang(), "init"], environment)
        ready = median(lambda: until_ready(environment))
    page = median(lambda: asyncio.run(first_page()), times=3)
    answer = {"python": bare, "help": helped, "serve_ready": ready, "demo_first_page": page}
    return {f"{name}_seconds": round(value, 3) for name, value in answer.items()} | {
        f"{name}_by_python": round(value / bare, 1) for name, value in answer.items() if name != "python"
    }


def mashang() -> list[str]:
    return [sys.executable, "-m", "app"]


def house(folder: Path) -> dict[str, str]:
    """An office without a bot, on a free port."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_")}
    return kept | {
        "MASHANG_DATA_DIR": str(folder), "MASHANG_ISSUER": "BN", "MASHANG_PUBLIC_URL": f"http://127.0.0.1:{port}", "MASHANG_WEB_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def median(run: Callable[[], float], *, times: int = TIMES) -> float:
    """The middle of several runs; one run before them is not counted."""
    run()
    return statistics.median(run() for _ in range(times))


def once(command: list[str], environment: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.monotonic() - began


def until_ready(environment: dict[str, str]) -> float:
    """From start to the line that says ready; the process is ended then."""
    began = time.monotonic()
    with subprocess.Popen([*mashang(), "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            if not process.stdout.readline().startswith("ready:"):
                raise RuntimeError("serve ended before it was ready")
            return time.monotonic() - began
        finally:
            process.terminate()
            process.wait(timeout=READY_SECONDS)


async def first_page() -> float:
    """From starting the demo, with a furnished county, to its first page."""
    began = time.monotonic()
    async with demo("zh_CN") as opened, aiohttp.ClientSession() as session, session.get(opened.web) as answer:
        answer.raise_for_status()
        return time.monotonic() - began
