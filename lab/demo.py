"""A demo in a process and a folder of its own, for whoever wants to look at it or measure it."""

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.ports import free_port

READY_SECONDS = 60
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Demo:
    """A demo that runs: where its chat is, and a link that opens its board once."""

    chat: str
    board: str
    api: str
    folder: Path
    scanner: str = ""
    """A link that makes a browser the keeper's phone, once; not in a story."""

    @property
    def web(self) -> str:
        return self.board.split("/board/", maxsplit=1)[0]


@asynccontextmanager
async def demo(language: str, *options: str) -> AsyncIterator[Demo]:
    """A demo with these options in a folder of its own, killed with all its children at the end."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port(neighbours=1)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MASHANG_")} | {"MASHANG_LANGUAGE": language, "PYTHONUNBUFFERED": "1"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "demo", "--port", str(port), *options, cwd=folder, env=environment | {"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            yield await said(process, api=f"http://127.0.0.1:{port + 1}", folder=Path(folder))
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def said(process: asyncio.subprocess.Process, *, api: str, folder: Path) -> Demo:
    """What the demo says about where to look. RuntimeError when it ends or stays silent."""
    assert process.stdout is not None
    found: dict[str, str] = {}
    async with asyncio.timeout(READY_SECONDS):
        line = ""
        while "Ctrl-C" not in line:
            line = (await process.stdout.readline()).decode()
            if not line:
                raise RuntimeError("the demo ended before it was ready")
            if match := re.match(r"(chat|board|scanner) +(http\S+)", line):
                found[match[1]] = match[2]
    return Demo(found["chat"], found["board"], api, folder, found.get("scanner", ""))
