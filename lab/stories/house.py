"""The house as a stranger has it: processes, their exit codes, their output. Nothing of it is imported."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 60.0
STEP = 0.02
READY = "ready:"
ABSENT = 3
SHELL = """
import contextlib, io, json, sys
from app.__main__ import cli
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli()(json.loads(line), standalone_mode=False) or 0
        except SystemExit as end:
            code = end.code
    sys.stdout.write(json.dumps([code, out.getvalue(), err.getvalue()]) + "\\n")
    sys.stdout.flush()
"""


class HouseFell(Exception):
    """A process of the house ended, or did not begin, when it should have been there."""

    def __init__(self, what: str, *, code: int | None, said: str) -> None:
        super().__init__(f"{what} (exit {code})\n{said[-3000:]}".rstrip())
        self.absent = code == ABSENT


@dataclass(frozen=True, slots=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    def value(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)

    def values(self) -> list[Any]:
        """One JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class House:
    """One office in one folder: its commands, and its `serve`, which may be killed and started again."""

    folder: Path
    environment: Mapping[str, str]
    deaths: list[float] = field(default_factory=list)
    """When it was killed, in seconds since 1970."""
    up_since: float | None = None
    """When it became ready, by the loop's clock; None while it is down."""
    _serving: asyncio.subprocess.Process | None = None
    _starts: int = 0

    async def commands(self, *lines: Sequence[str]) -> list[Said]:
        """Run these commands one after another in one shell; HouseFell at the first that does not exit with 0."""
        shell = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SHELL, env=self.environment, start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        script = "".join(json.dumps(list(line)) + "\n" for line in lines)
        try:
            out, err = await asyncio.wait_for(shell.communicate(script.encode()), 3 * PATIENCE)
        finally:
            end(shell, signal.SIGKILL)
        answers = [Said(*json.loads(line)) for line in out.decode().splitlines()]
        for line, said in zip(lines, answers, strict=False):
            if said.code != 0:
                raise HouseFell(f"mashang {' '.join(line[:2])} refused", code=said.code, said=said.err)
        if len(answers) < len(lines):
            raise HouseFell(f"mashang {' '.join(lines[len(answers)][:2])} fell", code=shell.returncode, said=err.decode())
        return answers

    async def open(self) -> None:
        """Start `mashang serve` in a process group of its own and wait until it says that it is ready."""
        self._starts += 1
        log = self.folder / f"serve-{self._starts}.log"
        with log.open("wb") as file:
            self._serving = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "serve", env=self.environment, start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL, stdout=file, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while not any(line.startswith(READY) for line in log.read_text(errors="replace").splitlines()):
            if self._serving.returncode is not None or loop.time() > deadline:
                raise HouseFell("mashang serve did not open", code=self._serving.returncode, said=log.read_text(errors="replace"))
            await asyncio.sleep(STEP)
        self.up_since = loop.time()

    async def kill(self, *, at: float) -> None:
        """SIGKILL to the whole process group; `at` is the time of death for the record."""
        self.must_stand()
        victim, self._serving, self.up_since = self._serving, None, None
        assert victim is not None
        self.deaths.append(at)
        end(victim, signal.SIGKILL)
        await victim.wait()

    async def close(self) -> None:
        """SIGTERM, and a good end within the patience; HouseFell when it was none."""
        assert self._serving is not None
        self.up_since = None
        end(self._serving, signal.SIGTERM)
        try:
            code = await asyncio.wait_for(self._serving.wait(), PATIENCE)
        except TimeoutError:
            code = None
        if code != 0:
            raise HouseFell("mashang serve did not stop well", code=code, said=self.last_words())

    def must_stand(self) -> None:
        """HouseFell when `serve` ended by itself."""
        if self._serving is not None and self._serving.returncode is not None:
            raise HouseFell("mashang serve ended by itself", code=self._serving.returncode, said=self.last_words())

    def last_words(self) -> str:
        """The log of the `serve` that was started last."""
        return (self.folder / f"serve-{self._starts}.log").read_text(errors="replace")

    async def leave(self) -> None:
        """Whatever still runs is killed."""
        if self._serving is not None:
            end(self._serving, signal.SIGKILL)
            await self._serving.wait()


def end(process: asyncio.subprocess.Process, how: signal.Signals) -> None:
    """A signal to the process group of a process that leads one."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            return


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """This process's environment without any MASHANG_*, with these settings.

    Where Python may not write its bytecode beside the sources it is kept in the folder, or every restart would compile all of it.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASHANG_") and name != "PYTHONDONTWRITEBYTECODE"}
    if sys.dont_write_bytecode and "PYTHONPYCACHEPREFIX" not in kept:
        kept["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    return kept | {f"MASHANG_{name}": value for name, value in settings.items()}
