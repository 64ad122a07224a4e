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
LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes on stdout of one command."""
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


class Shell:
    """A process in which commands are run, one after another."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._faults = folder / "commands.log"
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, lines: Sequence[Sequence[str]]) -> list[Said]:
        """HouseFell at the first that does not exit with 0, and when all of them take too long."""
        async with asyncio.timeout(3 * PATIENCE):
            return [await self._one(line) for line in lines]

    async def end(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGKILL)
            await self._process.wait()

    async def _one(self, line: Sequence[str]) -> Said:
        process = self._process = self._process or await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(list(line)).encode() + b"\n")
            await process.stdin.drain()
        except ConnectionError:
            pass
        answer = await process.stdout.readline()
        if not answer:
            raise HouseFell(f"mashang {' '.join(line[:2])} fell", code=await process.wait(), said=self._faults.read_text(errors="replace"))
        said = Said(*json.loads(answer))
        if said.code != 0:
            raise HouseFell(f"mashang {' '.join(line[:2])} refused", code=said.code, said=said.err)
        return said

    async def _started(self) -> asyncio.subprocess.Process:
        with self._faults.open("ab") as faults:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-c", SHELL, env=self._environment, start_new_session=True, limit=LONGEST_ANSWER,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=faults,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the house: its name, what it is told to run, and its own settings."""

    name: str = "serve"
    arguments: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


class Serving:
    """`mashang serve`, or a part of it: a process that may be killed and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str], part: Part) -> None:
        self.name = part.name
        self.up_since: float | None = None
        """When it became ready, by the loop's clock; None while it is down."""
        self._folder = folder
        self._environment = with_settings(environment, part.settings)
        self._arguments = part.arguments
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    @property
    def log(self) -> Path:
        """What was started last writes here."""
        return self._folder / f"{self.name}-{self._starts}.log"

    async def open(self) -> None:
        """Start it in a process group of its own and wait until it says that it is ready. HouseFell when it does not."""
        self._starts += 1
        with self.log.open("wb") as file:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "serve", *self._arguments, env=self._environment, start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL, stdout=file, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while not any(line.startswith(READY) for line in self.last_words().splitlines()):
            if self._process.returncode is not None or loop.time() > deadline:
                raise HouseFell(f"mashang {self.name} did not open", code=self._process.returncode, said=self.last_words())
            await asyncio.sleep(STEP)
        self.up_since = loop.time()

    async def kill(self) -> None:
        """SIGKILL to the whole process group."""
        self.must_stand()
        victim, self._process, self.up_since = self._process, None, None
        assert victim is not None
        end(victim, signal.SIGKILL)
        await victim.wait()

    async def close(self) -> None:
        """SIGTERM, and a good end within the patience; HouseFell when it was none."""
        assert self._process is not None
        self.up_since = None
        end(self._process, signal.SIGTERM)
        try:
            code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            code = None
        if code != 0:
            raise HouseFell(f"mashang {self.name} did not stop well", code=code, said=self.last_words())

    def must_stand(self) -> None:
        """HouseFell when it ended by itself."""
        if self._process is not None and self._process.returncode is not None:
            raise HouseFell(f"mashang {self.name} ended by itself", code=self._process.returncode, said=self.last_words())

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")

    async def leave(self) -> None:
        """If it still runs it is killed."""
        if self._process is not None:
            end(self._process, signal.SIGKILL)
            await self._process.wait()


@dataclass(frozen=True, slots=True)
class Death:
    """When a process was killed, in seconds since 1970, and which; the log of Telegram calls it `by` the same name."""

    at: float
    name: str = ""


class House:
    """One office in one folder: its commands, and its processes, each of which may be killed and started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str], parts: Sequence[Part] = (Part(),)) -> None:
        self.folder = folder
        self.environment = environment
        self.processes = [Serving(folder, environment, part) for part in parts]
        self.deaths: list[Death] = []
        self.cut_off = False
        """Something that it cannot do without is kept from it."""
        self._healed_at = 0.0
        self._shell: Shell | None = None
        self._keeps = False
        self._typing = asyncio.Lock()

    @property
    def up_since(self) -> float | None:
        """Since when all of it stands and has what it needs, by the loop's clock; None while something is down."""
        since = [each.up_since for each in self.processes]
        if self.cut_off or any(each is None for each in since):
            return None
        return max(self._healed_at, *(each for each in since if each is not None))

    def heal(self) -> None:
        """Nothing is kept from it any more."""
        self.cut_off, self._healed_at = False, asyncio.get_running_loop().time()

    async def commands(self, *lines: Sequence[str]) -> list[Said]:
        """Run these commands one after another; HouseFell at the first that does not exit with 0."""
        async with self._typing:
            shell = self._shell or Shell(self.folder, self.environment)
            try:
                answers = await shell.run(lines)
            except BaseException:
                await shell.end()
                self._shell = None
                raise
            if not self._keeps:
                await shell.end()
            elif self._shell is None:
                self._shell = shell
            return answers

    def keep_shell(self) -> None:
        """Until `leave` all commands are run in one shell: Python and the house are imported once for all of them."""
        self._keeps = True

    async def open(self, *which: int) -> None:
        """Start these processes, or all, together, and wait until each says that it is ready. HouseFell when one does not."""
        await asyncio.gather(*(each.open() for each in self._chosen(which)))

    async def kill(self, *which: int, at: float) -> None:
        """SIGKILL to these processes, or all, in one moment; `at` is the time of death for the record."""
        victims = self._chosen(which)
        self.deaths += [Death(at, each.name) for each in victims]
        await asyncio.gather(*(each.kill() for each in victims))

    async def close(self) -> None:
        """SIGTERM to all, and a good end of each; HouseFell when one was none."""
        await asyncio.gather(*(each.close() for each in self.processes))

    def must_stand(self) -> None:
        """HouseFell when a process ended by itself."""
        for each in self.processes:
            each.must_stand()

    def last_words(self) -> str:
        """The log of each process that was started last."""
        return "".join(each.last_words() for each in self.processes)

    async def leave(self) -> None:
        """Whatever still runs is killed."""
        if self._shell is not None:
            await self._shell.end()
        for each in self.processes:
            await each.leave()

    def _chosen(self, which: Sequence[int]) -> list[Serving]:
        return [self.processes[number] for number in which] or self.processes


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
    return with_settings(kept, settings)


def with_settings(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """This environment, and these settings of the house on top."""
    return {**environment, **{f"MASHANG_{name}": value for name, value in settings.items()}}
